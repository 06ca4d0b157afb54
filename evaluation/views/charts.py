"""Bars as the template draws them: where each begins and ends, worked out from plain values."""

from collections.abc import Sequence
from decimal import Decimal

LABEL, PLOT, FIGURE, ROW, BAR = 90, 300, 70, 30, 18


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
