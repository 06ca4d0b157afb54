"""Across applications: an amount that is tenfold what the unit handed in the last time was often typed in another unit.

What is compared is the same thing: the same box, the same year, the same co-builder, device or project. Budgets are
compared by their sum, for money moves between the lines of a budget from year to year.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes import policy
from institutes.book.rules.shared import Rule, leap_beyond, row_fault, rows_in, said
from institutes.book.values import Answers, Fault, Setting
from records.amounts import grouped, in_wan


@dataclass(frozen=True, slots=True)
class Measure:
    """How an amount is said, and which units are mixed up where it is typed."""

    say: Callable[[Decimal], str]
    mixed: str | Promise


MONEY = Measure(lambda amount: _("%(n)s 万元") % {"n": in_wan(amount)}, gettext_lazy("万元、元"))
AREA = Measure(lambda area: _("%(n)s 平方米") % {"n": grouped(area)}, gettext_lazy("平方米、亩"))
Columns = tuple[tuple[str, Measure], ...]


def _told(
    former: object, now: object, measure: Measure, setting: Setting, *, here: str = "", there: str = ""
) -> str | None:
    """What is said of an amount beside that of the last time; None where there is nothing to say."""
    then, value = policy.as_decimal(former), policy.as_decimal(now)
    leap = leap_beyond(then, value, setting)
    if leap is None or then is None or value is None or setting.former is None:
        return None
    text = _(
        "%(here)s为 %(now)s，上次申报（%(year)d 年度）%(there)s为 %(then)s，相差 %(x)s 倍，"
        "请核对是否填错单位（%(mixed)s）。"
    )
    told = {"now": measure.say(value), "then": measure.say(then), "year": setting.former.year}
    return text % (told | {"here": here or _("现"), "there": there, "x": said(leap), "mixed": measure.mixed})


def _former(setting: Setting, section: str) -> Mapping:
    return setting.former.answers.get(section, {}) if setting.former else {}


def box_since_last(section: str, code: str, label: str | Promise, measure: Measure) -> Rule:
    """A rule: the box ``code`` beside the same box of the last time."""

    def rule(answers: Answers, setting: Setting) -> Iterator[Fault]:
        former, now = _former(setting, section).get(code), answers.get(section, {}).get(code)
        if text := _told(former, now, measure, setting):
            yield Fault(section, code, str(label), text)

    return rule


def rows_since_last(section: str, table: str, columns: Columns, same: Callable, label: str | Promise) -> Rule:
    """A rule: the cells of a row beside those of the same row of the last time; ``same`` says by what it is known."""

    def rule(answers: Answers, setting: Setting) -> Iterator[Fault]:
        known = {same(row): row for row in _former(setting, section).get(table) or () if same(row)}
        rows = rows_in(answers, section, table)
        for row in rows:
            former = known.get(same(row), {})
            for column, measure in columns:
                if text := _told(former.get(column), row.get(column), measure, setting):
                    yield row_fault(section, table, rows, row, column, label, text)

    return rule


def years_since_last(section: str, grid: str, lines: Mapping[str, str | Promise]) -> Rule:
    """A rule: each line of a grid of years beside that of the last time, in the latest year that both name.

    Where they share no year, the first of now stands beside the last of then.
    """

    def rule(answers: Answers, setting: Setting) -> Iterator[Fault]:
        former, now = _former(setting, section).get(grid) or {}, answers.get(section, {}).get(grid) or {}
        for code, label in lines.items():
            then, cells = former.get(code, {}), now.get(code, {})
            if not then or not cells:
                continue
            shared = max(set(then) & set(cells), default="")
            year, was = (shared, shared) if shared else (min(cells), max(then))
            here = _("%(year)s 年") % {"year": year}
            there = "" if shared else _("所填 %(year)s 年") % {"year": was}
            if text := _told(then[was], cells[year], MONEY, setting, here=here, there=there):
                yield Fault(section, f"{grid}-{code}-{year}", str(label), text)

    return rule


def column_since_last(section: str, grid: str, column: str, lines: Mapping[str, str | Promise]) -> Rule:
    """A rule: one column of the named lines of a grid beside the same cells of the last time."""

    def rule(answers: Answers, setting: Setting) -> Iterator[Fault]:
        former, now = _former(setting, section).get(grid) or {}, answers.get(section, {}).get(grid) or {}
        for code, label in lines.items():
            then, value = former.get(code, {}).get(column), now.get(code, {}).get(column)
            if text := _told(then, value, MONEY, setting):
                yield Fault(section, f"{grid}-{code}-{column}", str(label), text)

    return rule


def sum_since_last(section: str, grid: str, column: str, label: str | Promise) -> Rule:
    """A rule: what a column of a grid comes to beside what it came to the last time."""

    def total(answers: Mapping) -> Decimal:
        return policy.total(cells.get(column) for cells in (answers.get(grid) or {}).values())

    def rule(answers: Answers, setting: Setting) -> Iterator[Fault]:
        if text := _told(total(_former(setting, section)), total(answers.get(section, {})), MONEY, setting):
            yield Fault(section, grid, str(label), text)

    return rule
