"""2: the host is who registered, its figures are likely."""

from collections.abc import Iterator, Mapping
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institutes import policy
from institutes.book.rules.former import MONEY, box_since_last, years_since_last
from institutes.book.rules.shared import day_has_come, day_of, leap_beyond, row_fault, said
from institutes.book.values import Answers, Fault, Setting
from institutes.book.written import day_said
from institutes.enums import ChainRole

# The lines of the figures of the recent years.
FINANCE = {
    "revenue": gettext_lazy("营业收入"),
    "profit": gettext_lazy("利润总额"),
    "tax_paid": gettext_lazy("缴纳税金"),
    "rd_expense": gettext_lazy("研发费用"),
    "assets": gettext_lazy("资产总额"),
    "liabilities": gettext_lazy("负债总额"),
}


def host_is_who_registered(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """Name and code are those under which the county confirmed the unit."""
    host = answers.get("host", {})
    for path, label, known in (
        ("host_name", _("单位名称"), setting.host.name),
        ("uscc", _("统一社会信用代码"), setting.host.uscc),
    ):
        if host.get(path) and known and host[path] != known:
            text = _("与已确认的单位注册信息“%(known)s”不一致。") % {"known": known}
            yield Fault("host", path, label, text)


registered_already = day_has_come("host", "registered_on", gettext_lazy("成立日期"))


def young(host: Mapping, setting: Setting) -> bool:
    """Whether the host is younger than the years of finance that are asked of others."""
    registered = day_of(host.get("registered_on"))
    first = policy.financial_years(setting.year, setting.limits["finance_years"])[0]
    return registered is not None and registered.year > first


def asked_years(setting: Setting, host: Mapping) -> list[str]:
    """The financial years that this host must fill in."""
    years = policy.financial_years(setting.year, setting.limits["finance_years"])
    count = setting.limits["finance_years_young"] if young(host, setting) else len(years)
    return [str(year) for year in years[-count:]]


def rd_within_revenue(answers: Answers, setting: Setting) -> Iterator[Fault]:
    host = answers.get("host", {})
    finance = host.get("finance") or {}
    if host.get("rd_reason"):
        return
    for year in asked_years(setting, host):
        revenue = policy.as_decimal(finance.get("revenue", {}).get(year))
        spent = policy.as_decimal(finance.get("rd_expense", {}).get(year))
        if revenue is not None and spent is not None and spent > revenue:
            label = _("研发费用（%(year)s 年）") % {"year": year}
            text = _("大于营业收入。请核对单位；确属如此，请在“研发费用超过营业收入的原因”中说明。")
            yield Fault("host", f"finance-rd_expense-{year}", label, text)


def qualifications_still_valid(answers: Answers, setting: Setting) -> Iterator[Fault]:
    rows = answers.get("host", {}).get("qualifications") or []
    for row in rows:
        until = day_of(row.get("valid_to"))
        if until and until < setting.closes_on:
            text = _("有效期须不早于申报截止日 %(day)s。") % {"day": day_said(setting.closes_on)}
            yield row_fault("host", "qualifications", rows, row, "valid_to", _("企业资质"), text)


def amounts_leap(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """A value that changes tenfold from one year to the next was often typed in the wrong unit."""
    host = answers.get("host", {})
    years = [str(y) for y in policy.financial_years(setting.year, setting.limits["finance_years"])]
    for code, cells in (host.get("finance") or {}).items():
        for former, later in pairwise(years):
            values = (policy.as_decimal(cells.get(year)) for year in (former, later))
            if leap := leap_beyond(*values, setting):
                text = _("%(later)s 年与 %(former)s 年相差 %(x)s 倍，请核对是否填错单位（万元、元）。")
                told = {"later": later, "former": former, "x": said(leap)}
                yield Fault("host", f"finance-{code}-{later}", str(FINANCE.get(code, code)), text % told)


capital_since_last = box_since_last("host", "reg_capital", gettext_lazy("注册资本"), MONEY)
finance_since_last = years_since_last("host", "finance", FINANCE)


def role_as_on_the_map(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """The map of chains shows the host elsewhere, or in another role, than the book says."""
    standing, labels = setting.host.chain_roles, dict(ChainRole.choices)
    chain, role = answers.get("basics", {}).get("chain"), answers.get("host", {}).get("chain_role")
    if not standing or not chain or not role or (chain, role) in standing:
        return
    if mapped := next((other for place, other in sorted(standing) if place == chain), ""):
        text = _("市产业链图谱中依托单位为“%(mapped)s”，与所填“%(role)s”不一致，请核对。")
        words = text % {"mapped": labels[mapped], "role": labels.get(role, role)}
    else:
        text = _("市产业链图谱把依托单位列在“%(chains)s”，不在所选产业链，请核对。")
        words = text % {
            "chains": "、".join(sorted({setting.label_of("chains", place) for place, _role in standing}))
        }
    yield Fault("host", "chain_role", _("产业链地位"), words, "四(一)")
