"""Ratios that hold on a busy machine: every case in turn, round after round, against a baseline of the same run."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, thread_time

BASELINE, RAW_SAVE, AUTOSAVE = "baseline", "a committed UPDATE", "autosave"


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians of one case in milliseconds: what passed, what this process worked, and what it asked of the database."""

    name: str
    wall: float
    worked: float
    queries: int

    def ratio_to(self, other: "Timing") -> float:
        return self.wall / other.wall


def measure(
    cases: dict[str, Callable[[], object]], *, rounds: int, queries: dict[str, int]
) -> dict[str, Timing]:
    """Run every case in turn, ``rounds`` times over, after a first round that does not count."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in cases}
    for number in range(rounds + 1):
        for name, case in cases.items():
            wall, worked = perf_counter(), thread_time()
            case()
            spent = (perf_counter() - wall) * 1000, (thread_time() - worked) * 1000
            if number:
                taken[name].append(spent)
    return {
        name: Timing(name, *(median(part) for part in zip(*spent, strict=True)), queries[name])
        for name, spent in taken.items()
    }
