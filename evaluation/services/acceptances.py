"""Acceptance, the unit's part: opened by the system, prepared, handed up and handed in with its figures frozen."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from evaluation.documents.acceptances import APPLICATION
from evaluation.enums import UNITS_FILES, AcceptanceFile, AcceptanceState
from evaluation.lifecycle import ACCEPTANCE
from evaluation.models import Acceptance, ReviewEdition
from evaluation.notifications.acceptances import tell_of_acceptance
from evaluation.selectors.acceptances import (
    compared,
    missing_of,
    recognitions_without_acceptance,
    unit_files_of,
)
from evaluation.services.papers import issue_after_commit
from evaluation.services.side_by_side import changed_in, others_since, refuse_clashes, who_and_when
from institutes.models import Recognition
from institutes.services.opinions import NO_OPINION
from records import attachments, audit, calendar, clock, numbering
from records.errors import BadFile, Clash, IllegalMove, Incomplete, Reason
from records.lifecycle import lock
from records.models import Attachment, AuditEvent

KIND = "acceptance"


def open_acceptances(*, at: datetime | None = None) -> list[Acceptance]:
    """Open the acceptance of every recognised institute that has none. Repeating it adds nothing."""
    at = at or clock.now()
    found = [open_acceptance(recognition=each, at=at) for each in recognitions_without_acceptance()]
    return [acceptance for acceptance in found if acceptance is not None]


@transaction.atomic
def open_acceptance(*, recognition: Recognition, at: datetime | None = None) -> Acceptance | None:
    """Open the acceptance at the end of a building period. None where there is one, or the recognition is over."""
    at, by = at or clock.now(), system_user()
    lock(recognition)
    institute = recognition.institute
    if recognition.is_over or institute.build_to is None:
        return None
    if Acceptance.objects.filter(institute=institute).exists():
        return None
    acceptance = Acceptance.objects.create(
        institute=institute,
        edition=ReviewEdition.objects.in_force(KIND, timezone.localdate(at)),
        host_id=institute.host_id,
        division_id=institute.division_id,
        opened_at=at,
        opened_by=by,
    )
    ACCEPTANCE.begin(acceptance, by=by, at=at, due_on=institute.build_to)
    return acceptance


# --- what the unit prepares -----------------------------------------------------------------------------------------


@transaction.atomic
def save_acceptance(
    *,
    acceptance: Acceptance,
    entries: Mapping[str, str],
    by: User,
    seen: datetime | None = None,
    at: datetime | None = None,
) -> datetime:
    """Keep what was written, part by part (``text_…``). Raises ``StaleVersion`` with both texts where somebody else
    wrote in the same part since this person looked (``seen``)."""
    at = at or clock.now()
    lock(acceptance)
    _refuse_unless_prepared(acceptance)
    _refuse_to_overwrite(acceptance, entries, by, seen)
    before = {f"text_{code}": text for code, text in acceptance.texts.items()}
    changed = changed_in(entries=entries, before=before)
    known = {part["code"] for part in acceptance.edition.terms["summary_parts"]}
    texts = {name.removeprefix("text_"): text for name, text in entries.items()}
    acceptance.texts = acceptance.texts | {code: text for code, text in texts.items() if code in known}
    acceptance.saved_at, acceptance.saved_by = at, by
    acceptance.save(update_fields=["texts", "saved_at", "saved_by"])
    audit.record("evaluation.acceptance.save", acceptance, by=by, at=at, fields=changed)
    return at


def _refuse_unless_prepared(acceptance: Acceptance) -> None:
    if acceptance.state != AcceptanceState.PREPARING:
        raise IllegalMove(f"“{acceptance}”现为“{ACCEPTANCE.label(acceptance.state)}”，材料不能再改。")


def _refuse_to_overwrite(
    acceptance: Acceptance, entries: Mapping[str, str], by: User, seen: datetime | None
) -> None:
    last = others_since(subject=acceptance, by=by, seen=seen)
    labels = {part["code"]: part["label"] for part in acceptance.edition.terms["summary_parts"]}
    clashes = []
    for name in sorted(set(entries) & set(last)):
        code, mine = name.removeprefix("text_"), entries[name]
        theirs = acceptance.texts.get(code, "")
        if theirs != mine:
            who, when = who_and_when(line=last[name])
            clashes.append(Clash(name, labels.get(code, code), mine, theirs, by=who, at=when))
    refuse_clashes(subject=acceptance, clashes=clashes)


@transaction.atomic
def attach_acceptance_files(
    *, acceptance: Acceptance, kind: str, uploads: Sequence[UploadedFile], by: User
) -> list[Attachment]:
    """Take in what the unit brings. Of report and plan there is one each: a newer one stands in its place."""
    lock(acceptance)
    _refuse_unless_prepared(acceptance)
    if kind not in {one.value for one in UNITS_FILES}:
        raise Incomplete(Reason("请选择材料类别。", field="kind"))
    limits = acceptance.institute.recognition.edition.upload_limits
    BadFile.unless_empty(
        [fault for upload in uploads for fault in attachments.faults_of(upload, limits=limits)]
    )
    single = kind != AcceptanceFile.EVIDENCE
    if single and len(uploads) > 1:
        raise Incomplete(Reason("这类材料只上传一份，请合并为一个文件。", field="file"))
    former = unit_files_of(acceptance).filter(kind=kind).first() if single else None
    return [
        attachments.attach_file(
            subject=acceptance, kind=kind, upload=upload, replaces=former, limits=limits, by=by
        )
        for upload in uploads
    ]


@transaction.atomic
def remove_acceptance_file(*, acceptance: Acceptance, attachment: Attachment, by: User) -> None:
    """Take a file out again while the material is being prepared; the register keeps that it was there."""
    lock(acceptance)
    _refuse_unless_prepared(acceptance)
    if not unit_files_of(acceptance).filter(pk=attachment.pk).exists():
        raise Incomplete(Reason("该材料已不在案卷中，请刷新页面。", field="file"))
    attachments.remove_file(attachment=attachment, subject=acceptance, by=by)


# --- handed up, handed in, taken back -------------------------------------------------------------------------------


def take(
    acceptance: Acceptance, action: str, *, by: User, at: datetime, reason: str = "", **more: Any
) -> AuditEvent:
    """One move: the table, the register, whoever has to know."""
    event = ACCEPTANCE.move(acceptance, action, by=by, at=at, reason=reason.strip(), **more)
    tell_of_acceptance(acceptance, event)
    return event


def due_when_returned(acceptance: Acceptance, at: datetime) -> dict[str, Any]:
    """Until when the unit has it back: the end of its period, or some working days where that comes later."""
    days = acceptance.time_limit("supplement") or 0
    later = calendar.add_working_days(timezone.localdate(at), days)
    return {"due_on": max(acceptance.ends_on or later, later)}


@transaction.atomic
def hand_up_acceptance(*, acceptance: Acceptance, by: User, at: datetime | None = None) -> Acceptance:
    """Give the material to the unit's administrator. Raises ``Incomplete`` with all that is missing."""
    take(acceptance, "hand_up", by=by, at=at or clock.now())
    Incomplete.unless_empty(missing_of(acceptance))
    return acceptance


@transaction.atomic
def send_back_acceptance(
    *, acceptance: Acceptance, reason: str, by: User, at: datetime | None = None
) -> Acceptance:
    """Let the material be mended inside the unit."""
    at = at or clock.now()
    due = due_when_returned(acceptance, at)
    take(acceptance, "send_back", by=by, at=at, reason=reason, **due)
    return acceptance


@transaction.atomic
def hand_in_acceptance(*, acceptance: Acceptance, by: User, at: datetime | None = None) -> Acceptance:
    """Apply for acceptance in the unit's name: the figures of this moment are the ones that are judged.

    Raises ``Incomplete`` with all that is missing, or where the institute has no targets to be judged by.
    """
    at = at or clock.now()
    lock(acceptance)
    day = timezone.localdate(at)
    figures = compared(acceptance.institute, acceptance.edition, on=day)
    if ACCEPTANCE.allows(acceptance, "hand_in"):
        Incomplete.unless_empty([*missing_of(acceptance), *_faults_of_figures(figures)])
    number = acceptance.number or numbering.take_number(
        "evaluation.acceptance", pattern=acceptance.edition.terms["numbers"]["acceptance"], year=day.year
    )
    event = take(
        acceptance,
        "hand_in",
        by=by,
        at=at,
        data={"paper": _promise(acceptance, number)},
        number=number,
        comparison=figures,
        handed_in_at=at,
        handed_in_by=by,
        **NO_OPINION,
    )
    issue_after_commit(event)
    return acceptance


def _faults_of_figures(figures: list[dict[str, Any]]) -> list[Reason]:
    if figures:
        return []
    return [Reason("研究院没有登记建设目标，不能申请验收；请联系市科技局补登。", clause="二(三)2")]


def _promise(acceptance: Acceptance, number: str) -> dict[str, str]:
    """The paper of the application: handed in anew, it is a paper of its own under the same number."""
    before = AuditEvent.objects.about(acceptance).filter(verb="evaluation.acceptance.hand_in").count()
    suffix = f"_{before + 1}" if before else ""
    return {"kind": f"{APPLICATION}{suffix}", "number": f"{number}{suffix.replace('_', '-')}"}


@transaction.atomic
def recall_acceptance(
    *, acceptance: Acceptance, reason: str, by: User, at: datetime | None = None
) -> Acceptance:
    """Take the application back from the county to mend it."""
    at = at or clock.now()
    take(acceptance, "recall", by=by, at=at, reason=reason, **due_when_returned(acceptance, at))
    return acceptance
