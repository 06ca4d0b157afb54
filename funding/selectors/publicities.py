"""Plans that are shown to the officers before money is issued: who reads them, and of which the days are over."""

from datetime import date
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.roles import Role
from funding.enums import PlanState
from funding.models import AllocationPlan
from funding.selectors.cases import CITY, COUNTY
from records.models import Deadline
from records.models.subject import subject_type

WINDOW = "internal_publicity"
OFFICERS = (*COUNTY, *CITY, Role.TAX)


def plan_publicities_visible_to(user: User) -> QuerySet[AllocationPlan]:
    """Every plan that is or was shown: the offices of the city and of all counties read it whole."""
    if not user.is_authenticated or not user.holds(*OFFICERS):
        return AllocationPlan.objects.none()
    standing = Q(items__struck_at__isnull=True)
    rows = AllocationPlan.objects.filter(publicity_from__isnull=False).select_related("budget")
    return rows.annotate(
        amount=Coalesce(Sum("items__amount", filter=standing), Decimal(0)),
        awards=Count("items", filter=standing),
    ).order_by("-publicity_from", "-pk")


def plans_shown_long_enough(on: date) -> QuerySet[AllocationPlan]:
    """Signed plans whose last day is over, and of whose end nobody was told."""
    window = Deadline.objects.open().filter(
        subject_type=subject_type(AllocationPlan), subject_id=OuterRef("pk"), kind=WINDOW
    )
    rows = AllocationPlan.objects.filter(Exists(window), state=PlanState.ISSUING, publicity_until__lt=on)
    return rows.order_by("pk")
