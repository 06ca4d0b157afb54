"""What a program may do is what the page offers: for every desk, every role, every state."""

import pytest

from accounts.desk import JOB_DESK, MEMBERSHIP_DESK, REGISTRATION_DESK
from accounts.roles import Role
from evaluation.desk import (
    ACCEPTANCE_DESK,
    ASSESSMENT_DESK,
    ASSIGNMENT_DESK,
    ENGAGEMENT_DESK,
    EVALUATION_DESK,
    PACKAGE_DESK,
    PANEL_DESK,
    REPORT_DESK,
    ROUND_DESK,
    VISIT_DESK,
)
from funding.desk import ADJUSTMENT_DESK, AWARD_DESK, DISBURSEMENT_DESK, LINE_DESK, PAYEE_DESK, PLAN_DESK
from funding.desk.clawbacks import CLAWBACK_DESK, REPAYMENT_DESK
from institutes.desk import (
    ACHIEVEMENT_DESK,
    APPLICATION_DESK,
    CALL_DESK,
    CHAIN_DESK,
    CHAIN_PROPOSAL_DESK,
    CHANGE_DESK,
    COUNTY_POLICY_DESK,
    CULTIVATION_DESK,
    DECISION_DESK,
    EARLIER_DESK,
    EXTENSION_DESK,
    FILING_DESK,
    INQUIRY_DESK,
    OBJECTION_DESK,
    OFFERING_DESK,
    PROGRESS_DESK,
    PUBLICITY_EXTENSION_DESK,
    QUESTION_DESK,
    REVOCATION_DESK,
    SUSPENSION_DESK,
)
from institutes.enums import ApplicationState, CountyPolicyState, PoolState, ProposalState
from institutes.enums.earlier import EarlierState
from institutes.enums.offerings import OfferingState
from institutes.enums.questions import QuestionState
from portal.api.urls import CASES
from projects.desk import (
    ENDING_DESK,
    FINAL_DESK,
    MIDTERM_DESK,
    PROJECT_CALL_DESK,
    PROJECT_CHANGE_DESK,
    PROJECT_DECISION_DESK,
    PROJECT_DESK,
    PROPOSAL_DESK,
)
from records.desk import all_desks
from tests.factories.accounts import MembershipFactory, OrganisationFactory
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
    engaged_visit,
)
from tests.factories.funding import (
    AwardFactory,
    BankLineFactory,
    BudgetAdjustmentFactory,
    ClawbackFactory,
    PayeeAccountFactory,
    RepaymentFactory,
    a_disbursement,
    a_plan_ready,
    an_approved_award,
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
from tests.factories.notices import InquiryFactory, ObjectionFactory, PublicityExtensionFactory
from tests.factories.offerings import PublicQuestionFactory, ServiceOfferingFactory
from tests.factories.performance import EvaluationFactory, RoundFactory
from tests.factories.projects import ProjectCallFactory, ProjectDecisionItemFactory, ProposalFactory
from tests.factories.provincial import FilingFactory
from tests.factories.records import JobFactory
from tests.factories.running import ProjectFinalFactory, RunningFactory
from tests.portal.api.cases import everybody

SUBJECTS = {
    "call-draft": (CALL_DESK, lambda: CallFactory(drafted=True)),
    "call-published": (CALL_DESK, CallFactory),
    "later_day-offered": (
        PUBLICITY_EXTENSION_DESK,
        lambda: PublicityExtensionFactory(offered=True),
    ),
    "later_day-draft": (PUBLICITY_EXTENSION_DESK, PublicityExtensionFactory),
    "extension-offered": (EXTENSION_DESK, lambda: CallExtensionFactory(offered=True)),
    "extension-draft": (EXTENSION_DESK, CallExtensionFactory),
    "extension-published": (EXTENSION_DESK, lambda: CallExtensionFactory(published=True)),
    **{
        f"application-{state}": (APPLICATION_DESK, lambda state=state: ApplicationFactory(state=state))
        for state in ApplicationState
    },
    "chain-active": (CHAIN_DESK, IndustryChainFactory),
    "chain-retired": (CHAIN_DESK, lambda: IndustryChainFactory(state="retired")),
    **{
        f"proposal-{state}": (CHAIN_PROPOSAL_DESK, lambda state=state: ChainProposalFactory(state=state))
        for state in ProposalState
    },
    **{
        f"entry-{state}": (CULTIVATION_DESK, lambda state=state: CultivationEntryFactory(state=state))
        for state in PoolState
    },
    **{
        f"policy-{state}": (COUNTY_POLICY_DESK, lambda state=state: CountyPolicyFactory(state=state))
        for state in CountyPolicyState
    },
    **{
        f"offering-{state}": (OFFERING_DESK, lambda state=state: ServiceOfferingFactory(state=state))
        for state in OfferingState
    },
    **{
        f"common_question-{state}": (QUESTION_DESK, lambda state=state: PublicQuestionFactory(state=state))
        for state in QuestionState
    },
    **{
        f"achievement-{state}": (ACHIEVEMENT_DESK, lambda state=state: AchievementFactory(state=state))
        for state in ("draft", "county_review", "bureau_review", "annulling", "annulled", "verified")
    },
    **{
        f"change-{state}": (CHANGE_DESK, lambda state=state: ChangeFactory(state=state))
        for state in ("draft", "county_opinion", "checking", "approved", "refused")
    },
    **{
        f"progress-{state}": (PROGRESS_DESK, lambda state=state: ProgressReportFactory(state=state))
        for state in ("reported", "questioned", "withdrawn")
    },
    **{
        f"earlier-{state}": (EARLIER_DESK, lambda state=state: EarlierRecognitionFactory(state=state))
        for state in EarlierState
    },
    **{
        f"filing-{state}": (FILING_DESK, lambda state=state: FilingFactory(state=state))
        for state in ("draft", "county_signing", "inspection_scheduled", "concluding", "result_check")
    },
    **{
        f"suspension-{state}": (SUSPENSION_DESK, lambda state=state: SuspensionFactory(state=state))
        for state in ("proposed", "in_force", "refused")
    },
    **{
        f"revocation-{state}": (REVOCATION_DESK, lambda state=state: RevocationFactory(state=state))
        for state in ("proposed", "statement", "revoked")
    },
    "decision-draft": (DECISION_DESK, DecisionBatchFactory),
    "decision-discarded": (DECISION_DESK, lambda: DecisionBatchFactory(discarded=True)),
    "objection-received": (OBJECTION_DESK, ObjectionFactory),
    "objection-awaiting": (OBJECTION_DESK, lambda: ObjectionFactory(awaiting_original=True)),
    "objection-accepted": (OBJECTION_DESK, lambda: ObjectionFactory(accepted=True)),
    "objection-proposed": (OBJECTION_DESK, lambda: ObjectionFactory(proposed=True)),
    "inquiry-asked": (INQUIRY_DESK, InquiryFactory),
    "inquiry-answered": (INQUIRY_DESK, lambda: InquiryFactory(answered=True)),
    "engagement-draft": (ENGAGEMENT_DESK, lambda: EngagementFactory(draft=True)),
    "engagement-in-force": (ENGAGEMENT_DESK, EngagementFactory),
    "engagement-ended": (ENGAGEMENT_DESK, lambda: EngagementFactory(ended=True)),
    "panel-forming": (PANEL_DESK, PanelFactory),
    "panel-scoring": (PANEL_DESK, lambda: PanelFactory(state="scoring")),
    "panel-concluded": (PANEL_DESK, lambda: PanelFactory(state="concluded")),
    "package-preparing": (PACKAGE_DESK, BlindPackageFactory),
    "package-frozen": (PACKAGE_DESK, lambda: BlindPackageFactory(frozen=True)),
    **{
        f"assignment-{state}": (ASSIGNMENT_DESK, lambda state=state: AssignmentFactory(state=state))
        for state in ("invited", "committed", "locked", "recused")
    },
    **{
        f"visit-{state}": (VISIT_DESK, lambda state=state: engaged_visit(state))
        for state in ("planned", "witnessing", "witnessed", "recorded", "declined", "given_up", "cancelled")
    },
    **{
        f"report-{state}": (REPORT_DESK, lambda state=state: AgencyReportFactory(state=state))
        for state in ("handed", "draft", "returned", "accepted")
    },
    **{
        f"acceptance-{state}": (ACCEPTANCE_DESK, lambda state=state: AcceptanceFactory(state=state))
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
    },
    "project_call-draft": (PROJECT_CALL_DESK, lambda: ProjectCallFactory(draft=True)),
    "project_call-published": (PROJECT_CALL_DESK, ProjectCallFactory),
    **{
        f"project_proposal-{state}": (PROPOSAL_DESK, lambda state=state: ProposalFactory(state=state))
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
    },
    **{
        f"final-{state}": (FINAL_DESK, lambda state=state: ProjectFinalFactory(state=state))
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
    },
    **{
        f"midterm-{state}": (MIDTERM_DESK, lambda state=state: ProjectMidtermFactory(state=state))
        for state in (
            "preparing",
            "unit_review",
            "checking",
            "decision",
            "confirmation",
            "mending",
            "continued",
        )
    },
    **{
        f"project_change-{state}": (
            PROJECT_CHANGE_DESK,
            lambda state=state: ProjectChangeFactory(state=state),
        )
        for state in ("draft", "unit_review", "county_opinion", "checking", "decision", "noted")
    },
    **{
        f"ending-{state}": (ENDING_DESK, lambda state=state: ProjectEndingFactory(state=state))
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
    },
    **{
        f"project-{state}": (PROJECT_DESK, lambda state=state: RunningFactory(state=state))
        for state in (
            "contract_unit",
            "contract_bureau",
            "signing",
            "copies_check",
            "confirmation",
            "running",
        )
    },
    "project_decision-draft": (PROJECT_DECISION_DESK, lambda: ProjectDecisionItemFactory().decision),
    **{
        f"assessment-{state}": (ASSESSMENT_DESK, lambda state=state: AssessmentFactory(state=state))
        for state in (
            "draft",
            "unit_review",
            "county_check",
            "tax_fill",
            "finance_fill",
            "grading",
            "confirmation",
            "published",
            "missing",
        )
    },
    **{
        f"evaluation-{state}": (EVALUATION_DESK, lambda state=state: EvaluationFactory(state=state))
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
    },
    **{
        f"evaluation-round-{state}": (ROUND_DESK, lambda state=state: RoundFactory(state=state))
        for state in ("open", "grading", "publicity", "final", "closed")
    },
    **{
        f"award-{state}": (AWARD_DESK, lambda state=state: AwardFactory(state=state))
        for state in ("entitled", "account_check", "pending_approval", "approved", "suspended", "closed")
    },
    **{
        f"payee-{state}": (PAYEE_DESK, lambda state=state: PayeeAccountFactory(state=state))
        for state in ("submitted", "first_checked", "verified", "rejected")
    },
    "plan-issuing": (PLAN_DESK, lambda: a_plan_ready(an_approved_award())),
    **{
        f"disbursement-{state}": (DISBURSEMENT_DESK, lambda state=state: a_disbursement(state))
        for state in ("ordered", "issued", "county_received", "paid", "receipted")
    },
    **{
        f"clawback-{state}": (CLAWBACK_DESK, lambda state=state: ClawbackFactory(state=state))
        for state in ("suspected", "proposed", "notice_of_intent", "repay_due", "overdue", "closing")
    },
    "repayment-reported": (REPAYMENT_DESK, RepaymentFactory),
    "adjustment-proposed": (ADJUSTMENT_DESK, BudgetAdjustmentFactory),
    "line-open": (LINE_DESK, BankLineFactory),
    "job-queued": (JOB_DESK, JobFactory),
    "job-failed": (JOB_DESK, lambda: JobFactory(state="failed", error="示例原因")),
    "registration-pending": (REGISTRATION_DESK, lambda: OrganisationFactory(pending=True)),
    "registration-refused": (REGISTRATION_DESK, lambda: OrganisationFactory(refused=True)),
    "membership-proposed": (
        MEMBERSHIP_DESK,
        lambda: MembershipFactory(role=Role.BUREAU_CLERK, state="proposed"),
    ),
    "membership-active": (MEMBERSHIP_DESK, MembershipFactory),
}


def test_every_desk_has_its_resource():
    assert {view.desk.name for view in CASES} == {desk.name for desk in all_desks()}
    assert {desk.name for desk, _make in SUBJECTS.values()} == {desk.name for desk in all_desks()}


@pytest.mark.parametrize("case", SUBJECTS)
def test_a_program_may_do_what_the_page_offers(case, program):
    desk, make = SUBJECTS[case]
    subject = make()
    found, offered = {}, {}

    for name, user in everybody(subject).items():
        answer = program(user).get(f"/api/v1/{desk.resource}/{subject.pk}/moves/")
        found[name] = allowed(answer.data) if answer.status_code == 200 else answer.status_code
        seen = desk.visible(user).filter(pk=subject.pk).first()
        offered[name] = {o.action for o in desk.offers(user, seen) if o.allowed} if seen else 404

    assert found == offered
    assert any(offered[name] == 404 for name in offered) or desk in (
        CALL_DESK,
        EXTENSION_DESK,
        PROJECT_CALL_DESK,
    )


def allowed(moves) -> set[str]:
    return {move["action"] for move in moves if move["allowed"]}


ONE_OF_EACH = {desk.name: case for case, (desk, _make) in SUBJECTS.items()}


@pytest.mark.parametrize("case", ONE_OF_EACH.values())
def test_taking_a_move_is_answered_by_who_asks_and_when(case, program):
    """404 unseen, 403 not theirs, 409 or 422 where it is theirs but not now; and nothing was done."""
    desk, make = SUBJECTS[case]
    subject = make()
    state, people = subject.state, everybody(subject)
    found, expected = {}, {}

    for action in desk.steps:
        for name, answer in one_of_each_kind(desk, subject, action, people).items():
            expected[action, name] = answer
            got = program(people[name]).post(address(desk, subject, action), {}, format="json")
            found[action, name] = got.status_code if got.status_code in (403, 404) else "not now"
            assert got["Content-Type"] == "application/problem+json"

    subject.refresh_from_db()
    assert found == expected
    assert subject.state == state


def one_of_each_kind(desk, subject, action, people) -> dict:
    """Somebody who does not see the case, somebody whose move it is not, somebody who comes at the wrong time."""
    chosen = {}
    for name, user in people.items():
        seen = desk.visible(user).filter(pk=subject.pk).first()
        answer = 404 if not seen else 403 if not desk.may(user, action, seen) else "not now"
        if answer != "not now" or not desk.lifecycle.allows(seen, action):
            chosen.setdefault(answer, name)
    return {name: answer for answer, name in chosen.items()}


def address(desk, subject, action) -> str:
    return f"/api/v1/{desk.resource}/{subject.pk}/moves/{action}/"
