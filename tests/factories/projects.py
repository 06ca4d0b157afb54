"""The joint research programme for tests: a lawful row for any state; every name is plainly invented."""

from datetime import date, timedelta
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory

from accounts.enums import OrganisationKind
from projects.enums import CLOSED, DecisionOutcome, ProposalState
from projects.models import (
    BudgetLine,
    Guide,
    Project,
    ProjectCall,
    ProjectDecision,
    ProjectDecisionItem,
    ProjectEdition,
    ProjectStage,
    Proposal,
    ProposalCheck,
    ProposalHint,
    ProposalSection,
    ProposalVersion,
    Topic,
)
from projects.models.proposal import BUDGETED, CHECKED, HANDED_IN, IN_DECISION, OPINED, REVIEWED, SIGNED
from records import clock
from records.crypto import blind_index
from tests.factories import policy
from tests.factories.accounts import OrganisationFactory, make_uscc
from tests.factories.institutes import IndustryChainFactory, RecognitionFactory, a_user
from tests.factories.records import AttachmentFactory
from tests.projects.texts import at_length

LEADER = "110101198001010010"
MILLION = Decimal("1000000.00")
S = ProposalState


def edition_of(kind: str):
    """An edition of this room as the policy file has it."""
    return policy.edition_of("ProjectEdition", kind)


class ProjectEditionFactory(DjangoModelFactory):
    class Meta:
        model = ProjectEdition
        django_get_or_create = ("kind", "valid_from")

    kind = "joint_project"
    valid_from = "2022-01-19"
    terms = factory.LazyAttribute(lambda row: edition_of(row.kind).terms)
    citations = factory.LazyAttribute(lambda row: edition_of(row.kind).citations)
    source = "示例政策文件"
    digest = "0" * 64


class GuideFactory(DjangoModelFactory):
    class Meta:
        model = Guide

    class Params:
        published = factory.Trait(
            published_at=factory.LazyFunction(clock.now),
            published_by=factory.LazyFunction(lambda: a_user("programme-approver")),
        )

    year = 2026
    title = factory.Sequence(lambda n: f"示例年度联合攻关指南 {n}")
    number = factory.Sequence(lambda n: f"示例科指〔2026〕{n} 号")
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("programme-clerk"))


class TopicFactory(DjangoModelFactory):
    class Meta:
        model = Topic

    guide = factory.SubFactory(GuideFactory, published=True)
    chain = factory.SubFactory(IndustryChainFactory)
    code = factory.Sequence(lambda n: f"A{n}")
    title = factory.Sequence(lambda n: f"示例方向 {n}")
    need = "示例需求：产业链关键材料依赖进口。"
    targets = "示例目标：形成可以量产的工艺。"


class ProjectCallFactory(DjangoModelFactory):
    """Published and open, unless it says otherwise (``draft=True``, ``over=True``)."""

    class Meta:
        model = ProjectCall

    class Params:
        draft = factory.Trait(state="draft", published_at=None, published_by=None, first_closes_at=None)
        over = factory.Trait(
            opens_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=60)),
            closes_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=30)),
        )

    guide = factory.SubFactory(GuideFactory, published=True)
    title = factory.Sequence(lambda n: f"示例联合攻关专项申报通知 {n}")
    number = factory.Sequence(lambda n: f"示例科专〔2026〕{n} 号")
    year = 2026
    opens_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=10))
    closes_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=20))
    first_closes_at = factory.SelfAttribute("closes_at")
    text = "示例通知正文。"
    budget = Decimal("12000000.00")
    edition = factory.SubFactory(ProjectEditionFactory)
    state = "published"
    state_since = factory.LazyFunction(clock.now)
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("programme-clerk"))
    published_at = factory.LazyFunction(clock.now)
    published_by = factory.LazyFunction(lambda: a_user("programme-approver"))


def stamps_of(state: str, at, kwargs: dict) -> dict:
    """What a proposal in a state carries of the steps behind it."""
    by, made = a_user, {}
    if state in (S.UNIT_REVIEW, *HANDED_IN):
        made |= {"handed_up_at": at, "handed_up_by": by("project-filler")}
    if state in HANDED_IN:
        n = Proposal.objects.count() + 1
        made |= {"handed_in_at": at, "handed_in_by": by("project-admin"), "number": f"SJZ-LHSB-2026-{n:04d}"}
    if state in OPINED:
        made |= {"county_stand": "refuse" if state == S.CLOSED_COUNTY else "recommend"}
        made |= {"county_opinion": "示例县级意见。", "opined_at": at, "opined_by": by("project-staff")}
    if state in (S.CLOSED_COUNTY, *SIGNED):
        made |= {"signed_at": at, "signed_by": by("project-lead")}
    if state in (S.FORMAL_CONFIRMATION, S.SUPPLEMENT, S.CLOSED_FORMAL, *CHECKED):
        finding = {S.SUPPLEMENT: "supplement", S.CLOSED_FORMAL: "fail"}.get(state, "pass")
        made |= {"formal_finding": finding, "formal_opinion": "示例形式审查意见。"}
        made |= {"checked_at": at, "checked_by": by("project-clerk")}
    if state in CHECKED:
        agency = kwargs.get("agency") or OrganisationFactory(kind=OrganisationKind.AGENCY)
        made |= {"confirmed_at": at, "confirmed_by": by("project-approver"), "agency": agency}
    if state in REVIEWED:
        made |= {"score": Decimal("82.00"), "tie_break": Decimal("20.00"), "review_opinion": "示例专家意见。"}
        made |= {"review_passed": state != S.CLOSED_REVIEW, "reviewed_at": at, "reviewed_by": by("manager")}
    if state in BUDGETED:
        made |= {"accepted": MILLION, "budget_reviewer": "示例财务专家", "budget_opinion": "示例预算意见。"}
        made |= {"budgeted_at": at, "budgeted_by": by("manager")}
    if state in IN_DECISION:
        made |= {"minute_number": "示例局务会纪要〔2026〕9 号", "decided_at": at}
        made |= {"decided_by": by("project-approver")}
        made |= {} if state == S.CLOSED_DECISION else {"grant": MILLION}
    if state == S.APPROVED:
        n = Proposal.objects.filter(project_number__isnull=False).count() + 1
        made |= {"approved_at": at, "approved_by": by("project-approver")}
        made |= {"project_number": f"SJZ-LHGG-2026-{n:03d}"}
    if state in CLOSED:
        made |= {"closed_at": at, "closed_by": by("project-approver"), "closing_reason": "示例理由。"}
    return made


class ProposalFactory(DjangoModelFactory):
    """``ProposalFactory(state=…)`` is lawful for every state; its host is that of a recognised institute."""

    class Meta:
        model = Proposal

    call = factory.SubFactory(ProjectCallFactory)
    institute = factory.LazyFunction(lambda: RecognitionFactory().institute)
    host = factory.SelfAttribute("institute.host")
    division = factory.SelfAttribute("institute.division")
    title = factory.Sequence(lambda n: f"示例关键材料联合攻关 {n}")
    topic = factory.LazyAttribute(
        lambda row: row.call.guide.topics.first() or TopicFactory(guide=row.call.guide)
    )
    asked = MILLION
    own = MILLION
    months = 24
    leader_name = "示例负责人"
    leader_id = LEADER
    leader_mark = factory.LazyAttribute(lambda row: blind_index(row.leader_id) if row.leader_id else "")
    state = "draft"
    state_since = factory.LazyFunction(clock.now)
    begun_at = factory.LazyFunction(clock.now)
    begun_by = factory.LazyFunction(lambda: a_user("project-filler"))

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        return stamps_of(kwargs["state"], kwargs["begun_at"], kwargs) | kwargs


class ProposalSectionFactory(DjangoModelFactory):
    class Meta:
        model = ProposalSection

    proposal = factory.SubFactory(ProposalFactory)
    code = "basics"
    answers = factory.LazyFunction(dict)
    version = 1
    saved_at = factory.LazyFunction(clock.now)
    saved_by = factory.LazyFunction(lambda: a_user("project-filler"))


class ProposalVersionFactory(DjangoModelFactory):
    class Meta:
        model = ProposalVersion

    proposal = factory.SubFactory(ProposalFactory, state="county_review")
    number = 1
    answers = factory.LazyAttribute(lambda row: complete(row.proposal))
    digest = "0" * 64
    frozen_at = factory.LazyFunction(clock.now)
    frozen_by = factory.LazyFunction(lambda: a_user("project-admin"))


class BudgetLineFactory(DjangoModelFactory):
    class Meta:
        model = BudgetLine

    proposal = factory.SubFactory(ProposalFactory, state="budget_review")
    code = "equipment"
    label = "设备费"
    grant = MILLION
    own = MILLION


class ProposalCheckFactory(DjangoModelFactory):
    class Meta:
        model = ProposalCheck

    proposal = factory.SubFactory(ProposalFactory, state="county_review")
    item = "abnormal_operation"
    result = "clear"
    checked_on = factory.LazyFunction(clock.today)
    source = "示例信用网站"
    evidence = factory.LazyAttribute(
        lambda row: AttachmentFactory(subject=row.proposal, kind="project_lookup")
    )
    recorded_at = factory.LazyFunction(clock.now)
    recorded_by = factory.LazyFunction(lambda: a_user("project-staff"))


class ProposalHintFactory(DjangoModelFactory):
    class Meta:
        model = ProposalHint

    proposal = factory.SubFactory(ProposalFactory, state="county_review")
    other = factory.SubFactory(ProposalFactory, state="county_review")
    share = Decimal("64.20")
    passages = factory.LazyFunction(
        lambda: [
            {
                "here": "示例：研究高纯液晶单体的连续化合成工艺。",
                "there": "示例，研究高纯液晶单体的连续化合成工艺！",
                "here_in": "研究内容和技术路线",
                "there_in": "研究内容和技术路线",
                "length": 18,
            }
        ]
    )
    raised_at = factory.LazyFunction(clock.now)
    raised_by = factory.LazyFunction(lambda: a_user("project-admin"))


class ProjectDecisionFactory(DjangoModelFactory):
    class Meta:
        model = ProjectDecision

    class Params:
        released = factory.Trait(
            state="released",
            released_at=factory.LazyFunction(clock.now),
            released_by=factory.LazyFunction(lambda: a_user("project-approver")),
        )
        discarded = factory.Trait(
            state="discarded",
            discarded_at=factory.LazyFunction(clock.now),
            discarded_by=factory.LazyFunction(lambda: a_user("project-clerk")),
        )

    call = factory.SubFactory(ProjectCallFactory, over=True)
    minute_number = factory.Sequence(lambda n: f"示例局务会纪要〔2026〕{n} 号")
    meeting_on = factory.LazyFunction(clock.today)
    state = "draft"
    state_since = factory.LazyFunction(clock.now)
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("project-clerk"))


class ProjectDecisionItemFactory(DjangoModelFactory):
    class Meta:
        model = ProjectDecisionItem

    decision = factory.SubFactory(ProjectDecisionFactory)
    proposal = factory.LazyAttribute(lambda row: ProposalFactory(call=row.decision.call, state="decision"))
    outcome = DecisionOutcome.SUPPORT
    grant = MILLION


class ProjectFactory(DjangoModelFactory):
    class Meta:
        model = Project

    proposal = factory.SubFactory(ProposalFactory, state="approved")
    number = factory.SelfAttribute("proposal.project_number")
    year = 2026
    title = factory.SelfAttribute("proposal.title")
    institute = factory.SelfAttribute("proposal.institute")
    host = factory.SelfAttribute("proposal.host")
    division = factory.SelfAttribute("proposal.division")
    chain = factory.SelfAttribute("proposal.topic.chain")
    leader_name = factory.SelfAttribute("proposal.leader_name")
    leader_mark = factory.SelfAttribute("proposal.leader_mark")
    grant = factory.SelfAttribute("proposal.grant")
    own = factory.SelfAttribute("proposal.own")
    months = 24
    starts_on = date(2026, 11, 23)
    ends_on = date(2028, 11, 22)
    state_since = factory.LazyFunction(clock.now)
    founded_at = factory.LazyFunction(clock.now)
    founded_by = factory.LazyFunction(lambda: a_user("project-approver"))
    sign_by = factory.LazyFunction(lambda: clock.today() + timedelta(days=60))


class ProjectStageFactory(DjangoModelFactory):
    class Meta:
        model = ProjectStage

    project = factory.SubFactory(ProjectFactory)
    title = "示例：完成小试"
    due_on = date(2027, 11, 22)
    is_midterm = True


# --- a whole proposal -------------------------------------------------------------------------------------------------


def complete(proposal: Proposal, *, texts: dict | None = None) -> dict[str, dict]:
    """Answers of a whole proposal; what it is about differs from one to the next unless ``texts`` say so."""
    said = texts or at_length(proposal.pk)
    topic = proposal.topic or proposal.call.guide.topics.first() or TopicFactory(guide=proposal.call.guide)
    zero = {"grant": "0.00", "own": "0.00"}
    lines = {
        "equipment": {"grant": "600000.00", "own": "700000.00"},
        "materials": {"grant": "300000.00", "own": "300000.00"},
        "labour": {"grant": "100000.00", "own": "0.00"},
    }
    rest = ("testing", "fuel", "travel", "publication", "consulting", "other")
    return {
        "basics": {
            "title": proposal.title or "示例关键材料联合攻关",
            "topic": topic.pk,
            "months": 24,
            "summary": "示例摘要。",
        },
        "leader": {
            "leader_name": "示例甲",
            "leader_birth": "1980-01-01",
            "leader_title": "正高级工程师",
            "leader_field": "电子化学品",
            "mobile": "13800000000",
            "people": [
                {"key": "0", "name": "示例乙", "unit": "示例大学", "title": "教授", "task": "单体合成"},
                {"key": "1", "name": "示例丙", "unit": "示例企业", "title": "工程师", "task": "中试放大"},
            ],
        },
        "partners": {
            "partners": [
                {
                    "key": "0",
                    "name": "示例大学",
                    "kind": "university",
                    "uscc": make_uscc(90_001),
                    "task": "承担单体合成和机理研究。",
                    "signed_on": "2026-01-05",
                    "money": "200000.00",
                }
            ],
            "sharing": "示例：按投入共有，收益按协议分配。",
        },
        "content": said,
        "targets": {
            "targets": [
                {
                    "key": str(n),
                    "kind": "indicator",
                    "name": name,
                    "value": "1",
                    "unit": "项",
                    "proof": "检测报告",
                }
                for n, name in enumerate(("纯度", "良率", "应用企业"))
            ],
            "milestones": [
                {"key": "0", "name": "完成小试", "month": 12, "midterm": "yes"},
                {"key": "1", "name": "完成中试和应用", "month": 24, "midterm": "no"},
            ],
        },
        "budget": {"lines": lines | {code: dict(zero) for code in rest}, "note": "示例测算。"},
        "commitment": {"promises": ["truthful", "no_duplicate_funding", "own_funds", "data_use"]},
    }


def fill(proposal: Proposal, *, texts: dict | None = None, files: bool = True) -> Proposal:
    """Store a whole proposal as its unit would have, with its annexes."""
    from projects.services.drafting import keep_figures

    for code, answers in complete(proposal, texts=texts).items():
        ProposalSection.objects.update_or_create(
            proposal=proposal,
            code=code,
            defaults={
                "answers": answers,
                "version": 1,
                "saved_at": clock.now(),
                "saved_by": proposal.begun_by,
            },
        )
    for kind in ("agreement", "commitment", "funds") if files else ():
        AttachmentFactory(subject=proposal, kind=kind)
    keep_figures(proposal)
    return proposal
