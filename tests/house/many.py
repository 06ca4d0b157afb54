"""More of everything: one call adds a row of each kind, to be seen by everybody whose business it is."""

from datetime import date, timedelta
from itertools import count

from axes.models import AccessAttempt

from accounts.enums import OrganisationKind
from accounts.roles import Role
from funding.models import Clawback
from institutes.enums import ApplicationState as S
from institutes.models import Institute
from records import clock
from records.models import Document
from tests.factories.accounts import TERMS as ACCOUNT_TERMS
from tests.factories.accounts import (
    AccountEditionFactory,
    DeputyFactory,
    MembershipFactory,
    OrganisationFactory,
    VisitFactory,
    person,
)
from tests.factories.achievements import AchievementFactory, AchievementHintFactory
from tests.factories.assessments import AssessmentFactory, AssessmentListFactory
from tests.factories.changes import ProjectChangeFactory
from tests.factories.earlier import EarlierRecognitionFactory
from tests.factories.endings import ProjectEndingFactory
from tests.factories.evaluation import (
    AcceptanceCheckFactory,
    AcceptanceFactory,
    AgencyReportFactory,
    AssignmentFactory,
    DrawFactory,
    EngagementBatchFactory,
    EngagementFactory,
    ExpertFactory,
    PanelFactory,
    VisitMemberFactory,
    VisitPhotoFactory,
    reviewed_application,
)
from tests.factories.funding import (
    AllocationPlanFactory,
    AwardFactory,
    BankLineFactory,
    BudgetAdjustmentFactory,
    BudgetFactory,
    ClawbackFactory,
    CountyBudgetFactory,
    DisbursementFactory,
    LedgerEntryFactory,
    PayeeAccountFactory,
    PlanItemFactory,
    RepaymentFactory,
    load_terms,
)
from tests.factories.institutes import (
    ApplicationFactory,
    CallExtensionFactory,
    CallFactory,
    CertificateBatchFactory,
    ChainMemberFactory,
    ChainProposalFactory,
    ChangeFactory,
    CountyPolicyFactory,
    CultivationMeasureFactory,
    DecisionItemFactory,
    IndustryChainFactory,
    ProgressReportFactory,
    ProgressValueFactory,
    RecognitionFactory,
    RecommendationListFactory,
    RevocationFactory,
    SiteVisitFactory,
    StageReachedFactory,
    SuspensionFactory,
    a_user,
)
from tests.factories.midterms import ProjectMidtermFactory
from tests.factories.notices import (
    DeliveryFactory,
    InquiryFactory,
    NoticeFactory,
    ObjectionFactory,
    PublicityExtensionFactory,
    RobotFactory,
    publish_rules,
)
from tests.factories.offerings import PublicQuestionFactory, ServiceOfferingFactory
from tests.factories.performance import CycleFactory, EvaluationCheckFactory, EvaluationFactory, RoundFactory
from tests.factories.projects import (
    BudgetLineFactory,
    ProjectCallFactory,
    ProjectDecisionFactory,
    ProjectDecisionItemFactory,
    ProposalFactory,
)
from tests.factories.provincial import FilingFactory
from tests.factories.records import (
    AttachmentFactory,
    AuditEventFactory,
    DayOverrideFactory,
    DeadlineFactory,
    DeadlineMoveFactory,
    DocumentFactory,
    JobFactory,
    RegisterHeadFactory,
    UpIntervalFactory,
)
from tests.factories.running import ProjectExpenseFactory, ProjectFinalFactory, RunningFactory

SOUGHT = "示例甲"
"""What those are called that are looked for where the first page is full from the beginning."""
HOLDERS = {
    S.COUNTY_REVIEW: Role.COUNTY_STAFF,
    S.COUNTY_SIGNING: Role.COUNTY_LEAD,
    S.FORMAL_REVIEW: Role.BUREAU_CLERK,
    S.FORMAL_CONFIRMATION: Role.BUREAU_APPROVER,
}


class Town:
    """One person of every role, and ever more for them to see."""

    def __init__(self):
        publish_rules()
        load_terms()
        for kind in ACCOUNT_TERMS:
            AccountEditionFactory(kind=kind)
        self.unit = OrganisationFactory()
        self.agency = OrganisationFactory(kind=OrganisationKind.AGENCY)
        homes = {Role.ENT_FILLER: self.unit, Role.ENT_ADMIN: self.unit, Role.AGENCY: self.agency}
        self.people = {
            role: person(role, organisation=homes.get(role)) for role in Role if role is not Role.SYSTEM
        }
        self.expert = ExpertFactory(user=self.people[Role.EXPERT])
        self.account = PayeeAccountFactory(organisation=self.unit)
        self.call = CallFactory()
        engagement = EngagementFactory(agency=self.agency)
        EngagementBatchFactory(engagement=engagement, call=None, kind="acceptance")
        EngagementBatchFactory(engagement=engagement, call=None, kind="performance")
        self.chain, self.numbers = IndustryChainFactory(), count(1)

    def case_of(self, desk):
        """The last case of the desk that somebody sees."""
        seen = {
            pk
            for someone in self.people.values()
            for pk in desk.visible(someone).values_list("pk", flat=True)
        }
        return desk.model.objects.get(pk=max(seen))

    def grow(self) -> None:
        """One more row of each kind."""
        n = next(self.numbers)
        self._people(n)
        self._cases(n)
        self._standing()
        self._review()
        self._money(n)
        self._ground(n)
        self._acceptances()
        self._assessments(n)
        self._programme()
        self._evaluations(n)

    def _people(self, n: int) -> None:
        applied = OrganisationFactory(pending=True)
        self.held(applied, Role.COUNTY_STAFF)
        OrganisationFactory(name=f"{SOUGHT}{n}")
        MembershipFactory(role=Role.ENT_FILLER, organisation=self.unit, user__name=f"{SOUGHT}{n}")
        self.held(MembershipFactory(role=Role.BUREAU_CLERK, state="proposed"), Role.SECADMIN)
        for someone in self.people.values():
            DeliveryFactory(notice=NoticeFactory(recipient=someone))
            VisitFactory(user=someone)
        AccessAttempt.objects.create(
            username=f"guest{n}", ip_address=f"192.0.2.{n}", failures_since_start=9, attempt_time=clock.now()
        )

    def _cases(self, n: int) -> None:
        CallFactory(drafted=True)
        self.held(CallExtensionFactory(), Role.BUREAU_APPROVER)
        CallExtensionFactory(published=True, call=CallFactory(upcoming=True))
        self.held(PublicityExtensionFactory(), Role.BUREAU_APPROVER)
        PublicityExtensionFactory(published=True)
        UpIntervalFactory(seen_at=clock.now() - timedelta(hours=3 * n))
        for state, role in HOLDERS.items():
            self.held(ApplicationFactory(state=state, chain=self.chain, call=self.call), role)
        closed = ApplicationFactory(state=S.CLOSED_DECISION, host=self.unit, chain=self.chain)
        DocumentFactory(subject=closed)
        visited = SiteVisitFactory(application__state=S.PENDING_DECISION, application__chain=self.chain)
        self.held(visited.application, Role.BUREAU_APPROVER)
        self.held(ObjectionFactory(item__host=self.unit), Role.BUREAU_CLERK)
        self.held(InquiryFactory(objection__item__host=self.unit), Role.ENT_ADMIN)
        RecognitionFactory(batch=CertificateBatchFactory())
        RecognitionFactory()
        RecommendationListFactory()

        self.held(DecisionItemFactory(application__chain=self.chain).batch, Role.BUREAU_APPROVER)
        ChainMemberFactory()
        self.held(ChainProposalFactory(state="proposed"), Role.BUREAU_CLERK)  # with a chain of its own
        CountyPolicyFactory(state="published")
        self.held(PublicQuestionFactory(state="proposed"), Role.BUREAU_APPROVER)
        PublicQuestionFactory(state="published")
        self.held(CultivationMeasureFactory().entry, Role.COUNTY_STAFF)

    def _standing(self) -> None:
        """What follows recognition, of one institute of the unit."""
        recognition = self._recognition()
        self.held(ChangeFactory(recognition=recognition), Role.ENT_FILLER)
        self.held(AchievementFactory(recognition=recognition), Role.ENT_FILLER)
        AchievementFactory(recognition=recognition, state="verified")
        self.held(ServiceOfferingFactory(recognition=recognition, state="checking"), Role.COUNTY_STAFF)
        ServiceOfferingFactory(state="published")  # of one that stands: what a stopped one offers is hidden
        reviewed = AchievementFactory(recognition=recognition, state="bureau_review")
        AchievementHintFactory(achievement=reviewed)
        self.held(reviewed, Role.BUREAU_CLERK)
        checked = ChangeFactory(recognition=recognition, kind="name", state="checking")
        self.held(checked, Role.BUREAU_CLERK)
        build = {"build_from": clock.today(), "build_to": clock.today()}
        Institute.objects.filter(pk=recognition.institute_id).update(**build)
        report = ProgressReportFactory(recognition=recognition, state="questioned")
        ProgressValueFactory(report=report)
        StageReachedFactory(report=report)
        self.held(report, Role.ENT_FILLER)
        self.held(SuspensionFactory(recognition=recognition, state="in_force"), Role.BUREAU_CLERK)
        self.held(RevocationFactory(recognition=recognition, state="statement"), Role.ENT_ADMIN)
        self.held(EarlierRecognitionFactory(host=self.unit, chain=self.chain), Role.BUREAU_CLERK)
        self.held(FilingFactory(recognition=recognition, state="inspection_scheduled"), Role.BUREAU_CLERK)
        case = ChangeFactory(recognition=recognition, state="approved", kind="add_co_builder")
        words = {"former": "", "value": case.value}
        AuditEventFactory(subject=case, verb="institutes.change.approve", data=words)

    def _recognition(self):
        return RecognitionFactory(
            institute__host=self.unit, institute__chain=self.chain, application__call=self.call
        )

    def _review(self) -> None:
        self.held(reviewed_application(agency=self.agency), Role.AGENCY)
        panel = PanelFactory(application=reviewed_application(agency=self.agency), state="scoring")
        seat = AssignmentFactory(panel=panel, expert=self.expert)
        DeadlineFactory(
            subject=seat, holder_role=Role.EXPERT, holder_user=self.expert.user, due_on=clock.today()
        )
        self.held(panel, Role.AGENCY)
        self.held(panel.package, Role.BUREAU_CLERK)
        engagement = EngagementFactory(agency=self.agency, calls=[self.call])
        report = AgencyReportFactory(batch=engagement.batches.get(), state="handed")
        self.held(report, Role.BUREAU_CLERK)
        case = {"agency": self.agency, "call": self.call, "host": self.unit, "chain": self.chain}
        visit = VisitPhotoFactory(plan__application=ApplicationFactory(state=S.CLOSED_DECISION, **case)).plan
        VisitMemberFactory(plan=visit)
        self.held(visit, Role.AGENCY)
        DrawFactory(panel=panel, pledge={"format": "draw/1", "pool": [], "field": ""}, drawn=True)
        self.held(EngagementFactory(draft=True), Role.BUREAU_APPROVER)
        ExpertFactory()

    def _acceptances(self) -> None:
        """Of institutes of the unit that have none: prepared, at the county, at the bureau, with the experts."""
        holders = {
            "preparing": Role.ENT_FILLER,
            "county_review": Role.COUNTY_STAFF,
            "checking": Role.BUREAU_CLERK,
            "panel_review": Role.AGENCY,
        }
        without = Institute.objects.filter(host=self.unit, acceptances__isnull=True).order_by("pk")
        for institute, (state, role) in zip(without[: len(holders)], holders.items(), strict=True):
            given = {"agency": self.agency} if role == Role.AGENCY else {}
            case = AcceptanceFactory(institute=institute, state=state, **given)
            AcceptanceCheckFactory(acceptance=case)
            AttachmentFactory(subject=case, kind="acceptance_evidence")
            self.held(case, role)

    def _assessments(self, n: int) -> None:
        """A year more of the unit: to be filled in, with tax, finance and bureau; and one that was published."""
        holders = {
            "draft": Role.ENT_FILLER,
            "tax_fill": Role.TAX,
            "finance_fill": Role.FINANCE,
            "grading": Role.BUREAU_CLERK,
        }
        mine = Institute.objects.filter(host=self.unit, recognition__isnull=False).order_by("pk")
        for institute, (state, role) in zip(mine[: len(holders)], holders.items(), strict=False):
            self.held(AssessmentFactory(institute=institute, year=2000 + n, state=state), role)
        shown = AssessmentListFactory(year=2000 + n)
        AssessmentFactory(institute=mine[len(holders)], year=2000 + n, state="published", published_in=shown)

    def _programme(self) -> None:
        """A guide with its call, proposals of the unit that everybody holds, a decision, a project on its way."""
        call = ProjectCallFactory()
        holders = {
            "draft": Role.ENT_FILLER,
            "county_review": Role.COUNTY_STAFF,
            "formal_review": Role.BUREAU_CLERK,
            "budget_review": Role.AGENCY,
        }
        leading = Institute.objects.filter(host=self.unit, recognition__isnull=False).order_by("pk").last()
        facts = {"call": call, "institute": leading}
        for state, role in holders.items():
            given = {"agency": self.agency} if role == Role.AGENCY else {}
            case = ProposalFactory(state=state, **facts, **given)
            BudgetLineFactory(proposal=case)
            self.held(case, role)
        decision, proposed = ProjectDecisionFactory(call=call), ProposalFactory(state="decision", **facts)
        ProjectDecisionItemFactory(decision=decision, proposal=proposed)
        self.held(decision, Role.BUREAU_APPROVER)
        project = RunningFactory(proposal=ProposalFactory(state="approved", **facts))
        ProjectExpenseFactory(project=project)
        final = ProjectFinalFactory(project=project, state="county_review")
        self.held(final, Role.COUNTY_STAFF)
        self.held(ProjectEndingFactory(project=project, state="statement"), Role.ENT_ADMIN)
        self.held(project, Role.ENT_ADMIN)
        self.held(ProjectMidtermFactory(project=project, state="checking"), Role.BUREAU_CLERK)
        self.held(ProjectChangeFactory(project=project, state="checking"), Role.BUREAU_CLERK)

    def _evaluations(self, n: int) -> None:
        """A round of its own year, with one with the unit, at the county, at the bureau, with the experts."""
        holders = {
            "self_report": Role.ENT_FILLER,
            "county_review": Role.COUNTY_STAFF,
            "checking": Role.BUREAU_CLERK,
            "panel_review": Role.AGENCY,
        }
        found = RoundFactory(year=2100 - n)
        without = Institute.objects.filter(host=self.unit, cycles__isnull=True).order_by("pk")
        for institute, (state, role) in zip(without[: len(holders)], holders.items(), strict=True):
            given = {"agency": self.agency} if role == Role.AGENCY else {}
            case = EvaluationFactory(
                cycle=CycleFactory(institute=institute), round=found, state=state, **given
            )
            EvaluationCheckFactory(evaluation=case)
            AttachmentFactory(subject=case, kind="evaluation_evidence")
            self.held(case, role)

    def _money(self, n: int) -> None:
        budget = BudgetFactory(year=2100 - n, committed="400000.00", ordered="200000.00")
        award = self._award("approved", budget)
        self.held(award, Role.BUREAU_CLERK)
        self.held(self._award("pending_approval", None), Role.BUREAU_APPROVER)
        self.held(self._award("entitled", None), Role.ENT_ADMIN)
        LedgerEntryFactory(award=award, budget=budget)
        self.held(BudgetAdjustmentFactory(budget=budget), Role.FINANCE)
        self.held(BankLineFactory(), Role.FINANCE)
        self._claims(budget)
        CountyBudgetFactory(year=2100 - n)
        named = PayeeAccountFactory(
            organisation=self.unit, state="submitted", number=f"62220212345678{n:05d}"
        )
        self.held(named, Role.BUREAU_CLERK)
        paid = self._award("approved", budget, ordered="200000.00")
        shown = {"publicity_from": clock.today(), "publicity_until": clock.today()}
        plan = AllocationPlanFactory(budget=budget, **shown)
        self.held(plan, Role.FINANCE)
        PlanItemFactory(plan=plan, award=paid)
        self.held(DisbursementFactory(award=paid, plan=plan), Role.COUNTY_FIN)
        issued = dict.fromkeys(("claimed_by", "issued_by"), self.people[Role.FINANCE])
        issued |= {"claimed_at": clock.now(), "issued_at": clock.now(), "issued_on": clock.today()}
        sent = self._award("approved", budget, ordered="200000.00")
        DisbursementFactory(award=sent, plan=plan, state="issued", **issued)

    def _claims(self, budget) -> None:
        """What is claimed back of the unit's own money, in a state that each side has to do with."""
        claimed = [
            self.held_clawback(budget, "notice_of_intent", Role.ENT_ADMIN),
            self.held_clawback(budget, "repaid", Role.BUREAU_APPROVER),
        ]
        later = clock.now() + timedelta(seconds=1)
        final = {"finality": "uncontested", "published_at": later, "published_by": a_user("the-approver")}
        Clawback.objects.filter(pk=claimed[1].pk).update(**final)
        self.held(RepaymentFactory(clawback=claimed[1]), Role.FINANCE)

    def held_clawback(self, budget, state: str, role: str):
        case = ClawbackFactory(award=self._award("closed", budget), state=state)
        self.held(case, role)
        return case

    def _award(self, state: str, budget, **given):
        recognition = self._recognition()
        if budget:
            given["budget"] = budget
        if state != "entitled":
            given["account"] = self.account
        return AwardFactory(state=state, recognition=recognition, **given)

    def _ground(self, n: int) -> None:
        DeputyFactory(user=self.people[Role.BUREAU_CLERK])
        JobFactory(begun_by=self.people[Role.BUREAU_APPROVER])
        RegisterHeadFactory()
        RobotFactory(organisation=self.people[Role.BUREAU_CLERK].organisations[0])
        AuditEventFactory(actor=self.people[Role.BUREAU_CLERK])
        DayOverrideFactory(day=date(clock.today().year, 1, 1) + timedelta(days=n), name=f"示例假日{n}")
        DeadlineMoveFactory()

    def held(self, subject, role: str) -> None:
        """Somebody of that role holds it until today."""
        division = getattr(subject, "division", None)
        host = getattr(subject, "host", None)
        extra = {"host": host} if role in (Role.ENT_FILLER, Role.ENT_ADMIN) and host else {}
        if role == Role.AGENCY:
            extra["holder_organisation"] = self.agency
        DeadlineFactory(subject=subject, holder_role=role, due_on=clock.today(), division=division, **extra)


def add_children(subject, by) -> None:
    """One more line of its history, one more annex, paper and message."""
    state = {"from_state": subject.state, "to_state": subject.state}
    verb = f"{subject._meta.label_lower}.sample"
    AuditEventFactory(subject=subject, actor=by, verb=verb, **state)
    AttachmentFactory(subject=subject, uploaded_by=by)
    DocumentFactory(subject=subject, kind=f"sample{Document.objects.count()}")
    NoticeFactory(subject=subject, recipient=by)
