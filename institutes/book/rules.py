"""Rules across boxes: what must add up inside the book, and with what the portal knows otherwise."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import pairwise

from django.utils.translation import gettext as _

from institutes import policy
from institutes.book.values import Answers, Fault, Setting

ENTERPRISE_PARTNERS = frozenset({"upstream", "downstream"})
ACADEMIC_PARTNERS = frozenset({"university", "institute"})
COUNCIL, COMMITTEE, DIRECTOR = "council", "committee", "director"
CHINA = "中国"


def day_of(value: object) -> date | None:
    return date.fromisoformat(str(value)) if value else None


def _row_fault(
    section: str, code: str, rows: list, row: Mapping, column: str, label: str, text: str
) -> Fault:
    place = _("第 %(n)d 行") % {"n": rows.index(row) + 1}
    return Fault(section, f"{code}-{row['key']}-{column}", f"{label} {place}", text)


# --- basics ---------------------------------------------------------------------------------------------------------


def segment_belongs_to_chain(answers: Answers, setting: Setting) -> Iterator[Fault]:
    basics = answers.get("basics", {})
    chain, segment = basics.get("chain"), basics.get("segment")
    if chain and segment and setting.parents.get(segment) != chain:
        text = _("所选环节不属于所选产业链，请重新选择。")
        yield Fault("basics", "segment", _("产业链环节"), text, "四(一)")


def build_period_fits(answers: Answers, setting: Setting) -> Iterator[Fault]:
    basics = answers.get("basics", {})
    start, end = day_of(basics.get("build_from")), day_of(basics.get("build_to"))
    if not start or not end:
        return
    years = setting.limits["build_years_max"]
    if end <= start:
        yield Fault("basics", "build_to", _("建设期至"), _("应晚于建设期起始日。"))
    elif end > policy.add_years(start, years):
        text = _("建设期不超过 %(n)d 年，最晚为 %(day)s。") % {
            "n": years,
            "day": policy.add_years(start, years),
        }
        yield Fault("basics", "build_to", _("建设期至"), text)


# --- host -----------------------------------------------------------------------------------------------------------


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


def registered_in_the_past(answers: Answers, setting: Setting) -> Iterator[Fault]:
    registered = day_of(answers.get("host", {}).get("registered_on"))
    if registered and registered > setting.closes_on:
        yield Fault("host", "registered_on", _("成立日期"), _("不能晚于申报截止日。"))


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
            text = _("有效期须不早于申报截止日 %(day)s。") % {"day": setting.closes_on}
            yield _row_fault("host", "qualifications", rows, row, "valid_to", _("企业资质"), text)


def amounts_leap(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """A value that changes tenfold from one year to the next was often typed in the wrong unit."""
    host = answers.get("host", {})
    factor = Decimal(setting.limits["unit_error_factor"])
    years = [str(y) for y in policy.financial_years(setting.year, setting.limits["finance_years"])]
    for code, cells in (host.get("finance") or {}).items():
        for former, later in pairwise(years):
            leap = policy.leap(policy.as_decimal(cells.get(former)), policy.as_decimal(cells.get(later)))
            if leap is not None and leap > factor:
                text = _("%(later)s 年与 %(former)s 年相差 %(x)s 倍，请核对是否填错单位（万元、元）。")
                told = {"later": later, "former": former, "x": f"{leap:.0f}"}
                yield Fault("host", f"finance-{code}-{later}", _("近年财务数据"), text % told)


# --- co-builders ----------------------------------------------------------------------------------------------------


def partners_of(answers: Answers) -> list[dict]:
    return list(answers.get("partners", {}).get("partners") or ())


def partners_are_others(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """No co-builder twice, and not the host itself."""
    rows, seen = partners_of(answers), set()
    for row in rows:
        code = row.get("uscc")
        if code and code == setting.host.uscc:
            text = _("共建单位不能是依托单位本身。")
            yield _row_fault("partners", "partners", rows, row, "uscc", _("共建单位"), text)
        elif code and code in seen:
            text = _("同一单位重复填写。")
            yield _row_fault("partners", "partners", rows, row, "uscc", _("共建单位"), text)
        seen.add(code)


def agreements_cover_build_period(answers: Answers, setting: Setting) -> Iterator[Fault]:
    rows, build_to = partners_of(answers), day_of(answers.get("basics", {}).get("build_to"))
    for row in rows:
        signed, until = day_of(row.get("signed_on")), day_of(row.get("valid_to"))
        if signed and signed > setting.closes_on:
            text = _("签订日期不能晚于申报截止日。")
            yield _row_fault("partners", "partners", rows, row, "signed_on", _("共建单位"), text)
        if until and build_to and until < build_to:
            text = _("协议有效期须不早于建设期结束日 %(day)s。") % {"day": build_to}
            yield _row_fault("partners", "partners", rows, row, "valid_to", _("共建单位"), text)


def agreements_say_everything(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """The four clauses of 二(三)4 stand in every agreement."""
    rows = partners_of(answers)
    asked = dict(setting.choices("agreement_clauses"))
    for row in rows:
        lacking = [str(label) for code, label in asked.items() if code not in (row.get("clauses") or ())]
        if row.get("clauses") and lacking:
            text = _("协议须约定：%(list)s。") % {"list": "、".join(lacking)}
            yield _row_fault("partners", "partners", rows, row, "clauses", _("共建单位"), text)


# --- governance -----------------------------------------------------------------------------------------------------


def people_in(answers: Answers, body: str) -> list[dict]:
    rows = answers.get("governance", {}).get("people") or ()
    return [row for row in rows if row.get("body") == body]


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
    rows = answers.get("governance", {}).get("people") or []
    youngest, oldest = setting.limits["age_min"], setting.limits["age_max"]
    for row in rows:
        born = day_of(row.get("born_on"))
        if born and not youngest <= (age := policy.age_on(born, setting.closes_on)) <= oldest:
            text = _("年龄应在 %(a)d 至 %(b)d 岁之间，按出生日期为 %(n)d 岁。")
            told = {"a": youngest, "b": oldest, "n": age}
            yield _row_fault("governance", "people", rows, row, "born_on", _("人员"), text % told)


# --- plan and budget ------------------------------------------------------------------------------------------------


def targets_grow(answers: Answers, setting: Setting) -> Iterator[Fault]:
    """A target of the second year is not below that of the first: both are counted from the start."""
    for code, cells in (answers.get("plan", {}).get("targets") or {}).items():
        first, second = policy.as_decimal(cells.get("year_1")), policy.as_decimal(cells.get("year_2"))
        if first is not None and second is not None and second < first:
            text = _("第二年为累计目标，不能小于第一年。")
            yield Fault("plan", f"targets-{code}-year_2", _("建设目标"), text)


def milestones_in_build_period(answers: Answers, setting: Setting) -> Iterator[Fault]:
    basics, rows = answers.get("basics", {}), answers.get("plan", {}).get("milestones") or []
    start, end = day_of(basics.get("build_from")), day_of(basics.get("build_to"))
    for row in rows:
        due = day_of(row.get("due_on"))
        if due and start and end and not start <= due <= end:
            text = _("应在建设期内（%(a)s 至 %(b)s）。") % {"a": start, "b": end}
            yield _row_fault("plan", "milestones", rows, row, "due_on", _("阶段安排"), text)


def _amounts(answers: Answers, grid: str) -> list[object]:
    return [cells.get("amount") for cells in (answers.get("budget", {}).get(grid) or {}).values()]


def sources_equal_uses(answers: Answers, setting: Setting) -> Iterator[Fault]:
    sources, uses = policy.total(_amounts(answers, "sources")), policy.total(_amounts(answers, "uses"))
    if sources != uses:
        text = _("经费来源合计 %(a)s 万元，支出合计 %(b)s 万元，相差 %(c)s 万元，两者应相等。")
        told = {"a": in_wan(sources), "b": in_wan(uses), "c": in_wan(abs(sources - uses))}
        yield Fault("budget", "uses", _("经费支出"), text % told)


def partners_money_is_in_budget(answers: Answers, setting: Setting) -> Iterator[Fault]:
    promised = policy.total(row.get("money") for row in partners_of(answers))
    entered = policy.total(
        [(answers.get("budget", {}).get("sources") or {}).get("partners", {}).get("amount")]
    )
    if promised != entered:
        text = _("共建单位投入合计 %(a)s 万元（第三部分），此处为 %(b)s 万元，应一致。")
        told = {"a": in_wan(promised), "b": in_wan(entered)}
        yield Fault("budget", "sources-partners-amount", _("共建单位投入"), text % told)


def in_wan(amount: Decimal) -> str:
    text = f"{amount / 10_000:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# --- commitment -----------------------------------------------------------------------------------------------------


def everything_is_promised(answers: Answers, setting: Setting) -> Iterator[Fault]:
    ticked = answers.get("commitment", {}).get("commitments") or ()
    for code, label in setting.choices("commitments"):
        if ticked and code not in ticked:
            text = _("未勾选“%(label)s”。") % {"label": label}
            yield Fault("commitment", "commitments", _("承诺事项"), text)
