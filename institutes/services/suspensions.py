"""Stopping the standing of an institute for a time, and restoring it: each by two people of the bureau."""

from collections.abc import Sequence
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import notifications
from institutes.lifecycle import SUSPENSION
from institutes.models import Institute, Recognition, RecognitionEdition, Revocation, Suspension
from institutes.services.ending import STOP, lift_stop
from institutes.services.standing_papers import issue_after_commit, promise
from records import attachments, audit, clock
from records.errors import BadFile, Conflict, Incomplete, Reason
from records.lifecycle import lock

EVIDENCE = "evidence"


def attach_evidence(
    case: Suspension | Revocation, files: Sequence[UploadedFile], *, kind: str, by: User
) -> None:
    """Keep what was brought with the case, within the edition's limits."""
    limits = case.edition.upload_limits
    BadFile.unless_empty(
        [fault for upload in files for fault in attachments.faults_of(upload, limits=limits)]
    )
    for upload in files:
        attachments.attach_file(subject=case, kind=kind, upload=upload, limits=limits, by=by)


def recognition_to_end(institute: Institute) -> Recognition:
    """The recognition with its institute, locked in this order. Raises ``Conflict`` where it is over already."""
    lock(institute)
    recognition = Recognition.objects.select_for_update(of=("self",), no_key=True).get(institute=institute)
    recognition.institute = institute
    if recognition.is_over:
        raise Conflict(Reason(f"该研究院的{recognition.barrier}，不能再办理。", field="institute"))
    return recognition


@transaction.atomic
def propose_suspension(
    *,
    institute: Institute,
    grounds: str,
    until: date,
    by: User,
    measures: str = "",
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> Suspension:
    """Propose to stop an institute until a day, with grounds and what it has to mend."""
    at = at or clock.now()
    edition = RecognitionEdition.objects.in_force("recognition", timezone.localdate(at))
    Incomplete.unless_empty(
        [
            *([] if grounds.strip() else [Reason("请写明暂停的事由。", field="grounds")]),
            *_faults_of_period(until, edition, timezone.localdate(at)),
        ]
    )
    recognition_to_end(institute)
    if Suspension.objects.live().filter(institute=institute).exists():
        raise Conflict(Reason("该研究院已有一件暂停资格在办或者正在暂停。", field="institute"))
    suspension = Suspension.objects.create(
        institute=institute,
        edition=edition,
        host_id=institute.host_id,
        division_id=institute.division_id,
        grounds=grounds.strip(),
        measures=measures.strip(),
        until=until,
        proposed_at=at,
        proposed_by=by,
    )
    event = SUSPENSION.begin(suspension, by=by, at=at, until=until.isoformat())
    attach_evidence(suspension, files, kind=EVIDENCE, by=by)
    notifications.tell_of_suspension(suspension, event)
    return suspension


def _faults_of_period(until: date, edition: RecognitionEdition, today: date) -> list[Reason]:
    longest = int(edition.terms["suspension"]["days_max"])
    if until <= today:
        return [Reason("暂停期限须晚于今天。", field="until")]
    if (until - today).days > longest:
        return [Reason(f"一次暂停最长 {longest} 日（系统默认，待确认）；期满可继续暂停。", field="until")]
    return []


@transaction.atomic
def approve_suspension(*, suspension: Suspension, by: User, at: datetime | None = None) -> Suspension:
    """Stop the institute: nothing is granted or ordered for it until it is restored. Another than who proposed it."""
    at = at or clock.now()
    recognition = recognition_to_end(suspension.institute)
    paper = promise(suspension, "suspension_notice", on=timezone.localdate(at))
    data = {"paper": paper, "until": suspension.until.isoformat()}
    event = SUSPENSION.move(
        suspension,
        "approve",
        by=by,
        at=at,
        data=data,
        due_on=suspension.until,
        decided_at=at,
        decided_by=by,
    )
    recognition.suspended_at, recognition.suspended_by = at, by
    recognition.suspended_until = suspension.until
    recognition.save(update_fields=STOP)
    audit.record("institutes.recognition.stop", recognition, by=by, at=at, suspension=suspension.pk)
    notifications.tell_of_suspension(suspension, event)
    issue_after_commit(event)
    return suspension


@transaction.atomic
def refuse_suspension(
    *, suspension: Suspension, reason: str, by: User, at: datetime | None = None
) -> Suspension:
    """Do not stop it; the proposal stays on record with the reason."""
    at = at or clock.now()
    event = SUSPENSION.move(
        suspension, "refuse", by=by, at=at, reason=reason.strip(), decided_at=at, decided_by=by
    )
    notifications.tell_of_suspension(suspension, event)
    return suspension


@transaction.atomic
def propose_restoration(
    *,
    suspension: Suspension,
    findings: str,
    by: User,
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> Suspension:
    """Say what was found of what had to be mended; another person restores, or lets the stop go on."""
    at = at or clock.now()
    if not findings.strip():
        raise Incomplete(Reason("请写明整改核查情况。", field="findings"))
    event = SUSPENSION.move(
        suspension,
        "propose_restoration",
        by=by,
        at=at,
        findings=findings.strip(),
        checked_at=at,
        checked_by=by,
    )
    attach_evidence(suspension, files, kind=EVIDENCE, by=by)
    notifications.tell_of_suspension(suspension, event)
    return suspension


@transaction.atomic
def restore_standing(*, suspension: Suspension, by: User, at: datetime | None = None) -> Suspension:
    """Let the institute stand again; what was stopped may go on."""
    at = at or clock.now()
    recognition = recognition_to_end(suspension.institute)
    paper = promise(suspension, "restoration_notice", on=timezone.localdate(at))
    event = SUSPENSION.move(
        suspension, "restore", by=by, at=at, data={"paper": paper}, ended_at=at, ended_by=by
    )
    lift_stop(recognition, by=by, at=at)
    notifications.tell_of_suspension(suspension, event)
    issue_after_commit(event)
    return suspension


@transaction.atomic
def extend_suspension(
    *, suspension: Suspension, until: date, reason: str, by: User, at: datetime | None = None
) -> Suspension:
    """Let the stop go on until another day: what had to be mended is not."""
    at = at or clock.now()
    recognition = recognition_to_end(suspension.institute)
    Incomplete.unless_empty(_faults_of_period(until, suspension.edition, timezone.localdate(at)))
    event = SUSPENSION.move(
        suspension,
        "extend",
        by=by,
        at=at,
        reason=reason.strip(),
        due_on=until,
        data={"until": until.isoformat()},
        until=until,
        checked_at=None,
        checked_by=None,
    )
    recognition.suspended_until = until
    recognition.save(update_fields=["suspended_until"])
    notifications.tell_of_suspension(suspension, event)
    return suspension
