"""Objections: filed by anybody under their real name, checked by a clerk, decided by another person.

What follows for the case itself is its own room's affair: that room calls these functions inside its
transaction and asks :func:`notices.selectors.is_way_clear` before it goes on.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from notices import notifications, policy
from notices.enums import Finding, ItemStatus, ObjectionState
from notices.lifecycle import OBJECTION
from notices.models import Objection, PublicNoticeItem, ReminderEdition
from notices.models.edition import OBJECTIONS
from notices.services.inquiries import close_inquiries
from notices.services.letters import issue_after_commit, promise_letter
from notices.services.publicity import pause_item, resume_item, withdraw_item
from notices.services.telling import tell_holder
from notices.services.words import name_nobody, need
from records import attachments, audit, calendar, clock, deadlines, numbering
from records.errors import BadFile, Conflict, Incomplete, Reason, TooLate
from records.lifecycle import lock

SIGNED_SCAN = "objection_signed"
EVIDENCE = "objection_evidence"


@transaction.atomic
def file_objection(
    *,
    item: PublicNoticeItem,
    key: UUID,
    kind: str,
    name: str,
    phone: str,
    id_kind: str,
    id_number: str,
    grounds: str,
    signed: UploadedFile | None,
    evidence: Iterable[UploadedFile] = (),
    contact_name: str = "",
    email: str = "",
    at: datetime | None = None,
) -> Objection:
    """Take in an objection from the public. The same ``key`` twice is the same objection.

    Whether it came in time is decided by the database's clock, read under the item's lock. Raises ``TooLate``
    after the period, ``Incomplete`` where the author is not known or the signed paper is missing, ``BadFile``.
    """
    lock(item)
    if earlier := Objection.objects.filter(key=key).first():
        return _same_item(earlier, item)
    at = at or clock.database_now()
    _check_in_time(item, at)
    identity = {"kind": kind, "name": name, "phone": phone, "id_kind": id_kind, "id_number": id_number}
    _check_known(identity, contact_name=contact_name, grounds=grounds, signed=signed)
    edition = ReminderEdition.objects.in_force(OBJECTIONS, timezone.localdate(at))
    year = timezone.localdate(at).year
    objection = Objection.objects.create(
        item=item,
        key=key,
        **{field: value.strip() for field, value in identity.items()},
        contact_name=contact_name.strip(),
        email=email.strip(),
        grounds=grounds.strip(),
        edition=edition,
        filed_at=at,
        number=numbering.take_number("objection", pattern=edition.terms["numbers"]["objection"], year=year),
    )
    clerk = system_user()
    OBJECTION.begin(objection, by=clerk, at=at, item=item.pk)
    _keep_files(objection, signed, evidence, by=clerk)
    tell_holder(subject=objection, at=at, **notifications.objection_filed(objection))
    return objection


def _keep_files(
    objection: Objection, signed: UploadedFile | None, evidence: Iterable[UploadedFile], *, by: User
) -> None:
    """Keep the papers under plain names: what people call their files tells who they are."""
    named = [(SIGNED_SCAN, "异议书", signed), *((EVIDENCE, "证据材料", upload) for upload in evidence)]
    for kind, words, upload in named:
        if upload is not None:
            upload.name = f"{words}.{(upload.name or '').rpartition('.')[2]}"
            attachments.attach_file(subject=objection, kind=kind, upload=upload, by=by)


def _same_item(objection: Objection, item: PublicNoticeItem) -> Objection:
    if objection.item_id != item.pk:
        raise Conflict("该表单已用于对另一公示事项提出异议，请从该事项的公示页面重新打开表单。")
    return objection


def _check_in_time(item: PublicNoticeItem, at: datetime) -> None:
    status, last = item.status(timezone.localdate(at)), item.ends_on
    day = f"{last.year}年{last.month}月{last.day}日"
    if status == ItemStatus.PAUSED and timezone.localdate(at) > last:
        raise TooLate("该事项因异议处理中止公示，恢复公示后方可再提出异议。")
    if status in (ItemStatus.ENDED, ItemStatus.CONCLUDED):
        raise TooLate(f"公示期已于{day} 24 时届满，逾期提出的异议不予受理。")
    if status == ItemStatus.WITHDRAWN:
        raise TooLate("该事项已撤下，不再接受异议。")


def _check_known(
    identity: dict[str, str], *, contact_name: str, grounds: str, signed: UploadedFile | None
) -> None:
    faults = policy.identity_faults(**identity, contact_name=contact_name)
    found = [Reason(text, field=field) for field, text in faults]
    if len(grounds.strip()) < policy.GROUNDS_MIN_CHARS:
        words = f"请写明异议的事实与依据，不少于 {policy.GROUNDS_MIN_CHARS} 字。"
        found.append(Reason(words, field="grounds"))
    if signed is None:
        words = "请上传签字（单位加盖公章）的异议书扫描件；没有签字或盖章的不予受理。"
        found.append(Reason(words, field="signed"))
    Incomplete.unless_empty(found)
    if signed is not None:
        BadFile.unless_empty(attachments.faults_of(signed))


@transaction.atomic
def accept_objection(*, objection: Objection, by: User, at: datetime | None = None) -> Objection:
    """Take the objection up: from here the clock of its item stands still."""
    at = at or clock.now()
    lock(objection.item)
    data = {"paper": promise_letter(objection, "objection_acceptance", at=at)}
    event = OBJECTION.move(objection, "accept", by=by, at=at, data=data, accepted_at=at, accepted_by=by)
    issue_after_commit(event)
    pause_item(item=objection.item, by=by, at=at)
    return objection


@transaction.atomic
def ask_for_original(*, objection: Objection, wanted: str, by: User, at: datetime | None = None) -> Objection:
    """Ask its author for the paper of which a scan was sent; once, with days of its own."""
    at = at or clock.now()
    lock(objection)
    need(wanted, "wanted", "请写明需要补交哪一份原件、送到哪里。")
    name_nobody(objection, wanted=wanted)
    if objection.original_asked_at:
        raise Conflict("已要求补交过原件，只能要求一次。")
    stamps: dict[str, Any] = {
        "original_asked_at": at,
        "original_asked_by": by,
        "original_wanted": wanted.strip(),
    }
    OBJECTION.move(objection, "ask_original", by=by, at=at, **stamps)
    return objection


@transaction.atomic
def receive_original(*, objection: Objection, by: User, at: datetime | None = None) -> Objection:
    """Note that the original came; the days of the acceptance check begin anew."""
    at = at or clock.now()
    stamps: dict[str, Any] = {"original_received_at": at, "original_received_by": by}
    OBJECTION.move(objection, "receive_original", by=by, at=at, **stamps)
    return objection


def _wait_for_original(objection: Objection, at: datetime) -> None:
    if objection.state != ObjectionState.AWAITING_ORIGINAL:
        return
    deadline = deadlines.current(objection)
    if deadline and deadline.due_on and timezone.localdate(at) <= deadline.due_on:
        day = deadlines.day_in_words(deadline.due_on)
        raise Conflict(f"补交原件的期限至{day}，期满未补交的方可不予受理。")


@transaction.atomic
def refuse_objection_acceptance(
    *, objection: Objection, reply: str, by: User, at: datetime | None = None
) -> Objection:
    """Do not take the objection up (late, anonymous, without evidence, beside the point), and say why."""
    at = at or clock.now()
    lock(objection)
    _wait_for_original(objection, at)
    need(reply, "reply", "不予受理须书面说明理由。")
    name_nobody(objection, reply=reply)
    data = {"paper": promise_letter(objection, "objection_refusal", at=at)}
    stamps: dict[str, Any] = {"refused_at": at, "refused_by": by, "reply": reply.strip()}
    event = OBJECTION.move(objection, "refuse", by=by, at=at, data=data, **stamps)
    issue_after_commit(event)
    return objection


@transaction.atomic
def extend_objection(*, objection: Objection, reason: str, by: User, at: datetime | None = None) -> Objection:
    """Give the finding more time, as often as the policy allows; counted from the present due day."""
    at = at or clock.now()
    lock(objection)
    limit = objection.edition.terms["rules"]["extensions_max"]
    if objection.extensions >= limit:
        raise Conflict(f"查核期限最多延长 {limit} 次，本件已延长。")
    current = deadlines.current(objection)
    start = current.due_on if current and current.due_on else timezone.localdate(at)
    due_on = calendar.add_working_days(start, int(objection.edition.terms["time_limits"]["extension"]))
    more: dict[str, Any] = {"extensions": objection.extensions + 1}
    OBJECTION.move(objection, "extend", by=by, at=at, reason=reason.strip(), due_on=due_on, **more)
    return objection


@transaction.atomic
def propose_finding(
    *,
    objection: Objection,
    finding: str,
    reply: str,
    by: User,
    correction: str = "",
    at: datetime | None = None,
) -> Objection:
    """Put a finding and the words of the reply before the approver; founded in part, also what is corrected."""
    at = at or clock.now()
    if finding not in Finding.values:
        raise Incomplete(Reason("请选择处理意见：异议成立、部分成立，或者不成立。", field="finding"))
    correction = correction.strip() if finding == Finding.PARTLY else ""
    need(reply, "reply", "处理意见须附答复全文，写明查核事实与依据。")
    _need_correction(finding, correction)
    name_nobody(objection, reply=reply, correction=correction)
    stamps: dict[str, Any] = {
        "proposed_at": at,
        "proposed_by": by,
        "finding": finding,
        "reply": reply.strip(),
        "correction": correction,
    }
    lock(objection)
    close_inquiries(objection, at=at)
    event = OBJECTION.move(objection, "propose", by=by, at=at, data={"finding": finding}, **stamps)
    words = notifications.objection_handed_on(objection, to_approver=True)
    tell_holder(subject=objection, at=at, occasion=str(event.pk), **words)
    return objection


@transaction.atomic
def send_back_finding(
    *, objection: Objection, reason: str, by: User, at: datetime | None = None
) -> Objection:
    """Ask the clerk to look again, and say at what."""
    at = at or clock.now()
    lock(objection)
    current = deadlines.current(objection)
    due_on = current.due_on if current else None
    event = OBJECTION.move(objection, "send_back", by=by, at=at, reason=reason.strip(), due_on=due_on)
    words = notifications.objection_handed_on(objection, to_approver=False)
    tell_holder(subject=objection, at=at, occasion=str(event.pk), **words)
    return objection


@transaction.atomic
def decide_objection(
    *,
    objection: Objection,
    outcome: str,
    by: User,
    reply: str = "",
    correction: str = "",
    at: datetime | None = None,
) -> Objection:
    """Decide: ``dismiss`` lets the item's clock go on, ``uphold`` takes the item out of the notice.

    ``partly`` keeps the clock standing: the room of the case calls :func:`post_corrected` once nothing else is
    left to decide. With other words than proposed, ``reply`` and ``correction`` replace them. Raises
    ``SamePerson`` where the approver handled the objection before.
    """
    at = at or clock.now()
    if outcome not in Finding.values:
        raise Incomplete(Reason("请选择：异议成立、部分成立，或者不成立。", field="outcome"))
    lock(objection.item)
    lock(objection)
    correction = (correction.strip() or objection.correction) if outcome == Finding.PARTLY else ""
    if OBJECTION.allows(objection, outcome):
        _need_correction(outcome, correction)
    name_nobody(objection, reply=reply, correction=correction)
    stamps: dict[str, Any] = {
        "decided_at": at,
        "decided_by": by,
        "finding": outcome,
        "reply": reply.strip() or objection.reply,
        "correction": correction,
    }
    data = {
        "proposed": objection.finding,
        "paper": promise_letter(objection, "objection_reply", at=at),
    }
    event = OBJECTION.move(objection, outcome, by=by, at=at, data=data, **stamps)
    issue_after_commit(event)
    if outcome == Finding.UPHOLD:
        withdraw_item(item=objection.item, by=by, at=at, reason=f"{objection} 成立")
    else:
        resume_item(item=objection.item, by=by, at=at)
    return objection


@transaction.atomic
def open_identity(*, objection: Objection, by: User, at: datetime | None = None) -> Objection:
    """Note in the register that this person looked at who made the objection."""
    audit.record("notices.objection.view_identity", objection, by=by, at=at or clock.now())
    return objection


def _need_correction(finding: str, correction: str) -> None:
    if finding == Finding.PARTLY:
        need(correction, "correction", "异议部分成立的，须写明更正的内容，随重新公示一并公布。")
