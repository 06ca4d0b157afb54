"""What is written at the place: checklist, photos, signatures; confirmed by the witness, then entered with the case."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from evaluation import documents, tasks
from evaluation.enums import Finding, VisitState
from evaluation.lifecycle import VISIT
from evaluation.models import VisitCheck, VisitMember, VisitPhoto, VisitPlan
from evaluation.notifications import visits as notifications
from evaluation.selectors.visits import (
    missing_of,
    papers_about_visit,
    photos_of,
    signed,
    visit_papers_missing,
)
from evaluation.services.visits import cancel_visits_without_case, note_in_register
from institutes.services import record_visit as enter_visit
from records import attachments, clock, numbering
from records import documents as paper_office
from records.errors import BadFile, Clash, Conflict, IllegalMove, Incomplete, Reason, StaleVersion
from records.lifecycle import lock
from records.models import Attachment, AuditEvent, Document
from records.pdf import RenderFailed

PHOTO = "visit-photo"
PICTURES = ("jpg", "jpeg", "png")
SIGNATURES = PICTURES


def refuse_unless_open(*, visit: VisitPlan) -> None:
    """Raise unless the record of the visit can be written on."""
    if visit.state != VisitState.PLANNED:
        label = VISIT.label(visit.state)
        raise IllegalMove(f"考察现为“{label}”，内容不能再改；需要更正的，请先撤回修改。")


@transaction.atomic
def save_visit(
    *,
    visit: VisitPlan,
    entries: Mapping[str, object],
    by: User,
    seen: datetime | None = None,
    at: datetime | None = None,
) -> datetime:
    """Keep what was written, box by box: ``check_…``, ``note_…``, ``caption_…``, ``findings``, ``consistent``.

    ``seen`` is when the page was last in step: what another person wrote in the same box since is not lost
    (``StaleVersion`` shows both).
    """
    at = at or clock.now()
    lock(visit)
    refuse_unless_open(visit=visit)
    checks = {check.item: check for check in visit.checks.select_related("saved_by")}
    if clashes := _clashes(checks, entries, by, seen):
        words = "以下内容在您填写期间已被他人修改，请选择保留哪一个。"
        raise StaleVersion(words, clashes=clashes, version=int(at.timestamp() * 1000))
    for item in visit.edition.terms["visit_checklist"]:
        _save_check(visit, item["code"], checks.get(item["code"]), entries, by=by, at=at)
    for photo in photos_of(visit):
        if f"caption_{photo.pk}" in entries:
            photo.caption = str(entries[f"caption_{photo.pk}"]).strip()
            photo.save(update_fields=["caption"])
    changed = [name for name in ("findings", "consistent") if name in entries]
    for name in changed:
        setattr(visit, name, entries[name])
    visit.saved_at, visit.saved_by = at, by
    visit.save(update_fields=[*changed, "saved_at", "saved_by"])
    note_in_register(visit, "save", by=by, at=at, fields=sorted(entries))
    return at


def _clashes(
    checks: Mapping[str, VisitCheck], entries: Mapping[str, object], by: User, seen: datetime | None
) -> list[Clash]:
    found = []
    for name, mine in entries.items():
        kind, _sep, code = name.partition("_")
        check = checks.get(code) if kind in ("check", "note") else None
        if check is None or seen is None or check.saved_by_id == by.pk or check.saved_at <= seen:
            continue
        theirs = check.result if kind == "check" else check.note
        if theirs and theirs != mine:
            said = {one.value: str(one.label) for one in Finding}
            when = f"{timezone.localtime(check.saved_at):%H:%M:%S}"
            found.append(
                Clash(
                    name,
                    code,
                    mine,
                    theirs,
                    by=check.saved_by.name,
                    at=when,
                    mine_said=said.get(str(mine), str(mine)),
                    theirs_said=said.get(theirs, theirs),
                )
            )
    return found


def _save_check(
    visit: VisitPlan,
    code: str,
    check: VisitCheck | None,
    entries: Mapping[str, object],
    *,
    by: User,
    at: datetime,
) -> None:
    if not {f"check_{code}", f"note_{code}"} & entries.keys():
        return
    check = check or VisitCheck(plan=visit, item=code)
    check.result = str(entries.get(f"check_{code}", check.result) or "")
    check.note = str(entries.get(f"note_{code}", check.note) or "").strip()
    check.saved_at, check.saved_by = at, by
    check.save()


@transaction.atomic
def add_photos(
    *,
    visit: VisitPlan,
    files: Sequence[UploadedFile],
    by: User,
    caption: str = "",
    taken_at: datetime | None = None,
    at: datetime | None = None,
) -> list[VisitPhoto]:
    """Take in photos; the same picture sent twice, as a bad connection does, is kept once."""
    at = at or clock.now()
    lock(visit)
    refuse_unless_open(visit=visit)
    most = int(visit.edition.terms["site_visit"]["photos_max"])
    limits = visit.application.call.edition.upload_limits
    found = [f for one in files for f in attachments.faults_of(one, among=PICTURES, limits=limits)]
    BadFile.unless_empty(found)
    kept = [
        attachments.attach_file(subject=visit, kind=PHOTO, upload=one, by=by, limits=limits) for one in files
    ]
    taken = taken_at or at
    if taken > at:
        raise Incomplete(Reason("拍摄时间不能晚于现在。", field="taken_at"))
    photos = [
        VisitPhoto.objects.get_or_create(
            file=one,
            defaults={"plan": visit, "caption": caption.strip(), "taken_at": taken, "taken_by": by},
        )[0]
        for one in kept
    ]
    if photos_of(visit).count() > most:
        raise BadFile(Reason(f"现场照片最多 {most} 张（系统默认，待确认）；请先移除不需要的。", field="file"))
    return photos


@transaction.atomic
def remove_photo(*, visit: VisitPlan, photo: VisitPhoto, by: User) -> None:
    """Take a photo out of the record; it stays on file."""
    lock(visit)
    refuse_unless_open(visit=visit)
    attachments.remove_file(attachment=photo.file, subject=visit, by=by)


@transaction.atomic
def sign_visit(
    *, visit: VisitPlan, member: VisitMember, file: UploadedFile, by: User, at: datetime | None = None
) -> VisitMember:
    """Keep the signature of one who was there, drawn on the screen or scanned; a later one replaces it."""
    at = at or clock.now()
    lock(visit)
    refuse_unless_open(visit=visit)
    if member.plan_id != visit.pk or member.left_at is not None:
        raise Conflict(Reason("此人不在考察人员之列。", field="member"))
    limits = visit.application.call.edition.upload_limits
    BadFile.unless_empty(attachments.faults_of(file, among=SIGNATURES, limits=limits))
    kind, former = f"signature-{member.pk}", member.signature
    member.signature = attachments.attach_file(
        subject=visit, kind=kind, upload=file, by=by, limits=limits, replaces=former
    )
    member.save(update_fields=["signature"])
    note_in_register(visit, "sign", by=by, at=at, member=member.name, sha256=member.signature.sha256)
    return member


# --- confirmed and entered ------------------------------------------------------------------------------------------


@transaction.atomic
def hand_over_visit(*, visit: VisitPlan, by: User, at: datetime | None = None) -> VisitPlan:
    """Give the complete record to the county's witness. Raises with everything that is missing."""
    at = at or clock.now()
    lock(visit)
    if VISIT.allows(visit, "hand_over"):
        Incomplete.unless_empty(missing_of(visit, at))
    event = VISIT.move(visit, "hand_over", by=by, at=at, handed_at=at, handed_by=by)
    notifications.visit_to_confirm(visit, occasion=str(event.pk))
    return visit


@transaction.atomic
def recall_visit(*, visit: VisitPlan, reason: str, by: User, at: datetime | None = None) -> VisitPlan:
    """Take the record back to correct it; the witness confirms it anew."""
    return _back(visit, "recall", reason=reason, by=by, at=at or clock.now())


@transaction.atomic
def send_visit_back(*, visit: VisitPlan, reason: str, by: User, at: datetime | None = None) -> VisitPlan:
    """The witness says what does not hold."""
    at = at or clock.now()
    _back(visit, "send_back", reason=reason, by=by, at=at)
    notifications.visit_sent_back(visit, reason, at)
    return visit


def _back(visit: VisitPlan, action: str, *, reason: str, by: User, at: datetime) -> VisitPlan:
    limit = timezone.localdate(at)
    VISIT.move(
        visit,
        action,
        by=by,
        at=at,
        reason=reason,
        due_on=limit,
        handed_at=None,
        handed_by=None,
        witnessed_at=None,
        witnessed_by=None,
    )
    return visit


@transaction.atomic
def confirm_visit(*, visit: VisitPlan, by: User, at: datetime | None = None) -> VisitPlan:
    """The county's witness confirms that it was so."""
    at = at or clock.now()
    VISIT.move(visit, "confirm", by=by, at=at, witnessed_at=at, witnessed_by=by)
    notifications.visit_confirmed(visit)
    return visit


def enter_record(*, visit: VisitPlan, by: User, at: datetime | None = None) -> VisitPlan:
    """Enter the visit with its case, which goes on to the decision.

    The signed sheet is drawn before anything is locked: drawing is slow, and touches no row.
    """
    at = at or clock.now()
    context = documents.visit_sheet(visit)
    sheet = paper_office.make_pdf(documents.VISIT_SHEET, context) if VISIT.allows(visit, "record") else b""
    return _enter(visit, sheet, by=by, at=at)


@transaction.atomic
def _enter(visit: VisitPlan, sheet: bytes, *, by: User, at: datetime) -> VisitPlan:
    pattern, year = visit.edition.terms["numbers"]["visit_sheet"], timezone.localdate(at).year
    lock(visit)
    if VISIT.allows(visit, "record"):
        lock(visit.application)
    promised = {
        "kind": "visit_sheet",
        "number": numbering.take_number("visit_sheet", pattern=pattern, year=year),
    }
    event = VISIT.move(
        visit, "record", by=by, at=at, data={"paper": promised}, recorded_at=at, recorded_by=by
    )
    there = signed(visit)
    enter_visit(
        application=visit.application,
        visited_on=timezone.localdate(visit.starts_at),
        participants=[{"name": one.name, "role": one.part, "employer": one.employer} for one in there],
        findings=visit.findings,
        consistent=bool(visit.consistent),
        sheet=SimpleUploadedFile("现场考察表（签字）.pdf", sheet, content_type="application/pdf"),
        photos=[_copy(photo.file) for photo in photos_of(visit)],
        by=by,
        at=at,
    )
    transaction.on_commit(partial(tasks.issue_visit_sheet.delay, event.pk), robust=True)
    return visit


def _copy(file: Attachment) -> UploadedFile:
    with file.file.open("rb") as opened:
        return SimpleUploadedFile(file.name, opened.read(), content_type=file.content_type)


def issue_visit_sheet(*, event: AuditEvent) -> Document:
    """Make the sheet that a record promised; a second call returns the one that exists."""
    visit = VisitPlan.objects.select_related("application__host", "application__division", "agency").get(
        pk=event.subject_id
    )
    promised = event.data["paper"]
    return paper_office.issue(
        paper_office.Paper(
            kind=promised["kind"],
            number=promised["number"],
            subject=visit,
            title=f"现场考察表（{visit.application}）"[:200],
            template=documents.VISIT_SHEET,
            context=documents.visit_sheet(visit) | {"number": promised["number"]},
            by=event.actor,
            at=event.at,
            replaces=papers_about_visit(visit).exclude(number=promised["number"]).first(),
        )
    )


def visit_promise(*, event_id: int) -> AuditEvent | None:
    """The line of the register under ``event_id``, if it promises the sheet of a visit."""
    return visit_papers_missing().filter(pk=event_id).select_related("actor").first()


def sweep_visits(*, before: datetime) -> int:
    """Cancel visits without a case, and make the sheets promised before that moment; returns how many."""
    return cancel_visits_without_case() + issue_missing_visit_sheets(before=before)


def issue_missing_visit_sheets(*, before: datetime) -> int:
    """Make the sheets that no task made; one failure does not hold up the others."""
    made = 0
    for event in visit_papers_missing(before=before).select_related("actor"):
        try:
            issue_visit_sheet(event=event)
            made += 1
        except RenderFailed:
            continue
    return made
