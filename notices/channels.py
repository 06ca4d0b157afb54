"""Ways out of the building. Plain values come in, nothing of the database is touched.

A group robot or an SMS gateway is another :class:`Outlet` in ``OUTLETS``.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from notices.enums import Channel

TIMEOUT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Part:
    """One of the notices that go together."""

    title: str
    body: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person. ``reference`` is the same at every attempt.

    Where several notices go together they are its ``parts``, and ``body`` is empty; ``carries`` names the rows
    of the outbox that it takes along.
    """

    reference: str
    to: str
    name: str
    title: str
    body: str
    url: str
    carries: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()


class OutOfService(Exception):
    """The way itself is closed; no message is to blame."""


class Line(Protocol):
    """An open connection over which messages go."""

    def send(self, message: Message) -> None:
        """Hand the message over, or raise with what is wrong."""


class Outlet(Protocol):
    """A channel: opens one line for a batch."""

    def line(self) -> AbstractContextManager[Line]: ...


class EmailLine:
    def __init__(self, connection) -> None:
        self.connection = connection

    def send(self, message: Message) -> None:
        email(message, connection=self.connection).send()


class Email:
    """E-mail over the configured server, one connection for a batch."""

    @contextmanager
    def line(self) -> Iterator[EmailLine]:
        connection = get_connection(timeout=TIMEOUT_SECONDS)
        try:
            connection.open()
        except OSError as error:
            raise OutOfService(f"{type(error).__name__}: {error}") from error
        try:
            yield EmailLine(connection)
        finally:
            connection.close()


def email(message: Message, *, connection=None) -> EmailMultiAlternatives:
    """The message as text and HTML; the same ``Message-ID`` each time, so a repeated one can be recognised."""
    host = settings.PORTAL_URL.split("//", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    page = {"message": message, "paragraphs": [line for line in message.body.splitlines() if line.strip()]}
    template = "notices/mail/digest" if message.parts else "notices/mail/notice"
    mail = EmailMultiAlternatives(
        subject=" ".join(f"【产研院平台】{message.title}".split()),
        body=render_to_string(f"{template}.txt", page),
        to=[message.to],
        headers={
            "Message-ID": f"<{message.reference}@{host}>",
            "Auto-Submitted": "auto-generated",
            "X-Portal-Carries": " ".join(message.carries),
        },
        connection=connection,
    )
    mail.attach_alternative(render_to_string(f"{template}.html", page), "text/html")
    return mail


OUTLETS: dict[str, Outlet] = {Channel.EMAIL: Email()}
