"""Awards, accounts, plans, disbursements: who sees which, and what belongs to a case."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import Division, Organisation, User
from accounts.reach import reach_of
from accounts.roles import Role
from accounts.selectors import within_reach
from funding.enums import (
    DEAD_DISBURSEMENT_STATES,
    PayeeState,
)
from funding.models import (
    AllocationPlan,
    Award,
    Budget,
    Disbursement,
    LedgerEntry,
    PayeeAccount,
    PlanItem,
)
from records import audit, calendar, deadlines
from records.deadlines import with_due
from records.models import AuditEvent, Deadline, Document
from records.models.subject import subject_type

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
    return calendar.working_days_left(on, due_on) if due_on else None


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
