"""A small city of which part is public: each kind of case once as everybody may know it, and once as nobody may yet."""

from dataclasses import dataclass

from accounts.roles import Role
from evaluation.models import Evaluation
from funding.models import Award, Disbursement
from institutes.models import Call, Recognition
from projects.models import Project, ProjectCall
from records import audit, clock, heads
from tests.factories.accounts import OrganisationFactory, person, system_user
from tests.factories.assessments import AssessmentFactory, AssessmentListFactory
from tests.factories.evaluation import AssignmentFactory, DrawFactory, ExpertFactory, PanelFactory
from tests.factories.funding import AwardFactory, a_disbursement, an_approved_award
from tests.factories.institutes import (
    ApplicationFactory,
    CallFactory,
    InstituteFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
)
from tests.factories.notices import RESIDENT_ID, ObjectionFactory, PublicNoticeItemFactory, publish_rules
from tests.factories.performance import CycleFactory, EvaluationFactory
from tests.factories.projects import ProjectCallFactory, ProposalFactory
from tests.factories.records import AuditEventFactory
from tests.factories.running import RunningFactory
from tests.portal.test_targets import GROUNDS

# What must not stand in anything that is published, each planted where the portal keeps it.
PHONE, MAIL, CONTACT, LEGAL = "13855557777", "canary@contact.example", "诱饵联系人", "诱饵法定代表人"
DIRECTOR, EXPERT, LEADER, OBJECTOR = "诱饵院长", "诱饵专家", "诱饵负责人", "诱饵异议人"
ACCOUNT = "6222021234567890123"  # of the factories
OPINION, REASON, GUESS = "诱饵评语", "诱饵撤销理由：涉及个人", "诱饵登记理由"
DRAFT_CALL, DRAFT_PROJECT_CALL = "诱饵未发布通知", "诱饵未发布专项通知"
UNDECIDED, SHOWN_PROJECT = "诱饵在审申报", "诱饵公示中项目"
NEVER = (
    PHONE, MAIL, CONTACT, LEGAL, DIRECTOR, EXPERT, LEADER, OBJECTOR, ACCOUNT, RESIDENT_ID, OPINION, REASON, GUESS,
    DRAFT_CALL, DRAFT_PROJECT_CALL, UNDECIDED, SHOWN_PROJECT,
)  # fmt: skip
# Institutes that everybody knows, with something about them that nobody may know yet: where they must not stand.
IN_PUBLICITY, ONLY_APPROVED, WAIVED, CONFIRMED = (
    "诱饵等次公示中",
    "诱饵资金未下达",
    "诱饵资金已放弃",
    "诱饵考核待公布",
)
NOT_HERE = {
    "evaluations": (IN_PUBLICITY,),
    "awards": (ONLY_APPROVED, WAIVED),
    "assessments": (CONFIRMED,),
}


@dataclass
class City:
    recognition: Recognition
    revoked: Recognition
    award: Award
    evaluation: Evaluation
    project: Project
    call: Call
    project_call: ProjectCall

    @property
    def order(self) -> Disbursement:
        return self.award.disbursements.get()


def found_city() -> City:
    """Rows of every dataset, and beside each what must not be in it."""
    publish_rules()
    RecognitionEditionFactory(kind="targets", citations=GROUNDS)
    host = OrganisationFactory(
        name="=示例公开企业", contact_name=CONTACT, contact_mobile=PHONE, contact_email=MAIL, legal_rep=LEGAL
    )
    institute = InstituteFactory(host=host, director=DIRECTOR, name="石家庄市公开产业技术研究院")
    recognition = RecognitionFactory(institute=institute)
    revoked = RecognitionFactory(revoked=True, revocation_reason=REASON, institute__director=DIRECTOR)
    city = City(
        recognition=recognition,
        revoked=revoked,
        award=a_disbursement("paid", an_approved_award(recognition=recognition)).award,
        evaluation=EvaluationFactory(
            cycle=CycleFactory(institute=institute), state="final", panel_opinion=OPINION
        ),
        project=_projects(institute),
        call=recognition.application.call,
        project_call=ProjectCallFactory(),
    )
    _what_is_not_public(city.award)
    _drawn()
    AssessmentFactory(institute=institute, state="published", published_in=AssessmentListFactory())
    AuditEventFactory(reason=GUESS, subject=institute)
    audit.chain_now()
    heads.keep(day=clock.today(), at=clock.now())
    return city


def _projects(institute) -> Project:
    """One whose notice ended with a clear way, and one that is still shown."""
    facts = {"institute": institute, "host": institute.host, "leader_name": LEADER}
    project = RunningFactory(proposal=ProposalFactory(state="approved", **facts), state="running")
    about = {"subject": project.proposal, "host": institute.host, "division": institute.division}
    PublicNoticeItemFactory(**about, concluded_at=clock.now(), concluded_by=system_user())
    shown = RunningFactory(proposal=ProposalFactory(state="approved", title=SHOWN_PROJECT, **facts))
    PublicNoticeItemFactory(**about | {"subject": shown.proposal})
    return project


def _what_is_not_public(award: Award) -> None:
    def another(name: str) -> Recognition:
        host = OrganisationFactory(name=f"示例{name}有限公司")
        return RecognitionFactory(institute__name=name, institute__host=host)

    CallFactory(drafted=True, title=DRAFT_CALL)
    ProjectCallFactory(draft=True, title=DRAFT_PROJECT_CALL)
    ApplicationFactory(state="publicity", institute_name=UNDECIDED)
    ObjectionFactory(item__name=UNDECIDED, name=OBJECTOR)
    cycle = CycleFactory(institute=another(IN_PUBLICITY).institute)
    EvaluationFactory(cycle=cycle, state="publicity", grade="excellent")
    an_approved_award(award.budget, another(ONLY_APPROVED))
    AwardFactory(recognition=another(WAIVED), state="waived", ended_at=clock.now(), ended_by=system_user())
    AssessmentFactory(institute=another(CONFIRMED).institute, state="confirmed")


def _drawn() -> None:
    expert = ExpertFactory(user=person(Role.EXPERT, name=EXPERT))
    panel = PanelFactory(state="scoring")
    AssignmentFactory(panel=panel, expert=expert)
    DrawFactory(
        panel=panel, drawn=True, pledge={"format": "draw/1", "pool": [{"ball": 1}], "wanted": ["technical"]}
    )
