"""Asking the unit what it has to say to an objection, without telling who objected."""

from collections.abc import Iterable
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from notices import notifications
from notices.enums import InquiryState
from notices.lifecycle import INQUIRY, OBJECTION
from notices.models import Inquiry, Objection
from notices.services.telling import tell, tell_holder
from notices.services.words import name_nobody, need
from records import attachments, clock, deadlines
from records.errors import Conflict
from records.lifecycle import Stamps, lock

ANSWER_FILE = "inquiry_answer"


@transaction.atomic
def ask_unit(*, objection: Objection, question: str, by: User, at: datetime | None = None) -> Inquiry:
    """Put ``question`` to the unit; the finding keeps its due day.

    Raises ``Incomplete`` where the words tell who objected, ``Conflict`` while an earlier question is open.
    """
    at = at or clock.now()
    lock(objection)
    need(question, "question", "请写明需要单位说明的事项。")
    name_nobody(objection, question=question)
    if objection.item.host_id is None:
        raise Conflict("该公示事项没有可以在本平台说明情况的单位。")
    if objection.inquiries.filter(state=InquiryState.ASKED).exists():
        raise Conflict("已请单位说明情况，尚未答复；答复或期满后方可再次询问。")
    current = deadlines.current(objection)
    OBJECTION.move(objection, "ask_unit", by=by, at=at, due_on=current.due_on if current else None)
    inquiry = Inquiry.objects.create(
        objection=objection, question=question.strip(), asked_at=at, asked_by=by, state_since=at
    )
    INQUIRY.begin(inquiry, by=by, at=at)
    tell_holder(subject=inquiry, at=at, **notifications.inquiry_put(inquiry))
    return inquiry


@transaction.atomic
def answer_inquiry(
    *,
    inquiry: Inquiry,
    answer: str,
    by: User,
    files: Iterable[UploadedFile] = (),
    at: datetime | None = None,
) -> Inquiry:
    """Answer for the unit, with the files that prove it; shown to the office that asked."""
    at = at or clock.now()
    need(answer, "answer", "请写明情况说明。")
    stamps: Stamps = {"answered_at": at, "answered_by": by, "answer": answer.strip()}
    event = INQUIRY.move(inquiry, "answer", by=by, at=at, **stamps)
    for upload in files:
        attachments.attach_file(subject=inquiry, kind=ANSWER_FILE, upload=upload, by=by)
    words = notifications.inquiry_answered(inquiry)
    tell(recipients=[inquiry.asked_by], subject=inquiry.objection, at=at, occasion=str(event.pk), **words)
    return inquiry


def close_inquiries(objection: Objection, *, at: datetime) -> None:
    """Close a question that was not answered in its days. Raises ``Conflict`` while there is still time."""
    inquiry = objection.inquiries.filter(state=InquiryState.ASKED).first()
    if inquiry is None:
        return
    deadline = deadlines.current(inquiry)
    if deadline and deadline.due_on and timezone.localdate(at) <= deadline.due_on:
        day = deadlines.day_in_words(deadline.due_on)
        raise Conflict(f"已请单位在{day}前说明情况，尚未答复；答复或期满后方可提出处理意见。")
    INQUIRY.move(inquiry, "lapse", by=system_user(), at=at)
