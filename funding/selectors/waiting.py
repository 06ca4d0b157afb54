"""What waits: for a proposal, a confirmation, a plan, the treasury, a paper; and what it may take."""

from datetime import date, datetime
from decimal import Decimal

from django.db.models import DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from accounts.models import Organisation
from funding.enums import (
    AwardState,
    GrantKind,
    PlanState,
    programme_of,
)
from funding.models import (
    AllocationPlan,
    Award,
    Budget,
    Disbursement,
    PayeeAccount,
    PlanItem,
)
from funding.selectors.cases import APPROVAL_FORM, ISSUE_NOTICE
from funding.selectors.standing import awards_that_stand
from institutes import selectors as institute_selectors
from institutes.models import Recognition
from records.desk import carrying
from records.models import Deadline, Document
from records.models.deadline import STATE
from records.models.subject import subject_type


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


def carried_by_plans() -> QuerySet:
    """The awards that an open plan is to pay, each with the plan."""
    rows, plan = PlanItem.objects.open(), subject_type(AllocationPlan)
    return carrying(rows, case_type=subject_type(Award), work_type=plan, case="award", work="plan")
