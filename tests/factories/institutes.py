"""Calls, applications, institutes for tests: a lawful row for any state; every name is plainly invented."""

from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

import factory
from django.conf import settings
from factory.django import DjangoModelFactory

from accounts.enums import OrganisationKind
from institutes.enums import ApplicationState as S
from institutes.enums import (
    CallState,
    ChainRole,
    CheckResult,
    CountyProposal,
    FormalFinding,
    SegmentPosition,
)
from institutes.models import (
    Application,
    ApplicationSection,
    ApplicationVersion,
    Call,
    ChainMember,
    ChainSegment,
    FormalCheck,
    IndustryChain,
    Institute,
    Recognition,
    RecognitionEdition,
    ReturnReason,
    SiteVisit,
)
from institutes.models.application import AFTER_COUNTY, AFTER_DECISION, AFTER_FORMAL, AFTER_REVIEW, AFTER_UNIT
from portal.policy.document import read_policy_file
from records import clock
from tests.factories.accounts import OrganisationFactory, UserFactory

CLOSED = (
    S.CLOSED_NOT_RECOMMENDED,
    S.CLOSED_FORMAL,
    S.CLOSED_REVIEW,
    S.CLOSED_DECISION,
    S.CLOSED_OBJECTION,
    S.WITHDRAWN,
)


@cache
def policy_terms(kind: str = "recognition") -> dict:
    """The terms of an edition of this room as the policy file has them."""
    editions = read_policy_file(Path(settings.POLICY_FILE)).editions
    return next(e.terms for e in editions if e.model == "RecognitionEdition" and e.kind == kind)


def a_user(username: str):
    """One person per part played, so that four eyes are four eyes."""
    return UserFactory.create(username=username) if not _known(username) else _known(username)


def _known(username: str):
    return UserFactory._meta.model.objects.filter(username=username).first()


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


class ChainMemberFactory(DjangoModelFactory):
    class Meta:
        model = ChainMember

    segment = factory.SubFactory(ChainSegmentFactory)
    organisation = factory.SubFactory(OrganisationFactory)
    role = ChainRole.LEADER
    source = "示例产业链图谱（2026 年）"
    since = date(2026, 1, 1)


class CallFactory(DjangoModelFactory):
    """Published and open now, unless told otherwise."""

    class Meta:
        model = Call

    class Params:
        drafted = factory.Trait(state=CallState.DRAFT, published_at=None, published_by=None)
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
    edition = factory.SubFactory(RecognitionEditionFactory)
    form_edition = "2022"
    guide = "示例申报指南：请在截止时间前完成填报。"
    state = CallState.PUBLISHED
    state_since = factory.LazyFunction(clock.now)
    drafted_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=12))
    drafted_by = factory.LazyFunction(lambda: a_user("bureau-clerk-of-calls"))
    published_at = factory.LazyFunction(lambda: clock.now() - timedelta(days=11))
    published_by = factory.LazyFunction(lambda: a_user("bureau-approver-of-calls"))


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


class InstituteFactory(DjangoModelFactory):
    class Meta:
        model = Institute

    name = factory.Sequence(lambda n: f"石家庄市示例已认定{n}产业技术研究院")
    host = factory.SubFactory(OrganisationFactory)
    division = factory.LazyAttribute(lambda row: row.host.division)
    chain = factory.SubFactory(IndustryChainFactory)
    co_builders = factory.LazyFunction(lambda: ["示例大学"])
    director = "示例院长"


class RecognitionFactory(DjangoModelFactory):
    """A recognised institute, with the application that led to it."""

    class Meta:
        model = Recognition

    class Params:
        revoked = factory.Trait(
            revoked_at=factory.LazyFunction(clock.now),
            revoked_by=factory.LazyFunction(lambda: a_user("decision-approver")),
            revocation_reason="示例：验收未通过。",
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
