"""Every move of every desk, by page and by program: 404 unseen, 403 not theirs, 409 not now, and nothing written."""

from functools import partial
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from accounts.roles import Role
from accounts.services import issue_token
from evaluation.enums import Part
from evaluation.models import VisitPlan
from records import clock
from records.desk import Desk, all_desks
from tests.factories.accounts import TERMS as ACCOUNT_TERMS
from tests.factories.accounts import (
    AccountEditionFactory,
    MembershipFactory,
    OrganisationFactory,
    person,
    system_user,
)
from tests.factories.achievements import AchievementFactory
from tests.factories.assessments import AssessmentFactory
from tests.factories.changes import ProjectChangeFactory
from tests.factories.earlier import EarlierRecognitionFactory
from tests.factories.endings import ProjectEndingFactory
from tests.factories.evaluation import (
    AcceptanceFactory,
    AgencyReportFactory,
    AssignmentFactory,
    BlindPackageFactory,
    EngagementFactory,
    PanelFactory,
    VisitMemberFactory,
    engaged_visit,
)
from tests.factories.funding import (
    GRANT,
    AllocationPlanFactory,
    AwardFactory,
    BankLineFactory,
    BudgetAdjustmentFactory,
    ClawbackFactory,
    DisbursementFactory,
    PayeeAccountFactory,
    RepaymentFactory,
    a_budget,
    a_disbursement,
    a_plan_ready,
    an_approved_award,
    an_entered_adjustment,
    load_terms,
)
from tests.factories.institutes import (
    ApplicationFactory,
    CallExtensionFactory,
    CallFactory,
    ChainProposalFactory,
    ChangeFactory,
    CountyPolicyFactory,
    CultivationEntryFactory,
    DecisionBatchFactory,
    IndustryChainFactory,
    ProgressReportFactory,
    RevocationFactory,
    SuspensionFactory,
)
from tests.factories.midterms import ProjectMidtermFactory
from tests.factories.notices import (
    InquiryFactory,
    ObjectionFactory,
    PublicityExtensionFactory,
    publish_rules,
)
from tests.factories.offerings import PublicQuestionFactory, ServiceOfferingFactory
from tests.factories.performance import EvaluationFactory, RoundFactory
from tests.factories.projects import (
    ProjectCallFactory,
    ProjectDecisionFactory,
    ProjectDecisionItemFactory,
    ProposalFactory,
)
from tests.factories.provincial import FilingFactory
from tests.factories.records import JobFactory
from tests.factories.running import ProjectFinalFactory, RunningFactory
from tests.journeys.traces import nothing_is_written
from tests.portal.api.cases import everybody

pytestmark = pytest.mark.django_db
DESKS = {desk.name: desk for desk in all_desks()}
UNSEEN, NOT_THEIRS, NOT_NOW = 404, 403, 409
PROBLEM = "application/problem+json"


# An expert may declare a conflict for as long as they see their seat: there is no wrong time for it.
NEVER_TOO_LATE = {("assignment", "recuse", NOT_NOW)}


def visit_with_company(state: str):
    """A visit that an expert of the panel is asked to join, and a witness of the county."""
    visit = engaged_visit(state)
    seat = AssignmentFactory(panel=PanelFactory(application=visit.application, state="scoring"))
    VisitMemberFactory(plan=visit, part=Part.EXPERT, user=seat.expert.user, seat=seat)
    witness = person(Role.COUNTY_STAFF, division=visit.application.division.code)
    VisitMemberFactory(plan=visit, part=Part.COUNTY, user=witness)
    return visit


# States in which, taken together, each move of the desk is somebody's at the wrong time.
STANDS = {
    "job": (JobFactory, lambda: JobFactory(state="done", done=3, finished_at=clock.now())),
    "organisation": (lambda: OrganisationFactory(pending=True), lambda: OrganisationFactory(refused=True)),
    "membership": (
        lambda: MembershipFactory(role=Role.BUREAU_CLERK, state="proposed"),
        MembershipFactory,
        lambda: MembershipFactory(state="ended", ended_at=clock.now(), ended_by=system_user()),
    ),
    "call": (lambda: CallFactory(drafted=True), CallFactory),
    "extension": (
        CallExtensionFactory,
        lambda: CallExtensionFactory(offered=True),
        lambda: CallExtensionFactory(published=True),
    ),
    "later_day": (
        PublicityExtensionFactory,
        lambda: PublicityExtensionFactory(offered=True),
        lambda: PublicityExtensionFactory(published=True),
    ),
    "chain": tuple(partial(IndustryChainFactory, state=state) for state in ("active", "retired")),
    "offering": tuple(
        partial(ServiceOfferingFactory, state=state)
        for state in ("draft", "checking", "published", "withdrawn")
    ),
    "common_question": tuple(
        partial(PublicQuestionFactory, state=state)
        for state in ("draft", "proposed", "published", "withdrawn")
    ),
    "achievement": tuple(
        partial(AchievementFactory, state=state) for state in ("county_review", "verified", "annulled")
    ),
    "change": tuple(partial(ChangeFactory, state=state) for state in ("county_opinion", "refused")),
    "progress": tuple(
        partial(ProgressReportFactory, state=state) for state in ("reported", "questioned", "withdrawn")
    ),
    "suspension": tuple(partial(SuspensionFactory, state=state) for state in ("in_force", "refused")),
    "earlier": tuple(
        partial(EarlierRecognitionFactory, state=state) for state in ("draft", "confirmation", "recorded")
    ),
    "filing": tuple(
        partial(FilingFactory, state=state)
        for state in (
            "draft",
            "unit_review",
            "county_opinion",
            "county_signing",
            "acceptance",
            "filed",
            "inspection_scheduled",
            "concluding",
            "improving",
            "inspected",
            "applied_to_province",
            "result_check",
            "province_recognised",
        )
    ),
    "revocation": tuple(partial(RevocationFactory, state=state) for state in ("statement", "revoked")),
    "proposal": tuple(
        partial(ChainProposalFactory, state=state) for state in ("draft", "signing", "checked", "refused")
    ),
    "policy": tuple(
        partial(CountyPolicyFactory, state=state) for state in ("draft", "signing", "published", "repealed")
    ),
    "entry": tuple(
        partial(CultivationEntryFactory, state=state)
        for state in ("surveyed", "entering", "leaving", "preparing")
    ),
    "batch": (lambda: DecisionBatchFactory(discarded=True), DecisionBatchFactory),
    "application": tuple(
        partial(ApplicationFactory, state=state) for state in ("draft", "reviewing", "recognised")
    ),
    "inquiry": (InquiryFactory, lambda: InquiryFactory(answered=True)),
    "objection": (ObjectionFactory, lambda: ObjectionFactory(proposed=True)),
    "engagement": (
        lambda: EngagementFactory(draft=True),
        EngagementFactory,
        lambda: EngagementFactory(ended=True),
    ),
    "panel": tuple(partial(PanelFactory, state=state) for state in ("forming", "scoring", "concluded")),
    "package": (BlindPackageFactory, lambda: BlindPackageFactory(frozen=True)),
    "assignment": tuple(
        partial(AssignmentFactory, state=state) for state in ("invited", "locked", "declined")
    ),
    "visit": tuple(
        partial(visit_with_company, state) for state in ("planned", "witnessing", "declined", "cancelled")
    ),
    "acceptance": tuple(
        partial(AcceptanceFactory, state=state)
        for state in (
            "preparing",
            "unit_review",
            "county_review",
            "county_signing",
            "checking",
            "panel_review",
            "decision",
            "confirmation",
            "passed",
        )
    ),
    "assessment": tuple(
        partial(AssessmentFactory, state=state)
        for state in (
            "draft",
            "unit_review",
            "county_check",
            "tax_fill",
            "finance_fill",
            "grading",
            "confirmation",
            "confirmed",
            "published",
            "missing",
        )
    ),
    "project_call": (lambda: ProjectCallFactory(draft=True), ProjectCallFactory),
    "project_proposal": tuple(
        partial(ProposalFactory, state=state)
        for state in (
            "draft",
            "unit_review",
            "county_review",
            "county_signing",
            "formal_review",
            "formal_confirmation",
            "supplement",
            "budget_review",
            "decision",
            "approved",
        )
    ),
    "project_decision": (
        lambda: ProjectDecisionItemFactory().decision,
        lambda: ProjectDecisionFactory(discarded=True),
    ),
    "evaluation": tuple(
        partial(EvaluationFactory, state=state)
        for state in (
            "self_report",
            "unit_review",
            "exemption",
            "county_review",
            "county_signing",
            "tax_fill",
            "finance_fill",
            "checking",
            "panel_review",
            "grading",
            "confirmation",
            "final",
        )
    ),
    "evaluation_round": (
        partial(RoundFactory, state="open", year=2031),
        partial(RoundFactory, state="grading", year=2032),
        partial(RoundFactory, state="publicity", year=2033),
        partial(RoundFactory, state="final", year=2034),
        lambda: EvaluationFactory(state="grading", round=RoundFactory(state="publicity", year=2035)).round,
    ),
    "final": tuple(
        partial(ProjectFinalFactory, state=state)
        for state in (
            "preparing",
            "unit_review",
            "county_review",
            "county_signing",
            "checking",
            "decision",
            "confirmation",
            "passed",
        )
    ),
    "midterm": tuple(
        partial(ProjectMidtermFactory, state=state)
        for state in ("preparing", "unit_review", "checking", "decision", "confirmation", "continued")
    ),
    "project_change": tuple(
        partial(ProjectChangeFactory, state=state)
        for state in ("draft", "unit_review", "county_opinion", "checking", "decision", "approved", "noted")
    ),
    "ending": tuple(
        partial(ProjectEndingFactory, state=state)
        for state in (
            "proposed",
            "statement",
            "applied",
            "settling",
            "confirmation",
            "terminated",
            "suspended",
            "resuming",
        )
    ),
    "project": tuple(
        partial(RunningFactory, state=state)
        for state in (
            "contract_unit",
            "contract_bureau",
            "signing",
            "copies_check",
            "confirmation",
            "running",
        )
    ),
    "report": tuple(partial(AgencyReportFactory, state=state) for state in ("draft", "handed", "accepted")),
    "award": tuple(partial(AwardFactory, state=state) for state in ("entitled", "suspended", "approved")),
    "account": tuple(partial(PayeeAccountFactory, state=state) for state in ("submitted", "rejected")),
    "plan": (lambda: a_plan_ready(an_approved_award()), AllocationPlanFactory),
    "disbursement": (lambda: a_disbursement("receipted"), DisbursementFactory),
    "clawback": tuple(
        partial(ClawbackFactory, state=state)
        for state in (
            "suspected",
            "investigating",
            "proposed",
            "notice_of_intent",
            "deciding",
            "decided",
            "overdue",
            "enforced",
            "repaid",
            "closing",
        )
    ),
    "repayment": (RepaymentFactory, partial(RepaymentFactory, rejected=True)),
    "adjustment": (
        lambda: an_entered_adjustment(a_budget(), "raise", GRANT),
        BudgetAdjustmentFactory,
    ),
    "line": (
        BankLineFactory,
        lambda: BankLineFactory(
            state="proposed", treatment="not_ours", proposed_at=clock.now(), proposed_by=system_user()
        ),
    ),
}


class Visitor:
    """Somebody at a browser and at a program, signed in to both."""

    def __init__(self, user):
        self.user, self.browser, self.program = user, Client(), APIClient()
        self.browser.force_login(user)
        self.program.credentials(HTTP_AUTHORIZATION=f"Token {issue_token(user=user).key}")

    def tries(self, desk: Desk, subject, action: str) -> tuple[int, int]:
        """The answers of the page and of the API to the move, with nothing filled in."""
        page = self.browser.post(reverse(desk.move_page, args=[subject.pk, action]))
        url, key = f"/api/v1/{desk.resource}/{subject.pk}/moves/{action}/", {"Idempotency-Key": str(uuid4())}
        answer = self.program.post(url, {}, format="json", headers=key)
        assert page["Content-Type"].startswith("text/html")
        assert (answer.status_code < 300) or answer["Content-Type"] == PROBLEM
        if answer.status_code == NOT_NOW:
            assert answer.data["code"] in {"illegal-move", "same-person"}
            assert answer.data["reasons"]
            assert answer.data["reasons"][0]["text"] in page.content.decode().replace("&quot;", '"')
        return page.status_code, answer.status_code


@pytest.fixture(autouse=True)
def rules():
    publish_rules()
    load_terms()
    for kind in ACCOUNT_TERMS:
        AccountEditionFactory(kind=kind)


def expected(desk: Desk, user, seen, action: str) -> int | None:
    """The one answer that is right, by how the case is ``seen``; None where the move might succeed, or asks for
    something first.
    """
    if seen is None:
        return UNSEEN
    if not desk.may(user, action, seen):
        return NOT_THEIRS
    return None if desk.lifecycle.allows(seen, action) else NOT_NOW


def named_by(subject) -> dict:
    """Whom the case itself names: who registered a unit without people of its own yet, who goes along on a visit."""
    applicant = {"applicant": user} if (user := getattr(subject, "applied_by", None)) else {}
    company = subject.members.all() if isinstance(subject, VisitPlan) else ()
    return applicant | {f"member_{one.part}": one.user for one in company}


def visits(desk: Desk, subject, people: dict, done: set) -> dict[tuple[str, int], str]:
    """Who shows the answers to the moves that were not yet asked for."""
    chosen: dict[tuple[str, int], str] = {}
    seen = {name: desk.visible(user).filter(pk=subject.pk).first() for name, user in people.items()}
    for action in desk.steps:
        for name, user in people.items():
            answer = expected(desk, user, seen[name], action)
            if answer is not None and (action, answer) not in done:
                chosen.setdefault((action, answer), name)
    return chosen


def test_the_table_has_every_desk():
    assert sorted(STANDS) == sorted(DESKS)


@pytest.mark.parametrize("name", DESKS)
def test_every_move_is_refused_as_the_design_says(name):
    desk, done = DESKS[name], set()
    for case in STANDS[name]:
        subject = case()
        people = everybody(subject) | named_by(subject)
        chosen = visits(desk, subject, people, done)
        visitors = {who: Visitor(people[who]) for who in chosen.values()}
        with nothing_is_written():
            found = {
                (action, answer, who): visitors[who].tries(desk, subject, action)
                for (action, answer), who in chosen.items()
            }
        done |= set(chosen)

        assert {key: answers for key, answers in found.items() if answers != (key[1], key[1])} == {}

    asked = {(action, answer) for action in desk.steps for answer in (UNSEEN, NOT_THEIRS, NOT_NOW)}
    assert {(name, *each) for each in asked - done} - NEVER_TOO_LATE == set()
