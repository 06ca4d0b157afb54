"""3: co-builders are others, and bound by agreements that last."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes import policy
from institutes.book.kinds import YES
from institutes.book.rules.former import AREA, MONEY, rows_since_last
from institutes.book.rules.shared import day_of, row_fault, rows_in
from institutes.book.values import Answers, Fault, Setting
from institutes.book.written import day_said

ENTERPRISE_PARTNERS = frozenset({"upstream", "downstream"})
ACADEMIC_PARTNERS = frozenset({"university", "institute"})
CHINA = "中国"
CONTRIBUTIONS = ("money", "equipment", "site_m2", "people", "ip")


def partners_of(answers: Answers) -> list[dict]:
    return rows_in(answers, "partners", "partners")


def partners_are_others(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """No co-builder twice, and not the host itself."""
    rows, seen = partners_of(answers), set()
    for row in rows:
        code = row.get("uscc")
        if code and code == setting.host.uscc:
            text = _("共建单位不能是依托单位本身。")
            yield row_fault("partners", "partners", rows, row, "uscc", _("共建单位"), text)
        elif code and code in seen:
            text = _("同一单位重复填写。")
            yield row_fault("partners", "partners", rows, row, "uscc", _("共建单位"), text)
        seen.add(code)


def agreements_cover_build_period(answers: Answers, setting: Setting) -> Iterator[Fault]:
    rows, build_to = partners_of(answers), day_of(answers.get("basics", {}).get("build_to"))
    for row in rows:
        signed, until = day_of(row.get("signed_on")), day_of(row.get("valid_to"))
        if signed and signed > setting.latest:
            text = _("签订日期不能晚于 %(day)s，请核对年份。") % {"day": day_said(setting.latest)}
            yield row_fault("partners", "partners", rows, row, "signed_on", _("共建单位"), text)
        if until and build_to and until < build_to:
            text = _("协议有效期须不早于建设期结束日 %(day)s，请续签后填写，或调整建设期。") % {
                "day": day_said(build_to)
            }
            yield row_fault("partners", "partners", rows, row, "valid_to", _("共建单位"), text)


def agreements_say_everything(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """The four clauses of 二(三)4 stand in every agreement."""
    rows = partners_of(answers)
    asked = dict(setting.choices("agreement_clauses"))
    for row in rows:
        lacking = [str(label) for code, label in asked.items() if code not in (row.get("clauses") or ())]
        if row.get("clauses") and lacking:
            text = _("协议须约定：%(list)s。") % {"list": "、".join(lacking)}
            yield row_fault("partners", "partners", rows, row, "clauses", _("共建单位"), text)


def agreements_stand_without_recognition(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """An agreement that lapses where the institute is not recognised proves no co-operation of its own."""
    rows = partners_of(answers)
    for row in rows:
        if row.get("lapses") == YES:
            text = _("协议不能以获得认定为生效或者存续条件，请补签协议后填写。")
            yield row_fault("partners", "partners", rows, row, "lapses", _("共建单位"), text, "二(三)4")


def everybody_contributes(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """A co-builder that brings nothing at all is seldom meant."""
    rows = partners_of(answers)
    for row in rows:
        given = [policy.as_decimal(row.get(code)) for code in CONTRIBUTIONS]
        if row.get("money") is not None and not any(given):
            text = _("未填写任何投入（资金、设备、场地、人员、知识产权），请核对。")
            yield row_fault("partners", "partners", rows, row, "money", _("共建单位"), text, "二(三)3")


contributions_since_last = rows_since_last(
    "partners",
    "partners",
    (("money", MONEY), ("equipment", MONEY), ("site_m2", AREA)),
    lambda row: row.get("uscc") or row.get("name"),
    gettext_lazy("共建单位"),
)
