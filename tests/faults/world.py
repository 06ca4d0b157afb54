"""The small world of a run: a budget and people who play their parts in every history; a history adds its case."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from unittest.mock import patch
from uuid import UUID

from celery import Task
from django.test import override_settings

from accounts.models import Division, Organisation
from funding.enums import AwardState, PlanState
from funding.models import AllocationPlan, Award, Budget, Clawback
from funding.services.plans import next_instalment
from institutes.models import Call, IndustryChain
from records import clock
from tests.factories.accounts import DivisionFactory, OrganisationFactory, system_user
from tests.factories.funding import (
    AllocationPlanFactory,
    AwardFactory,
    ClawbackFactory,
    PlanItemFactory,
    a_budget,
    load_terms,
)
from tests.factories.institutes import (
    CallFactory,
    IndustryChainFactory,
    RecognitionFactory,
    a_user,
)
from tests.factories.running import RunningFactory
from tests.funding.services.test_project_awards import pending

PLENTY = Decimal("9000000000.00")
PARTS = (
    "the-clerk",
    "the-reviewer",
    "the-approver",
    "approver-2",
    "the-cosigner",
    "the-finance",
    "finance-2",
    "the-county-fin",
    "the-ent-admin",
)
FACTORIES = ("tests.factories.funding", "tests.factories.institutes")
SYSTEMS = ("tests.factories.funding", "tests.factories.accounts")


@cache
def person(name: str):
    """Who plays this part; looked up once in a run."""
    return a_user(name)


@dataclass(frozen=True)
class World:
    """What all histories share."""

    budget: Budget
    joint: Budget
    call: Call
    chain: IndustryChain
    agency: Organisation
    division: Division

    def a_pending_award(self) -> Award:
        """What the approver meets: a unit of its own, its account verified."""
        recognition = RecognitionFactory(
            institute__chain=self.chain,
            institute__host__division=self.division,
            application__call=self.call,
            application__agency=self.agency,
        )
        return AwardFactory(recognition=recognition, state=AwardState.PENDING_APPROVAL)

    def a_pending_award_of_a_project(self) -> Award:
        """The grant of a joint project under contract: paid in two instalments, the second when it is accepted."""
        return pending(RunningFactory(state="running"))

    def a_plan_ready(self, award: Award, key: UUID) -> AllocationPlan:
        """Drafted, reviewed and signed: only the issue is missing."""
        at = clock.now()
        plan = AllocationPlanFactory(
            budget=award.budget,
            state=PlanState.ISSUING,
            proposed_by=person("the-clerk"),
            submitted_at=at,
            submitted_by=person("the-clerk"),
            integrity_checked_on=clock.today(),
            reviewed_at=at,
            reviewed_by=person("the-reviewer"),
            review_opinion="同意。",
            cosigned_at=at,
            cosigned_by=person("the-cosigner"),
        )
        number, amount = next_instalment(award)
        PlanItemFactory(plan=plan, award=award, instalment=number, amount=amount, key=key)
        return plan

    def a_clawback_heard(self, award: Award) -> Clawback:
        """Proposed, notified and stated upon: only the decision is missing."""
        award.refresh_from_db()  # whoever paid it holds it as it was before
        return ClawbackFactory(award=award, state="deciding", amount=award.paid, base=award.paid)


@contextmanager
def settled() -> Iterator[World]:
    """The world for the time of the block. No doorbell rings: what the tasks would do, the histories do themselves."""
    with ExitStack() as stack:
        for module in FACTORIES:
            stack.enter_context(patch(f"{module}.a_user", person))
        system = system_user()
        for module in SYSTEMS:
            stack.enter_context(patch(f"{module}.system_user", lambda: system))
        stack.enter_context(patch.object(Task, "delay", lambda self, *_ids: None))
        stack.enter_context(override_settings(TREASURY_GATEWAY="tests.faults.bank.Bank"))
        stack.callback(person.cache_clear)
        load_terms()
        for name in PARTS:
            person(name)
        yield World(
            budget=a_budget(PLENTY),
            joint=a_budget(PLENTY, programme="joint_research"),
            call=CallFactory(),
            chain=IndustryChainFactory(),
            agency=OrganisationFactory(kind="agency"),
            division=DivisionFactory(),
        )
