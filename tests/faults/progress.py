"""How far a long run is, kept in a file: one that was broken off goes on where it last looked at its books."""

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.runs import Done


@dataclass
class Progress:
    """Of the run that ``asked`` describes; what was kept of another one does not count."""

    path: Path
    asked: dict[str, object]
    done: dict[str, Done] = field(default_factory=dict)

    def resume(self) -> None:
        """Take up what was kept."""
        kept = json.loads(self.path.read_text()) if self.path.exists() else {}
        if kept.get("asked") == self.asked:
            self.done = {plant: _done(**each) for plant, each in kept["done"].items()}

    def keep(self, plant: str, done: Done) -> None:
        """Remember how far the run with this bug is."""
        self.done[plant] = done
        kept = {"asked": self.asked, "done": {name: _kept(each) for name, each in self.done.items()}}
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(json.dumps(kept, ensure_ascii=False))

    def so_far(self, plant: str) -> Done:
        return self.done.get(plant) or Done()

    def words_of(self, done: Done) -> str:
        """How far it is, and how long the rest takes at this pace."""
        left = int(str(self.asked["histories"])) - done.histories
        seconds = done.seconds / done.histories * left if done.histories else 0
        return f"… {done}, {left} to go, about {seconds / 60:.0f} min"


def _kept(done: Done) -> dict[str, object]:
    return vars(done) | {"struck": dict(done.struck)}


def _done(histories: int, struck: dict[str, int], findings: list[list], seconds: float) -> Done:
    return Done(histories, Counter(struck), [(seed, words) for seed, words in findings], seconds)
