"""Calls, applications, institutes for tests: a lawful row for any state; every name is plainly invented."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import factory
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.enums import OrganisationKind
from accounts.models import Division
from institutes import services
from institutes.enums import ApplicationState as S
from institutes.enums import (
    BatchState,
    CallState,
    ChainRole,
    ChangeFinding,
    ChangeKind,
    ChangeState,
    CheckResult,
    CountyPolicyState,
    CountyPosition,
    CountyProposal,
    FormalFinding,
    IntegrityResult,
    MarkKind,
    Outcome,
    PoolState,
    ProgressState,
    ProposalFinding,
    ProposalKind,
    ProposalState,
    RevocationState,
    SegmentPosition,
    SuspensionState,
    TenureKind,
)
from institutes.models import (
    Application,
    ApplicationMark,
    ApplicationSection,
    ApplicationVersion,
    Call,
    CallExtension,
    CertificateBatch,
    ChainMember,
    ChainProposal,
    ChainSegment,
    ChainSource,
    Change,
    Commitment,
    CountyPolicy,
    CountyPolicyMeasure,
    CultivationEntry,
    CultivationMeasure,
    DecisionBatch,
    DecisionItem,
    FormalCheck,
    IndustryChain,
    Institute,
    IntegrityCheck,
    IntegrityListing,
    Milestone,
    ProgressReport,
    ProgressValue,
    Recognition,
    RecognitionEdition,
    RecommendationList,
    ReturnReason,
    Revocation,
    SiteVisit,
    StageReached,
    Suspension,
    Tenure,
)
from institutes.models.application import AFTER_COUNTY, AFTER_DECISION, AFTER_FORMAL, AFTER_REVIEW, AFTER_UNIT
from institutes.models.change import CHECKED as CHANGE_CHECKED
from institutes.models.change import DECIDED as CHANGE_DECIDED
from institutes.models.change import HANDED_IN as CHANGE_HANDED_IN
from institutes.models.change import OPINED as CHANGE_OPINED
from institutes.models.county_policy import ISSUED
from institutes.models.cultivation import LET_IN
from institutes.models.proposal import DECIDED, HANDED_IN
from institutes.models.suspension import ENDED as REVOCATION_ENDED
from institutes.models.suspension import NOTIFIED, STOPPING
from institutes.policy import patent_check
from institutes.services.effects import begin_tenures
from notices.enums import ExtensionState
from records import clock
from records.attachments import attach_file
from tests.factories.accounts import OrganisationFactory, UserFactory, make_uscc, system_user
from tests.factories.policy import edition_of
from tests.factories.records import AttachmentFactory

CLOSED = (
    S.CLOSED_NOT_RECOMMENDED,
    S.CLOSED_FORMAL,
    S.CLOSED_REVIEW,
    S.CLOSED_DECISION,
    S.CLOSED_OBJECTION,
    S.WITHDRAWN,
)


def policy_terms(kind: str = "recognition") -> dict:
    """The terms of an edition of this room as the policy file has them."""
    return edition_of("RecognitionEdition", kind).terms


def a_user(username: str):
    """One person per part played, so that four eyes are four eyes."""
    known = UserFactory._meta.model.objects.filter(username=username).first()
    return known or UserFactory.create(username=username)


class RecognitionEditionFactory(DjangoModelFactory):
    class Meta:
        model = RecognitionEdition
        django_get_or_create = ("kind", "valid_from")

    kind = "recognition"
    valid_from = date(2022, 1, 19)
    terms = factory.LazyAttribute(lambda row: policy_terms(row.kind))
    source = "示例政策文件"
    digest = "0" * 64


class IndustryChainFactory(DjangoModelFactory):
    class Meta:
        model = IndustryChain
        django_get_or_create = ("code",)

    code = factory.Sequence(lambda n: f"chain-{n}")
    name = factory.LazyAttribute(lambda row: f"示例产业链 {row.code}")
    industry = "示例产业"


class ChainSegmentFactory(DjangoModelFactory):
    class Meta:
        model = ChainSegment

    chain = factory.SubFactory(IndustryChainFactory)
    position = SegmentPosition.MIDSTREAM
    name = factory.Sequence(lambda n: f"示例环节{n}")


class ChainSourceFactory(DjangoModelFactory):
    class Meta:
        model = ChainSource
        django_get_or_create = ("title", "number")

    title = "示例产业链图谱"
    number = "示链〔2026〕1号"


class ChainMemberFactory(DjangoModelFactory):
    class Meta:
        model = ChainMember

    segment = factory.SubFactory(ChainSegmentFactory)
    name = factory.Sequence(lambda n: f"示例链上企业{n}")
    uscc = factory.Sequence(lambda n: make_uscc(700_000 + n))
    division = factory.LazyFunction(lambda: Division.objects.get(code="130102"))
    role = ChainRole.LEADER
    source = factory.SubFactory(ChainSourceFactory)
    since = date(2026, 1, 1)


class ChainProposalFactory(DjangoModelFactory):
    """A county proposes to add an enterprise; in any state, with its stamps."""

    class Meta:
        model = ChainProposal

    division = factory.LazyFunction(lambda: Division.objects.get(code="130102"))
    edition = factory.SubFactory(RecognitionEditionFactory)
    segment = factory.SubFactory(ChainSegmentFactory)
    chain = factory.LazyAttribute(lambda row: row.segment.chain)
    kind = ProposalKind.ADD_MEMBER
    name = factory.Sequence(lambda n: f"示例建议企业{n}")
    uscc = factory.Sequence(lambda n: make_uscc(800_000 + n))
    role = ChainRole.BACKBONE
    effective_on = date(2026, 1, 1)
    grounds = "示例理由：企业为该环节主要供应商。"
    state = ProposalState.DRAFT
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("county_drafter"))
    proposed_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in HANDED_IN else None)
    proposed_by = factory.LazyAttribute(lambda row: a_user("county_leader") if row.proposed_at else None)
    finding = factory.LazyAttribute(lambda row: _finding_for(row.state))
    checked_at = factory.LazyAttribute(lambda row: row.drafted_at if row.finding else None)
    checked_by = factory.LazyAttribute(lambda row: a_user("map_checker") if row.finding else None)
    opinion = factory.LazyAttribute(lambda row: "示例审核意见：材料属实。" if row.finding else "")
    decided_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in DECIDED else None)
    decided_by = factory.LazyAttribute(lambda row: a_user("map_decider") if row.decided_at else None)


def _finding_for(state: str) -> str:
    found = {
        ProposalState.CHECKED: ProposalFinding.ADOPT,
        ProposalState.ACCEPTED: ProposalFinding.ADOPT,
        ProposalState.REFUSED: ProposalFinding.REFUSE,
    }
    return found.get(state, "")


class CultivationEntryFactory(DjangoModelFactory):
    """An enterprise in a county's pool; in any state, with its stamps."""

    class Meta:
        model = CultivationEntry

    division = factory.LazyFunction(lambda: Division.objects.get(code="130102"))
    edition = factory.SubFactory(RecognitionEditionFactory)
    name = factory.Sequence(lambda n: f"示例培育企业{n}")
    uscc = factory.Sequence(lambda n: make_uscc(900_000 + n))
    chain = factory.SubFactory(IndustryChainFactory)
    direction = "示例方向：特种传感器"
    intended_year = 2027
    contact_person = "示例联系人"
    contact_phone = "13900007777"
    grounds = "示例理由：企业研发投入稳定，已与高校签订合作意向。"
    state = PoolState.SURVEYED
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("pool_keeper"))

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        state, at = kwargs["state"], kwargs["drafted_at"]
        stamps = {}
        if state in (PoolState.ENTERING, *LET_IN):
            stamps |= _stamp("proposed", "pool_keeper", at)
        if state in LET_IN:
            stamps |= _stamp("entered", "pool_leader", at)
        if state == PoolState.LEAVING:
            stamps |= _stamp("leaving", "pool_keeper", at)
        if state == PoolState.LEFT:
            stamps |= _stamp("left", "pool_leader", at)
        if state in (PoolState.APPLIED, PoolState.RECOGNISED) and "application" not in kwargs:
            stamps["application"] = ApplicationFactory(
                state=S.RECOGNISED if state == PoolState.RECOGNISED else S.COUNTY_REVIEW,
                host__uscc=kwargs["uscc"],
            )
        return stamps | kwargs


class CultivationMeasureFactory(DjangoModelFactory):
    class Meta:
        model = CultivationMeasure

    entry = factory.SubFactory(CultivationEntryFactory, state=PoolState.CULTIVATING)
    done_on = factory.LazyFunction(clock.today)
    what = "示例措施：组织企业与高校对接，签订合作意向书。"
    provider = "示例科技管理部门"
    recorded_at = factory.LazyFunction(clock.now)
    recorded_by = factory.LazyFunction(lambda: a_user("pool_keeper"))


class CountyPolicyFactory(DjangoModelFactory):
    """A policy of a county; in any state, with its stamps, its document, and one measure."""

    class Meta:
        model = CountyPolicy
        skip_postgeneration_save = True

    division = factory.LazyFunction(lambda: Division.objects.get(code="130102"))
    edition = factory.SubFactory(RecognitionEditionFactory)
    title = factory.Sequence(lambda n: f"示例县级支持措施{n}")
    number = factory.Sequence(lambda n: f"示县发〔2026〕{n}号")
    issued_on = date(2026, 1, 5)
    valid_from = date(2026, 2, 1)
    state = CountyPolicyState.DRAFT
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("policy_keeper"))
    file = factory.LazyFunction(lambda: AttachmentFactory.create(kind="county_policy", name="文件.pdf"))

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        at, stamps = kwargs["drafted_at"], {}
        if kwargs["state"] in ISSUED:
            stamps |= _stamp("published", "policy_leader", at)
        if kwargs["state"] == CountyPolicyState.REPEALED:
            stamps |= _stamp("repealed", "policy_leader", at)
            stamps |= {"repealed_on": date(2026, 6, 1), "repeal_reason": "示例理由。"}
        return stamps | kwargs

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        policy = super()._create(model_class, *args, **kwargs)
        CountyPolicyMeasureFactory.create(policy=policy)
        return policy


class CountyPolicyMeasureFactory(DjangoModelFactory):
    class Meta:
        model = CountyPolicyMeasure
        django_get_or_create = ("policy", "item")

    policy = factory.SubFactory(CountyPolicyFactory)
    item = "construction"
    label = "新认定研究院建设资金"
    clause = "四(三)"
    content = "新认定的研究院，区级财政给予一次性支持。"
    amount = "100000.00"


class CallFactory(DjangoModelFactory):
    """Published and open now, unless told otherwise."""

    class Meta:
        model = Call

    class Params:
        drafted = factory.Trait(
            state=CallState.DRAFT, published_at=None, published_by=None, first_closes_at=None
        )
        upcoming = factory.Trait(opens_at=factory.LazyFunction(lambda: clock.now() + timedelta(days=5)))
        over = factory.Trait(
            opens_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=60)),
            closes_at=factory.LazyFunction(lambda: clock.now() - timedelta(days=1)),
        )

    title = factory.Sequence(lambda n: f"示例申报通知第 {n} 号")
    number = factory.Sequence(lambda n: f"示科〔2026〕{n} 号")
    year = factory.LazyFunction(lambda: clock.today().year)
    opens_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=10))
    closes_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=30))
    first_closes_at = factory.SelfAttribute("closes_at")
    edition = factory.SubFactory(RecognitionEditionFactory)
    form_edition = "2022"
    guide = "示例申报指南：请在截止时间前完成填报。"
    state = CallState.PUBLISHED
    state_since = factory.LazyFunction(clock.now)
    drafted_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=12))
    drafted_by = factory.LazyFunction(lambda: a_user("bureau-clerk-of-calls"))
    published_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=11))
    published_by = factory.LazyFunction(lambda: a_user("bureau-approver-of-calls"))


class CallExtensionFactory(DjangoModelFactory):
    """Drafted and waiting, unless told otherwise."""

    class Meta:
        model = CallExtension

    class Params:
        offered = factory.Trait(
            state=ExtensionState.OFFERED,
            number="",
            outage_minutes=75,
            drafted_at=None,
            drafted_by=None,
            offered_at=factory.LazyFunction(clock.now),
            offered_by=factory.LazyFunction(system_user),
        )
        published = factory.Trait(
            state=ExtensionState.PUBLISHED,
            published_at=factory.LazyFunction(clock.now),
            published_by=factory.LazyFunction(lambda: a_user("bureau-approver-of-calls")),
        )
        discarded = factory.Trait(state=ExtensionState.DISCARDED)

    call = factory.SubFactory(CallFactory)
    closes_from = factory.LazyAttribute(lambda row: row.call.closes_at)
    closes_to = factory.LazyAttribute(lambda row: row.closes_from + timedelta(days=3))
    reason = "示例理由：网络故障影响申报。"
    number = factory.Sequence(lambda n: f"示科延〔2026〕{n} 号")
    state = ExtensionState.DRAFT
    state_since = factory.LazyFunction(clock.now)
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("bureau-clerk-of-calls"))


def stamps_of(state: str, *, at: datetime, host=None) -> dict:
    """Everything that the constraints ask of an application in ``state``, with a different person per part."""
    stamps: dict = {}
    if state not in {S.DRAFT, S.WITHDRAWN}:
        stamps |= _stamp("submitted", "unit-filler", at)
    if state in {S.COUNTY_REVIEW, *AFTER_UNIT}:
        stamps |= _stamp("received", "unit-admin", at)
    if state in {S.COUNTY_SIGNING, *AFTER_UNIT}:
        refused = state == S.CLOSED_NOT_RECOMMENDED
        stamps |= _stamp("county_proposed", "county-staff", at) | {
            "county_proposal": CountyProposal.REFUSE if refused else CountyProposal.RECOMMEND,
            "county_opinion": "示例推荐意见：该单位产业链地位突出，共建基础扎实，拟同意推荐其申报本年度研究院。",
            "county_support": "示例支持说明：纳入本级财政预算予以支持。",
        }
    if state in {S.CLOSED_NOT_RECOMMENDED, *AFTER_COUNTY}:
        stamps |= _stamp("county_signed", "county-lead", at)
    if state in {S.FORMAL_CONFIRMATION, S.SUPPLEMENT_REQUESTED, S.CLOSED_FORMAL, *AFTER_FORMAL}:
        finding = {S.SUPPLEMENT_REQUESTED: FormalFinding.SUPPLEMENT, S.CLOSED_FORMAL: FormalFinding.FAIL}
        stamps |= _stamp("formal_proposed", "formal-clerk", at) | {
            "formal_round": 1,
            "formal_finding": finding.get(state, FormalFinding.PASS),
            "formal_opinion": "示例形式审查意见。",
        }
    if state in {S.SUPPLEMENT_REQUESTED, S.CLOSED_FORMAL, *AFTER_FORMAL}:
        stamps |= _stamp("formal_confirmed", "formal-approver", at)
    if state == S.SUPPLEMENT_REQUESTED:
        stamps["supplements"] = 1
    if state in AFTER_FORMAL:
        stamps["agency"] = OrganisationFactory(kind=OrganisationKind.AGENCY)
    if state in AFTER_REVIEW:
        stamps |= _stamp("reviewed", "agency-manager", at) | {
            "review_score": "82.50",
            "review_opinion": "示例专家组意见。",
        }
    if state in AFTER_DECISION:
        stamps |= _stamp("decided", "decision-approver", at) | {"minute_number": "示例局务会纪要〔2026〕1 号"}
    if state == S.RECOGNISED:
        stamps |= _stamp("recognised", "decision-approver", at)
    if state in CLOSED:
        stamps |= _stamp("closed", "decision-approver", at) | {"closing_reason": "示例理由。"}
    return stamps


def _stamp(step: str, username: str, at: datetime) -> dict:
    return {f"{step}_at": at, f"{step}_by": a_user(username)}


class ApplicationFactory(DjangoModelFactory):
    """``ApplicationFactory(state=…)`` is lawful for every state; what is passed wins over what is made up."""

    class Meta:
        model = Application

    call = factory.SubFactory(CallFactory)
    host = factory.SubFactory(OrganisationFactory)
    division = factory.LazyAttribute(lambda row: row.host.division)
    institute_name = factory.Sequence(lambda n: f"石家庄市示例{n}产业技术研究院")
    state = S.DRAFT
    state_since = factory.LazyFunction(clock.now)
    begun_at = factory.LazyFunction(clock.now)
    begun_by = factory.LazyFunction(lambda: a_user("unit-filler"))
    number = factory.Sequence(lambda n: f"SJZ-SB-2026-{n:04d}")

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        kwargs = stamps_of(kwargs["state"], at=kwargs["begun_at"]) | kwargs
        if not kwargs.get("received_at"):
            kwargs["number"] = None
        return kwargs

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        application = super()._create(model_class, *args, **kwargs)
        if application.state == S.COUNTY_SIGNING and application.county_proposal == CountyProposal.RECOMMEND:
            looked_up(application)
        if application.agency_id:
            engage(application)
        return application


def engage(application: Application, agency=None):
    """Engage ``agency`` (its own) for the application's call, as the bureau does before it hands a case over."""
    from tests.factories.evaluation import EngagementFactory

    agency = agency or application.agency
    if not agency.engagements.filter(state="in_force", batches__call=application.call_id).exists():
        EngagementFactory(agency=agency, calls=[application.call])
    return agency


def looked_up(application: Application, **facts) -> list[IntegrityCheck]:
    """Every list looked up, as a county does before it recommends."""
    items = application.call.edition.terms["integrity_items"]
    return [
        IntegrityCheckFactory.create(application=application, item=item["code"], **facts) for item in items
    ]


class IntegrityCheckFactory(DjangoModelFactory):
    class Meta:
        model = IntegrityCheck

    application = factory.SubFactory(ApplicationFactory, state=S.COUNTY_REVIEW)
    item = "serious_dishonesty"
    result = IntegrityResult.CLEAR
    checked_on = factory.LazyFunction(clock.today)
    source = "示例信用查询平台"
    evidence = factory.LazyAttribute(
        lambda row: AttachmentFactory.create(
            subject=row.application, kind="integrity_evidence", name="查询.pdf"
        )
    )
    recorded_at = factory.LazyFunction(clock.now)
    recorded_by = factory.LazyFunction(lambda: a_user("county-staff"))


class RecommendationListFactory(DjangoModelFactory):
    class Meta:
        model = RecommendationList

    call = factory.SubFactory(CallFactory)
    division = factory.LazyFunction(lambda: Division.objects.get(code="130102"))
    version = 1
    number = factory.Sequence(lambda n: f"SJZ-TJB-2026-{n:04d}")
    rows = factory.LazyFunction(list)
    size = 1
    issued_at = factory.LazyFunction(clock.now)
    issued_by = factory.LazyFunction(lambda: a_user("county-lead"))


class CertificateBatchFactory(DjangoModelFactory):
    class Meta:
        model = CertificateBatch

    number = factory.Sequence(lambda n: f"示科认〔2026〕{n}号")
    title = "示例认定通知"
    issuers = ["示例科技局", "示例财政局"]
    size = 1
    ordered_at = factory.LazyFunction(clock.now)
    ordered_by = factory.LazyFunction(lambda: a_user("decision-approver"))


class ApplicationSectionFactory(DjangoModelFactory):
    class Meta:
        model = ApplicationSection

    application = factory.SubFactory(ApplicationFactory)
    code = "basics"
    answers = factory.LazyFunction(dict)
    version = 1
    saved_at = factory.LazyFunction(clock.now)
    saved_by = factory.SelfAttribute("application.begun_by")


class ApplicationVersionFactory(DjangoModelFactory):
    class Meta:
        model = ApplicationVersion

    application = factory.SubFactory(ApplicationFactory)
    number = 1
    answers = factory.LazyFunction(dict)
    attachments = factory.LazyFunction(list)
    digest = "0" * 64
    frozen_at = factory.LazyFunction(clock.now)
    frozen_by = factory.SelfAttribute("application.begun_by")


class ApplicationMarkFactory(DjangoModelFactory):
    class Meta:
        model = ApplicationMark

    application = factory.SubFactory(ApplicationFactory, state=S.FORMAL_REVIEW)
    kind = MarkKind.PATENT
    value = "ZL202310000001.5"


class ReturnReasonFactory(DjangoModelFactory):
    class Meta:
        model = ReturnReason

    application = factory.SubFactory(ApplicationFactory)
    section = "basics"
    field = "institute_name"
    text = "示例：名称与产业方向不一致。"
    raised_at = factory.LazyFunction(clock.now)
    raised_by = factory.LazyFunction(lambda: a_user("unit-admin"))


class FormalCheckFactory(DjangoModelFactory):
    class Meta:
        model = FormalCheck

    application = factory.SubFactory(ApplicationFactory, state=S.FORMAL_REVIEW)
    round = 1
    item = "in_time"
    result = CheckResult.MET


class SiteVisitFactory(DjangoModelFactory):
    class Meta:
        model = SiteVisit

    application = factory.SubFactory(ApplicationFactory, state=S.PENDING_DECISION)
    visited_on = factory.LazyFunction(clock.today)
    participants = factory.LazyFunction(
        lambda: [
            {"name": "示例专家甲", "role": "expert", "employer": "示例大学"},
            {"name": "示例专家乙", "role": "expert", "employer": "示例研究所"},
            {"name": "示例县级见证人", "role": "county", "employer": "示例区科技管理部门"},
        ]
    )
    findings = "示例：现场与申报材料一致。"
    consistent = True
    recorded_at = factory.LazyFunction(clock.now)
    recorded_by = factory.LazyFunction(lambda: a_user("agency-manager"))


class DecisionBatchFactory(DjangoModelFactory):
    """A draft, unless told otherwise; its items are of its call."""

    class Meta:
        model = DecisionBatch

    class Params:
        discarded = factory.Trait(
            state=BatchState.DISCARDED,
            discarded_at=factory.LazyFunction(clock.now),
            discarded_by=factory.LazyFunction(lambda: a_user("decision-approver")),
        )

    call = factory.SubFactory(CallFactory)
    minute_number = factory.Sequence(lambda n: f"示例局务会纪要〔2026〕{n} 号")
    meeting_on = factory.LazyFunction(clock.today)
    state = BatchState.DRAFT
    state_since = factory.LazyFunction(clock.now)
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("decision-clerk"))


class DecisionItemFactory(DjangoModelFactory):
    class Meta:
        model = DecisionItem

    batch = factory.SubFactory(DecisionBatchFactory)
    application = factory.SubFactory(
        ApplicationFactory, state=S.PENDING_DECISION, call=factory.SelfAttribute("..batch.call")
    )
    outcome = Outcome.SHORTLIST


def decide(*, shortlist=(), reject=(), minute_number="示例局务会纪要〔2026〕9 号", by=None, **terms):
    """What a meeting decided, drafted by a clerk and released by ``by``; ``reject`` holds ``(application, reason)``."""
    batch = services.draft_decisions(
        call=next(one.call for one in (*shortlist, *(one for one, _reason in reject))),
        minute_number=minute_number,
        meeting_on=clock.today(),
        items=[
            *({"application": one, "outcome": Outcome.SHORTLIST} for one in shortlist),
            *(
                {"application": one, "outcome": Outcome.REJECT, "cause": "overlap", "reason": reason}
                for one, reason in reject
            ),
        ],
        by=UserFactory(),
        **terms,
    )
    services.release_decisions(batch=batch, revision=1, key=uuid4(), by=by or UserFactory())
    for one in (*shortlist, *(one for one, _reason in reject)):
        one.refresh_from_db()
    return batch.notice


class InstituteFactory(DjangoModelFactory):
    class Meta:
        model = Institute

    name = factory.Sequence(lambda n: f"石家庄市示例已认定{n}产业技术研究院")
    host = factory.SubFactory(OrganisationFactory)
    division = factory.LazyAttribute(lambda row: row.host.division)
    chain = factory.SubFactory(IndustryChainFactory)
    co_builders = factory.LazyFunction(lambda: ["示例大学"])
    director = "示例院长"


class TenureFactory(DjangoModelFactory):
    class Meta:
        model = Tenure

    institute = factory.SubFactory(InstituteFactory)
    kind = TenureKind.NAME
    value = factory.Sequence(lambda n: f"石家庄市示例曾用{n}产业技术研究院")
    since = date(2025, 1, 1)


class CommitmentFactory(DjangoModelFactory):
    """Ten inventions granted by the end of the build period, four by the end of its first year."""

    class Meta:
        model = Commitment

    institute = factory.SubFactory(InstituteFactory)
    code = "invention_patents"
    label = "发明专利"
    unit = "件"
    base = 2
    year_1 = 4
    year_2 = 10
    position = factory.Sequence(lambda n: n + 1)


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    institute = factory.SubFactory(InstituteFactory)
    due_on = date(2026, 6, 30)
    content = "示例阶段：完成中试验证"


class RecognitionFactory(DjangoModelFactory):
    """A recognised institute, with the application that led to it, and what it was called from that day on."""

    class Meta:
        model = Recognition
        skip_postgeneration_save = True

    @factory.post_generation
    def tenures(self, create, extracted, **more):
        if create and not self.institute.tenures.exists():
            begin_tenures(self.institute, self.recognised_on)

    class Params:
        revoked = factory.Trait(
            revoked_at=factory.LazyFunction(clock.now),
            revoked_by=factory.LazyFunction(lambda: a_user("decision-approver")),
            revocation_reason="示例：验收未通过。",
        )
        withdrawn = factory.Trait(
            withdrawn_at=factory.LazyFunction(clock.now),
            withdrawn_by=factory.LazyFunction(lambda: a_user("decision-approver")),
            withdrawal_reason="示例：主动退出。",
        )
        suspended = factory.Trait(
            suspended_at=factory.LazyFunction(clock.now),
            suspended_by=factory.LazyFunction(lambda: a_user("decision-approver")),
            suspended_until=factory.LazyFunction(lambda: clock.today() + timedelta(days=60)),
        )

    institute = factory.SubFactory(InstituteFactory)
    application = factory.SubFactory(
        ApplicationFactory,
        state=S.RECOGNISED,
        host=factory.SelfAttribute("..institute.host"),
        institute_name=factory.SelfAttribute("..institute.name"),
    )
    edition = factory.SelfAttribute("application.call.edition")
    year = factory.LazyFunction(lambda: clock.today().year)
    sequence = factory.Sequence(lambda n: n + 1)
    certificate_number = factory.LazyAttribute(lambda row: f"SJZ-CYY-{row.year}-{row.sequence:03d}")
    recognised_on = factory.LazyFunction(clock.today)
    recognised_at = factory.LazyFunction(clock.now)
    recognised_by = factory.LazyFunction(lambda: a_user("decision-approver"))


class ChangeFactory(DjangoModelFactory):
    """A unit asks for another director; in any state, with its stamps."""

    class Meta:
        model = Change

    class Params:
        recognition = factory.SubFactory(RecognitionFactory)

    institute = factory.LazyAttribute(lambda row: row.recognition.institute)
    edition = factory.SubFactory(RecognitionEditionFactory)
    host = factory.LazyAttribute(lambda row: row.institute.host)
    division = factory.LazyAttribute(lambda row: row.institute.division)
    kind = ChangeKind.DIRECTOR
    value = "示例新院长"
    former = factory.LazyAttribute(lambda row: row.institute.director)
    grounds = "示例理由：原院长退休。"
    state = ChangeState.DRAFT
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("change-drafter"))
    handed_in_at = factory.LazyAttribute(
        lambda row: row.drafted_at if row.state in CHANGE_HANDED_IN else None
    )
    handed_in_by = factory.LazyAttribute(lambda row: a_user("change-admin") if row.handed_in_at else None)
    opined_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in CHANGE_OPINED else None)
    opined_by = factory.LazyAttribute(lambda row: a_user("change-county") if row.opined_at else None)
    county_position = factory.LazyAttribute(lambda row: CountyPosition.AGREES if row.opined_at else "")
    county_opinion = factory.LazyAttribute(lambda row: "示例县级意见：情况属实。" if row.opined_at else "")
    checked_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in CHANGE_CHECKED else None)
    checked_by = factory.LazyAttribute(lambda row: a_user("change-checker") if row.checked_at else None)
    opinion = factory.LazyAttribute(lambda row: "示例核查意见：材料齐全。" if row.checked_at else "")
    decided_at = factory.LazyAttribute(lambda row: row.drafted_at if row.state in CHANGE_DECIDED else None)
    decided_by = factory.LazyAttribute(lambda row: a_user("change-approver") if row.decided_at else None)

    @factory.lazy_attribute
    def finding(self):
        if self.checked_at is None:
            return ""
        return ChangeFinding.REFUSE if self.state == ChangeState.REFUSED else ChangeFinding.APPROVE


class ProgressReportFactory(DjangoModelFactory):
    """Five of the ten inventions, by today; in any state, with its stamps."""

    class Meta:
        model = ProgressReport

    class Params:
        recognition = factory.SubFactory(RecognitionFactory)

    institute = factory.LazyAttribute(lambda row: row.recognition.institute)
    edition = factory.SubFactory(RecognitionEditionFactory)
    host = factory.LazyAttribute(lambda row: row.institute.host)
    division = factory.LazyAttribute(lambda row: row.institute.division)
    as_of = factory.LazyFunction(clock.today)
    note = "示例进展：中试线已建成。"
    state = ProgressState.REPORTED
    reported_at = factory.LazyFunction(clock.now)
    reported_by = factory.LazyFunction(lambda: a_user("progress-filler"))
    questioned_at = factory.LazyAttribute(
        lambda row: row.reported_at if row.state == ProgressState.QUESTIONED else None
    )
    questioned_by = factory.LazyAttribute(
        lambda row: a_user("progress-county") if row.questioned_at else None
    )
    question = factory.LazyAttribute(lambda row: "示例问题：请说明统计口径。" if row.questioned_at else "")
    withdrawn_at = factory.LazyAttribute(
        lambda row: row.reported_at if row.state == ProgressState.WITHDRAWN else None
    )
    withdrawn_by = factory.LazyAttribute(lambda row: row.reported_by if row.withdrawn_at else None)


class ProgressValueFactory(DjangoModelFactory):
    class Meta:
        model = ProgressValue

    report = factory.SubFactory(ProgressReportFactory)
    commitment = factory.LazyAttribute(lambda row: CommitmentFactory(institute=row.report.institute))
    value = 5


class StageReachedFactory(DjangoModelFactory):
    class Meta:
        model = StageReached

    report = factory.SubFactory(ProgressReportFactory)
    milestone = factory.LazyAttribute(lambda row: MilestoneFactory(institute=row.report.institute))
    reached_on = factory.LazyFunction(clock.today)


class SuspensionFactory(DjangoModelFactory):
    """An institute is to be stopped, or is; in any state, with its stamps, on the recognition too."""

    class Meta:
        model = Suspension
        skip_postgeneration_save = True

    class Params:
        recognition = factory.SubFactory(RecognitionFactory)

    institute = factory.LazyAttribute(lambda row: row.recognition.institute)
    edition = factory.SubFactory(RecognitionEditionFactory)
    host = factory.LazyAttribute(lambda row: row.institute.host)
    division = factory.LazyAttribute(lambda row: row.institute.division)
    grounds = "示例事由：未按期提交年度报告。"
    measures = "示例要求：补报年度报告。"
    until = factory.LazyFunction(lambda: clock.today() + timedelta(days=60))
    state = SuspensionState.PROPOSED
    proposed_at = factory.LazyFunction(clock.now)
    proposed_by = factory.LazyFunction(lambda: a_user("stop-proposer"))
    decided_at = factory.LazyAttribute(
        lambda row: (
            None if row.state in (SuspensionState.PROPOSED, SuspensionState.ENDED) else row.proposed_at
        )
    )
    decided_by = factory.LazyAttribute(lambda row: a_user("stop-approver") if row.decided_at else None)
    checked_at = factory.LazyAttribute(
        lambda row: (
            row.proposed_at if row.state in (SuspensionState.RESTORING, SuspensionState.RESTORED) else None
        )
    )
    checked_by = factory.LazyAttribute(lambda row: a_user("stop-checker") if row.checked_at else None)
    findings = factory.LazyAttribute(lambda row: "示例：已补报。" if row.checked_at else "")
    ended_at = factory.LazyAttribute(
        lambda row: (
            row.proposed_at if row.state in (SuspensionState.RESTORED, SuspensionState.ENDED) else None
        )
    )
    ended_by = factory.LazyAttribute(lambda row: a_user("stop-approver") if row.ended_at else None)

    @factory.post_generation
    def stop(self, create, extracted, **more):
        if create and self.state in STOPPING:
            Recognition.objects.filter(institute=self.institute).update(
                suspended_at=self.decided_at, suspended_by=self.decided_by, suspended_until=self.until
            )


class RevocationFactory(DjangoModelFactory):
    """A recognition may end; in any state, with its stamps."""

    class Meta:
        model = Revocation

    class Params:
        recognition = factory.SubFactory(RecognitionFactory)

    institute = factory.LazyAttribute(lambda row: row.recognition.institute)
    edition = factory.SubFactory(RecognitionEditionFactory)
    host = factory.LazyAttribute(lambda row: row.institute.host)
    division = factory.LazyAttribute(lambda row: row.institute.division)
    cause = "failed_acceptance"
    facts = "示例事实：验收未通过，限期整改后仍不合格。"
    state = RevocationState.PROPOSED
    proposed_at = factory.LazyFunction(clock.now)
    proposed_by = factory.LazyFunction(lambda: a_user("revocation-proposer"))
    noticed_at = factory.LazyAttribute(lambda row: row.proposed_at if row.state in NOTIFIED else None)
    noticed_by = factory.LazyAttribute(lambda row: a_user("revocation-approver") if row.noticed_at else None)
    statement_until = factory.LazyAttribute(
        lambda row: clock.today() + timedelta(days=7) if row.noticed_at else None
    )
    decided_at = factory.LazyAttribute(lambda row: row.proposed_at if row.state in REVOCATION_ENDED else None)
    decided_by = factory.LazyAttribute(lambda row: a_user("revocation-approver") if row.decided_at else None)
    decision = factory.LazyAttribute(lambda row: "示例决定理由。" if row.decided_at else "")
    minute_number = factory.LazyAttribute(
        lambda row: "示例纪要〔2026〕3号" if row.state == RevocationState.REVOKED else ""
    )


class IntegrityListingFactory(DjangoModelFactory):
    """A unit that is kept from applying for a year."""

    class Meta:
        model = IntegrityListing

    organisation = factory.SubFactory(OrganisationFactory)
    reason = "财政资金追回逾期未退还：挪用、违规使用资金"
    source = factory.Sequence(lambda n: f"SJZ-ZHA-TEST-L{n:04d}")
    listed_on = factory.LazyFunction(clock.today)
    until = factory.LazyFunction(lambda: clock.today() + timedelta(days=365))
    listed_at = factory.LazyFunction(clock.now)
    listed_by = factory.LazyFunction(lambda: a_user("listing-approver"))


# --- a book that can be handed in -----------------------------------------------------------------------------------

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def a_pdf(name: str = "示例附件.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="application/pdf")


def complete_answers(application: Application, *, segment: ChainSegment | None = None) -> dict[str, dict]:
    """Answers in which nothing is missing and everything adds up, for the host of this application."""
    segment = segment or ChainSegmentFactory()
    closes, year = timezone.localdate(application.call.closes_at), application.call.year
    start = date(closes.year + 1, 1, 1)
    years = [str(y) for y in range(year - 3, year)]
    partners = [
        ("示例大学", "university"),
        ("示例材料有限公司", "upstream"),
        ("示例装备有限公司", "downstream"),
    ]
    return {
        "basics": {
            "institute_name": application.institute_name or "石家庄市示例材料产业技术研究院",
            "chain": segment.chain_id,
            "segment": segment.pk,
            "industry": "示例材料",
            "established_on": f"{closes.year}-01-10",
            "build_from": start.isoformat(),
            "build_to": date(start.year + 1, 12, 31).isoformat(),
        },
        "host": {
            "host_name": application.host.name,
            "uscc": application.host.uscc,
            "registered_on": "2015-06-01",
            "reg_address": "石家庄市示例路 1 号",
            "reg_capital": "50000000.00",
            "chain_role": "leader",
            "legal_rep": "示例法人",
            "contact": "示例联系人",
            "mobile": "13800001234",
            "email": "contact@mail.example",
            "finance": {
                "revenue": dict.fromkeys(years, "120000000.00"),
                "profit": dict.fromkeys(years, "9000000.00"),
                "tax_paid": dict.fromkeys(years, "4000000.00"),
                "rd_expense": dict.fromkeys(years, "6000000.00"),
                "assets": dict.fromkeys(years, "200000000.00"),
                "liabilities": dict.fromkeys(years, "80000000.00"),
            },
            "similar_platform": "no",
            "clean_record": "yes",
        },
        "partners": {
            "partners": [
                {
                    "key": str(n),
                    "name": name,
                    "kind": kind,
                    "country": "中国",
                    "uscc": make_uscc(90_000 + n),
                    "signed_on": f"{closes.year}-01-05",
                    "valid_to": date(start.year + 4, 12, 31).isoformat(),
                    "clauses": ["joint_development", "complementary", "risk_sharing", "benefit_sharing"],
                    "lapses": "no",
                    "money": "1000000.00",
                }
                for n, (name, kind) in enumerate(partners)
            ]
        },
        "governance": {
            "people": [
                {
                    "key": str(n),
                    "body": body,
                    "name": f"示例人员{n}",
                    "born_on": "1975-03-01",
                    "degree": "doctor",
                    "title": "教授",
                    "employer": employer,
                    "time": "full" if body == "director" else "part",
                }
                for n, (body, employer) in enumerate(
                    [("council", application.host.name), *(("council", name) for name, _kind in partners)]
                    + [("committee", "示例研究所")] * 3
                    + [("director", application.host.name)]
                )
            ],
            "charter_on": f"{closes.year}-01-20",
            "independent_accounting": "yes",
            "independence": "示例：人员单独聘用，经费单独建账，资产单独登记。",
        },
        "team": a_team(full=20, part=2, employer=application.host.name),
        "premises": {
            "area_m2": "1200",
            "tenure": "lease",
            "lease_to": date(start.year + 2, 12, 31).isoformat(),
            "pilot_line_m2": "300",
            "equipment_value": "2600000.00",
            "equipment": [
                {
                    "key": str(n),
                    "name": f"示例设备{n}",
                    "model": f"SL-{n}",
                    "bought_on": f"{year - 2}-05-0{n + 1}",
                    "original_value": "1300000.00",
                    "owner": application.host.name,
                    "open_share": "yes",
                }
                for n in range(2)
            ],
        },
        "base": {
            "overview": "示例：已有关键材料小试成果，并在链上企业试用。",
            "patents": [
                {
                    "key": "0",
                    "kind": "invention",
                    "number": a_patent_number(year - 3),
                    "title": "一种示例材料的制备方法",
                    "granted_on": f"{year - 1}-06-01",
                    "owner": application.host.name,
                }
            ],
        },
        "plan": {
            "background": "示例：产业链关键材料依赖外购，急需共性技术平台。",
            "directions": [{"key": str(n), "name": f"示例方向{n}", "content": "示例内容"} for n in range(3)],
            **{
                f"task_{code}": "示例：分年度推进，明确责任人和成果。"
                for code in (
                    "common_technology",
                    "integration",
                    "second_development",
                    "public_service",
                    "strategy",
                )
            },
            "milestones": [
                {"key": "0", "due_on": date(start.year, 12, 1).isoformat(), "content": "示例：平台建成"},
                {"key": "1", "due_on": date(start.year + 1, 12, 1).isoformat(), "content": "示例：成果转化"},
            ],
            "targets": {
                **{
                    code: {"base": 0, "year_1": 1, "year_2": 3}
                    for code in (
                        "new_technologies",
                        "new_products",
                        "killer_products",
                        "transfers",
                        "invention_patents",
                        "service_clients",
                        "incubated_firms",
                        "trained_people",
                    )
                },
                **{
                    code: {"base": "0.00", "year_1": "1000000.00", "year_2": "3000000.00"}
                    for code in ("new_revenue", "tax")
                },
            },
        },
        "budget": {
            "sources": {
                "host": {"amount": "6000000.00"},
                "partners": {"amount": "3000000.00"},
                "municipal": {"amount": "200000.00"},
                "county": {"amount": "300000.00"},
                "other": {"amount": "0.00"},
            },
            "uses": {
                "equipment": {"amount": "5000000.00"},
                "materials": {"amount": "1500000.00"},
                "labour": {"amount": "2000000.00"},
                "testing": {"amount": "500000.00"},
                "other": {"amount": "500000.00"},
            },
        },
        "commitment": {
            "commitments": ["truthful", "integrity", "no_duplicate_funding", "data_use"],
            "signatory": "示例法人",
            "signed_on": f"{closes.year}-01-25",
        },
    }


def a_team(*, full: int, part: int, employer: str) -> dict:
    """Section 5 with a roster that agrees with its counts."""
    return {
        "headcount_total": full + part + 8,
        "rd_fulltime": full,
        "rd_parttime": part,
        "phd": 0,
        "master": full + part,
        "senior_title": 2,
        "roster": [
            {
                "key": str(n),
                "name": f"示例研发{n}",
                "birth_year": 1980 + n % 15,
                "degree": "master",
                "title": "工程师",
                "field": "材料学",
                "time": "full" if n < full else "part",
                "share": 100 if n < full else 30,
                "employer": employer,
            }
            for n in range(full + part)
        ],
    }


def a_patent_number(year: int, *, kind: str = "1", serial: int = 1) -> str:
    """A plainly invented number with its check."""
    digits = f"{year}{kind}{serial:07d}"
    return f"ZL{digits}.{patent_check(digits)}"


ANNEXES_NEEDED = {
    "licence": 1,
    "audit_report": 3,
    "chain_role_proof": 1,
    "agreement": 3,
    "charter": 1,
    "council_list": 1,
    "roster_proof": 1,
    "premises_proof": 1,
    "equipment_ledger": 1,
    "ip_list": 1,
    "tax_clearance": 1,
    "credit_report": 1,
    "county_support": 1,
    "commitment_page": 1,
}


def fill(application: Application) -> Application:
    """Give an application a complete book and all its annexes, as rows."""
    for code, answers in complete_answers(application).items():
        application.sections.update_or_create(
            code=code,
            defaults={
                "answers": answers,
                "version": 1,
                "saved_at": application.begun_at,
                "saved_by": application.begun_by,
            },
        )
    basics = application.sections.get(code="basics").answers
    application.chain_id, application.segment_id = basics["chain"], basics["segment"]
    application.institute_name, application.chain_role = basics["institute_name"], "leader"
    application.save(update_fields=["chain", "segment", "institute_name", "chain_role"])
    for kind, count in ANNEXES_NEEDED.items():
        for n in range(count):
            upload = a_pdf(f"示例{kind}{n}.pdf", PDF + f"\n%{kind}{n}".encode())
            attach_file(subject=application, kind=kind, upload=upload, by=application.begun_by)
    return application
