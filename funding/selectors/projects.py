"""How far the money of joint projects has come, for the room that owns them."""

from decimal import Decimal

from django.db.models import Exists, F, OuterRef, QuerySet, Sum

from accounts.models import User
from funding import policy
from funding.enums import AwardState
from funding.lifecycle import AWARD
from funding.models import Award, PlanItem
from funding.selectors.cases import awards_visible_to, live_orders
from projects.enums.running import ENDED_EARLY
from projects.models import Project
from projects.selectors import ended_early
from projects.selectors.money import Grant, Leg, Paid, Payer


def sums_of(projects: QuerySet[Project]) -> Paid:
    """Of the grants of these projects: what was issued, and what has come to the units. One query."""
    awards = Award.objects.filter(project__in=projects.order_by().values("pk"))
    found = awards.aggregate(ordered=Sum("ordered"), paid=Sum("paid"))
    return Paid(found["ordered"] or Decimal(0), found["paid"] or Decimal(0))


def grant_of(user: User, project: Project) -> Grant | None:
    """The award of a project with each of its instalments; None where there is none that this person may see."""
    award = awards_visible_to(user).filter(project=project).first()
    if award is None:
        return None
    ordered, legs, due = {one.instalment: one for one in live_orders(award)}, {}, Decimal(0)
    for number, part in enumerate(policy.split(award.amount, policy.shares_of(award.terms)), 1):
        due += part
        order = ordered.get(number)
        legs[number] = Leg(order) if order else _waiting(award, project, due <= award.payable)
    return Grant(award.get_absolute_url(), legs)


def awards_with_a_rest_to_free() -> QuerySet[Award]:
    """Of projects that ended early: what was promised and not ordered, and stands in no plan that is to be issued."""
    planned = PlanItem.objects.open().filter(award=OuterRef("pk"))
    under_way = Award.objects.exclude(state__in=(AwardState.CLOSED, AwardState.WAIVED, AwardState.LAPSED))
    rows = under_way.filter(~Exists(planned), freed__lt=F("amount") - F("ordered"))
    rows = rows.filter(project__in=ended_early().order_by().values("pk"))
    return rows.select_related("project", "institute", "host", "division").order_by("pk")


def _waiting(award: Award, project: Project, is_due: bool) -> Leg:
    """What an instalment that is not ordered waits for."""
    if project.state in ENDED_EARLY:
        return Leg(waits_for="项目已提前结束，不再拨付", is_due=False)
    if project.suspended_at:
        return Leg(waits_for="项目中止中，暂停拨付", is_due=False)
    if not is_due:
        return Leg(waits_for="未到拨付条件", is_due=False)
    return Leg(waits_for="待列入拨付计划" if award.state == AwardState.APPROVED else AWARD.label(award.state))


PAYER = Payer(sums_of, grant_of)
