"""Invariants of money. A finding is an alarm, never a repair."""

from collections.abc import Iterable
from decimal import Decimal

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from funding import policy
from funding.enums import Account, AwardState, DisbursementState
from funding.models import Award, Budget, BudgetChange, Disbursement, LedgerEntry, LedgerPosting
from records.integrity import check

NOTHING = Decimal(0)
OUT_OF_BUDGET = (Account.COMMITTED, Account.ORDERED, Account.AT_COUNTY, Account.PAID)
ON_ORDER = (Account.ORDERED, Account.AT_COUNTY, Account.PAID)
COMMITTED_STATES = (AwardState.APPROVED, AwardState.SUSPENDED, AwardState.CLOSED)


def _sum_of(rows: QuerySet, path: str, amount: str = "amount") -> Coalesce:
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
        approved=_sum_of(approved, "budget"),
        live=_sum_of(live, "award__budget"),
        arrived=_sum_of(paid, "award__budget"),
    )
    found += _differing(budgets.exclude(committed=F("approved")), "committed", "approved", "已批准资金合计")
    found += _differing(budgets.exclude(ordered=F("live")), "ordered", "live", "在途拨付合计")
    return found + _differing(budgets.exclude(paid=F("arrived")), "paid", "arrived", "已付合计")


@check("I3", "每期至多一笔在途拨付，合计不超过批准金额，金额出自政策版本")
def orders_are_within_awards() -> list[str]:
    twice = (
        Disbursement.objects.live()
        .order_by()
        .values("award", "instalment")
        .annotate(n=Count("pk"))
        .filter(n__gt=1)
    )
    over = Award.objects.filter(Q(ordered__gt=F("amount")) | Q(paid__gt=F("ordered"))).select_related(
        "institute"
    )
    strange = [
        award
        for award in Award.objects.select_related("edition", "institute").iterator(chunk_size=500)
        if award.amount != policy.amount_for(award.terms) or award.terms != award.edition.terms
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
    return [
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
    silent = Disbursement.objects.exclude(state__in=(DisbursementState.ORDERED, DisbursementState.VOIDED))
    return [f"拨付 {row.pk}“{row}”已下达而无国库文件" for row in silent.filter(export_digest="")]


@check("I14", "预算没有负数，批准不超过安排")
def budgets_are_not_overdrawn() -> list[str]:
    wrong = Budget.objects.filter(
        Q(committed__gt=F("total")) | Q(ordered__gt=F("committed")) | Q(paid__gt=F("ordered")) | Q(paid__lt=0)
    )
    return [f"预算 {budget.pk}“{budget}”超支" for budget in wrong]
