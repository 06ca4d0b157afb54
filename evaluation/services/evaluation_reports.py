"""The reports of the three-year evaluation: made once the result is released, numbered, and never again."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from evaluation.documents import evaluation_reports as papers
from evaluation.models import Evaluation, Round
from evaluation.selectors import explain
from records import audit, clock, numbering
from records import documents as paper_office
from records.errors import Conflict
from records.lifecycle import lock
from records.models import AuditEvent, Document
from records.models.subject import subject_type
from records.pdf import RenderFailed

log = logging.getLogger(__name__)
VERB = "evaluation.report.number"


def issue_evaluation_report(
    *, evaluation: Evaluation, by: User | None = None, at: datetime | None = None
) -> Document:
    """Make the report of one institute; a second call returns the one that exists.

    Raises ``Conflict`` before the result was released, or where there are no points to report.
    """
    if evaluation.released_at is None or not evaluation.sheet:
        raise Conflict("评价结果尚未公布，或者没有得分，不能出具绩效评价报告。")
    if earlier := paper_office.paper_of(evaluation, papers.SHEET):
        return earlier
    by = by or system_user()
    event = _numbered(evaluation, papers.SHEET, evaluation.edition.terms, by, at)
    found = explain.explained(evaluation, by)
    context = papers.evaluation_sheet(evaluation, found, number=event.data["number"], at=event.at)
    return _issue(
        evaluation,
        papers.SHEET,
        f"绩效评价报告：{evaluation.institute}",
        papers.SHEET_TEMPLATE,
        context,
        event,
    )


def issue_round_report(*, round_: Round, by: User | None = None, at: datetime | None = None) -> Document:
    """Make the report of a whole round; a second call returns the one that exists.

    Raises ``Conflict`` before everything of the round was released.
    """
    if round_.released_at is None:
        raise Conflict("本年度评价结果尚未公布，不能出具总报告。")
    if earlier := paper_office.paper_of(round_, papers.ROUND_REPORT):
        return earlier
    event = _numbered(round_, papers.ROUND_REPORT, round_.edition.terms, by or system_user(), at)
    found, unscored = explain.weighed(round_), list(explain.unscored_in(round_))
    context = papers.round_report(found, unscored, number=event.data["number"], at=event.at)
    return _issue(
        round_, papers.ROUND_REPORT, f"{round_.year}年度绩效评价总报告", papers.ROUND_TEMPLATE, context, event
    )


@transaction.atomic
def _numbered(
    subject: Evaluation | Round, kind: str, terms: dict, by: User, at: datetime | None
) -> AuditEvent:
    """The line of the register that gave the report its number; taken once, however often the paper failed."""
    lock(subject)
    if earlier := AuditEvent.objects.about(subject).filter(verb=VERB, data__kind=kind).first():
        return earlier
    at = at or clock.now()
    year = timezone.localdate(at).year
    number = numbering.take_number(f"evaluation.{kind}", pattern=terms["numbers"][kind], year=year)
    return audit.record(VERB, subject, by=by, at=at, kind=kind, number=number)


def _issue(
    subject: Evaluation | Round, kind: str, title: str, template: str, context: dict, event: AuditEvent
) -> Document:
    return paper_office.issue(
        paper_office.Paper(
            kind=kind,
            subject=subject,
            title=title,
            template=template,
            context=context,
            number=event.data["number"],
            by=event.actor,
            at=event.at,
        )
    )


def sweep_evaluation_reports(*, most: int = 20) -> int:
    """Make the reports of what was released and has none, a few at a time; one failure holds up no other."""
    made = 0
    for evaluation in _without(Evaluation.objects.exclude(sheet={}), papers.SHEET).select_related(*RELATED)[
        :most
    ]:
        made += _tried(issue_evaluation_report, evaluation=evaluation)
    for round_ in _without(Round.objects.all(), papers.ROUND_REPORT).select_related("edition")[:most]:
        made += _tried(issue_round_report, round_=round_)
    return made


RELATED = (
    "institute__recognition",
    "institute__chain",
    "cycle",
    "round__edition",
    "edition",
    "host",
    "division",
)


def _without(rows: QuerySet, kind: str) -> QuerySet:
    """What was released and has no report of that kind."""
    type_name = subject_type(rows.model)
    held = Document.objects.filter(subject_type=type_name, kind=kind).values("subject_id")
    return rows.filter(released_at__isnull=False).exclude(pk__in=held).order_by("pk")


def _tried(issue: Callable[..., Document], **about: Any) -> int:
    try:
        issue(**about)
    except RenderFailed:
        log.exception("the report of %s was not made; the next sweep tries again", about)
        return 0
    return 1
