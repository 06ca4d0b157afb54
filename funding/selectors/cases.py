"""Awards, accounts, plans, disbursements: who sees which, what waits, where the money stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

from django.db.models import Count, DecimalField, Exists, F, Model, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from accounts.models import Division, Organisation, User
from accounts.reach import reach_of
from accounts.roles import Role
from accounts.selectors import within_reach
from funding import policy
from funding.enums import (
    DEAD_DISBURSEMENT_STATES,
    PAID_STATES,
    AwardState,
    DisbursementState,
    GrantKind,
    Leg,
    MoneyLeg,
    PayeeState,
    PlanState,
    programme_of,
)
from funding.models import (
    AllocationPlan,
    Award,
    Budget,
    Disbursement,
    GrantEdition,
    LedgerEntry,
    PayeeAccount,
    PlanItem,
)
from funding.selectors.standing import awards_that_stand
from institutes import selectors as institute_selectors
from institutes.models import Recognition
from records import audit, calendar, deadlines
from records.deadlines import with_due
from records.models import AuditEvent, Deadline, Document
from records.models.deadline import STATE
from records.models.subject import subject_type

M = TypeVar("M", bound=Model)
UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)
COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.COUNTY_FIN)
CITY = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.FINANCE, Role.AUDITOR)
ISSUE_NOTICE = "issue_notice"
APPROVAL_FORM = "approval_form"


# --- what a person sees ---------------------------------------------------------------------------------------------


def awards_visible_to(user: User) -> QuerySet[Award]:
    """A unit sees its own, a county its county's, the city's offices all."""
    people = ("institute__host", "project", "host", "division", "budget", "recognition", "approved_by")
    rows = Award.objects.select_related(*people).defer("terms")
    return with_due(within_reach(user, rows, roles=(*UNIT, *COUNTY, *CITY)))


def disbursements_visible_to(user: User) -> QuerySet[Disbursement]:
    """As awards: own, county, city."""
    people = ("award__institute", "award__project", "host", "division", "plan", "account")
    rows = Disbursement.objects.select_related(*people).defer("account__number", "award__terms")
    return with_due(within_reach(user, rows, roles=(*UNIT, *COUNTY, *CITY)))


def payees_visible_to(user: User) -> QuerySet[PayeeAccount]:
    """A unit's administrator sees the unit's; a county's finance those it has to pay to; the city's offices all."""
    rows = PayeeAccount.objects.without_number().select_related("organisation__division")
    seen = within_reach(
        user,
        PayeeAccount.objects.all(),
        roles=(Role.ENT_ADMIN, *CITY),
        host="organisation_id",
        division="organisation__division_id",
    )
    divisions = (
        sorted(reach_of(user.memberships_active, Role.COUNTY_FIN).divisions) if user.is_authenticated else []
    )
    to_pay = Disbursement.objects.live().filter(account=OuterRef("pk"), division_id__in=divisions)
    return with_due(rows.filter(Q(pk__in=seen.values("pk")) | Exists(to_pay)))


def plans_visible_to(user: User) -> QuerySet[AllocationPlan]:
    """The bureau, the city's finance, the auditor."""
    rows = AllocationPlan.objects.select_related(
        "budget", "proposed_by", "reviewed_by", "cosigned_by", "issued_by"
    )
    standing = Q(items__struck_at__isnull=True)
    rows = rows.annotate(
        amount=Coalesce(Sum("items__amount", filter=standing), Decimal(0)),
        awards=Count("items", filter=standing),
    )
    return with_due(within_reach(user, rows.order_by("-pk"), roles=CITY))


def budgets_visible_to(user: User) -> QuerySet[Budget]:
    """The bureau, the city's finance, the auditor."""
    return within_reach(user, Budget.objects.select_related("created_by"), roles=CITY)


def ledger_visible_to(user: User) -> QuerySet[LedgerEntry]:
    """Every entry for the city's offices; a county's own for its leader and its finance."""
    related = (
        "budget",
        "award__institute",
        "award__project",
        "award__host",
        "award__division",
        "disbursement",
        "posted_by",
        "change",
    )
    rows = LedgerEntry.objects.select_related(*related).defer("award__terms").prefetch_related("postings")
    return within_reach(
        user,
        rows,
        roles=(*CITY, Role.COUNTY_LEAD, Role.COUNTY_FIN),
        host="award__host_id",
        division="award__division_id",
    )


# --- a case ---------------------------------------------------------------------------------------------------------


def days_left(due_on: date | None, *, on: date) -> int | None:
    """Working days until ``due_on``, negative when late."""
    return calendar.working_days_between(on, due_on) if due_on else None


def history_of(subject: Model) -> list[AuditEvent]:
    """The moves of a case from the register, oldest first."""
    return list(audit.history(subject).exclude(to_state=""))


def money_history_of(award: Award) -> list[AuditEvent]:
    """The award's own moves and those of its disbursements, in the order of time."""
    disbursements = [subject_type(Disbursement), [d.pk for d in award.disbursements.all()]]
    return list(
        AuditEvent.objects.filter(
            Q(subject_type=subject_type(Award), subject_id=award.pk)
            | Q(subject_type=disbursements[0], subject_id__in=disbursements[1])
        )
        .exclude(to_state="")
        .order_by("at", "pk")
    )


def papers_of(subject: Model) -> QuerySet[Document]:
    """The papers in force about a case."""
    return Document.objects.about(subject).in_force().order_by("pk")


# --- what waits -----------------------------------------------------------------------------------------------------


def recognitions_awaiting_award() -> QuerySet[Recognition]:
    """Recognitions in force whose institute has no construction award yet: what the system has to propose.

    An institute from before the portal has had it, or was recognised before there was one.
    """
    proposed = Award.objects.filter(institute=OuterRef("institute"), kind=GrantKind.CONSTRUCTION)
    return institute_selectors.recognitions_entitling().filter(~Exists(proposed), application__isnull=False)


def treasury_references(plan: AllocationPlan) -> list[str]:
    """The batches in which the plan's orders went to the treasury, oldest first."""
    rows = plan.disbursements.exclude(export_reference="").values_list("export_reference", flat=True)
    return sorted(set(rows))


def awards_to_plan(budget: Budget | None = None) -> QuerySet[Award]:
    """Approved awards (of ``budget``) with money left to order that nothing bars and that stand in no open plan."""
    planned = PlanItem.objects.open().filter(award=OuterRef("pk"))
    rows = awards_that_stand(Award.objects.with_money_to_order()).filter(~Exists(planned))
    if budget is None:
        return rows
    rows = rows.filter(budget=budget)
    return (
        rows.select_related("institute", "host", "division", "account")
        .defer("account__number")
        .order_by("pk")
    )


def awards_unconfirmed(on: date) -> QuerySet[Award]:
    """Entitlements whose day of confirmation has passed. What a contract promises is not given up by waiting."""
    late = Deadline.objects.running().filter(
        subject_type=subject_type(Award), subject_id=OuterRef("pk"), kind=STATE, due_on__lt=on
    )
    rows = Award.objects.filter(Exists(late), state=AwardState.ENTITLED)
    return rows.exclude(kind=GrantKind.JOINT_PROJECT).order_by("pk")


def awards_past_their_year(on: date) -> QuerySet[Award]:
    """Awards approved from the budget of an earlier year, of which nothing was ordered; not those by a contract."""
    states = (AwardState.APPROVED, AwardState.SUSPENDED)
    rows = Award.objects.filter(state__in=states, budget__year__lt=on.year, ordered=0)
    return rows.exclude(kind=GrantKind.JOINT_PROJECT).order_by("pk")


def plans_unsent(before: datetime) -> QuerySet[AllocationPlan]:
    """Plans with orders older than that moment which are not with the treasury, or of which nobody knows it."""
    orders = Disbursement.objects
    waiting = orders.unsent(before=before) | orders.unanswered(before=before)
    return AllocationPlan.objects.filter(Exists(waiting.filter(plan=OuterRef("pk")))).order_by("pk")


def plans_without_papers(before: datetime) -> QuerySet[AllocationPlan]:
    """Plans issued before that moment of which a paper is missing."""
    papers = Document.objects.filter(subject_type=subject_type(AllocationPlan), subject_id=OuterRef("pk"))
    complete = Q(Exists(papers.filter(kind=ISSUE_NOTICE))) & Q(Exists(papers.filter(kind=APPROVAL_FORM)))
    return AllocationPlan.objects.filter(~complete, state=PlanState.ISSUED, issued_at__lt=before).order_by(
        "pk"
    )


def accounts_to_choose(host: Organisation) -> QuerySet[PayeeAccount]:
    """Accounts of a unit that it may name for an award."""
    return PayeeAccount.objects.without_number().live().filter(organisation=host).order_by("-state", "-pk")


def budgets_to_commit(award: Award, on: date) -> QuerySet[Budget]:
    """The year's budgets from which this award can be approved."""
    return Budget.objects.filter(year=on.year, programme=programme_of(award.kind))


def budgets_to_plan() -> QuerySet[Budget]:
    """Budgets with approved awards that were not ordered yet, each with what a new plan can take in: ``plannable``.

    The rest stands in a plan that is not issued yet, or belongs to an award that is stopped.
    """
    free = awards_to_plan().filter(budget=OuterRef("pk")).order_by().values("budget")
    left = Subquery(free.annotate(left=Sum(F("payable") - F("ordered"))).values("left"))
    rows = Budget.objects.filter(ordered__lt=F("committed")).order_by("-year", "programme")
    return rows.annotate(plannable=Coalesce(left, Decimal(0), output_field=DecimalField()))


# --- figures --------------------------------------------------------------------------------------------------------


AWARD_LEGS = {
    MoneyLeg.WAITING: Q(
        state__in=(AwardState.ENTITLED, AwardState.ACCOUNT_CHECK, AwardState.PENDING_APPROVAL)
    ),
    MoneyLeg.TO_ORDER: Q(state=AwardState.APPROVED, ordered__lt=F("amount") - F("freed")),
    MoneyLeg.SUSPENDED: Q(state=AwardState.SUSPENDED),
}
DISBURSEMENT_LEGS = {
    MoneyLeg.ON_THE_WAY: Q(
        state__in=(
            DisbursementState.ORDERED,
            DisbursementState.SENDING,
            DisbursementState.UNKNOWN,
            DisbursementState.ISSUED,
            DisbursementState.ISSUED_DIRECT,
        )
    ),
    MoneyLeg.AT_COUNTY: Q(state=DisbursementState.COUNTY_RECEIVED),
    MoneyLeg.PAID: Q(state__in=PAID_STATES),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """Money that stands on one leg of its way: yuan, and the count of awards or disbursements."""

    leg: MoneyLeg
    amount: Decimal
    count: int

    @property
    def is_of_awards(self) -> bool:
        """Whether its rows are awards, and not orders to pay."""
        return self.leg in AWARD_LEGS


def money_by_leg(divisions: Iterable[int]) -> list[Standing]:
    """Where the money of awards of these divisions stands, in the order of its way. No yuan is counted twice."""
    keys = list(divisions)
    awards, orders = Award.objects.filter(division__in=keys), Disbursement.objects.filter(division__in=keys)
    return [
        *_standings(awards, AWARD_LEGS, F("amount") - F("freed") - F("ordered")),
        *_standings(orders, DISBURSEMENT_LEGS, F("amount")),
    ]


def _standings(rows: QuerySet, legs: dict[MoneyLeg, Q], amount: F | CombinedExpression) -> list[Standing]:
    sums = {leg.value: Coalesce(Sum(amount, filter=here), Decimal(0)) for leg, here in legs.items()}
    counts = {f"{leg}_count": Count("pk", filter=here) for leg, here in legs.items()}
    found = rows.aggregate(**sums, **counts)
    return [Standing(leg, found[leg.value], found[f"{leg}_count"]) for leg in legs]


def retained(rows: QuerySet[Disbursement], *, on: date, colour: str = Leg.AMBER) -> QuerySet[Disbursement]:
    """Those that a county has kept beyond the limit of ``colour``, longest first."""
    amber, red = retention_limits(on)
    since = _days_before(on, red if colour == Leg.RED else amber)
    kept = rows.filter(state=DisbursementState.COUNTY_RECEIVED, received_on__lt=since)
    return kept.order_by("received_on", "pk")


def retained_in(divisions: Iterable[int], *, on: date) -> dict[str, int]:
    """How many disbursements these counties have kept beyond each limit: ``amber`` counts the red ones too."""
    limits = dict(zip((Leg.AMBER.value, Leg.RED.value), retention_limits(on), strict=True))
    rows = Disbursement.objects.filter(division__in=list(divisions), state=DisbursementState.COUNTY_RECEIVED)
    counted = {
        colour: Count("pk", filter=Q(received_on__lt=_days_before(on, days)))
        for colour, days in limits.items()
    }
    return rows.aggregate(**counted)


def retention_of(disbursement: Disbursement, *, on: date, limits: tuple[int, int]) -> tuple[int, str]:
    """For how many days the county has held it, and the colour of that."""
    if disbursement.state != DisbursementState.COUNTY_RECEIVED:
        return 0, Leg.GREEN
    days = policy.retention_days(disbursement.received_on, on=on)
    return days, policy.retention_colour(days, amber_days=limits[0], red_days=limits[1])


def retention_limits(on: date) -> tuple[int, int]:
    """From how many days on money at a county is shown in amber and in red."""
    terms = GrantEdition.paying_out(on)["retention"]
    return int(terms["amber_days"]), int(terms["red_days"])


def _days_before(on: date, days: int) -> date:
    return date.fromordinal(on.toordinal() - days)


def budget_overview(year: int) -> dict[str, Decimal]:
    """The sums of all budgets of a year."""
    names = ("total", "committed", "ordered", "paid")
    return Budget.objects.filter(year=year).aggregate(**{n: Coalesce(Sum(n), Decimal(0)) for n in names})


def county_summary(items: Iterable) -> list[dict]:
    """Items of a plan grouped by county: name, how many, how much, in the order of the counties' codes."""
    groups: dict[Division, dict] = {}
    for item in items:
        group = groups.setdefault(item.award.division, {"count": 0, "amount": Decimal(0), "items": []})
        group["count"] += 1
        group["amount"] += item.amount
        group["items"].append(item)
    return [
        {"division": division, **group} for division, group in sorted(groups.items(), key=lambda g: g[0].code)
    ]


def items_of(plan: AllocationPlan) -> list:
    """What stands in a plan, in the order of the counties."""
    of_award = ("institute", "project", "host", "division", "account", "edition", "project_edition")
    related = [f"award__{name}" for name in of_award]
    rows = plan.items.standing().select_related(*related).defer("award__account__number", "award__terms")
    return list(rows.order_by("award__division__code", "pk"))


def struck_of(plan: AllocationPlan) -> QuerySet[PlanItem]:
    """What finance struck from a plan, in the order in which it did."""
    return (
        plan.items.struck()
        .select_related("award__institute", "award__project", "award__host", "struck_by")
        .order_by("struck_at")
    )


def live_orders(award: Award) -> QuerySet[Disbursement]:
    """What counts as ordered of an award."""
    return award.disbursements.exclude(state__in=DEAD_DISBURSEMENT_STATES)


def verified_account_of(host: Organisation) -> PayeeAccount | None:
    """The account that money of this unit goes to, if it was checked."""
    return PayeeAccount.objects.without_number().filter(organisation=host, state=PayeeState.VERIFIED).first()


def account_of(award: Award) -> PayeeAccount | None:
    """The account of an award, its number left unread."""
    rows = PayeeAccount.objects.without_number().select_related("organisation")
    return rows.filter(pk=award.account_id).first() if award.account_id else None


def current_deadline(subject: Model) -> Deadline | None:
    """The open deadline of a case."""
    return deadlines.current(subject)
