"""What every way out of the building has in common."""

from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Part:
    """One of the notices that go together; ``way`` is what its link is called."""

    title: str
    body: str
    url: str
    way: str = "查看详情"


@dataclass(frozen=True, slots=True)
class Message:
    """One message to one person, or to a group. ``reference`` is the same at every attempt.

    ``to`` is an address, a phone number or the address of a robot (with its ``secret``, where it has one): it is
    never part of how the message is written down. Where several notices go together they are its ``parts``, and
    ``body`` is empty; ``carries`` names the rows of the outbox that it takes along.
    """

    reference: str
    to: str = field(repr=False)
    name: str
    title: str
    body: str
    url: str
    way: str = "查看详情"
    carries: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    messenger: str = ""
    secret: str = field(default="", repr=False)


class Undelivered(Exception):
    """One message was not taken. Says why without an address, a number or a key."""


class OutOfService(Exception):
    """The way itself is closed; no message is to blame."""


class Line(Protocol):
    """An open connection over which messages go."""

    def send(self, message: Message) -> None:
        """Hand the message over, or raise with what is wrong."""


class Outlet(Protocol):
    """A channel: opens one line for a batch."""

    def line(self) -> AbstractContextManager[Line]: ...
