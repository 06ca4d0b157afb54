"""Processes that do what is clicked, one click after another, until they are killed or lose their connection.

A process is forked when it is needed and kept for the next click: only who was hit is replaced.
"""

import gc
import os
import signal
from dataclasses import dataclass, field
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from django.db import Error, connections

from records.errors import Refusal
from tests.faults.bank import Bank
from tests.faults.commands import COMMANDS

POINTS = ("start", "before_commit", "after_commit", "before_call", "after_call")
CALLS = (*POINTS[1:], *POINTS[3:])  # where whoever calls the bank is hit, the call itself twice as often
CUT = "cut"
HUNG_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a process is hit: at which point, the how manieth time it comes there."""

    point: str = ""
    nth: int = 1


@dataclass(frozen=True, slots=True)
class Click:
    """A command with its terms, plain values all; what the bank is like meanwhile, and what hits the process."""

    command: str
    terms: dict[str, Any]
    mood: str = "answers"
    fault: Fault = Fault()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What whoever clicked was told: done, refused, an error; nothing where the process died first."""

    told: str = ""
    struck: str = ""

    @property
    def is_silent(self) -> bool:
        return self.told in ("", "lost")

    @property
    def is_done(self) -> bool:
        return self.told == "done"


class Crew:
    """As many processes as click at once. ``early_ack`` lets them tell what is done before it is."""

    def __init__(self, *, early_ack: bool = False) -> None:
        self.early_ack = early_ack
        self.members: dict[int, tuple[int, Connection]] = {}

    def __enter__(self) -> "Crew":
        return self

    def __exit__(self, *_error: object) -> None:
        for place in list(self.members):
            self._bury(place)

    def do(self, *clicks: Click) -> list[Outcome]:
        """Every click at once, each in a process of its own; what each was told."""
        for place, click in enumerate(clicks):
            if place not in self.members:
                self.members[place] = self._fork()
            self.members[place][1].send(click)
        return [self._heard(place) for place in range(len(clicks))]

    def _heard(self, place: int) -> Outcome:
        """What a process says until it has ended its click, or its life."""
        pipe, heard = self.members[place][1], dict[str, str]()
        while "end" not in heard:
            if not pipe.poll(HUNG_SECONDS):
                self._bury(place)
                return Outcome("error: nobody answered, two commands may wait for each other")
            try:
                word, said = pipe.recv()
            except EOFError:
                self._bury(place)
                break
            heard.setdefault(word, said)
        return Outcome(heard.get("told", ""), heard.get("struck", ""))

    def _fork(self) -> tuple[int, Connection]:
        ours, theirs = Pipe()
        gc.freeze()  # what the child inherits, its collector need not look through
        pid = os.fork()
        if pid == 0:
            try:
                for pipe in (ours, *(pipe for _pid, pipe in self.members.values())):
                    pipe.close()
                _Life(theirs, early_ack=self.early_ack).serve()
            finally:
                os._exit(1)
        theirs.close()
        return pid, ours

    def _bury(self, place: int) -> None:
        pid, pipe = self.members.pop(place)
        pipe.close()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


@dataclass
class _Life:
    """What a process does from its fork to its end. A point is passed by calling it."""

    pipe: Connection
    early_ack: bool
    click: Click = field(default_factory=lambda: Click("", {}))
    passed: int = 0
    struck: str = ""

    def __post_init__(self) -> None:
        wrapper, send = connections["default"], Bank.send
        self.inherited, wrapper.connection = wrapper.connection, None  # the parent's: kept, never closed
        commit = wrapper.commit

        def commit_hit() -> None:
            if self.early_ack:
                self.pipe.send(("told", "done"))
            self.reach("before_commit")
            commit()
            self.reach("after_commit")

        def send_hit(bank: Bank, reference: str, content: bytes) -> str:
            self.reach("before_call")
            answer = send(bank, reference, content)
            self.reach("after_call")
            return answer

        wrapper.commit, Bank.send = commit_hit, send_hit  # type: ignore[method-assign]

    def serve(self) -> None:
        while True:
            self.click, self.passed, self.struck = self.pipe.recv(), 0, ""
            Bank.mood = self.click.mood
            self.reach("start")
            told = self._told()
            if self.struck:
                connections.close_all()
            self.pipe.send(("told", told))
            self.pipe.send(("end", ""))

    def reach(self, point: str) -> None:
        fault = self.click.fault
        if point == fault.point or (point == "before_commit" and fault.point == CUT):
            self.passed += 1
            if self.passed == fault.nth:
                self._strike(fault.point)

    def _strike(self, point: str) -> None:
        self.struck = point
        self.pipe.send(("struck", point))
        if point != CUT:
            os.kill(os.getpid(), signal.SIGKILL)
        mine = connections["default"].connection.get_backend_pid()
        other = connections.create_connection("default")
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [mine])
        other.close()

    def _told(self) -> str:
        try:
            COMMANDS[self.click.command](**self.click.terms)
        except Refusal as refusal:
            return f"refused: {refusal}"
        except Exception as error:  # what is neither done nor refused is a finding
            expected = (self.struck == CUT and isinstance(error, Error)) or (
                self.click.mood != "answers" and isinstance(error, OSError)
            )
            return "lost" if expected else f"error: {type(error).__name__}: {error}"
        return "done"
