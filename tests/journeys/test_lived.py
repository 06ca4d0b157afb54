"""Two weeks of many deadlines, and who had to be reminded of what on which day, worked out without a line of SQL.

The rules are those of the policy file. What is told is compared with what a reader of the rules would expect: nothing
is missing, nothing comes twice, nothing is about what was done before.
"""

import tomllib
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest

from accounts.models import User
from accounts.roles import Role
from notices import services
from notices.models import Notice
from records import clock
from records.models import Deadline
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.notices import TERMS, ReminderEditionFactory
from tests.factories.records import DayOverrideFactory, DeadlineFactory

pytestmark = pytest.mark.django_db
CITY = ZoneInfo("Asia/Shanghai")
FIRST, DAYS = date(2027, 9, 21), 14
HOLIDAYS = [date(2027, 10, day) for day in range(1, 8)]
WORKED = [date(2027, 9, 26), date(2027, 10, 9)]
FILE = Path(__file__).parents[2] / "portal" / "policy" / "shijiazhuang-2022.toml"
STATES = ("county_review", "publicity", "objection_handling", "awaiting_original", "formal_review")


def rules_of_the_file() -> dict:
    editions = tomllib.loads(FILE.read_text("utf-8"))["edition"]
    return next(
        one["terms"] for one in editions if (one["model"], one["kind"]) == ("ReminderEdition", "reminders")
    )


# --- the calendar and the rules, as a reader takes them ---------------------------------------------------------------


def is_worked(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in HOLIDAYS)


def left(on: date, due: date) -> int:
    """Working days until the day, not counting today; those since, below zero."""
    first, last = min(on, due), max(on, due)
    days = sum(is_worked(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
    return days if due >= on else -days


@cache
def begins(due: date, offset: int) -> date:
    """The first day on which no more than so many working days are left."""
    day = due - timedelta(days=70) if offset >= 0 else due
    while left(day, due) > offset:
        day += timedelta(days=1)
    return day


@dataclass
class City:
    """Everybody in it, role by role, and where they reach."""

    people: dict[Role, list[User]] = field(default_factory=dict)

    def holders(self, row: Deadline) -> set[int]:
        return {user.pk for user in self.people[Role(row.holder_role)]}

    def to_tell(self, rule: dict, row: Deadline, superiors: dict[str, str]) -> set[int]:
        if rule["to"] == "holder":
            return self.holders(row)
        if rule["to"] == "superior" and row.holder_role in superiors:
            return {user.pk for user in self.people[Role(superiors[row.holder_role])]} - self.holders(row)
        return set()


def speaks_of(rule: dict, row: Deadline) -> bool:
    days = (row.due_on - row.opened_at.astimezone(CITY).date()).days
    return (
        row.kind.split("-")[0] in rule["kinds"]
        and rule.get("days_from", 0) <= days < rule.get("days_below", 10**6)
        and row.subject_state in rule.get("states", [row.subject_state])
        and row.subject_state not in rule.get("other_than", [])
    )


def expected_on(on: date, moment: datetime, city: City, terms: dict, rows: list[Deadline]) -> set[tuple]:
    superiors, found = {one["code"]: one["superior"] for one in terms["superiors"]}, set()
    for row in rows:
        if row.met_at and row.met_at <= moment:
            continue
        for rule in (one for one in terms["reminders"] if speaks_of(one, row)):
            offsets = sorted([*rule["before"], *(-days for days in rule["after"])], reverse=True)
            begun = [offset for offset in offsets if begins(row.due_on, offset) <= on]
            if not begun:
                continue
            opened, first = row.opened_at.astimezone(CITY).date(), begins(row.due_on, begun[-1])
            if opened < (on if begun[-1] == offsets[-1] else first):  # told of when it was opened
                found |= {(user, row.pk, begun[-1]) for user in city.to_tell(rule, row, superiors)}
    return found


# --- the two weeks ----------------------------------------------------------------------------------------------------


@pytest.fixture
def terms():
    for kind in TERMS:
        ReminderEditionFactory(kind=kind, **({"terms": rules_of_the_file()} if kind == "reminders" else {}))
    for day in HOLIDAYS:
        DayOverrideFactory(day=day)
    for day in WORKED:
        DayOverrideFactory(day=day, is_working=True)
    return rules_of_the_file()


@pytest.fixture
def city():
    """Two people in every role that the deadlines fall to, all in one county and one unit."""
    unit = OrganisationFactory()
    found = City()
    for role in (Role.ENT_FILLER, Role.ENT_ADMIN):
        found.people[role] = [person(role, organisation=unit) for _ in range(2)]
    for role in (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.BUREAU_CLERK, Role.BUREAU_APPROVER):
        found.people[role] = [person(role, division=unit.division.code) for _ in range(2)]
    return found


@dataclass
class Plan:
    """A deadline that will be opened, and maybe met, in these weeks."""

    opens: datetime
    done: datetime | None
    columns: dict

    def come_true(self, row: Deadline | None, moment: datetime) -> Deadline | None:
        if row is None and self.opens <= moment:
            row = DeadlineFactory(opened_at=self.opens, **self.columns)
        if row and self.done and row.met_at is None and self.opens <= self.done <= moment:
            row.met_at = self.done
            row.save(update_fields=["met_at"])
        return row


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=CITY)


def plans(city: City, lots: Random) -> list[Plan]:
    """Of every kind and length, due before, within and after the weeks; half of them done within, early or at noon."""
    unit, found = city.people[Role.ENT_FILLER][0].organisations[0], []
    for n in range(60):
        kind = lots.choice(["state", "state", "state", f"stage-{n}", "ending", "late_conflict"])
        opens = FIRST + timedelta(days=lots.randrange(-90, 8))
        due = max(opens, FIRST) + timedelta(days=lots.randrange(-8, 40))
        done = at(FIRST + timedelta(days=lots.randrange(DAYS)), lots.choice([7, 9]))
        columns = {
            "subject": unit,
            "subject_id": 1_000 + n,
            "kind": kind,
            "subject_state": lots.choice(STATES) if kind == "state" else "",
            "holder_role": lots.choice(list(city.people)),
            "host": unit,
            "division": unit.division,
            "due_on": max(due, opens),
        }
        found.append(Plan(at(opens, lots.choice([7, 9])), done if lots.random() < 0.5 else None, columns))
    return found


def test_what_is_told_is_what_a_reader_of_the_rules_expects(terms, city):
    rows: dict[int, Deadline | None] = {}
    wanted, known = plans(city, Random(17)), set()
    for n in range(DAYS):
        day = FIRST + timedelta(days=n)
        for moment in (at(day, 8, 30), at(day, 10, 5)):
            rows = {key: plan.come_true(rows.get(key), moment) for key, plan in enumerate(wanted)}
            with clock.at(moment):
                services.remind_due(on=day)
            known |= expected_on(day, moment, city, terms, [row for row in rows.values() if row])

    told = Counter(Notice.objects.values_list("recipient", "deadline", "offset"))
    assert set(told) == known
    assert set(told.values()) == {1}
    assert len(known) > 100
