"""5: head counts that fit each other and the roster, people of age."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes.book.rules.shared import row_fault, rows_in
from institutes.book.values import Answers, Fault, Setting

FULL, PART = "full", "part"
ROSTER = gettext_lazy("研发人员名册")
# Which of the counts are parts of the institute's people that exclude each other.
PARTS = (
    (("rd_fulltime", "rd_parttime"), gettext_lazy("全职研发人员与兼职研发人员之和")),
    (("phd", "master"), gettext_lazy("博士与硕士之和")),
    (("senior_title",), gettext_lazy("高级职称人员")),
)


def roster_of(answers: Answers) -> list[dict]:
    return rows_in(answers, "team", "roster")


def _counts(answers: Answers, codes: tuple[str, ...]) -> int | None:
    """The sum of head counts; None where all are missing."""
    known = [answers.get("team", {}).get(code) for code in codes]
    given = [count for count in known if count is not None]
    return sum(given) if given else None


def parts_within_total(answers: Answers, setting: Setting) -> Iterator[Fault]:
    total = answers.get("team", {}).get("headcount_total")
    for codes, label in PARTS:
        part = _counts(answers, codes)
        if total is not None and part is not None and part > total:
            text = _("%(n)d 人，多于研究院总人数 %(m)d 人，请更正。") % {"n": part, "m": total}
            yield Fault("team", codes[0], str(label), text)


def roster_agrees(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """The roster has as many rows of each kind as people are declared."""
    rows = roster_of(answers)
    for code, time, label in (
        ("rd_fulltime", FULL, _("全职研发人员")),
        ("rd_parttime", PART, _("兼职研发人员")),
    ):
        declared = answers.get("team", {}).get(code)
        listed = sum(row.get("time") == time for row in rows)
        if declared is not None and listed != declared:
            text = _("所填 %(n)d 人，名册中 %(m)d 人，应一致。请补全名册或更正人数。")
            yield Fault("team", code, label, text % {"n": declared, "m": listed})


def team_is_of_age(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """By the year of birth; somebody born this year is nobody of the team."""
    rows, youngest, oldest = roster_of(answers), setting.limits["age_min"], setting.limits["age_max"]
    for row in rows:
        born = row.get("birth_year")
        if born is not None and not youngest <= (age := setting.closes_on.year - born) <= oldest:
            text = _("年龄应在 %(a)d 至 %(b)d 岁之间，按出生年份为 %(n)d 岁，请核对年份。")
            told = {"a": youngest, "b": oldest, "n": age}
            yield row_fault("team", "roster", rows, row, "birth_year", ROSTER, text % told)


def nobody_twice(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """The same name and year of birth may be two people, but seldom is."""
    rows, seen = roster_of(answers), dict[tuple, int]()
    for place, row in enumerate(rows, start=1):
        who = (row.get("name"), row.get("birth_year"))
        if None not in who and who in seen:
            text = _("与第 %(n)d 行姓名、出生年份相同，请核对是否重复填写。") % {"n": seen[who]}
            yield row_fault("team", "roster", rows, row, "name", ROSTER, text)
        seen.setdefault(who, place)


def full_time_is_full(answers: Answers, setting: Setting) -> Iterator[Fault]:
    rows, least = roster_of(answers), Decimal(setting.limits["fulltime_share_min"])
    for row in rows:
        share = row.get("share")
        if row.get("time") == FULL and share is not None and share < least:
            text = _("填为全职，工时占比 %(n)d %% 低于 %(m)s %%，请核对是否应为兼职。")
            told = {"n": share, "m": f"{least:.0f}"}
            yield row_fault("team", "roster", rows, row, "share", ROSTER, text % told)


def degrees_as_listed(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """More doctors or masters in the roster than are declared: one of the two is wrong."""
    rows = roster_of(answers)
    for code, degree, label in (("phd", "doctor", _("博士")), ("master", "master", _("硕士"))):
        declared = answers.get("team", {}).get(code)
        listed = sum(row.get("degree") == degree for row in rows)
        if declared is not None and listed > declared:
            text = _("名册中 %(m)d 人，多于所填 %(n)d 人，请核对。")
            yield Fault("team", code, label, text % {"n": declared, "m": listed})
