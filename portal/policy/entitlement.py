"""What an institute can receive under the policy, and from when: plain values in, plain values out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from evaluation.policy import first_year_of_cycles
from institutes.policy import add_years
from records.deadlines import day_in_words

RECOGNITION, ACCEPTANCE, EVALUATION = "recognition", "acceptance", "evaluation"
CONSTRUCTION, PERFORMANCE, PROVINCIAL = "construction", "performance", "provincial"
JOINT, PAYMENT = "joint_project", "disbursement"
ON_THE_WAY = (
    "account_confirmation",
    "account_check",
    "approval",
    "planning",
    "finance_review",
    "issue",
    "county_receive",
    "county_pay",
)
"""The steps from a finding that money is due until it reaches the unit."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One edition as the calculator reads it: its kind, its first day, its terms, and the grounds of each."""

    kind: str
    valid_from: date
    terms: Mapping[str, Any]
    grounds: Mapping[str, Mapping[str, Any]]

    def clause(self, path: str) -> str:
        """The clause a term rests on; empty where the policy is silent and the portal assumes it."""
        return str(self.grounds.get(path, {}).get("clause") or "")


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody says about an institute. ``None`` and empty words: not said, or not yet."""

    host_kind: str = "enterprise"
    in_city: bool = True
    chain_role: str = "leader"
    partners: int = 1
    recognised_on: date | None = None
    accepted_on: date | None = None
    grade: str = ""
    filed_on: date | None = None
    province_on: date | None = None
    projects: int = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """One thing that has to be so. ``met`` is None while it is not said. ``of_host``: the leading unit has to be so,
    whatever the money."""

    words: str
    met: bool | None
    clause: str = ""
    of_host: bool = False


@dataclass(frozen=True, slots=True)
class Entitlement:
    """One kind of money: how much at most, from which day at the earliest, what it takes."""

    code: str
    label: str
    amount: Decimal
    least: Decimal
    clause: str
    earliest: date | None
    when: str
    conditions: tuple[Condition, ...] = field(default=())

    @property
    def hindrances(self) -> list[Condition]:
        """What was said and stands in the way."""
        return [one for one in self.conditions if one.met is False]

    @property
    def open(self) -> list[Condition]:
        """What nobody said yet."""
        return [one for one in self.conditions if one.met is None]

    @property
    def own(self) -> list[Condition]:
        """What this money takes besides what is asked of the leading unit for all of it."""
        return [one for one in self.conditions if not one.of_host]

    @property
    def standing(self) -> str:
        """``refused`` where something stands in the way, ``due`` where all is so, else ``possible``."""
        if self.hindrances:
            return "refused"
        return "possible" if self.open else "due"


def in_force(rules: Iterable[Rule], kind: str, on: date | None) -> Rule:
    """The edition of ``kind`` in force on a day; the latest where no day is said, the first before all of them."""
    found = sorted((rule for rule in rules if rule.kind == kind), key=lambda rule: rule.valid_from)
    begun = [rule for rule in found if on is None or rule.valid_from <= on]
    return begun[-1] if begun else found[0]


def host_conditions(case: Case, rules: Iterable[Rule]) -> list[Condition]:
    """What the leading unit has to be (二(一), 二(三)1)."""
    rule = in_force(rules, RECOGNITION, case.recognised_on)
    host = rule.terms["host"]
    least = next(
        row["any_of"][0]["value"] for row in rule.terms["criteria"] if row["code"] == "jointly_built"
    )
    return [
        Condition(
            _("依托单位为企业；高校、科研院所作为共建单位参加"),
            case.host_kind in host["kinds"],
            rule.clause("host.kinds"),
            of_host=True,
        ),
        Condition(
            _("依托单位在本市注册"), case.in_city, rule.clause("criteria.registered_in_city"), of_host=True
        ),
        Condition(
            _("依托单位是产业链“链主”企业或骨干企业"),
            case.chain_role in host["chain_roles"],
            rule.clause("host.chain_roles"),
            of_host=True,
        ),
        Condition(
            _("与上下游企业、高校或科研院所共建，不少于 {least} 家").format(least=least),
            case.partners >= int(least),
            rule.clause("criteria.jointly_built"),
            of_host=True,
        ),
    ]


def entitlements(case: Case, rules: Iterable[Rule]) -> list[Entitlement]:
    """The four kinds of money of the policy for this institute, in the order of their clauses."""
    rules = list(rules)
    host = host_conditions(case, rules)
    return [
        _construction(case, rules, host),
        _performance(case, rules, host),
        _provincial(case, rules, host),
        _joint(case, rules, host),
    ]


def _recognised(case: Case, rule: Rule) -> Condition:
    return Condition(_("获市级认定"), True if case.recognised_on else None, rule.clause("grant.amount"))


def _construction(case: Case, rules: list[Rule], host: list[Condition]) -> Entitlement:
    rule = in_force(rules, CONSTRUCTION, case.recognised_on)
    begun = min(one.valid_from for one in rules if one.kind == CONSTRUCTION)
    conditions = [*host, _recognised(case, rule)]
    if case.recognised_on:
        words = _("认定在政策施行（{day}）之后").format(day=day_in_words(begun))
        conditions.append(
            Condition(words, case.recognised_on >= begun, rule.clause("grant.from_recognition_year"))
        )
    when = _("认定后即可拨付，不待验收；每家一次")
    return _whole(CONSTRUCTION, _("建设资金"), rule, case.recognised_on, when, conditions)


def _whole(
    code: str, label: str, rule: Rule, earliest: date | None, when: str, conditions: list[Condition]
) -> Entitlement:
    """Money that is granted whole, once its conditions are met."""
    amount = Decimal(str(rule.terms["grant"]["amount"]))
    clause = rule.clause("grant.amount")
    return Entitlement(code, label, amount, amount, clause, earliest, when, tuple(conditions))


def acceptance_due(case: Case, rules: Iterable[Rule]) -> date | None:
    """The day on which the building period ends, where the day of recognition is said."""
    if case.recognised_on is None:
        return None
    rule = in_force(rules, ACCEPTANCE, case.recognised_on)
    return add_years(case.recognised_on, int(rule.terms["schedule"]["build_years"]))


def _performance(case: Case, rules: list[Rule], host: list[Condition]) -> Entitlement:
    accepted = case.accepted_on or acceptance_due(case, rules)
    cycle = in_force(rules, EVALUATION, accepted)
    earliest, when = None, _("通过验收后进入评估周期，周期结束后评价")
    if accepted:
        terms = cycle.terms["cycle"]
        first, years = first_year_of_cycles(accepted.year, terms), int(terms["years"])
        month, day = map(int, cycle.terms["schedule"]["opens_on"].split("-"))
        earliest = date(first + years, month, day)
        when = _("首个评估周期为 {first}—{last} 年，次年启动评价，结果公示后兑现").format(
            first=first, last=first + years - 1
        )
        if not case.accepted_on:
            when = _("按建设期满即通过验收推算，{when}").format(when=when)
    rule = in_force(rules, PERFORMANCE, earliest)
    conditions = [
        *host,
        _recognised(case, rule),
        Condition(
            _("通过建设期验收"), True if case.accepted_on else None, cycle.clause("cycle.accepted_only")
        ),
        Condition(
            _("绩效评价结果为优秀"),
            case.grade == rule.terms["grant"]["grade"] if case.grade else None,
            rule.clause("grant.grade"),
        ),
    ]
    if case.accepted_on and case.recognised_on:
        conditions.append(Condition(_("验收不早于认定"), case.accepted_on >= case.recognised_on))
    return _whole(PERFORMANCE, _("绩效后补助奖励"), rule, earliest, when, conditions)


def _provincial(case: Case, rules: list[Rule], host: list[Condition]) -> Entitlement:
    rule = in_force(rules, PROVINCIAL, case.province_on)
    conditions = [*host, _recognised(case, rule)]
    conditions.append(
        Condition(
            _("申报省级之前向市科技局报备，并经考察论证"),
            True if case.filed_on else (False if case.province_on else None),
            rule.clause("grant.filing_required"),
        )
    )
    conditions.append(
        Condition(_("获省级认定"), True if case.province_on else None, rule.clause("grant.amount"))
    )
    if case.province_on:
        later = [day for day in (case.filed_on, case.recognised_on) if day]
        conditions.append(
            Condition(
                _("省级认定文件的日期晚于报备和市级认定"),
                all(case.province_on > day for day in later) if later else None,
                rule.clause("grant.document_after_filing"),
            )
        )
    when = _("省级认定文件登记、复核后兑现；每家一次，可与绩效后补助同年享受")
    return _whole(PROVINCIAL, _("省级认定奖励"), rule, case.province_on, when, conditions)


def _joint(case: Case, rules: list[Rule], host: list[Condition]) -> Entitlement:
    rule = in_force(rules, JOINT, None)
    grant, programme = rule.terms["grant"], rule.terms["programme"]
    parts = "、".join(f"{one['label']} {_plain(one['share'])}%" for one in rule.terms["instalments"])
    conditions = [
        *host,
        _recognised(case, rule),
        Condition(_("计划联合申报攻关项目"), case.projects > 0 or None, rule.clause("grant.amount")),
        Condition(
            _("联合产业链优势企业或高校、科研院所，不少于 {least} 家").format(
                least=programme["partners_min"]
            ),
            case.partners >= int(programme["partners_min"]),
            rule.clause("programme.partners_min"),
        ),
        Condition(
            _("自筹资金与财政资金之比不低于 {ratio} 倍").format(ratio=_plain(grant["own_funds_ratio_min"])),
            None,
            rule.clause("grant.own_funds_ratio_min"),
        ),
        Condition(_("列入年度立项"), None, rule.clause("programme.projects_per_year_min")),
    ]
    count = max(case.projects, 1)
    return Entitlement(
        JOINT,
        _("联合攻关项目（{count} 个）").format(count=count),
        Decimal(str(grant["amount_max"])) * count,
        Decimal(str(grant["amount_min"])) * count,
        rule.clause("grant.amount"),
        case.recognised_on,
        _("按年度申报通知申报，不受申报项目数量限制；立项后分期拨付：{parts}").format(parts=parts),
        tuple(conditions),
    )


def _plain(number: int | str) -> str:
    return f"{Decimal(str(number)).normalize():f}"


def working_days_to_pay(rules: Iterable[Rule], on: date | None) -> int:
    """How many working days the steps of paying may take together, by their limits."""
    limits = in_force(rules, PAYMENT, on).terms["time_limits"]
    return sum(int(limits[step]) for step in ON_THE_WAY)
