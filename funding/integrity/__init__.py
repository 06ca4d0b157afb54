"""Invariants of money. A finding is an alarm, never a repair."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from funding import policy
from funding.enums import Account, AwardState, Direction, DisbursementState, LineState, LineTreatment
from funding.models import (
    Award,
    BankLine,
    BankStatement,
    Budget,
    BudgetAdjustment,
    BudgetChange,
    Disbursement,
    LedgerEntry,
    LedgerPosting,
)
from records.integrity import check
from records.models import Deadline

NOTHING = Decimal(0)
OUT_OF_BUDGET = (Account.COMMITTED, Account.ORDERED, Account.AT_COUNTY, Account.PAID)
ON_ORDER = (Account.ORDERED, Account.AT_COUNTY, Account.PAID)
COMMITTED_STATES = (AwardState.APPROVED, AwardState.SUSPENDED, AwardState.CLOSED)


def _sum_of(rows: QuerySet, path: str, amount: str | Combinable = "amount") -> Coalesce:
    """The sum of ``amount`` over ``rows`` that point to the outer row by ``path``."""
    mine = rows.filter(**{path: OuterRef("pk")}).order_by().values(path).annotate(total=Sum(amount))
    return Coalesce(Subquery(mine.values("total")), NOTHING)


def _differing(rows: Iterable, stored: str, expected: str, words: str) -> list[str]:
    return [
        f"{row._meta.verbose_name} {row.pk}“{row}”：{words} {getattr(row, expected)}，记载 {getattr(row, stored)}"
        for row in rows
    ]


@check("I1", "每笔分录借贷平衡，且各账户与预算、资金的合计一致")
def ledger_agrees_with_the_sums() -> list[str]:
    unbalanced = LedgerEntry.objects.annotate(rest=Sum("postings__amount"), sides=Count("postings")).filter(
        ~Q(rest=0) | Q(sides__lt=2) | Q(rest__isnull=True)
    )
    found = [f"台账分录 {entry.pk}“{entry}”不平" for entry in unbalanced]
    return found + _budgets_against_ledger() + _awards_against_ledger()


def _budgets_against_ledger() -> list[str]:
    postings, found = LedgerPosting.objects.all(), []
    for stored, accounts in (
        ("total", (Account.AVAILABLE, *OUT_OF_BUDGET)),
        ("committed", OUT_OF_BUDGET),
        ("ordered", ON_ORDER),
        ("paid", (Account.PAID,)),
    ):
        held = _sum_of(postings.filter(account__in=accounts), "entry__budget")
        rows = Budget.objects.annotate(held=held).exclude(**{stored: F("held")})
        found += _differing(rows, stored, "held", f"台账“{stored}”合计")
    given = Budget.objects.annotate(given=_sum_of(BudgetChange.objects.all(), "budget"))
    return found + _differing(given.exclude(total=F("given")), "total", "given", "各文号合计")


def _awards_against_ledger() -> list[str]:
    postings, found = LedgerPosting.objects.all(), []
    for stored, accounts in (("ordered", ON_ORDER), ("paid", (Account.PAID,))):
        held = _sum_of(postings.filter(account__in=accounts), "entry__award")
        rows = Award.objects.annotate(held=held).exclude(**{stored: F("held")}).select_related("institute")
        found += _differing(rows, stored, "held", f"台账“{stored}”合计")
    return found


@check("I2", "在途拨付合计等于列支，已付合计等于已拨付，已批准合计等于预算已批准")
def sums_agree_with_the_cases() -> list[str]:
    live, paid = Disbursement.objects.live(), Disbursement.objects.paid()
    awards = Award.objects.select_related("institute").annotate(
        live=_sum_of(live, "award"), arrived=_sum_of(paid, "award")
    )
    found = _differing(awards.exclude(ordered=F("live")), "ordered", "live", "在途拨付合计")
    found += _differing(awards.exclude(paid=F("arrived")), "paid", "arrived", "已付合计")
    approved = Award.objects.filter(state__in=COMMITTED_STATES, approved_at__isnull=False)
    budgets = Budget.objects.annotate(
        approved=_sum_of(approved, "budget", F("amount") - F("freed")),
        live=_sum_of(live, "award__budget"),
        arrived=_sum_of(paid, "award__budget"),
    )
    found += _differing(budgets.exclude(committed=F("approved")), "committed", "approved", "已批准资金合计")
    found += _differing(budgets.exclude(ordered=F("live")), "ordered", "live", "在途拨付合计")
    return found + _differing(budgets.exclude(paid=F("arrived")), "paid", "arrived", "已付合计")


def _amount_by_rule(award: Award) -> Decimal:
    """What it has to be: the contract's grant of a joint project, else what the edition says."""
    return award.project.grant if award.project else policy.amount_for(award.terms)


@check("I3", "每期至多一笔在途拨付，合计不超过批准金额，金额出自政策版本")
def orders_are_within_awards() -> list[str]:
    twice = (
        Disbursement.objects.live()
        .order_by()
        .values("award", "instalment")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    over = Award.objects.filter(
        Q(ordered__gt=F("amount") - F("freed")) | Q(paid__gt=F("ordered"))
    ).select_related("institute")
    rules = ("edition", "project_edition", "project", "institute")
    strange = [
        award
        for award in Award.objects.select_related(*rules).iterator(chunk_size=500)
        if award.amount != _amount_by_rule(award) or award.terms != award.rule.terms
    ]
    return [
        *(f"资金 {row['award']} 第 {row['instalment']} 期有 {row['n']} 笔在途拨付" for row in twice),
        *(f"资金 {award.pk}“{award}”列支或拨付超出批准金额" for award in over),
        *(f"资金 {award.pk}“{award}”的金额与政策版本不符" for award in strange),
    ]


@check("I4", "每笔拨付的列支人与拨付人不同，每项批准与经办不同")
def makers_are_not_checkers() -> list[str]:
    payments = Disbursement.objects.filter(Q(paid_by=F("ordered_by")) | Q(paid_by=F("receipted_by")))
    approvals = Award.objects.filter(
        Q(approved_by=F("proposed_by"))
        | Q(approved_by=F("confirmed_by"))
        | Q(approved_by=F("account_first_checked_by"))
        | Q(approved_by=F("account_verified_by"))
    ).select_related("institute")
    lines = BankLine.objects.filter(settled_by=F("proposed_by"))
    adjustments = BudgetAdjustment.objects.filter(entered_by=F("proposed_by")).select_related("budget")
    return [
        *(f"银行流水 {row.pk}“{row}”由同一人提出和复核" for row in lines),
        *(f"预算调整 {row.pk}“{row}”由同一人提出和入账" for row in adjustments),
        *(f"拨付 {row.pk}“{row}”的列支、拨付、收款由同一人办理" for row in payments),
        *(f"资金 {row.pk}“{row}”的批准人办过上一环节" for row in approvals),
    ]


@check("I5", "撤销认定之后没有拨付到企")
def nothing_was_paid_after_revocation() -> list[str]:
    rows = Disbursement.objects.live().filter(
        paid_at__isnull=False, award__recognition__revoked_at__lt=F("paid_at")
    )
    return [f"拨付 {row.pk}“{row}”在认定撤销之后拨付到企" for row in rows]


@check("I6", "每笔已下达的拨付有且只有一个国库文件")
def issued_orders_were_exported() -> list[str]:
    sent = Disbursement.objects.filter(issued_at__isnull=False)
    lost = Disbursement.objects.filter(claimed_at__isnull=False, export_reference="")
    return [
        *(f"拨付 {row.pk}“{row}”已下达而无国库文件" for row in sent.filter(export_digest="")),
        *(f"拨付 {row.pk}“{row}”已送国库而无批次号" for row in lost),
    ]


@check("I7", "每笔送达结果待查的拨付都有人在核对")
def unknown_orders_are_looked_after() -> list[str]:
    mine = Deadline.objects.open().filter(
        subject_type=Disbursement._meta.label_lower, subject_id=OuterRef("pk")
    )
    rows = Disbursement.objects.filter(~Exists(mine), state=DisbursementState.UNKNOWN)
    return [f"拨付 {row.pk}“{row}”结果待查而没有待办" for row in rows]


@check("I2", "银行账户余额等于已付讫拨付的合计，等于已对账流水的合计")
def the_bank_agrees() -> list[str]:
    settled = BankLine.objects.filter(state=LineState.SETTLED)
    out = settled.filter(treatment=LineTreatment.PAYMENT)
    back = settled.filter(treatment=LineTreatment.RETURN)
    orders = Disbursement.objects.annotate(
        shown=_sum_of(out, "disbursement") - _sum_of(back, "disbursement")
    ).exclude(settled=F("shown"))
    found = _differing(orders, "settled", "shown", "已对账流水合计")
    bank = LedgerPosting.objects.filter(account=Account.BANK).aggregate(
        total=Coalesce(Sum("amount"), NOTHING)
    )
    paid = Disbursement.objects.aggregate(total=Coalesce(Sum("settled"), NOTHING))
    if bank["total"] != -paid["total"]:
        found.append(f"台账银行账户 {bank['total']}，已付讫拨付合计 {paid['total']}")
    return found + _statements_that_differ()


def _statements_that_differ() -> list[str]:
    lines = BankLine.objects.all()
    rows = BankStatement.objects.annotate(
        out=_sum_of(lines.filter(direction=Direction.OUT), "statement"),
        back=_sum_of(lines.filter(direction=Direction.IN), "statement"),
    )
    wrong = rows.exclude(paid=F("out"), received=F("back"))
    return [f"银行对账单 {row.pk}“{row}”的合计与各行不符" for row in wrong]


@check("I14", "预算没有负数，批准不超过安排")
def budgets_are_not_overdrawn() -> list[str]:
    wrong = Budget.objects.filter(
        Q(total__lt=0)
        | Q(committed__gt=F("total"))
        | Q(ordered__gt=F("committed"))
        | Q(paid__gt=F("ordered"))
        | Q(paid__lt=0)
    )
    return [f"预算 {budget.pk}“{budget}”超支" for budget in wrong]
