"""E-mail."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from notices.channels.base import Message, OutOfService

TIMEOUT_SECONDS = 10


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
