"""8: targets grow, every year of the build period has a milestone."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes import policy
from institutes.book.rules.former import column_since_last
from institutes.book.rules.shared import day_of, leap_beyond, row_fault, said
from institutes.book.values import Answers, Fault, Setting
from institutes.book.written import day_said

TARGETS = {
    "new_technologies": gettext_lazy("新技术"),
    "new_products": gettext_lazy("新产品"),
    "killer_products": gettext_lazy("杀手锏产品"),
    "transfers": gettext_lazy("转化科技成果"),
    "invention_patents": gettext_lazy("发明专利"),
    "service_clients": gettext_lazy("服务企业"),
    "incubated_firms": gettext_lazy("孵化企业"),
    "new_revenue": gettext_lazy("新增营业收入"),
    "tax": gettext_lazy("新增税收"),
    "trained_people": gettext_lazy("培养人才"),
}
# Of these the amounts, and the columns as they follow each other.
AMOUNTS = {code: TARGETS[code] for code in ("new_revenue", "tax")}
COLUMNS = (
    ("base", gettext_lazy("现有值")),
    ("year_1", gettext_lazy("第一年目标")),
    ("year_2", gettext_lazy("第二年目标")),
)


def targets_grow(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """A target of the second year is not below that of the first: both are counted from the start."""
    for code, cells in (answers.get("plan", {}).get("targets") or {}).items():
        first, second = policy.as_decimal(cells.get("year_1")), policy.as_decimal(cells.get("year_2"))
        if first is not None and second is not None and second < first:
            text = _("第二年为累计目标，不能小于第一年。")
            label = _("建设目标 · %(line)s") % {"line": TARGETS.get(code, code)}
            yield Fault("plan", f"targets-{code}-year_2", label, text)


def targets_leap(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """An amount that grows tenfold from one column to the next was often typed in the wrong unit."""
    targets = answers.get("plan", {}).get("targets") or {}
    for code, line in AMOUNTS.items():
        cells = targets.get(code, {})
        for (former, was), (later, what) in pairwise(COLUMNS):
            values = (policy.as_decimal(cells.get(column)) for column in (former, later))
            if leap := leap_beyond(*values, setting):
                text = _("%(what)s与%(was)s相差 %(x)s 倍，请核对是否填错单位（万元、元）。")
                label = _("建设目标 · %(line)s") % {"line": line}
                told = {"what": what, "was": was, "x": said(leap)}
                yield Fault("plan", f"targets-{code}-{later}", label, text % told)


targets_since_last = column_since_last("plan", "targets", "base", AMOUNTS)


def milestones_in_build_period(answers: Answers, setting: Setting) -> Iterator[Fault]:
    basics, rows = answers.get("basics", {}), answers.get("plan", {}).get("milestones") or []
    start, end = day_of(basics.get("build_from")), day_of(basics.get("build_to"))
    for row in rows:
        due = day_of(row.get("due_on"))
        if due and start and end and not start <= due <= end:
            text = _("应在建设期内（%(a)s 至 %(b)s）。") % {"a": day_said(start), "b": day_said(end)}
            yield row_fault("plan", "milestones", rows, row, "due_on", _("阶段安排"), text)


def every_year_has_a_milestone(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """The plan goes year by year, so that each can be assessed (三(二))."""
    basics = answers.get("basics", {})
    start, end = day_of(basics.get("build_from")), day_of(basics.get("build_to"))
    days = [
        day for row in answers.get("plan", {}).get("milestones") or [] if (day := day_of(row.get("due_on")))
    ]
    if not days or not start or not end:
        return
    for number, (first, last) in enumerate(_build_years(start, end), start=1):
        if not any(first <= day <= last for day in days):
            text = _("建设期第 %(n)d 年（%(a)s 至 %(b)s）没有阶段安排，请补充一项。")
            told = {"n": number, "a": day_said(first), "b": day_said(last)}
            yield Fault("plan", "milestones", _("阶段安排"), text % told)


def _build_years(start: date, end: date) -> Iterator[tuple[date, date]]:
    """First and last day of each year of the build period; the last one ends with it."""
    first, years = start, 1
    while first < end:
        following = policy.add_years(start, years)
        yield first, min(following - timedelta(days=1), end) if following < end else end
        first, years = following, years + 1
