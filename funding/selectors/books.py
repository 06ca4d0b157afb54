"""Reads about budgets, the bank, counties' own money, and where an award rests: what opens the rows behind a figure."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import Division, User
from accounts.roles import Role
from accounts.selectors import within_reach
from funding.enums import (
    ASTRAY_FINDINGS,
    Account,
    Direction,
    DisbursementState,
    LineFinding,
    LineState,
    LineTreatment,
)
from funding.enums import DisbursementFile as Slip
from funding.models import (
    BankLine,
    BankStatement,
    Budget,
    BudgetAdjustment,
    CountyBudget,
    Disbursement,
    GrantEdition,
    LedgerPosting,
    PlanItem,
)
from funding.selectors.cases import CITY, COUNTY, budgets_visible_to
from funding.selectors.papers import notice_of
from records.deadlines import with_due
from records.models import Attachment, Document

NOTHING = Decimal("0.00")
SETTLING = (LineFinding.MATCHED, LineFinding.PARTIAL)
BANKERS = (Role.FINANCE, Role.AUDITOR)


# --- what a person sees ---------------------------------------------------------------------------------------------


def adjustments_visible_to(user: User) -> QuerySet[BudgetAdjustment]:
    """The bureau, the city's finance, the auditor."""
    rows = BudgetAdjustment.objects.select_related("budget", "target", "proposed_by", "entered_by")
    return with_due(within_reach(user, rows, roles=CITY))


def statements_visible_to(user: User) -> QuerySet[BankStatement]:
    """The city's finance and the auditor; with how many lines are not settled yet."""
    waiting = BankLine.objects.exclude(state="settled").filter(statement=OuterRef("pk")).order_by()
    counted = waiting.values("statement").annotate(n=Count("pk")).values("n")
    rows = BankStatement.objects.select_related("imported_by").annotate(
        waiting=Coalesce(Subquery(counted), 0)
    )
    return within_reach(user, rows, roles=BANKERS)


def lines_visible_to(user: User) -> QuerySet[BankLine]:
    """The city's finance and the auditor."""
    related = ("statement", "disbursement__host", "proposed_by", "settled_by", "repeats__statement")
    return with_due(within_reach(user, BankLine.objects.select_related(*related), roles=BANKERS))


def county_budgets_visible_to(user: User) -> QuerySet[CountyBudget]:
    """A county its own, the city's offices all."""
    rows = CountyBudget.objects.select_related("division", "recorded_by")
    return within_reach(user, rows, roles=(*COUNTY, *CITY))


def counties_without_budget(year: int) -> QuerySet[Division]:
    """Counties that have recorded no support of their own in that year (五(二))."""
    recorded = CountyBudget.objects.filter(year=year).values("division_id")
    return Division.objects.active().exclude(pk__in=recorded).order_by("code")


def with_own_budget(rows: QuerySet[Division], *, year: int) -> QuerySet[Division]:
    """Each with whether it has recorded support of its own in that year: ``has_budget``."""
    recorded = CountyBudget.objects.filter(year=year, division=OuterRef("pk"))
    return rows.annotate(has_budget=Exists(recorded))


def divisions_of(user: User) -> QuerySet[Division]:
    """The counties whose budgets this person keeps."""
    roles = (Role.COUNTY_STAFF, Role.COUNTY_FIN)
    keys = {m.organisation.division_id for m in user.memberships_active if m.role in roles}
    return Division.objects.active().filter(pk__in=keys)


# --- budgets --------------------------------------------------------------------------------------------------------


def with_planned(rows: QuerySet[Budget]) -> QuerySet[Budget]:
    """Each with what stands in plans that were not issued yet: ``planned``."""
    items = PlanItem.objects.open().filter(plan__budget=OuterRef("pk"))
    total = items.order_by().values("plan__budget").annotate(total=Sum("amount")).values("total")
    return rows.annotate(planned=Coalesce(Subquery(total), NOTHING))


def warn_percent(on: date) -> int:
    """From which share of a budget on its use is a warning."""
    return int(Decimal(GrantEdition.paying_out(on)["budget"]["warn_percent"]))


def budgets_to_take_in(budget: Budget) -> QuerySet[Budget]:
    """Where a transfer from ``budget`` can go."""
    return Budget.objects.filter(year=budget.year).exclude(pk=budget.pk)


# --- the bank -------------------------------------------------------------------------------------------------------


def lines_naming(order: Disbursement) -> QuerySet[BankLine]:
    """Lines that speak of an order and were not found, by two people, to be something else."""
    mine = Q(reference=order.number) | Q(disbursement=order)
    others = Q(state="settled", treatment__in=(LineTreatment.NOT_OURS, LineTreatment.REPEAT))
    return BankLine.objects.select_related("statement").filter(mine).exclude(others)


def waiting_to_settle(order: Disbursement, line: BankLine) -> Decimal:
    """What earlier lines about an order, not settled yet, will settle of it: the bank may answer twice at once."""
    earlier = _said_of(order, line).filter(direction=Direction.OUT, finding__in=SETTLING)
    earlier = earlier.exclude(state=LineState.SETTLED)
    if line.pk:
        earlier = earlier.filter(pk__lt=line.pk)
    return earlier.aggregate(total=Coalesce(Sum("amount"), NOTHING))["total"]


def paid_astray(order: Disbursement, line: BankLine) -> Decimal:
    """What the bank paid for an order that it should not have (twice, or once it was void) and has not given back."""
    rows = _said_of(order, line)
    not_ours = Q(state=LineState.SETTLED, treatment=LineTreatment.NOT_OURS)
    found = rows.aggregate(
        out=Coalesce(
            Sum("amount", filter=Q(direction=Direction.OUT) & (not_ours | Q(finding__in=ASTRAY_FINDINGS))),
            NOTHING,
        ),
        back=Coalesce(Sum("amount", filter=Q(direction=Direction.IN) & not_ours), NOTHING),
    )
    return found["out"] - found["back"]


def _said_of(order: Disbursement, line: BankLine) -> QuerySet[BankLine]:
    """Every other line that names an order, each told once."""
    return BankLine.objects.filter(reference=order.number, repeats__isnull=True).exclude(pk=line.pk)


def statements_about(order: Disbursement) -> QuerySet[BankStatement]:
    """Statements that cover the day on which an order was sent."""
    day = timezone.localdate(order.claimed_at) if order.claimed_at else date.min
    return BankStatement.objects.filter(until__gte=day)


def orders_on_which_bank_can_speak() -> QuerySet[Disbursement]:
    """Orders that went out: what a line of the bank can be about."""
    rows = Disbursement.objects.filter(claimed_at__isnull=False).exclude(state=DisbursementState.ORDERED)
    return rows.select_related("host").defer("account__number").order_by("-pk")


def findings_of(statement: BankStatement) -> list[dict]:
    """How many lines of a statement have which finding, and how many yuan they are."""
    rows = statement.lines.order_by().values("finding").annotate(count=Count("pk"), amount=Sum("amount"))
    found = {row["finding"]: row for row in rows}
    return [{**found[f.value], "label": f.label} for f in LineFinding if f.value in found]


def order_named(line: BankLine) -> Disbursement | None:
    """The order that a line was settled by, or else the one that its reference names."""
    rows = Disbursement.objects.select_related(
        "host", "division", "account", "award__institute", "award__project"
    )
    named = Q(pk=line.disbursement_id) if line.disbursement_id else Q(number=line.reference)
    return rows.defer("account__number", "award__terms").filter(named).first()


# --- the trial balance ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Balance:
    """What one account of one budget held at the end of a day: what came in, what went out, the difference."""

    budget: Budget
    account: str
    label: str
    came: Decimal
    went: Decimal

    @property
    def amount(self) -> Decimal:
        return self.came - self.went


def trial_balance(
    user: User, *, on: date, year: int | None = None, budget: int | None = None
) -> list[Balance]:
    """Every account of every budget that this person sees, at the end of a day. All of them together are nought."""
    budgets = budgets_visible_to(user)
    if year:
        budgets = budgets.filter(year=year)
    if budget:
        budgets = budgets.filter(pk=budget)
    found = {row.pk: row for row in budgets}
    rows = LedgerPosting.objects.filter(entry__budget__in=found, entry__occurred_on__lte=on)
    sums = (
        rows.order_by()
        .values("entry__budget", "account")
        .annotate(
            came=Coalesce(Sum("amount", filter=Q(amount__gt=0)), NOTHING),
            went=Coalesce(-Sum("amount", filter=Q(amount__lt=0)), NOTHING),
        )
    )
    order = {account.value: place for place, account in enumerate(Account)}
    lines = [
        Balance(
            found[s["entry__budget"]], s["account"], str(Account(s["account"]).label), s["came"], s["went"]
        )
        for s in sums
    ]
    return sorted(lines, key=lambda line: (-line.budget.year, line.budget.programme, order[line.account]))


# --- where money goes, and on what it rests ---------------------------------------------------------------------------


class Stage(NamedTuple):
    """One leg of the way of an instalment: what happens, who has it, since when, with which paper."""

    label: str
    holder: str
    on: date | None
    paper: str
    files: list[Attachment]
    state: str
    document: Document | None = None


def legs_of(order: Disbursement, *, sees_bank: bool = False) -> list[Stage]:
    """The way of an instalment, each leg with its day, its holder and its paper, as enterprise and county read it."""
    files: dict[str, list[Attachment]] = {}
    for each in Attachment.objects.about(order).current().order_by("pk"):
        files.setdefault(each.kind, []).append(each)
    county = f"{order.division}财政"
    plan = order.plan.document_number or ""
    way: list[tuple] = [("市级下达列支", "市财政局", timezone.localdate(order.ordered_at), plan, [])]
    way.append(("国库付出", "市财政局", order.issued_on, order.export_reference if sees_bank else "", []))
    if not order.direct_pay:
        way.append(("县级到账", county, order.received_on, "到账凭证", files.get(Slip.ARRIVAL, [])))
    payer = "市财政局" if order.direct_pay else county
    slip = f"银行回单 {order.bank_reference}" if order.bank_reference else "拨付凭证"
    way.append(("拨付到企", payer, order.paid_on, slip, files.get(Slip.VOUCHER, [])))
    way.append(
        (
            "企业确认收款",
            str(order.host),
            order.receipted_on,
            "收款凭证",
            files.get(Slip.RECEIPT, []),
        )
    )
    if order.ended_at:
        way = [leg for leg in way if leg[2]]
        label = order.get_state_display()
        way.append(
            (
                str(label),
                "市财政局",
                timezone.localdate(order.ended_at),
                order.ended_reason,
                files.get(Slip.RETURN, []),
            )
        )
    stages = _told(way)
    return [stages[0]._replace(document=notice_of(order.plan).first()), *stages[1:]]


def _told(way: list[tuple]) -> list[Stage]:
    """Each leg with its state: done once its day is known, the first without one is where the money is now."""
    stages, waits = [], False
    for label, holder, on, paper, files in way:
        state = "done" if on else "next" if waits else "now"
        waits = waits or not on
        stages.append(Stage(label, holder, on, paper if on else "", files, state))
    return stages
