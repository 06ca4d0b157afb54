"""Projects that are stopped or ended early, for tests: a lawful row for any state of the case."""

from datetime import timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from projects.enums.ending import EndingKind
from projects.enums.ending import EndingState as S
from projects.models import ProjectEnding
from projects.models.ending import DECIDED, SETTLED
from records import clock
from tests.factories.institutes import a_user
from tests.factories.running import RunningFactory

SUSPENSIONS = (S.SUSPENDED, S.RESUMING, S.RESUMED)
UNHEARD = (S.PROPOSED, S.APPLIED, S.WITHDRAWN)
LINE = {
    "code": "equipment",
    "label": "设备费",
    "grant": "500000.00",
    "listed": "400000.00",
    "recognised": "400000.00",
    "note": "",
}


class ProjectEndingFactory(DjangoModelFactory):
    """``ProjectEndingFactory(state=…)`` is lawful for every state; its project stands as the case left it."""

    class Meta:
        model = ProjectEnding

    state = "proposed"
    kind = factory.LazyAttribute(lambda row: "suspend" if row.state in SUSPENSIONS else "terminate")
    project = factory.LazyAttribute(lambda row: _project(row.state))
    host = factory.SelfAttribute("project.host")
    division = factory.SelfAttribute("project.division")
    number = factory.Sequence(lambda n: f"SJZ-LHZA-2025-{n:03d}")
    by_unit = factory.LazyAttribute(lambda row: row.state in (S.APPLIED, S.WITHDRAWN))
    ground = factory.LazyAttribute(lambda row: "given_up" if row.by_unit else "midterm_failed")
    facts = "示例事实。"
    state_since = factory.LazyFunction(clock.now)
    proposed_at = factory.LazyFunction(clock.now)
    proposed_by = factory.LazyAttribute(
        lambda row: a_user("project-admin" if row.by_unit else "ending-proposer")
    )

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        return _stamps(kwargs["state"], kwargs["kind"], kwargs["proposed_at"]) | kwargs


def _project(state: str):
    if state in (S.SUSPENDED, S.RESUMING):
        stopped = {"suspended_at": clock.now(), "suspended_by": a_user("project-approver")}
        return RunningFactory(state="suspended", **stopped)
    return RunningFactory(state="terminated" if state == S.TERMINATED else "running")


def _stamps(state: str, kind: str, at) -> dict:
    made, today = {}, clock.today()
    if kind == EndingKind.SUSPEND:
        made |= {"until": today + timedelta(days=90), "measures": "示例整改要求。"}
    if state not in UNHEARD:
        made |= {"noticed_at": at, "noticed_by": a_user("project-approver")}
        made |= {"statement_until": today + timedelta(days=7)}
    if state in SETTLED:
        made |= {"settled_at": at, "settled_by": a_user("project-clerk"), "finding": "示例处理意见。"}
        if kind == EndingKind.TERMINATE:
            figures = {"received": "700000.00", "recognised": "400000.00", "balance": "300000.00"}
            made |= {name: Decimal(value) for name, value in figures.items()} | {"lines": [LINE]}
    if state in DECIDED:
        made |= {"decided_at": at, "decided_by": a_user("ending-decider"), "minute_number": "示例纪要"}
    if state in (S.RESUMING, S.RESUMED):
        made |= {"checked": "示例核查。", "checked_at": at, "checked_by": a_user("project-clerk")}
    if state == S.RESUMED:
        made |= {"resumed_at": at, "resumed_by": a_user("project-approver")}
    return made
