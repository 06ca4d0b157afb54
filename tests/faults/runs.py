"""Many histories, one seed after the other, in the database that Django has at hand."""

import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.faults import books
from tests.faults.bank import Bank
from tests.faults.history import History
from tests.faults.planted import EARLY_ACK, planted
from tests.faults.workers import CUT, POINTS, Crew
from tests.faults.world import settled

EVERY = 200  # histories, after which the invariants are asked for all of them


@dataclass
class Done:
    """How many histories were lived, how often processes were hit, and what was found under which seed."""

    histories: int = 0
    struck: Counter = field(default_factory=Counter)
    findings: list[tuple[int, list[str]]] = field(default_factory=list)
    seconds: float = 0

    @property
    def kills(self) -> int:
        return sum(self.struck[point] for point in POINTS)

    @property
    def cuts(self) -> int:
        return self.struck[CUT]

    def __str__(self) -> str:
        points = ", ".join(f"{point.replace('_', ' ')} {self.struck[point]}" for point in POINTS)
        return (
            f"{self.histories} histories in {self.seconds:.0f} s, {self.kills} kill -9 ({points}), "
            f"{self.cuts} killed connections, {len(self.findings)} with findings"
        )


def run(
    *,
    histories: int,
    seed: int,
    plant: str = "",
    seconds: float = 0,
    tell: Callable[[Done], None] = lambda _done: None,
    done: Done | None = None,
) -> Done:
    """Live ``histories`` from ``seed`` on, or as many as begin within ``seconds``. A planted bug is found once.

    ``done`` is what an earlier run had lived of them when it was broken off.
    """
    done = done or Done()
    began = time.monotonic() - done.seconds
    with with_bank(), planted(plant), settled() as world, Crew(early_ack=plant == EARLY_ACK) as crew:
        for each in range(seed + done.histories, seed + histories):
            history = History(each, world, crew)
            history.live()
            done.histories, done.seconds = done.histories + 1, time.monotonic() - began
            done.struck.update(history.struck)
            is_last = each == seed + histories - 1 or bool(seconds and done.seconds > seconds)
            if is_last or done.histories % EVERY == 0:
                history.found += books.invariants()
            if history.found:
                done.findings.append((each, history.found))
            if is_last or done.histories % EVERY == 0:
                tell(done)
            if is_last or (plant and history.found):
                break
    return done


@contextmanager
def with_bank() -> Iterator[None]:
    """The bank with a file of its own for the time of the block."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        os.environ["FAULTS_BANK"] = f"{folder}/bank.sqlite"
        Bank().open()
        yield
