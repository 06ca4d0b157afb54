"""Doing once what is asked twice: the key that a form carried, and the terms it was sent with."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import models

from accounts.models import User
from funding.models import Command
from records import attachments
from records.errors import Conflict
from records.turns import take_turns


def was_done(key: UUID, verb: str, subject: models.Model, *, by: User, at: datetime, **terms: object) -> bool:
    """Whether the command with this ``key`` was carried out before; notes it, if not, with the transaction.

    Then ``subject`` is reloaded and the caller returns it as it stands. Raises ``Conflict`` where the key came with
    another command, case, person or other terms. Called before any row is locked: of two requests with one key
    the second waits here for the first.
    """
    take_turns(f"funding.key.{key}")
    name = f"{subject._meta.label_lower}.{verb}"
    said = {word: _plain(value) for word, value in terms.items()}
    earlier = Command.objects.filter(key=key).first()
    if earlier is None:
        Command.objects.create(key=key, name=name, subject_id=subject.pk, terms=said, done_at=at, done_by=by)
        return False
    if (earlier.name, earlier.subject_id, earlier.done_by_id, earlier.terms) != (
        name,
        subject.pk,
        by.pk,
        said,
    ):
        raise Conflict("该表单已经提交过，且这次的内容不同，没有重复办理。请刷新页面，核对后重新填写。")
    subject.refresh_from_db()
    return True


def _plain(value: object) -> object:
    """A term as it is compared: amounts to the fen, files by their content, rows by their keys."""
    match value:
        case Decimal():
            return f"{value:.2f}"
        case date():
            return value.isoformat()
        case UploadedFile():
            return attachments.sha256_of(value)
        case models.Model():
            return value.pk
        case str():
            return value.strip()
    return value
