"""What waits for a person, and what they wait for."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import holders
from accounts.models import User
from accounts.roles import ROLES, Reach, Role
from accounts.selectors import held_by, held_by_principals
from records import calendar
from records.desk import Desk, desk_for, page_of
from records.models import Deadline

SHOWN_PER_GROUP = 50
SOON = 5


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the workbasket: what must be done, to which case, until when, and the one next step."""

    label: str
    next_step: str
    subject: str
    url: str
    holder: str
    due_on: date | None
    days_left: int | None
    provisional: bool
    paused: bool
    principal: str = ""
    """For whom this person stands in, where it is not their own to do."""


@dataclass(slots=True)
class Group:
    """Lines of one urgency."""

    code: str
    label: str | Promise
    tone: str
    tasks: list[Task] = field(default_factory=list)
    count: int = 0


def _groups() -> dict[str, Group]:
    return {
        "overdue": Group("overdue", _("已逾期"), "overdue"),
        "today": Group("today", _("今日到期"), "soon"),
        "week": Group("week", _("五个工作日内到期"), "soon"),
        "later": Group("later", _("其他待办"), "neutral"),
    }


def workbasket(user: User, *, on: date) -> list[Group]:
    """What this person must do, and what whoever they stand in for must do in person, the most urgent first.

    One query for the lines, whatever their number.
    """
    groups, days = _groups(), calendar.load()
    opened = Deadline.objects.open()
    for deadline in _with_holders(held_by(user, opened) | held_by_principals(user, opened, on=on)):
        task = task_of(deadline, days, on=on)
        if deadline.holder_user and deadline.holder_user != user:
            task = replace(task, principal=deadline.holder_user.name, next_step="")
        group = groups[urgency(task)]
        group.count += 1
        if len(group.tasks) < SHOWN_PER_GROUP:
            group.tasks.append(task)
    return list(groups.values())


def waiting_for_others(user: User, *, on: date) -> list[Task]:
    """Cases of the person's own unit that somebody else holds now: "who has it, until when"."""
    rows = held_by_others(user)
    return tasks_of(_with_holders(rows)[:SHOWN_PER_GROUP], on=on)


def held_by_others(user: User) -> QuerySet[Deadline]:
    """Open deadlines of cases of the person's own unit that somebody else has to meet."""
    hosts = [m.organisation_id for m in user.memberships_active if ROLES[Role(m.role)].reach is Reach.OWN]
    if not hosts:
        return Deadline.objects.none()
    mine = held_by(user, Deadline.objects.open()).values("pk")
    rows = Deadline.objects.open().filter(host_id__in=hosts).exclude(pk__in=mine)
    return rows.exclude(subject_type__in=HIDDEN)


HIDDEN = ("evaluation.panel",)
"""Steps of which an applicant may not know: they see the application they belong to."""


def _with_holders(rows: QuerySet[Deadline]) -> QuerySet[Deadline]:
    return rows.select_related("host", "division", "holder_user", "holder_organisation")


def tasks_of(rows: Iterable[Deadline], *, on: date) -> list[Task]:
    """These deadlines as lines that lead to their cases."""
    days = calendar.load()
    return [task_of(deadline, days, on=on) for deadline in rows]


def task_of(deadline: Deadline, days: calendar.WorkingCalendar, *, on: date) -> Task:
    """A deadline as a line that leads to its case."""
    desk = desk_for(deadline.subject_type)
    return Task(
        label=deadline.label,
        next_step=next_step(deadline, desk) if desk else "",
        subject=deadline.subject_label,
        url=page_of(deadline.subject_type, deadline.subject_id),
        holder=str(holders.of_deadline(deadline)),
        due_on=deadline.due_on,
        days_left=days.left(on, deadline.due_on) if deadline.due_on and not deadline.paused_on else None,
        provisional=deadline.provisional,
        paused=deadline.paused_on is not None,
    )


def next_step(deadline: Deadline, desk: Desk) -> str:
    """What the holder is expected to do: the main move in the words of its button, or what is done elsewhere.

    A move that is not the main one is named where the state says nothing. Read from the tables, not the case.
    """
    here, moves = deadline.subject_state, desk.lifecycle.moves
    open_moves = [
        action
        for action in desk.steps
        if here in moves[action].sources and deadline.holder_role in desk.who[action].all_roles
    ]
    main = next((action for action in open_moves if desk.steps[action].primary), "")
    elsewhere = desk.lifecycle.states[here].todo if here in desk.lifecycle.states else ""
    if elsewhere and not main:
        return str(elsewhere)
    chosen = main or next(iter(open_moves), "")
    return str(moves[chosen].label) if chosen else ""


def urgency(task: Task) -> str:
    """The code of the group a line belongs to."""
    if task.days_left is None or task.days_left > SOON:
        return "later"
    if task.days_left < 0:
        return "overdue"
    return "today" if task.days_left == 0 else "week"


def count_of(groups: Iterable[Group]) -> int:
    return sum(group.count for group in groups)
