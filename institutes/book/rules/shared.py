"""What the rules of several sections share: rows and days out of the answers, faults at a cell of a row."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from institutes import policy
from institutes.book.values import Answers, Fault, Setting
from institutes.book.written import day_said

Rule = Callable[[Answers, Setting], Iterator[Fault]]


def day_of(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def rows_in(answers: Answers, section: str, code: str) -> list[dict]:
    """The rows of a table of the book."""
    return list(answers.get(section, {}).get(code) or ())


def row_fault(
    section: str,
    code: str,
    rows: list,
    row: Mapping,
    column: str,
    label: str | Promise,
    text: str,
    clause: str = "",
) -> Fault:
    """A fault at the cell ``column`` of a row, called by its place in the table."""
    place = _("第 %(n)s 行") % {"n": rows.index(row) + 1}
    return Fault(section, f"{code}-{row['key']}-{column}", f"{label} {place}", text, clause)


def has_happened(section: str, code: str, column: str, label: str | Promise, what: str | Promise) -> Rule:
    """A rule: the day in ``column`` of a table has come, ``what`` is the name of that day."""

    def rule(answers: Answers, setting: Setting) -> Iterator[Fault]:
        rows = rows_in(answers, section, code)
        for row in rows:
            day = day_of(row.get(column))
            if day and day > setting.latest:
                text = _("%(what)s不能晚于 %(day)s，请核对年份。")
                text %= {"what": what, "day": day_said(setting.latest)}
                yield row_fault(section, code, rows, row, column, label, text)

    return rule


def day_has_come(section: str, code: str, label: str | Promise) -> Rule:
    """A rule: the day in the box ``code`` has come."""

    def rule(answers: Answers, setting: Setting) -> Iterator[Fault]:
        day = day_of(answers.get(section, {}).get(code))
        if day and day > setting.latest:
            text = _("不能晚于 %(day)s，请核对年份。") % {"day": day_said(setting.latest)}
            yield Fault(section, code, str(label), text)

    return rule


def given_once(section: str, code: str, column: str, label: str | Promise) -> Rule:
    """A rule: what stands in ``column`` of a table stands there once."""

    def rule(answers: Answers, setting: Setting) -> Iterator[Fault]:
        rows = rows_in(answers, section, code)
        places: dict[object, int] = {}
        for place, row in enumerate(rows, start=1):
            value = row.get(column)
            if value and value in places:
                text = _("“%(value)s”与第 %(n)d 行重复，请删除其中一行或更正。")
                told = {"value": value, "n": places[value]}
                yield row_fault(section, code, rows, row, column, label, text % told)
            elif value:
                places[value] = place

    return rule


def leap_beyond(former: Decimal | None, later: Decimal | None, setting: Setting) -> Decimal | None:
    """By which factor an amount changed, where that is more than the edition holds for likely; else None."""
    found = policy.leap(former, later)
    return found if found is not None and found > Decimal(setting.limits["unit_error_factor"]) else None


def said(leap: Decimal) -> str:
    """How many times, in whole numbers."""
    return f"{leap:,.0f}"
