"""The days that matter to a person: what they have to do, what their unit waits for, and public windows."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts import holders
from accounts.models import User
from accounts.roles import Role
from accounts.selectors import held_by, held_by_principals
from institutes.models import Call
from notices.models import PublicNotice
from portal.selectors.workbasket import held_by_others
from projects.models import ProjectCall
from records import calendar
from records.desk import page_of
from records.models import Deadline

MINE, OTHERS, WINDOW = "mine", "others", "window"
CALLED = (
    Role.ENT_FILLER,
    Role.ENT_ADMIN,
    Role.COUNTY_STAFF,
    Role.COUNTY_LEAD,
    Role.BUREAU_CLERK,
    Role.BUREAU_APPROVER,
)
SHOWN_PER_DAY = 3
YEARS_SHOWN = 50
"""How far back and ahead of this year a month can be asked for."""
DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on a day. ``kind``: one's own to do, others' to do for one's unit, or a window that opens or ends."""

    key: str
    day: date
    title: str
    subject: str
    url: str
    kind: str
    holder: str = ""
    tone: str = "info"

    @property
    def waits(self) -> str:
        """How it looks where somebody else holds it: waiting, or late."""
        return "overdue" if self.tone == "overdue" else "wait"


@dataclass(frozen=True, slots=True)
class Day:
    """A square of the month."""

    day: date
    in_month: bool
    is_today: bool
    is_working: bool
    entries: list[Entry]

    @property
    def shown(self) -> list[Entry]:
        return self.entries[:SHOWN_PER_DAY]

    @property
    def more(self) -> int:
        return max(len(self.entries) - SHOWN_PER_DAY, 0)


def entries_between(user: User, first: date, last: date, *, on: date) -> list[Entry]:
    """Everything from ``first`` to ``last``, day by day, one's own first. As many queries for any number."""
    found = [*_deadlines(user, first, last, on), *_calls(user, first, last), *_publicities(first, last)]
    order = {MINE: 0, OTHERS: 1, WINDOW: 2}
    return sorted(found, key=lambda entry: (entry.day, order[entry.kind], entry.key))


def month_of(user: User, first: date, *, on: date) -> dict:
    """A month as weeks of squares, Monday first, and as a list of the same days: at its end what comes next is near."""
    start = first - timedelta(days=first.weekday())
    end = _next_month(first) - timedelta(days=1)
    end += timedelta(days=DAYS_OF_WEEK - 1 - end.weekday())
    entries, days = entries_between(user, start, end, on=on), calendar.load()
    by_day: dict[date, list[Entry]] = {}
    for entry in entries:
        by_day.setdefault(entry.day, []).append(entry)
    every = [start + timedelta(days=n) for n in range((end - start).days + 1)]
    squares = [
        Day(day, day.month == first.month, day == on, days.is_working_day(day), by_day.get(day, []))
        for day in every
    ]
    return {
        "first": first,
        "weeks": [squares[n : n + DAYS_OF_WEEK] for n in range(0, len(squares), DAYS_OF_WEEK)],
        "days": [square for square in squares if square.entries],
        "count": len(entries),
        "before": _previous_month(first),
        "after": _next_month(first),
        "provisional": days.is_provisional(first),
    }


def month_asked(asked: str, *, today: date) -> date:
    """The first day of ``2026-11``; of this month where nothing sensible was asked."""
    this_month = today.replace(day=1)
    try:
        first = datetime.strptime(asked, "%Y-%m").date()
    except ValueError:
        return this_month
    return first if abs(first.year - today.year) <= YEARS_SHOWN else this_month


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _previous_month(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)


def _deadlines(user: User, first: date, last: date, on: date) -> Iterator[Entry]:
    within = {"due_on__gte": first, "due_on__lte": last, "paused_on__isnull": True}
    related = ("host", "division", "holder_user", "holder_organisation")
    for kind, rows in (
        (MINE, held_by(user, Deadline.objects.open())),
        (MINE, held_by_principals(user, Deadline.objects.open(), on=on)),
        (OTHERS, held_by_others(user)),
    ):
        for row in rows.filter(**within).select_related(*related):
            due_on = row.due_on or first
            yield Entry(
                key=f"deadline-{row.pk}",
                day=due_on,
                title=_titled(user, row),
                subject=row.subject_label,
                url=page_of(row.subject_type, row.subject_id),
                kind=kind,
                holder="" if kind == MINE else str(holders.of_deadline(row)),
                tone="overdue" if due_on < on else "soon" if due_on == on else "info",
            )


def _titled(user: User, row: Deadline) -> str:
    """What is to be done, and for whom where this person stands in."""
    stands_in = row.holder_user is not None and row.holder_user_id != user.pk
    return f"代{row.holder_user.name}：{row.label}" if stands_in and row.holder_user else row.label


def _calls(user: User, first: date, last: date) -> Iterator[Entry]:
    """Windows of calls, for whoever applies, recommends or decides."""
    if not user.holds(*CALLED):
        return
    start, end = _midnight(first), _midnight(last + timedelta(days=1))
    for model in (Call, ProjectCall):
        for call in model.objects.published().filter(closes_at__gte=start, opens_at__lt=end):
            for name, words in (("opens_at", _("开始受理")), ("closes_at", _("受理截止"))):
                if start <= getattr(call, name) < end:
                    yield _window(call, getattr(call, name), words, f"{model._meta.model_name}-{name}")


def _publicities(first: date, last: date) -> Iterator[Entry]:
    for notice in PublicNotice.objects.filter(last_day__gte=first, last_day__lte=last):
        yield Entry(
            key=f"publicity-{notice.pk}",
            day=notice.last_day,
            title=_("公示期满"),
            subject=notice.title,
            url=notice.get_absolute_url(),
            kind=WINDOW,
            tone="neutral",
        )


def _window(call: Call | ProjectCall, moment: datetime, words: str | Promise, name: str) -> Entry:
    day = timezone.localdate(moment)
    return Entry(
        key=f"{name}-{call.pk}",
        day=day,
        title=str(words),
        subject=call.title,
        url=call.get_absolute_url(),
        kind=WINDOW,
        tone="neutral",
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), timezone.get_current_timezone())
