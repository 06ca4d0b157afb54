"""The unit hands in: the filler submits, the administrator reviews and passes on, withdraws, supplements."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import book, notifications, policy
from institutes.book.setting import NAMES
from institutes.book.standing import as_reason, faults_of, findings_of, said
from institutes.book.written import day_said
from institutes.lifecycle import APPLICATION
from institutes.models import Application, ApplicationMark, ApplicationVersion
from institutes.selectors import files_held, listing_faults, name_faults
from institutes.services.cultivation_links import follow
from institutes.services.drafting import window_words
from institutes.services.papers import issue_after_commit, paper
from institutes.services.returning import raise_reasons
from records import clock, deadlines, numbering
from records.errors import Incomplete, NotEligible, Reason, TooLate
from records.lifecycle import Stamps, lock
from records.models import AuditEvent


@transaction.atomic
def submit_application(*, application: Application, by: User, at: datetime | None = None) -> Application:
    """Hand the book to the unit's administrator; from here it is locked, and a version is frozen.

    Everything missing is named at once. A book that was received in time and then returned may come back after
    the call's end; any other must come before it.
    """
    now = clock.database_now()
    at = at or now
    event = APPLICATION.move(application, "submit", by=by, at=at, submitted_at=at, submitted_by=by)
    _refuse_when_over(application, now)
    _hand_in(application, event, by=by, at=at)
    return application


@transaction.atomic
def return_to_filler(
    *,
    application: Application,
    reasons: Iterable[Mapping[str, str]],
    by: User,
    at: datetime | None = None,
) -> Application:
    """Unlock the book for the filler; each reason names its section and, where it has one, its field."""
    at, reasons = at or clock.now(), list(reasons)
    event = APPLICATION.move(
        application,
        "unit_return",
        by=by,
        at=at,
        due_on=timezone.localdate(application.call.closes_at),
        data={"reasons": len(reasons)},
    )
    raise_reasons(application, reasons, by=by, at=at)
    notifications.tell_of_move(application, event)
    return application


@transaction.atomic
def approve_application(*, application: Application, by: User, at: datetime | None = None) -> Application:
    """Pass the book on to the county, in the unit's name; the first time it gets its number.

    The hard criteria must be met (``NotEligible`` says by how much each is missed), and the call be open. The
    number is taken when nothing can refuse any more: its counter is locked last.
    """
    now = clock.database_now()
    at = at or now
    lock(application)
    for refusal in APPLICATION.blocks(application, "unit_approve", by):
        raise refusal
    _refuse_when_over(application, now)
    NotEligible.unless_empty(
        [
            *listing_faults(application, on=timezone.localdate(at)),
            *_unmet(application, book.answers_of_draft(application), book.setting_of(application)),
        ]
    )
    number = application.number or _take_number(application, at)
    data = {"number": number, "paper": _book_promised(application, application.versions.count(), at)}
    stamps: Stamps = {"received_at": at, "received_by": by, "number": number}
    event = APPLICATION.move(application, "unit_approve", by=by, at=at, data=data, **stamps)
    follow(application, at=at)
    notifications.tell_of_move(application, event)
    issue_after_commit(event)
    return application


@transaction.atomic
def resubmit_application(*, application: Application, by: User, at: datetime | None = None) -> Application:
    """Hand in what the bureau asked to be supplemented; a new version is frozen, the formal review goes on."""
    now = clock.database_now()
    at = at or now
    lock(application)
    asked = deadlines.current(application)
    data = {"paper": _book_promised(application, application.versions.count() + 1, at)}
    event = APPLICATION.move(application, "resubmit", by=by, at=at, data=data)
    if asked and asked.due_on and timezone.localdate(now) > asked.due_on:
        raise TooLate(Reason(f"补正期限已于 {day_said(asked.due_on)}届满，逾期未补正视为放弃申报。"))
    _hand_in(application, event, by=by, at=at)
    issue_after_commit(event)
    return application


@transaction.atomic
def withdraw_application(
    *, application: Application, reason: str, by: User, at: datetime | None = None
) -> Application:
    """End the application on the unit's own wish; the unit may apply anew."""
    at = at or clock.now()
    stamps: Stamps = {"closed_at": at, "closed_by": by, "closing_reason": reason.strip()}
    event = APPLICATION.move(application, "withdraw", by=by, at=at, reason=reason, **stamps)
    follow(application, at=at)
    notifications.tell_of_move(application, event)
    return application


# --- what stands against it -----------------------------------------------------------------------------------------


def _refuse_when_over(application: Application, now: datetime) -> None:
    """The window binds until the book was received once; what is then returned may come back."""
    if application.received_at is None and not application.call.is_open(now):
        raise TooLate(window_words(application.call, now, kept=True))


def _refuse_unless_complete(application: Application) -> None:
    declared = book.of_edition(application.call.form_edition)
    answers, setting = book.answers_of_draft(application), book.setting_of(application)
    faults = faults_of(application, declared, answers, setting)
    faults += name_faults(application, application.institute_name)
    missing = [as_reason(application, fault) for fault in faults]
    Incomplete.unless_empty(missing + _unmet(application, answers, setting))


def _unmet(application: Application, answers: book.Answers, setting: book.Setting) -> list[Reason]:
    return [
        Reason(f"不满足认定条件“{finding.label}”：{said(finding)}", field=finding.code, clause=finding.clause)
        for finding in findings_of(application, answers, setting)
        if finding.is_hard and finding.outcome != policy.MET
    ]


# --- effects --------------------------------------------------------------------------------------------------------


def _take_number(application: Application, at: datetime) -> str:
    pattern = application.call.edition.terms["numbers"]["application"]
    return numbering.take_number("application", pattern=pattern, year=timezone.localdate(at).year)


def _book_promised(application: Application, version: int, at: datetime) -> dict:
    """What the register keeps of the book as a paper: its number, and the version that is printed."""
    return paper(application, "application_book", year=timezone.localdate(at).year) | {"version": version}


def _hand_in(application: Application, event: AuditEvent, *, by: User, at: datetime) -> None:
    """Keep the complete book as it is handed on, with the reasons it answers, and tell of the move."""
    _refuse_unless_complete(application)
    _freeze(application, by=by, at=at)
    _answer_reasons(application, by=by, at=at)
    notifications.tell_of_move(application, event)


def _freeze(application: Application, *, by: User, at: datetime) -> ApplicationVersion:
    """Keep the whole book as it is handed in: answers, the names they refer to, annexes with their hashes."""
    answers: dict[str, dict] = book.answers_of_draft(application)
    answers[NAMES] = book.frozen_names(answers, book.setting_of(application))
    files = files_held(application)
    _mark(application, answers)
    content = json.dumps([answers, files], ensure_ascii=False, sort_keys=True)
    return ApplicationVersion.objects.create(
        application=application,
        number=application.versions.count() + 1,
        answers=answers,
        attachments=files,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        frozen_at=at,
        frozen_by=by,
    )


def _mark(application: Application, answers: Mapping[str, Mapping]) -> None:
    """Keep by what other applications find that they name the same; only the last version counts."""
    application.marks.all().delete()
    ApplicationMark.objects.bulk_create(
        ApplicationMark(application=application, kind=kind, value=value)
        for kind, value in book.marks_of(answers)
    )


def _answer_reasons(application: Application, *, by: User, at: datetime) -> None:
    application.return_reasons.open().update(answered_at=at, answered_by=by)
