"""Mid-term checks of projects for tests: a lawful row for any state; every name is plainly invented."""

from datetime import timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from accounts.enums import OrganisationKind
from projects.models import ProjectMidterm
from projects.models.midterm import CONCLUDED, HANDED_IN
from records import clock
from tests.factories.accounts import OrganisationFactory
from tests.factories.institutes import a_user
from tests.factories.running import SPENT, RunningFactory

OUTCOMES = {"mending": "mend", "stopped": "stop"}
STAGE = {
    "title": "示例：完成小试",
    "due_on": "2027-11-22",
    "reported": True,
    "confirmed": False,
    "report": "示例完成情况。",
}


class ProjectMidtermFactory(DjangoModelFactory):
    """``ProjectMidtermFactory(state=…)`` is lawful for every state; its project runs, or has ended where it lapsed."""

    class Meta:
        model = ProjectMidterm

    state = "preparing"
    project = factory.LazyAttribute(
        lambda row: RunningFactory(state="accepted" if row.state == "lapsed" else "running")
    )
    host = factory.SelfAttribute("project.host")
    division = factory.SelfAttribute("project.division")
    due_by = factory.LazyFunction(lambda: clock.today() + timedelta(days=30))
    state_since = factory.LazyFunction(clock.now)
    opened_at = factory.LazyFunction(clock.now)
    opened_by = factory.LazyFunction(lambda: a_user("project-approver"))

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        return _stamps_of(kwargs["state"], kwargs["opened_at"], kwargs) | kwargs


def _stamps_of(state: str, at, kwargs: dict) -> dict:
    made, by = {}, a_user
    if state in HANDED_IN:
        number = f"SJZ-LHZQ-2026-{ProjectMidterm.objects.count() + 1:03d}"
        made |= {"handed_in_at": at, "handed_in_by": by("project-admin"), "number": number}
        made |= {"stages": [STAGE], "budget": [SPENT]}
    if state in ("panel_review", "decision"):
        agency = kwargs.get("agency") or OrganisationFactory(kind=OrganisationKind.AGENCY)
        made |= {"entrusted_at": at, "entrusted_by": by("project-clerk"), "agency": agency}
    if state == "decision":
        made |= {"score": Decimal("82.00"), "panel_passed": True, "panel_opinion": "示例专家意见。"}
        made |= {"reviewed_at": at, "reviewed_by": by("manager")}
    if state in ("confirmation", *CONCLUDED):
        made |= {"outcome": OUTCOMES.get(state, "continue"), "grounds": "示例理由。"}
        made |= {"proposed_at": at, "proposed_by": by("project-clerk")}
    if state in CONCLUDED:
        made |= {"decided_at": at, "decided_by": by("project-approver")}
    if state == "mending":
        day = clock.today() + timedelta(days=60)
        made |= {"requirements": "示例整改要求。", "mend_by": day, "due_by": day, "mended": 1}
    return made
