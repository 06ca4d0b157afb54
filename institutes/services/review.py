"""What comes back from outside the bureau: the result of the expert review, and the visit to the host."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import notifications
from institutes.enums import VisitFile
from institutes.lifecycle import APPLICATION
from institutes.models import Application, SiteVisit
from institutes.selectors import last_of
from institutes.selectors.decision import is_in_a_draft
from institutes.services.cultivation_links import follow
from institutes.services.papers import issue_after_commit, paper
from records import attachments, clock
from records.errors import IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock
from records.models import Attachment

EXPERT, WITNESS = "expert", "county"
VISIT_SUFFIXES = ("pdf", "jpg", "jpeg", "png")


@transaction.atomic
def record_review(
    *,
    application: Application,
    score: Decimal,
    passed: bool,
    opinion: str,
    by: User,
    tie_break: Decimal | None = None,
    tie_label: str = "",
    visited: bool = False,
    at: datetime | None = None,
) -> Application:
    """Enter the result of the expert review: on to the visit, or closed with the panel's opinion.

    ``visited``: the host was visited already, and the record stands, so that the meeting decides next.

    ``tie_break`` ranks applications of the same score among each other: their points in what the edition of
    the review compares first; ``tie_label`` says what that is.
    """
    at = at or clock.now()
    stamps: Stamps = {
        "review_score": score,
        "review_tie_break": tie_break,
        "review_tie_label": tie_label,
        "review_opinion": opinion.strip(),
        "reviewed_at": at,
        "reviewed_by": by,
    }
    if passed:
        action = "pass_again" if visited else "pass_review"
        event = APPLICATION.move(application, action, by=by, at=at, data={"score": str(score)}, **stamps)
        notifications.tell_of_move(application, event)
        return application
    stamps |= {"closed_at": at, "closed_by": by, "closing_reason": opinion.strip()}
    data = {
        "score": str(score),
        "paper": paper(
            application, "result_notice", year=timezone.localdate(at).year, suffix=_anew(application)
        ),
    }
    event = APPLICATION.move(application, "fail_review", by=by, at=at, reason=opinion, data=data, **stamps)
    follow(application, at=at)
    notifications.tell_of_move(application, event)
    issue_after_commit(event)
    return application


@transaction.atomic
def reopen_review(
    *, application: Application, reason: str, by: User, at: datetime | None = None
) -> Application:
    """Take back the result of the review, because somebody who judged ought to have kept away: it is judged anew.

    As long as nothing rests on the result but the visit. Raises ``IllegalMove`` once it stands in the draft of a
    decision, or later: then the meeting, an objection or a revocation decides.
    """
    at = at or clock.now()
    lock(application)
    if is_in_a_draft(application):
        raise IllegalMove(
            f"“{application}”已列入审议决定草稿，不能重新评定；请先从草稿中移出，或说明理由维持结果。"
        )
    stamps: Stamps = {
        "review_score": None,
        "review_tie_break": None,
        "review_tie_label": "",
        "review_opinion": "",
        "reviewed_at": None,
        "reviewed_by": None,
        "closed_at": None,
        "closed_by": None,
        "closing_reason": "",
    }
    event = APPLICATION.move(application, "reopen_review", by=by, at=at, reason=reason, **stamps)
    follow(application, at=at)
    notifications.tell_of_move(application, event)
    return application


@transaction.atomic
def record_visit(
    *,
    application: Application,
    visited_on: date,
    participants: Sequence[Mapping[str, str]],
    findings: str,
    consistent: bool,
    sheet: UploadedFile | None,
    photos: Sequence[UploadedFile],
    by: User,
    at: datetime | None = None,
) -> SiteVisit:
    """Enter the visit: ``participants`` are ``{"name", "role", "employer"}``, with experts and the county's witness.

    Entered anew after a visit was repeated, it takes the place of the former record, whose files stay on file.
    ``sheet`` is the record that those present signed, ``photos`` what was taken there; pictures or PDF. Raises
    ``Incomplete`` with everything that is missing or does not hold.
    """
    at = at or clock.now()
    event = APPLICATION.move(application, "record_visit", by=by, at=at, data={"consistent": consistent})
    files = [(VisitFile.SHEET, "sheet", sheet)] if sheet else []
    files += [(VisitFile.PHOTO, "photos", photo) for photo in photos]
    Incomplete.unless_empty(
        [
            *_faults(application, visited_on, participants, findings, at),
            *_missing_files(files),
            *_faults_of_files(files, application.call.edition.upload_limits),
        ]
    )
    visit, is_first = SiteVisit.objects.update_or_create(
        application=application,
        defaults={
            "visited_on": visited_on,
            "participants": [dict(person) for person in participants],
            "findings": findings.strip(),
            "consistent": consistent,
            "recorded_at": at,
            "recorded_by": by,
        },
    )
    limits = application.call.edition.upload_limits
    if not is_first:
        _set_aside_files(application, by=by)
    for kind, _field, upload in files:
        attachments.attach_file(subject=application, kind=kind, upload=upload, by=by, limits=limits)
    notifications.tell_of_move(application, event)
    return visit


@transaction.atomic
def refuse_visit(
    *, application: Application, reason: str, by: User, at: datetime | None = None
) -> Application:
    """End the application of a host that would not be visited: it counts as given up (domain B1)."""
    at = at or clock.now()
    stamps: Stamps = {"closed_at": at, "closed_by": by, "closing_reason": reason.strip()}
    event = APPLICATION.move(application, "refuse_visit", by=by, at=at, reason=reason, **stamps)
    follow(application, at=at)
    notifications.tell_of_move(application, event)
    return application


def _set_aside_files(application: Application, *, by: User) -> None:
    """What was brought from the former visit no longer counts; nothing of it is lost."""
    former = Attachment.objects.about(application).current().filter(kind__in=VisitFile.values)
    for file in former:
        attachments.remove_file(attachment=file, subject=application, by=by)


def _anew(application: Application) -> str:
    """What tells the paper of a second review from that of the first; nothing for the first."""
    earlier = last_of(application, ["fail_review"])
    return f"_{earlier.pk}" if earlier else ""


def _missing_files(files: Sequence[tuple[VisitFile, str, UploadedFile]]) -> list[Reason]:
    """A visit counts by what was signed and photographed there."""
    brought = {kind for kind, _field, _upload in files}
    found = []
    if VisitFile.SHEET not in brought:
        found.append(Reason("须上传全体参加人员签字的现场考察表。", field="sheet"))
    if VisitFile.PHOTO not in brought:
        found.append(Reason("须上传至少一张现场照片。", field="photos"))
    return found


def _faults_of_files(
    files: Sequence[tuple[VisitFile, str, UploadedFile]], limits: attachments.Limits
) -> list[Reason]:
    """Every fault of every file, under the box it came by."""
    return [
        replace(fault, field=field, text=f"“{upload.name}”{fault.text}")
        for _kind, field, upload in files
        for fault in attachments.faults_of(upload, among=VISIT_SUFFIXES, limits=limits)
    ]


def _faults(
    application: Application,
    visited_on: date,
    participants: Sequence[Mapping[str, str]],
    findings: str,
    at: datetime,
) -> list[Reason]:
    least, found = int(application.call.edition.terms["limits"]["site_visit_experts_min"]), list[Reason]()
    experts = {person["name"] for person in participants if person["role"] == EXPERT}
    if len(experts) < least:
        found.append(
            Reason(f"参加考察的专家不少于 {least} 名，现登记 {len(experts)} 名。", field="participants")
        )
    if not any(person["role"] == WITNESS for person in participants):
        found.append(Reason("须登记县级科技管理部门的见证人。", field="participants"))
    if not findings.strip():
        found.append(Reason("请写明考察情况。", field="findings"))
    if visited_on > timezone.localdate(at):
        found.append(Reason("考察日期不能晚于今天。", field="visited_on"))
    if application.reviewed_at and visited_on < timezone.localdate(application.reviewed_at):
        found.append(Reason("考察日期不能早于评审完成之日。", field="visited_on"))
    return found
