"""When a project is checked at mid-term, on plain values, and what may be concluded."""

from datetime import date, timedelta
from decimal import Decimal

from projects.policy import HUNDRED

CONTINUE, MEND, STOP = "continue", "mend", "stop"


def day_of_check(starts_on: date, ends_on: date, share: Decimal) -> date:
    """The day from which so many per cent of the term are over."""
    days = Decimal((ends_on - starts_on).days) * share / HUNDRED
    return starts_on + timedelta(days=int(days.to_integral_value(rounding="ROUND_CEILING")))


def outcomes_open(*, mended: int, mend_max: int) -> list[str]:
    """Which conclusions may be proposed: a time to mend only so often."""
    return [CONTINUE, *([MEND] if mended < mend_max else []), STOP]
