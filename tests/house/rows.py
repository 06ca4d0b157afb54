"""One row of everything, so that an address can be asked about something that exists."""

from dataclasses import dataclass

from django.db import models

from records import clock
from tests.factories.accounts import (
    AccountEditionFactory,
    LetterFactory,
    MembershipFactory,
    UserFactory,
    VisitFactory,
)
from tests.factories.achievements import AchievementFactory, publish_achievement_rules
from tests.factories.assessments import AssessmentFactory
from tests.factories.changes import ProjectChangeFactory
from tests.factories.earlier import EarlierRecognitionFactory
from tests.factories.endings import ProjectEndingFactory
from tests.factories.evaluation import (
    AcceptanceFactory,
    AgencyReportFactory,
    AssignmentFactory,
    VisitPhotoFactory,
)
from tests.factories.funding import (
    AllocationPlanFactory,
    BankLineFactory,
    BudgetAdjustmentFactory,
    ClawbackFactory,
    CountyBudgetFactory,
    RepaymentFactory,
    a_disbursement,
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
    ProgressReportFactory,
    RecommendationListFactory,
    RevocationFactory,
    SuspensionFactory,
)
from tests.factories.midterms import ProjectMidtermFactory
from tests.factories.notices import (
    InquiryFactory,
    NoticeFactory,
    ObjectionFactory,
    PublicityExtensionFactory,
    publish_rules,
)
from tests.factories.offerings import PublicQuestionFactory, ServiceOfferingFactory
from tests.factories.performance import EvaluationFactory
from tests.factories.projects import ProjectCallFactory, ProjectDecisionItemFactory, ProposalFactory
from tests.factories.provincial import FilingFactory, publish_provincial_rules
from tests.factories.records import AttachmentFactory, DocumentFactory, JobFactory
from tests.factories.running import ProjectFinalFactory, RunningFactory
from tests.house.addresses import Address


@dataclass
class Rows:
    """Values for the blanks of an address, by what its name speaks of."""

    by_noun: dict[str, models.Model]
    values: dict[str, object]

    def url(self, address: Address) -> str:
        """The address about the row that its name speaks of."""
        values = dict(self.values)
        noun = self.noun_of(address.name)
        if noun in self.by_noun:
            values["pk"] = self.by_noun[noun].pk
        return address.url(**values)

    def by_model(self, model: type[models.Model]) -> models.Model:
        return next(row for row in self.by_noun.values() if isinstance(row, model))

    def noun_of(self, name: str) -> str:
        """``institutes:application-move`` speaks of an application."""
        word = name.rpartition(":")[2]
        return word if word in self.by_noun else next((n for n in self.by_noun if word.startswith(n)), word)


def one_of_everything() -> Rows:
    publish_rules()
    publish_achievement_rules()
    publish_provincial_rules()
    load_terms()
    AccountEditionFactory(kind="security")
    disbursement = a_disbursement("paid")
    objection = ObjectionFactory()
    attachment = AttachmentFactory(subject=disbursement)
    award, user = disbursement.award, UserFactory()
    application = ApplicationFactory(state="county_review")
    assignment = AssignmentFactory()
    membership = MembershipFactory()
    member_of_chain, line = ChainMemberFactory(), BankLineFactory()
    found = {
        "application": application,
        "section": application,
        "formal-sheet": application,
        "annex": application,
        "batch": CertificateBatchFactory(),
        "call-extension": CallExtensionFactory(),
        "call": CallFactory(),
        "publicity-extension": PublicityExtensionFactory(),
        "achievement": AchievementFactory(state="bureau_review"),
        "change": ChangeFactory(state="checking"),
        "progress": ProgressReportFactory(state="questioned"),
        "suspension": SuspensionFactory(state="in_force"),
        "revocation": RevocationFactory(state="statement"),
        "earlier": EarlierRecognitionFactory(state="recorded"),
        "filing": FilingFactory(state="inspection_scheduled"),
        "midterm": (midterm := ProjectMidtermFactory(state="checking")),
        "project-midterm": midterm,
        "project-change": ProjectChangeFactory(state="checking"),
        "project-ranking": (project_call := ProjectCallFactory()),
        "project-call": project_call,
        "guide": project_call.guide,
        "project-decision": ProjectDecisionItemFactory().decision,
        "project-final": (final := ProjectFinalFactory(state="checking")),
        "final": final,
        "ending": ProjectEndingFactory(state="statement"),
        "approved": (joint := RunningFactory(state="running")),
        "projects": joint,
        "project-": ProposalFactory(call=project_call, state="county_review"),
        "chain-proposal": ChainProposalFactory(state="proposed", segment=member_of_chain.segment),
        "county-policy": (policy := CountyPolicyFactory(state="published")),
        "local-policy": policy,
        "service": (offered := ServiceOfferingFactory(state="published")),
        "service-offerings": offered,
        "offering": offered,
        "question": PublicQuestionFactory(state="published"),
        "cultivation": CultivationMeasureFactory().entry,
        "chainsource": member_of_chain.source,
        "chain": member_of_chain.segment.chain,
        "decision-batch": DecisionItemFactory().batch,
        "summary": RecommendationListFactory(),
        "institute": award.institute,
        "directory-institute": award.institute,
        "award": award,
        "payee": disbursement.account,
        "budget": award.budget,
        "plan-publicit": AllocationPlanFactory(publicity_from=clock.today(), publicity_until=clock.today()),
        "plan": disbursement.plan,
        "disbursement": disbursement,
        "adjustment": BudgetAdjustmentFactory(),
        "clawback": (claimed := ClawbackFactory(state="repay_due")),
        "repayment": RepaymentFactory(clawback=claimed),
        "county-budget": CountyBudgetFactory(),
        "statement": line.statement,
        "line": line,
        "notice": NoticeFactory(),
        "objection": objection,
        "inquiry": InquiryFactory(),
        "publicity": objection.item.notice,
        "public-notices": objection.item.notice,
        "organisation": award.host,
        "registration": award.host,
        "member": membership,
        "grant": membership,
        "user": user,
        "site-visit": (photo := VisitPhotoFactory()).plan,
        "report": AgencyReportFactory(state="handed"),
        "acceptance": AcceptanceFactory(state="checking"),
        "assessment": (assessed := AssessmentFactory(state="published")),
        "evaluation": (evaluation := EvaluationFactory(state="checking")),
        "round": evaluation.round,
        "cycle": evaluation.cycle,
        "visit": VisitFactory(user=user),
        "engagement": assignment.panel.engagement,
        "panel": assignment.panel,
        "package": assignment.panel.package,
        "assignment": assignment,
        "sheet": assignment,
        "expert": assignment.expert,
        "attachment": attachment,
        "document": DocumentFactory(subject=application),
        "job": JobFactory(),
        "letter": LetterFactory(),
    }
    values = {
        "file": attachment.pk,
        "photo": photo.pk,
        "item": objection.item_id,
        "budget_pk": award.budget_id,
        "code": "basics",
        "block": "basics",
        "year": assessed.year,
        "kind": "csv",
        "version": f"institutes-{(edition := application.call.edition).kind}-{edition.valid_from}",
    }
    return Rows(found, values)
