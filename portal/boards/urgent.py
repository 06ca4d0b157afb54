"""What is overdue and what soon will be: the two figures with which every board begins."""

from dataclasses import replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.boards.figures import Figure
from portal.boards.looking import Look
from portal.selectors import matters

ITEMS = gettext_lazy("件")
LATE_STATES = (matters.NEW, matters.LATE)
SOON_STATES = (matters.TODAY, matters.NEAR)


def urgent(look: Look) -> tuple[Figure, Figure]:
    """Overdue, the newly so among them; due within five working days, today's among them."""
    late = matter(look, "overdue", _("逾期事项"), LATE_STATES, matters.LATE, tone="overdue")
    soon = matter(look, "soon", _("五个工作日内到期"), SOON_STATES, matters.NEAR, tone="soon")
    new = matter(look, "overdue-new", _("近七天新增"), (matters.NEW,), matters.NEW)
    today = matter(look, "today", _("今日到期"), (matters.TODAY,), matters.TODAY)
    return replace(late, more=new), replace(soon, more=today)


def matter(
    look: Look,
    code: str,
    label: str,
    states: tuple[str, ...] | None,
    late: str,
    *,
    tone: str = "",
    **where: object,
) -> Figure:
    """So many matters of this urgency, with an office where ``where`` names its role and county."""
    asked = {"role": where.get("kind"), "division": where.get("division")}
    count = look.found.n("matter", state=states, **where)
    return Figure(
        code=code,
        label=label,
        value=count,
        unit=ITEMS,
        url=look.to("matters", late=late, **asked),
        tone=tone if count else "",
    )


def office(look: Look, role: str, division: int | None = None) -> tuple[Figure, Figure]:
    """What an office holds, and how much of it is late; a county's office is told by its county."""
    where = {"kind": role} | ({"division": division} if division else {})
    key = f"{role}-{division or 0}"
    return (
        matter(look, f"held-{key}", _("在办"), None, "", **where),
        matter(look, f"held-late-{key}", _("逾期"), LATE_STATES, matters.LATE, tone="overdue", **where),
    )
