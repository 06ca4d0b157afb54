"""A click, or a worker, as a process of its own that may be killed at five points, or lose its connection."""

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import OperationalError, connections
from django.db.utils import InterfaceError

from records.errors import Refusal
from tests.faults.bank import Bank

POINTS = ("start", "before_commit", "after_commit", "before_call", "after_call")
CUT = "cut"


@dataclass(frozen=True)
class Fault:
    """Where a process is hit: at which point, the how manieth time it comes there."""

    point: str = ""
    nth: int = 1


@dataclass(frozen=True)
class Outcome:
    """What whoever clicked was told: done, refused, an error; nothing where the process died first."""

    told: str

    @property
    def is_silent(self) -> bool:
        return self.told in ("", "lost")

    @property
    def is_done(self) -> bool:
        return self.told == "done"


class Hit:
    """Counts how often a point is passed, and strikes."""

    def __init__(self, fault: Fault):
        self.fault, self.passed = fault, 0

    def __call__(self, point: str) -> None:
        if point == self.fault.point or (point == "before_commit" and self.fault.point == CUT):
            self.passed += 1
            if self.passed == self.fault.nth:
                self._strike()

    def _strike(self) -> None:
        if self.fault.point != CUT:
            os.kill(os.getpid(), signal.SIGKILL)
        other = connections.create_connection("default")
        with other.cursor() as cursor:
            mine = connections["default"].connection.get_backend_pid()
            cursor.execute("SELECT pg_terminate_backend(%s)", [mine])
        other.close()


def run_all(calls: Sequence[Callable], faults: Sequence[Fault], *, early_ack: bool = False) -> list[Outcome]:
    """Every call at once, each in a process of its own; what each was told."""
    connections.close_all()
    folder = Path(os.environ["FAULTS_BANK"]).parent
    places = [folder / f"told-{n}" for n in range(len(calls))]
    for place in places:
        place.write_text("")
    pids = [
        _fork(call, fault, place, early_ack) for call, fault, place in zip(calls, faults, places, strict=True)
    ]
    for pid in pids:
        os.waitpid(pid, 0)
    return [Outcome(place.read_text()) for place in places]


def _fork(call: Callable, fault: Fault, place: Path, early_ack: bool) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            _live(call, Hit(fault), place, early_ack)
        finally:
            os._exit(0)
    return pid


def _live(call: Callable, hit: Hit, place: Path, early_ack: bool) -> None:
    wrapper = connections["default"]
    commit, send = wrapper.commit, Bank.send

    def commit_hit():
        if early_ack:
            place.write_text("done")
        hit("before_commit")
        commit()
        hit("after_commit")

    def send_hit(self, reference, content):
        hit("before_call")
        answer = send(self, reference, content)
        hit("after_call")
        return answer

    wrapper.commit, Bank.send = commit_hit, send_hit
    hit("start")
    place.write_text(_told(call))


def _told(call: Callable) -> str:
    try:
        call()
    except Refusal as refusal:
        return f"refused: {refusal}"
    except (OperationalError, InterfaceError, OSError):
        return "lost"
    except Exception as error:  # what is neither done nor refused is a finding
        return f"error: {type(error).__name__}: {error}"
    return "done"
