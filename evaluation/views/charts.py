"""Bars as the template draws them: where each begins and ends, worked out from plain values."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

LABEL, PLOT, FIGURE, ROW, BAR = 90, 300, 70, 30, 18
NAME, SHIFT_PLOT, SHIFT_FIGURE, MARGIN = 66, 180, 124, 8


def bars(
    rows: Sequence[tuple[str, Decimal]],
    *,
    title: str,
    low: Decimal,
    high: Decimal,
    mark: Decimal | None = None,
) -> dict:
    """A chart of horizontal bars from zero; ``mark`` is a line across them all (a pass mark)."""
    span = (high - low) or Decimal(1)

    def across(value: Decimal) -> Decimal:
        held = min(max(value, low), high)
        return (LABEL + (held - low) / span * PLOT).quantize(Decimal("0.1"))

    zero = across(Decimal(0))
    drawn = [
        {
            "label": label,
            "value": value,
            "x": min(zero, across(value)),
            "width": max(abs(across(value) - zero), Decimal(1)),
            "y": n * ROW + (ROW - BAR) // 2,
            "text_y": n * ROW + ROW // 2 + 5,
            "below": value < 0,
        }
        for n, (label, value) in enumerate(rows)
    ]
    return {
        "title": title,
        "rows": drawn,
        "bar": BAR,
        "zero": zero,
        "mark": mark,
        "mark_x": across(mark) if mark is not None else None,
        "label_x": LABEL - 8,
        "figure_x": LABEL + PLOT + FIGURE,
        "width": LABEL + PLOT + FIGURE,
        "height": max(len(drawn), 1) * ROW,
    }


@dataclass(frozen=True, slots=True)
class Shift:
    """A value before and after (none: it has no place); ``crossed``: it would lie on the other side of a mark."""

    label: str
    before: Decimal | None
    after: Decimal | None
    figure: str
    crossed: bool = False


def shifts(
    rows: Sequence[Shift],
    *,
    title: str,
    low: Decimal,
    high: Decimal,
    mark: Decimal | None = None,
    rising: bool = True,
) -> dict:
    """A chart of lines, each from the value before to the one after; where not ``rising``, small stands right."""
    span = (high - low) or Decimal(1)

    def across(value: Decimal | None) -> Decimal | None:
        if value is None:
            return None
        share = (min(max(value, low), high) - low) / span
        return (NAME + MARGIN + (share if rising else 1 - share) * (SHIFT_PLOT - 2 * MARGIN)).quantize(
            Decimal("0.1")
        )

    drawn = [
        {
            "label": row.label,
            "figure": row.figure,
            "from": across(row.before),
            "to": across(row.after),
            "y": n * ROW + ROW // 2,
            "text_y": n * ROW + ROW // 2 + 5,
            "crossed": row.crossed,
            "stays": row.before == row.after,
        }
        for n, row in enumerate(rows)
    ]
    shown = mark if mark is not None and low <= mark <= high else None
    return {
        "title": title,
        "rows": drawn,
        "mark": shown,
        "mark_x": across(shown) if shown is not None else None,
        "label_x": NAME - 8,
        "figure_x": NAME + SHIFT_PLOT + SHIFT_FIGURE,
        "width": NAME + SHIFT_PLOT + SHIFT_FIGURE,
        "height": max(len(drawn), 1) * ROW,
    }
