"""What the building period comes to: which targets were met, whether that is enough, until when to mend the rest."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Target:
    """One target of the building period: what was planned for its end, and what was reached."""

    code: str
    planned: Decimal
    actual: Decimal
    mandatory: bool

    @property
    def is_counted(self) -> bool:
        """Whether the rule counts it: it must be met, and something was promised."""
        return self.mandatory and self.planned > 0

    @property
    def is_met(self) -> bool:
        return self.actual >= self.planned


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many of the targets that must be met are met, of how many, and whether that is enough."""

    met: int
    counted: int
    least: Decimal
    enough: bool

    @property
    def share(self) -> Decimal:
        """In per cent, to the hundredth; nothing where no target counts."""
        if not self.counted:
            return Decimal("0.00")
        return (HUNDRED * self.met / self.counted).quantize(CENT, ROUND_HALF_UP)

    @property
    def lacking(self) -> int:
        """How many more have to be met until it is enough."""
        if self.enough or not self.counted:
            return 0
        return next(n for n in range(self.counted + 1) if _reaches(n, self.counted, self.least)) - self.met


def _reaches(met: int, counted: int, least: Decimal) -> bool:
    """By the exact numbers: a share is rounded for people, never for the rule."""
    return HUNDRED * met >= least * counted


def verdict(targets: Iterable[Target], least: Decimal) -> Verdict:
    """By the rule of the edition: at least ``least`` per cent of the mandatory targets. Without any it is not met."""
    counted = [target for target in targets if target.is_counted]
    met = sum(target.is_met for target in counted)
    return Verdict(met, len(counted), least, bool(counted) and _reaches(met, len(counted), least))


PASSED, CONDITIONAL, FAILED = "passed", "conditional", "failed"


def outcomes_open(
    verdict: Verdict, *, panel_passed: bool, attempt: int, result: Mapping[str, Any]
) -> list[str]:
    """Which results may be proposed, the one that follows from the figures first.

    Passed only where the targets and the experts both allow it; a time to mend only as often as the edition says.
    """
    found = [PASSED] if verdict.enough and panel_passed else []
    if attempt <= int(result["reacceptances_max"]):
        found.append(CONDITIONAL)
    return [*found, FAILED]


def add_months(day: date, months: int) -> date:
    """The same day of the month ``months`` later, or the last one there is."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def told_from(ends_on: date, schedule: Mapping[str, Any]) -> date:
    """From which day on the institute is told that its period runs out."""
    return ends_on - timedelta(days=int(schedule["due_soon_days"]))


def overdue_from(ends_on: date, schedule: Mapping[str, Any]) -> date:
    """From which day on the institute is so late that its recognition is at stake: the day after the last of them."""
    return ends_on + timedelta(days=int(schedule["overdue_revoke_days"]) + 1)
