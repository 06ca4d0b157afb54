"""What a project comes to at its end, on plain values: how many targets are met, and which results may be proposed."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from projects.policy import HUNDRED, share_of

PASSED, CONDITIONAL, FAILED = "passed", "conditional", "failed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many targets are met, of how many, and whether that is enough."""

    met: int
    counted: int
    least: Decimal

    @property
    def enough(self) -> bool:
        """By the exact numbers: a share is rounded for people, never for the rule."""
        return bool(self.counted) and HUNDRED * self.met >= self.least * self.counted

    @property
    def share(self) -> Decimal:
        return share_of(Decimal(self.met), Decimal(self.counted))


def verdict(met: Iterable[bool], least: Decimal) -> Verdict:
    """By the rule of the edition: at least ``least`` per cent of the targets of the contract."""
    known = list(met)
    return Verdict(sum(known), len(known), least)


def outcomes_open(found: Verdict, *, panel_passed: bool, attempt: int, mend_max: int) -> list[str]:
    """Which results may be proposed, the one that follows from the figures first."""
    passed = [PASSED] if found.enough and panel_passed else []
    return [*passed, *([CONDITIONAL] if attempt <= mend_max else []), FAILED]
