"""Text messages: a gateway as a port, like the treasury's. The default leaves a file for each, to be fetched.

The setting ``SMS_GATEWAY`` names the class of another one. The same reference twice is one message.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.module_loading import import_string

from notices.channels.base import Message, Undelivered
from records.crypto import masked

SIGNATURE = "【产研院平台】"
LONGEST = 70
"""Characters that go as one text message; a longer one would be cut by the network or paid twice."""
FOLDER = "sms"


class Gateway(Protocol):
    """Who takes text messages."""

    def send(self, reference: str, phone: str, text: str) -> None:
        """Hand one over; the same ``reference`` again is the same message. Raises where it is not taken."""


class SmsFolder:
    """A file for each message in the portal's store, which whoever sends them fetches."""

    def send(self, reference: str, phone: str, text: str) -> None:
        name = f"{FOLDER}/{reference}.json"
        if not default_storage.exists(name):
            content = {"reference": reference, "phone": phone, "text": text}
            default_storage.save(name, ContentFile(json.dumps(content, ensure_ascii=False).encode()))


def gateway() -> Gateway:
    """The gateway that the setting names."""
    return import_string(settings.SMS_GATEWAY)()


class SmsLine:
    def __init__(self, taken_by: Gateway) -> None:
        self.gateway = taken_by

    def send(self, message: Message) -> None:
        try:
            self.gateway.send(message.reference, message.to, text_of(message))
        except Exception as error:  # what a gateway says may name the number
            said = str(error).replace(message.to, masked(message.to)) if message.to else str(error)
            raise Undelivered(f"{type(error).__name__}: {said}") from None


class Sms:
    """Text messages over the gateway of the setting."""

    @contextmanager
    def line(self) -> Iterator[SmsLine]:
        yield SmsLine(gateway())


def text_of(message: Message) -> str:
    """The message as one text message: what it is about. No address in it, which might be taken for a trap."""
    if message.parts:
        tail = f"等 {len(message.parts)} 件事项，请登录平台办理。"
        return SIGNATURE + _cut(message.parts[0].title, LONGEST - len(SIGNATURE) - len(tail)) + tail
    tail = "。请登录平台办理。"
    return SIGNATURE + _cut(message.title, LONGEST - len(SIGNATURE) - len(tail)) + tail


def _cut(text: str, longest: int) -> str:
    text = text.rstrip("。")
    return text if len(text) <= longest else text[: longest - 1] + "…"
