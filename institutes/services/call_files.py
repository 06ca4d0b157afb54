"""Files of a call's guide: attached, replaced and taken out while it is a draft; fixed once it is published."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from institutes.models import Call
from institutes.selectors import GUIDE
from institutes.services.calls import refuse_unless_draft
from records import attachments, clock
from records.errors import BadFile, Reason
from records.lifecycle import lock
from records.models import Attachment


@transaction.atomic
def attach_guide_file(
    *,
    call: Call,
    file: UploadedFile,
    by: User,
    replaces: Attachment | None = None,
    at: datetime | None = None,
) -> Attachment:
    """Add a file to the guide of a draft; with ``replaces``, as the next version of that one, which is kept.

    Whoever changes the files has drawn the call up, so another person publishes it. Raises ``BadFile``.
    """
    lock(call)
    refuse_unless_draft(call)
    if replaces is not None:
        _refuse_unless_present(call, replaces)
    limits = call.edition.upload_limits
    kept = attachments.attach_file(
        subject=call, kind=GUIDE, upload=file, by=by, replaces=replaces, limits=limits
    )
    _stamp(call, by=by, at=at or clock.now())
    return kept


@transaction.atomic
def remove_guide_file(*, call: Call, attachment: Attachment, by: User, at: datetime | None = None) -> None:
    """Take a file out of the guide of a draft; its bytes stay on record."""
    lock(call)
    refuse_unless_draft(call)
    _refuse_unless_present(call, attachment)
    attachments.remove_file(attachment=attachment, subject=call, by=by)
    _stamp(call, by=by, at=at or clock.now())


def _refuse_unless_present(call: Call, attachment: Attachment) -> None:
    if not Attachment.objects.about(call).current().filter(pk=attachment.pk, kind=GUIDE).exists():
        raise BadFile(Reason(f"“{attachment}”已不在本通知的附件中，请刷新页面。", field="replaces"))


def _stamp(call: Call, *, by: User, at: datetime) -> None:
    call.drafted_at, call.drafted_by = at, by
    call.save(update_fields=["drafted_at", "drafted_by"])
