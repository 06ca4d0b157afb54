"""Checks of what people write, shared by the services of this room."""

from notices.models import Objection
from records.errors import Incomplete, Reason


def need(text: str, field: str, words: str) -> None:
    """Refuse an empty text."""
    if not text.strip():
        raise Incomplete(Reason(words, field=field))


def name_nobody(objection: Objection, **texts: str) -> None:
    """Refuse words for others that tell who made the objection."""
    found = [
        Reason("文字中含有异议人的姓名、电话或证件号码等身份信息，请删去后再提交。", field=field)
        for field, text in texts.items()
        if any(secret in text for secret in objection.identity)
    ]
    Incomplete.unless_empty(found)
