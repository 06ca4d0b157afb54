"""What the pages of acceptances and of evaluations show alike: the panel, and what look-ups of the host brought."""

from collections.abc import Iterable, Mapping
from typing import Any

from accounts.models import User
from evaluation.models import Panel
from evaluation.selectors import panels_visible_to
from institutes.views.standing import file_line

TONES = {"clear": "done", "listed": "refused"}


def panel_shown(panel: Panel | None, user: User) -> Panel | None:
    """The panel of a case, if this person may see it."""
    return panel if panel and panels_visible_to(user).filter(pk=panel.pk).exists() else None


def lookup_lines(rows: Iterable[Mapping[str, Any]]) -> list[dict]:
    """Each list that the host is looked up in, with the last result."""
    return [
        {
            "label": row["item"]["label"],
            "check": row["check"],
            "proof": file_line(row["check"].evidence) if row["check"] else None,
            "tone": TONES[row["check"].result] if row["check"] else "wait",
        }
        for row in rows
    ]
