"""A mail server that keeps what it is given, and may see its client die over a message."""

import socketserver
from collections import Counter
from collections.abc import Callable, Iterable
from email import message_from_bytes, policy

from django.core.mail import EmailMessage

from notices.models import Delivery, Notice

DONE = "所涉事项已办结"


def sent_once_or_done(carried: Iterable[str]) -> None:
    """Whatever waited was mailed, each once, or was done before it could be: by these references of what was sent."""
    mails = Delivery.objects.filter(channel="email")
    outcomes = Counter(mails.values_list("status", "last_error"))
    sent = mails.filter(status="sent").values_list("pk", flat=True)

    assert set(outcomes) <= {("sent", ""), ("dropped", DONE)}
    assert sorted(carried) == sorted(f"delivery-{pk}" for pk in sent)
    assert not Notice.objects.filter(deliveries__isnull=True, offset__isnull=True).exists()


def carried_by(messages: Iterable[EmailMessage]) -> list[str]:
    """The references of the notices that these messages took along; letters of accounts take none."""
    return [one for message in messages for one in message.extra_headers.get("X-Portal-Carries", "").split()]


class _Conversation(socketserver.StreamRequestHandler):
    def say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())

    def handle(self) -> None:
        self.say("220 sample")
        for line in self.rfile:
            match line[:4].upper():
                case b"EHLO" | b"HELO" | b"MAIL" | b"RCPT" | b"RSET" | b"NOOP":
                    self.say("250 ok")
                case b"DATA":
                    self.say("354 go on")
                    self.server.keep(b"".join(iter(self.rfile.readline, b".\r\n")))
                    self.say("250 kept")
                case _:
                    self.say("221 bye")
                    return


class Mailbox(socketserver.ThreadingTCPServer):
    """``received`` holds the Message-ID of every message, in the order of arrival; ``carried`` what each took along."""

    daemon_threads = allow_reuse_address = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.received: list[str] = []
        self.carried: list[str] = []
        self.at_message: tuple[int, Callable[[], None]] | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, client_address) -> None:
        """A client that died over its message is what the test wants."""

    def keep(self, data: bytes) -> None:
        """Take a message; what was to happen at it happens before its sender hears that it was taken."""
        message = message_from_bytes(data, policy=policy.default)
        self.received.append(message["Message-ID"])
        self.carried += str(message.get("X-Portal-Carries", "")).split()
        if self.at_message and len(self.received) == self.at_message[0]:
            (_n, act), self.at_message = self.at_message, None
            act()

    def counts(self) -> Counter:
        return Counter(self.received)
