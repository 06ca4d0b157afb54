"""Common questions and the bureau's answers: worded by a clerk, published by another person, changed, withdrawn."""

import re
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes.enums.questions import QuestionState
from institutes.lifecycle.questions import QUESTION
from institutes.models import PublicQuestion, RecognitionEdition
from institutes.models.question import CLAUSE_PATTERN, QUESTION_WORDS
from institutes.notifications.questions import tell_of_question
from institutes.selectors import questions as reads
from institutes.services.wordings import hide_question, show_question
from records import audit, clock
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import lock

COLUMNS = QUESTION_WORDS


@transaction.atomic
def draft_question(
    *,
    topic: str,
    question: str,
    answer: str,
    by: User,
    clause: str = "",
    place: int = 100,
    at: datetime | None = None,
) -> PublicQuestion:
    """Word a question with its answer. Raises ``Incomplete`` or ``Conflict`` with every reason."""
    at = at or clock.now()
    edition = RecognitionEdition.objects.in_force("recognition", timezone.localdate(at))
    row = PublicQuestion(edition=edition, drafted_at=at, drafted_by=by)
    _write(row, topic, question, answer, clause, place)
    row.save()
    QUESTION.begin(row, by=by, at=at, question=row.question)
    return row


@transaction.atomic
def revise_question(
    *,
    common_question: PublicQuestion,
    topic: str,
    question: str,
    answer: str,
    by: User,
    clause: str = "",
    place: int = 100,
    at: datetime | None = None,
) -> PublicQuestion:
    """Change a draft; whoever does it becomes its drafter. What is public is opened again first."""
    at = at or clock.now()
    lock(common_question)
    if common_question.state != QuestionState.DRAFT:
        now = QUESTION.label(common_question.state)
        raise IllegalMove(f"“{common_question}”现为“{now}”，不能直接改；已发布的请先点“修改答复”。")
    _write(common_question, topic, question, answer, clause, place)
    common_question.drafted_at, common_question.drafted_by = at, by
    common_question.save(update_fields=[*COLUMNS, "drafted_at", "drafted_by"])
    audit.record(
        "institutes.publicquestion.revise", common_question, by=by, at=at, question=common_question.question
    )
    return common_question


def _write(row: PublicQuestion, topic: str, question: str, answer: str, clause: str, place: int) -> None:
    row.topic, row.question, row.answer = topic, question.strip(), answer.strip()
    row.clause, row.place = _plain_clause(clause), place
    faults = list[Reason]()
    if not row.question:
        faults.append(Reason("请写明问题。", field="question"))
    if not row.answer:
        faults.append(Reason("请写明答复。", field="answer"))
    if row.clause and not re.match(CLAUSE_PATTERN, row.clause):
        faults.append(Reason("依据条款请写成“四(三)”“二(三)1”的样子；没有依据的留空。", field="clause"))
    Incomplete.unless_empty(faults)
    if same := reads.same_question(row):
        now = QUESTION.label(same.state)
        raise Conflict(Reason(f"已有同一问题（{now}），请在该条上修改。", field="question"))


def _plain_clause(said: str) -> str:
    return re.sub(r"\s", "", said).replace("（", "(").replace("）", ")")


def _take(
    common_question: PublicQuestion, action: str, *, by: User, at: datetime, reason: str = "", **stamps: Any
) -> PublicQuestion:
    """One move: the table, the register, whoever has to know."""
    event = QUESTION.move(common_question, action, by=by, at=at, reason=reason.strip(), **stamps)
    tell_of_question(common_question, event)
    return common_question


@transaction.atomic
def propose_question(
    *, common_question: PublicQuestion, by: User, at: datetime | None = None
) -> PublicQuestion:
    """Give it to the approver."""
    at = at or clock.now()
    return _take(common_question, "propose", by=by, at=at, published_at=None, published_by=None)


@transaction.atomic
def send_back_question(
    *, common_question: PublicQuestion, reason: str, by: User, at: datetime | None = None
) -> PublicQuestion:
    """Let the clerk word it better."""
    return _take(common_question, "send_back", by=by, at=at or clock.now(), reason=reason)


@transaction.atomic
def publish_question(
    *, common_question: PublicQuestion, by: User, at: datetime | None = None
) -> PublicQuestion:
    """Everybody reads it from now on; another person than who worded it."""
    at = at or clock.now()
    _take(common_question, "publish", by=by, at=at, published_at=at, published_by=by)
    show_question(common_question, by=by, at=at)
    return common_question


@transaction.atomic
def reopen_question(
    *, common_question: PublicQuestion, by: User, at: datetime | None = None
) -> PublicQuestion:
    """Change what is public: everybody reads the former words until the new ones are published."""
    return _take(common_question, "reopen", by=by, at=at or clock.now())


@transaction.atomic
def withdraw_question(
    *, common_question: PublicQuestion, reason: str, by: User, at: datetime | None = None
) -> PublicQuestion:
    """It is no longer said; it stays on record with the reason."""
    at = at or clock.now()
    hide_question(_take(common_question, "withdraw", by=by, at=at, reason=reason), by=by, at=at)
    return common_question
