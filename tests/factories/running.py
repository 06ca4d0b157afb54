"""Approved projects and their contracts for tests: a lawful row for any state; every name is plainly invented."""

from datetime import timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from accounts.enums import OrganisationKind
from projects.enums.running import ENDED
from projects.models import (
    ClauseChange,
    ContractClause,
    ContractParty,
    ContractVersion,
    Project,
    ProjectExpense,
    ProjectFinal,
    ProjectLine,
    ProjectTarget,
)
from projects.models.final import CONFIRMED as FINAL_CONFIRMED
from projects.models.final import ENDED as FINAL_ENDED
from projects.models.final import ENTRUSTED as FINAL_ENTRUSTED
from projects.models.final import HANDED_IN as FINAL_HANDED_IN
from projects.models.final import OPINED as FINAL_OPINED
from projects.models.final import REVIEWED as FINAL_REVIEWED
from projects.models.final import SIGNED as FINAL_SIGNED
from projects.models.project import AGREED, CONFIRMED, COPIES_CHECKED, COPIES_IN
from records import clock
from tests.factories.accounts import OrganisationFactory
from tests.factories.institutes import a_user
from tests.factories.projects import (
    ProjectFactory,
    ProjectStageFactory,
    ProposalFactory,
    ProposalVersionFactory,
)
from tests.factories.records import AttachmentFactory


class RunningFactory(ProjectFactory):
    """``RunningFactory(state=…)`` is a project lawful for every state, with three parties, two lines, two clauses."""

    class Meta:
        model = Project
        skip_postgeneration_save = True

    state = "contract_unit"
    state_since = factory.LazyFunction(clock.now)
    sign_by = factory.LazyFunction(lambda: clock.today() + timedelta(days=60))
    starts_on = factory.LazyFunction(lambda: clock.today() - timedelta(days=30))
    ends_on = factory.LazyFunction(lambda: clock.today() + timedelta(days=700))

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        return _stamps_of(kwargs["state"], kwargs["founded_at"]) | kwargs

    @factory.post_generation
    def rows(self, create, extracted, **more):
        if create:
            _add_rows(self)


def _stamps_of(state: str, at) -> dict:
    made, by = {}, a_user
    if state in AGREED:
        n = Project.objects.filter(contract_number__isnull=False).count() + 1
        made |= {"unit_agreed_at": at, "unit_agreed_by": by("project-admin"), "contract_version": 1}
        made |= {"bureau_agreed_at": at, "bureau_agreed_by": by("project-clerk")}
        made |= {"contract_number": f"SJZ-LHRW-2026-{n:03d}"}
    if state in COPIES_IN:
        made |= {"copies_handed_in_at": at, "copies_handed_in_by": by("project-admin")}
    if state in COPIES_CHECKED:
        made |= {"copies_checked_at": at, "copies_checked_by": by("project-clerk")}
    if state == "suspended":
        made |= {"suspended_at": at, "suspended_by": by("project-approver")}
    if state in ENDED:
        made |= {"ended_at": at, "ended_by": by("project-approver")}
    if state in CONFIRMED:
        made |= {"contract_confirmed_at": at, "contract_confirmed_by": by("project-approver")}
        made |= {"contract_signed_on": clock.today()}
    return made


def _add_rows(project: Project) -> None:
    half = project.grant / 2
    for code, label in (("equipment", "设备费"), ("materials", "材料费")):
        ProjectLineFactory(project=project, code=code, label=label, grant=half, own=half)
    ContractClauseFactory(project=project, code="budget", order=1, title="经费预算", is_fixed=True)
    ContractClauseFactory(project=project, code="content", order=2, title="研究内容")
    ProjectTargetFactory(project=project)
    for days, midterm in ((300, True), (690, False)):
        due_on = clock.today() + timedelta(days=days)
        ProjectStageFactory(project=project, due_on=due_on, is_midterm=midterm)
    for order, (role, name) in enumerate(
        (("bureau", "石家庄市科学技术局"), ("leader", project.host.name), ("partner", "示例大学")), 1
    ):
        party = ContractPartyFactory(project=project, order=order, role=role, name=name)
        if project.state in (COPIES_CHECKED if role == "bureau" else COPIES_IN):
            sign(party)
    if project.contract_version:
        ContractVersionFactory(project=project)


def sign(party: ContractParty) -> ContractParty:
    """The party as it is when its signed copy was brought."""
    party.copy = AttachmentFactory(subject=party.project, kind="project_contract_copy")
    party.signatory, party.signed_on = "示例法人", clock.today()
    party.recorded_at, party.recorded_by = clock.now(), a_user("project-filler")
    party.save()
    return party


class ContractClauseFactory(DjangoModelFactory):
    class Meta:
        model = ContractClause

    project = factory.SubFactory(RunningFactory)
    code = factory.Sequence(lambda n: f"clause-{n}")
    order = factory.Sequence(lambda n: 100 + n)
    title = "示例条款"
    text = "示例条款内容。"


class ClauseChangeFactory(DjangoModelFactory):
    class Meta:
        model = ClauseChange

    clause = factory.SubFactory(ContractClauseFactory)
    number = 1
    side = "unit"
    before = "示例条款内容。"
    after = "示例条款新内容。"
    reason = "示例理由。"
    changed_at = factory.LazyFunction(clock.now)
    changed_by = factory.LazyFunction(lambda: a_user("project-filler"))


class ContractVersionFactory(DjangoModelFactory):
    class Meta:
        model = ContractVersion

    project = factory.SubFactory(RunningFactory)
    number = 1
    side = "unit"
    clauses = factory.LazyAttribute(
        lambda row: list(row.project.clauses.order_by("order").values("code", "title", "text"))
    )
    digest = "0" * 64
    frozen_at = factory.LazyFunction(clock.now)
    frozen_by = factory.LazyFunction(lambda: a_user("project-admin"))


class ContractPartyFactory(DjangoModelFactory):
    class Meta:
        model = ContractParty

    project = factory.SubFactory(RunningFactory)
    order = factory.Sequence(lambda n: 100 + n)
    role = "partner"
    name = "示例研究所"


class ProjectLineFactory(DjangoModelFactory):
    class Meta:
        model = ProjectLine

    project = factory.SubFactory(RunningFactory)
    code = factory.Sequence(lambda n: f"line-{n}")
    label = "示例科目"
    grant = Decimal("100000.00")
    own = Decimal("100000.00")


class ProjectTargetFactory(DjangoModelFactory):
    class Meta:
        model = ProjectTarget

    project = factory.SubFactory(RunningFactory)
    order = factory.Sequence(lambda n: n + 1)
    kind = "技术指标"
    name = "纯度"
    value = "≥ 99.99"
    unit = "%"
    proof = "第三方检测报告"


class ProjectExpenseFactory(DjangoModelFactory):
    class Meta:
        model = ProjectExpense

    project = factory.SubFactory(RunningFactory, state="running")
    line = factory.LazyAttribute(lambda row: row.project.lines.first())
    source = "grant"
    number = factory.Sequence(lambda n: f"2611{n:08d}")
    paid_on = factory.LazyFunction(clock.today)
    payee = "示例材料公司"
    purpose = "示例试剂"
    amount = Decimal("1200.00")
    entered_at = factory.LazyFunction(clock.now)
    entered_by = factory.LazyFunction(lambda: a_user("project-filler"))


FROZEN = {
    "order": 1,
    "name": "纯度",
    "kind": "技术指标",
    "planned": "≥ 99.99 %",
    "proof": "第三方检测报告",
    "reached": "99.995",
    "met": True,
    "said": "检测报告",
}
"""One target as it is frozen when a final acceptance is handed in."""
SPENT = {
    "code": "equipment",
    "label": "设备费",
    "grant": "500000.00",
    "grant_spent": "400000.00",
    "grant_left": "100000.00",
    "own": "500000.00",
    "own_spent": "500000.00",
}


class ProjectFinalFactory(DjangoModelFactory):
    """``ProjectFinalFactory(state=…)`` is lawful for every state; its project runs, or ended as it did."""

    class Meta:
        model = ProjectFinal

    state = "preparing"
    project = factory.LazyAttribute(lambda row: RunningFactory(state=_project_state(row.state)))
    due_by = factory.SelfAttribute("project.ends_on")
    host = factory.SelfAttribute("project.host")
    division = factory.SelfAttribute("project.division")
    state_since = factory.LazyFunction(clock.now)
    opened_at = factory.LazyFunction(clock.now)
    opened_by = factory.LazyFunction(lambda: a_user("project-approver"))

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        return _stamps_of_final(kwargs["state"], kwargs["opened_at"], kwargs) | kwargs


def _project_state(state: str) -> str:
    return {"passed": "accepted", "failed": "failed"}.get(state, "running")


def _stamps_of_final(state: str, at, kwargs: dict) -> dict:
    made, by = {}, a_user
    if state in FINAL_HANDED_IN:
        number = f"SJZ-LHJT-2026-{ProjectFinal.objects.count() + 1:03d}"
        made |= {"handed_in_at": at, "handed_in_by": by("project-admin"), "number": number}
        made |= {"comparison": [FROZEN], "budget": [SPENT]}
    if state in FINAL_OPINED:
        made |= {"opined_at": at, "opined_by": by("project-staff")}
        made |= {"county_position": "agrees", "county_opinion": "示例县级意见。"}
    if state in FINAL_SIGNED:
        made |= {"signed_at": at, "signed_by": by("project-lead")}
    if state in FINAL_ENTRUSTED:
        agency = kwargs.get("agency") or OrganisationFactory(kind=OrganisationKind.AGENCY)
        made |= {"entrusted_at": at, "entrusted_by": by("project-clerk"), "agency": agency}
    if state in FINAL_REVIEWED:
        made |= {"score": Decimal("82.00"), "panel_passed": True, "panel_opinion": "示例专家意见。"}
        made |= {"reviewed_at": at, "reviewed_by": by("manager")}
    if state in FINAL_CONFIRMED:
        outcome = state if state in FINAL_ENDED else "passed"
        made |= {"outcome": outcome, "minute_number": "示例纪要〔2026〕9 号", "grounds": "示例理由。"}
        made |= {"requirements": "示例整改要求。" if outcome == "conditional" else ""}
        made |= {"proposed_at": at, "proposed_by": by("project-clerk")}
    if state in FINAL_ENDED:
        made |= {"decided_at": at, "decided_by": by("project-approver")}
    return made


def approved(**facts):
    """A proposal as it stands when its publicity has run, with the book that was handed in."""
    return ProposalVersionFactory(proposal=ProposalFactory(state="approved", **facts)).proposal
