"""Where the lines of a picture lie, from plain values: a radar of dimensions, a trend over years. Pages and papers
draw the same ones."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

MIDDLE, RADIUS, WIDTH, HEIGHT = (260, 150), 100, 520, 300
RINGS = (25, 50, 75, 100)
LEFT, TOP, PLOT, DEEP, LEGEND = 52, 12, 300, 180, 24
INKS = (("#14427f", "none"), ("#c56a12", "8 4"), ("#2a8a7e", "3 3"), ("#86509b", "10 3 2 3"))
"""Colour and dashes of each line on paper, where no style sheet reaches into a picture; told apart without colour."""


def radar(
    axes: Sequence[tuple[str, Decimal]], *, title: str, others: Sequence[Decimal] = ()
) -> dict[str, Any]:
    """A radar of shares in per cent, one axis each; ``others`` is a second shape to compare with.

    Needs three axes or more, as a shape does.
    """
    return {
        "title": title,
        "width": WIDTH,
        "height": HEIGHT,
        "rings": [_shape([ring] * len(axes)) for ring in RINGS],
        "axes": [_axis(n, len(axes), label, share) for n, (label, share) in enumerate(axes)],
        "shape": _shape([share for _label, share in axes]),
        "others": _shape(others) if others else "",
        "middle": {"x": MIDDLE[0], "y": MIDDLE[1]},
    }


def _at(n: int, count: int, share: float) -> tuple[float, float]:
    """Axis ``n`` runs from the middle, the first one upward, the others clockwise."""
    angle, reach = 2 * math.pi * n / count, RADIUS * min(max(share, 0), 100) / 100
    return round(MIDDLE[0] + reach * math.sin(angle), 1), round(MIDDLE[1] - reach * math.cos(angle), 1)


def _shape(shares: Sequence[Any]) -> str:
    points = [_at(n, len(shares), float(share)) for n, share in enumerate(shares)]
    return " ".join(f"{x},{y}" for x, y in points)


def _axis(n: int, count: int, label: str, share: Decimal) -> dict[str, Any]:
    x, y = _at(n, count, 100)
    side = "middle" if abs(x - MIDDLE[0]) < 1 else ("start" if x > MIDDLE[0] else "end")
    across = {"start": 8, "end": -8, "middle": 0}[side]
    above, below = y < MIDDLE[1] - 1, y > MIDDLE[1] + 1
    return {
        "label": label,
        "value": f"{share}%",
        "x": x,
        "y": y,
        "text_x": round(x + across, 1),
        "text_y": round(y + (-24 if above else 18 if below else -4), 1),
        "anchor": side,
    }


def trend(
    lines: Sequence[tuple[str, Sequence[Decimal]]], years: Sequence[int], *, title: str
) -> dict[str, Any]:
    """Lines of shares in per cent over years, the label of each below; the first has the first colour."""
    step = PLOT / max(len(years) - 1, 1)
    xs = [round(LEFT + n * step, 1) for n in range(len(years))]
    return {
        "title": title,
        "width": LEFT + PLOT + 30,
        "height": TOP + DEEP + 24 + LEGEND * ((len(lines) + 1) // 2),
        "left": LEFT,
        "right": LEFT + PLOT,
        "grid": [{"y": _down(ring), "label": f"{ring}%"} for ring in (0, *RINGS)],
        "years": [
            {"x": x, "label": str(year), "y": TOP + DEEP + 18} for x, year in zip(xs, years, strict=True)
        ],
        "lines": [_line(n, label, shares, xs) for n, (label, shares) in enumerate(lines)],
    }


def _down(share: float) -> float:
    return round(TOP + DEEP * (1 - min(max(share, 0), 100) / 100), 1)


def _line(n: int, label: str, shares: Sequence[Decimal], xs: Sequence[float]) -> dict[str, Any]:
    dots = [
        {"x": x, "y": _down(float(share)), "value": f"{share}%"} for x, share in zip(xs, shares, strict=True)
    ]
    key_x, key_y = LEFT + (n % 2) * (PLOT // 2), TOP + DEEP + 24 + LEGEND * (n // 2) + 12
    return {
        "n": n % len(INKS) + 1,
        "colour": INKS[n % len(INKS)][0],
        "dashes": INKS[n % len(INKS)][1],
        "label": label,
        "dots": dots,
        "points": " ".join(f"{dot['x']},{dot['y']}" for dot in dots),
        "key": {"x": key_x, "to": key_x + 24, "y": key_y, "text_x": key_x + 30, "text_y": key_y + 4},
    }
