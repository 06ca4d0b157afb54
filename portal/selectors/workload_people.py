"""Who holds how much and how late, and how long each took, by name: for their own superiors and nobody else.

Who is whose superior stands in the edition of reminders, role by role, and reaches as far as the superior's own role
does. Agencies and experts are other houses: of them the offices' page tells, without names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from accounts.models import Membership, User
from accounts.reach import reach_of
from accounts.roles import ROLES, Reach, Role, label_of
from notices import policy
from notices.models import ReminderEdition
from notices.models.edition import REMINDERS
from notices.services import holding
from portal.selectors.workload import SOON, days_counted
from records import calendar, deadlines
from records.models.deadline import STATE


@dataclass(frozen=True, slots=True)
class Figures:
    """What somebody holds now, and what they did of late; ``latest`` in working days, like ``median`` and ``ninth``."""

    open: int = 0
    overdue: int = 0
    soon: int = 0
    latest: int = 0
    done: int = 0
    median: float | None = None
    ninth: float | None = None
    bound: int = 0
    kept: int = 0

    @property
    def share(self) -> int | None:
        """How often the limit was kept, in whole percent, rounded down; None where there was none."""
        return self.kept * 100 // self.bound if self.bound else None


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody in an office of which the reader is the superior."""

    user_id: int
    name: str
    office: str
    place: str
    figures: Figures


def juniors_of(user: User, *, on: date) -> dict[str, set[str]]:
    """Role by role that this person holds, the roles of which it is the superior; empty for who is nobody's."""
    found: dict[str, set[str]] = {}
    try:
        edition = ReminderEdition.objects.in_force(REMINDERS, on)
    except ReminderEdition.DoesNotExist:
        return found
    for junior, senior in policy.superiors_of(edition.terms).items():
        if ROLES[Role(junior)].reach is not Reach.ASSIGNED and user.holds(senior):
            found[senior] = found.get(senior, set()) | {junior}
    return found


def colleagues(user: User, *, days: int, on: date) -> list[Colleague]:
    """Each person below this one, who is late the most first. Constant in queries."""
    rows = list(_memberships_below(user, on=on))
    held, done = _held(rows, on=on), _done(rows, days=days, on=on)
    offices: dict[int, list[Membership]] = {}
    for row in rows:
        offices.setdefault(row.user_id, []).append(row)
    found = [_colleague(mine, held.get(pk, {}) | done.get(pk, {})) for pk, mine in offices.items()]
    return sorted(found, key=lambda one: (-one.figures.overdue, -one.figures.open, one.name))


def _colleague(offices: list[Membership], figures: dict[str, Any]) -> Colleague:
    first = offices[0]
    labels = "、".join(dict.fromkeys(str(label_of(Role(one.role))) for one in offices))
    return Colleague(first.user_id, first.user.name, labels, str(first.organisation), Figures(**figures))


def _memberships_below(user: User, *, on: date) -> Iterable[Membership]:
    within = Q(pk__in=[])
    for senior, juniors in juniors_of(user, on=on).items():
        reach = reach_of(user.memberships_active, senior)
        here = Q(organisation__in=reach.organisations) | Q(organisation__division__in=reach.divisions)
        within |= Q(role__in=juniors) & (Q() if reach.city else here)
    rows = Membership.objects.in_effect(on).filter(within, user__is_active=True).exclude(user=user)
    return rows.select_related("user", "organisation").order_by("user_id", "pk")


def _as_held(offices: list[Membership]) -> dict[str, list]:
    """These offices and no other that the same people may hold: what an expert judges is nobody's business here."""
    return {
        "offices": [office.pk for office in offices],
        "people": sorted({office.user_id for office in offices}),
        "held_as": sorted({office.role for office in offices}),
    }


def _held(offices: list[Membership], *, on: date) -> dict[int, dict[str, int]]:
    """What each holds now; what an office holds together counts for everybody in it."""
    values = holding.parameters(on=on) | _as_held(offices) | {"soon": calendar.add_working_days(on, SOON)}
    with connection.cursor() as cursor:
        cursor.execute(_HELD, values)
        return {row[0]: _standing(*row[1:], on=on) for row in cursor.fetchall()}


def _standing(total: int, overdue: int, soon: int, earliest: date | None, *, on: date) -> dict[str, int]:
    latest = calendar.working_days_between(earliest, on) if earliest else 0
    return {"open": total, "overdue": overdue, "soon": soon, "latest": latest}


def _done(offices: list[Membership], *, days: int, on: date) -> dict[int, dict[str, Any]]:
    """What each brought to its end in the last ``days`` days: the register says who did."""
    since = datetime.combine(on - timedelta(days=days), time(), timezone.get_current_timezone())
    numbered = days_counted(kind=STATE, since=since, on=on)
    if not numbered:
        return {}
    values = (
        numbered | _as_held(offices) | {"since": since, "kind": STATE, "periods": list(deadlines.PERIODS)}
    )
    with connection.cursor() as cursor:
        cursor.execute(_DONE, values)
        names = ("done", "median", "ninth", "bound", "kept")
        return {row[0]: dict(zip(names, row[1:], strict=True)) for row in cursor.fetchall()}


_HELD = f"""
WITH candidates AS (
    SELECT d.* FROM records_deadline d
    WHERE d.met_at IS NULL AND d.paused_on IS NULL AND d.holder_role = ANY(%(held_as)s)
),
members AS ({holding.MEMBERS} AND m.id = ANY(%(offices)s)),
holders AS ({holding.HOLDERS})
SELECT h.user_id, count(*), count(*) FILTER (WHERE c.due_on < %(on)s),
       count(*) FILTER (WHERE c.due_on BETWEEN %(on)s AND %(soon)s), min(c.due_on) FILTER (WHERE c.due_on < %(on)s)
FROM holders h JOIN candidates c ON c.id = h.deadline_id
WHERE h.user_id = ANY(%(people)s)
GROUP BY h.user_id
"""

_DONE = """
WITH days AS (SELECT * FROM unnest(%(days)s::date[], %(numbers)s::int[]) AS t (day, n)),
done AS (
    SELECT e.actor_id, d.due_on, met.day AS met_on, met.n - opened.n AS took,
           d.due_on IS NOT NULL AND d.subject_state <> ALL(%(periods)s::text[]) AS bound
    FROM records_deadline d
    JOIN records_auditevent e ON e.subject_type = d.subject_type AND e.subject_id = d.subject_id
        AND e.at = d.met_at AND e.from_state = d.subject_state AND e.actor_id = ANY(%(people)s)
    JOIN days opened ON opened.day = (d.opened_at AT TIME ZONE 'Asia/Shanghai')::date
    JOIN days met ON met.day = (d.met_at AT TIME ZONE 'Asia/Shanghai')::date
    WHERE d.kind = %(kind)s AND d.met_at >= %(since)s AND d.holder_role = ANY(%(held_as)s)
)
SELECT actor_id, count(*),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY took), percentile_cont(0.9) WITHIN GROUP (ORDER BY took),
       count(*) FILTER (WHERE bound), count(*) FILTER (WHERE bound AND met_on <= due_on)
FROM done GROUP BY actor_id
"""
