"""What a step would send, for its preview: messages of the same words as one, with everybody who gets them."""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from notices.models import Notice


@dataclass(slots=True)
class Message:
    """A message and everybody who gets it in these words."""

    title: str
    body: str
    recipients: list[User]


def messages_of(notices: Iterable[Notice]) -> list[Message]:
    """These notices, those of the same words as one."""
    found: dict[tuple[str, str], Message] = {}
    for notice in sorted(notices, key=lambda one: one.pk):
        words = (notice.title, notice.body)
        message = found.setdefault(words, Message(*words, recipients=[]))
        message.recipients.append(notice.recipient)
    return list(found.values())
