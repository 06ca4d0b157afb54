"""4: the bodies are complete, and of age."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes import policy
from institutes.book.rules.partners import partners_of
from institutes.book.rules.shared import day_has_come, day_of, row_fault, rows_in
from institutes.book.values import Answers, Fault, Setting

COUNCIL, COMMITTEE, DIRECTOR = "council", "committee", "director"


def people_in(answers: Answers, body: str) -> list[dict]:
    return [row for row in rows_in(answers, "governance", "people") if row.get("body") == body]


def bodies_are_complete(answers: Answers, setting: Setting) -> Iterator[Fault]:
    limits = setting.limits
    for body, label, least in (
        (COUNCIL, _("理事会"), limits["council_min"]),
        (COMMITTEE, _("专家指导委员会"), limits["expert_committee_min"]),
    ):
        if (have := len(people_in(answers, body))) < least:
            text = _("至少 %(n)d 人，现有 %(m)d 人。") % {"n": least, "m": have}
            yield Fault("governance", "people", label, text, "二(三)4")
    if (have := len(people_in(answers, DIRECTOR))) != limits["directors"]:
        text = _("应为 %(n)d 人，现有 %(m)d 人。") % {"n": limits["directors"], "m": have}
        yield Fault("governance", "people", _("院长"), text, "二(三)4")


def council_has_every_partner(answers: Answers, setting: Setting) -> Iterator[Fault]:
    employers = {row.get("employer") for row in people_in(answers, COUNCIL)}
    absent = [row["name"] for row in partners_of(answers) if row.get("name") and row["name"] not in employers]
    if absent and people_in(answers, COUNCIL):
        text = _("理事会须有各共建单位代表，尚缺：%(list)s（工作单位须与共建单位名称一致）。")
        yield Fault("governance", "people", _("理事会"), text % {"list": "、".join(absent)}, "二(三)4")


def people_are_of_age(answers: Answers, setting: Setting) -> Iterator[Fault]:
    rows = rows_in(answers, "governance", "people")
    youngest, oldest = setting.limits["age_min"], setting.limits["age_max"]
    for row in rows:
        born = day_of(row.get("born_on"))
        if born and not youngest <= (age := policy.age_on(born, setting.closes_on)) <= oldest:
            text = _("年龄应在 %(a)d 至 %(b)d 岁之间，按出生日期为 %(n)d 岁。")
            told = {"a": youngest, "b": oldest, "n": age}
            yield row_fault("governance", "people", rows, row, "born_on", _("人员"), text % told)


def seats_are_held_once(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """Nobody sits twice in one body."""
    rows, seen = rows_in(answers, "governance", "people"), dict[tuple, int]()
    for place, row in enumerate(rows, start=1):
        seat = (row.get("body"), row.get("name"), row.get("born_on"))
        if row.get("name") and seat in seen:
            text = _("与第 %(n)d 行为同一职务、同一人，请删除其中一行。") % {"n": seen[seat]}
            yield row_fault("governance", "people", rows, row, "name", _("人员"), text, "二(三)4")
        seen.setdefault(seat, place)


charter_is_adopted = day_has_come("governance", "charter_on", gettext_lazy("章程通过日期"))
