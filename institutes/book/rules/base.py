"""7: results are named once, under a number that can be looked up, and have happened."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes import policy
from institutes.book.rules.former import MONEY, rows_since_last
from institutes.book.rules.shared import day_of, given_once, has_happened, row_fault, rows_in
from institutes.book.values import Answers, Fault, Setting
from institutes.book.written import day_said

PATENTS, SOFTWARE, STANDARDS = "patents", "software", "standards"
AWARDS, PROJECTS = "awards", "projects"
INVENTION = "invention"
LABELS = {
    PATENTS: gettext_lazy("授权专利"),
    SOFTWARE: gettext_lazy("软件著作权"),
    STANDARDS: gettext_lazy("制定标准"),
    AWARDS: gettext_lazy("科技奖励"),
    PROJECTS: gettext_lazy("承担项目"),
}
KINDS = (
    (INVENTION, gettext_lazy("发明专利")),
    ("utility", gettext_lazy("实用新型")),
    ("design", gettext_lazy("外观设计")),
)
# The days of each table, and what they are called.
DAYS = {
    PATENTS: ("granted_on", gettext_lazy("授权公告日")),
    SOFTWARE: ("registered_on", gettext_lazy("登记日期")),
    STANDARDS: ("published_on", gettext_lazy("发布日期")),
    AWARDS: ("awarded_on", gettext_lazy("获奖日期")),
    PROJECTS: ("approved_on", gettext_lazy("立项日期")),
}
NUMBERED = (PATENTS, SOFTWARE, STANDARDS, PROJECTS)


def results_of(answers: Answers, table: str) -> list[dict]:
    return rows_in(answers, "base", table)


def is_recent(row: dict, table: str, setting: Setting) -> bool:
    """Whether a result lies within the years that the criteria count."""
    day = day_of(row.get(DAYS[table][0]))
    return day is not None and setting.recent_from <= day <= setting.closes_on


def patent_is_of_its_kind(answers: Answers, setting: Setting) -> Iterator[Fault]:
    rows, labels = results_of(answers, PATENTS), dict(KINDS)
    for row in rows:
        number, kind = row.get("number"), row.get("kind")
        if number and kind and (said := policy.patent_kind(number)) != kind:
            text = _("按专利号应为“%(said)s”，所选类型为“%(kind)s”，请更正其中之一。")
            told = {"said": labels.get(said, _("未知类型")), "kind": labels[kind]}
            yield row_fault("base", PATENTS, rows, row, "number", LABELS[PATENTS], text % told)


def results_too_old_to_count(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """Intellectual property that may be listed, but does not count for the criterion."""
    for table in (PATENTS, SOFTWARE):
        column, what = DAYS[table]
        rows = results_of(answers, table)
        for row in rows:
            day = day_of(row.get(column))
            if day and day < setting.recent_from:
                text = _("%(what)s早于 %(day)s，可以保留，但不计入认定条件中的近期知识产权。")
                told = {"what": what, "day": day_said(setting.recent_from)}
                yield row_fault("base", table, rows, row, column, LABELS[table], text % told)


happened = tuple(
    has_happened("base", table, column, LABELS[table], what) for table, (column, what) in DAYS.items()
)
named_once = tuple(given_once("base", table, "number", LABELS[table]) for table in NUMBERED)
projects_since_last = rows_since_last(
    "base", PROJECTS, (("amount", MONEY),), lambda row: row.get("number"), LABELS[PROJECTS]
)
