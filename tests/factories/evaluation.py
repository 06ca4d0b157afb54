"""Experts, panels, assignments for tests: a lawful row for any state; every name is plainly invented."""

from datetime import date
from decimal import Decimal

import factory
from factory.django import DjangoModelFactory
from guardian.shortcuts import assign_perm

from accounts.enums import OrganisationKind
from accounts.models import User
from accounts.roles import Role
from evaluation import selectors
from evaluation.enums import DRAWN_PANELS, LEFT_ASSIGNMENTS, READING_STATES, AssignmentState, PanelState, Seat
from evaluation.kinds import kind_for
from evaluation.models import (
    Absence,
    Acceptance,
    AcceptanceCheck,
    AgencyReport,
    Assignment,
    AssignmentUserObjectPermission,
    BlindFile,
    BlindHit,
    BlindPackage,
    Discussion,
    Draw,
    Engagement,
    EngagementBatch,
    Expert,
    Panel,
    ReportQuestion,
    ReportVersion,
    ReviewEdition,
    Score,
    Sheet,
    Tie,
    VisitCheck,
    VisitMember,
    VisitPhoto,
    VisitPlan,
)
from evaluation.models.acceptance import (
    CONFIRMED,
    ENTRUSTED,
    HANDED_IN,
    OPINED,
    REVIEWED,
    SIGNED,
)
from evaluation.models.acceptance import ENDED as ACCEPTANCE_ENDED
from institutes.enums import ApplicationState
from records import clock
from tests.factories.accounts import OrganisationFactory, UserFactory, person, system_user
from tests.factories.institutes import (
    ApplicationFactory,
    ApplicationVersionFactory,
    CallFactory,
    CommitmentFactory,
    IndustryChainFactory,
    RecognitionFactory,
    a_user,
)
from tests.factories.policy import edition_of
from tests.factories.records import AttachmentFactory

COMMENT = (
    "示例评语：对照评审要点逐项核对材料，依据充分，数据前后一致，"
    "存在的不足已逐条指出并给出改进建议，供评审组讨论时参考使用。"
)
OPINION = "示例专家组意见：材料真实完整，建设方案可行，建议通过。"
# A pool that fills a panel of five with somebody to spare for every kind of seat.
POOL = (
    (Seat.TECHNICAL, 6),
    (Seat.FINANCE, 2),
    (Seat.MANAGEMENT, 2),
)


def review_terms(kind: str = "recognition") -> dict:
    """The terms of an edition of this room as the policy file has them."""
    return edition_of("ReviewEdition", kind).terms


class ReviewEditionFactory(DjangoModelFactory):
    class Meta:
        model = ReviewEdition
        django_get_or_create = ("kind", "valid_from")

    kind = "recognition"
    valid_from = date(2022, 1, 19)
    terms = factory.LazyAttribute(lambda row: review_terms(row.kind))
    source = "示例政策文件"
    digest = "0" * 64


class EngagementFactory(DjangoModelFactory):
    """In force from the beginning of the policy on; ``calls`` are the batches it covers."""

    class Meta:
        model = Engagement
        skip_postgeneration_save = True

    class Params:
        draft = factory.Trait(state="draft", approved_at=None, approved_by=None)
        ended = factory.Trait(
            state="ended", ended_at=factory.LazyFunction(clock.now), ended_by=factory.SubFactory(UserFactory)
        )

    agency = factory.SubFactory(OrganisationFactory, kind=OrganisationKind.AGENCY)
    edition = factory.SubFactory(ReviewEditionFactory)
    number = factory.Sequence(lambda n: f"示例委托合同〔2026〕{n}号")
    title = "示例认定评审"
    begins_on = date(2022, 1, 19)
    ends_on = date(2099, 12, 31)
    state = "in_force"
    state_since = factory.LazyFunction(clock.now)
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.LazyFunction(lambda: a_user("engagement-clerk"))
    approved_at = factory.LazyFunction(clock.now)
    approved_by = factory.LazyFunction(lambda: a_user("engagement-approver"))

    @factory.post_generation
    def calls(self, create, extracted, **kwargs):
        for call in extracted or ():
            EngagementBatchFactory(engagement=self, call=call)


class EngagementBatchFactory(DjangoModelFactory):
    class Meta:
        model = EngagementBatch

    engagement = factory.SubFactory(EngagementFactory)
    call = factory.SubFactory(CallFactory)


class ExpertFactory(DjangoModelFactory):
    """In the pool, holds the expert's role, works where nobody else does."""

    class Meta:
        model = Expert

    class Params:
        suspended = factory.Trait(
            suspended_at=factory.LazyFunction(clock.now),
            suspended_by=factory.SubFactory(UserFactory),
            suspension_reason="示例暂停原因",
        )

    user = factory.LazyFunction(lambda: person(Role.EXPERT))
    seat = Seat.TECHNICAL
    field = "示例产业"
    title = "教授"
    employer = factory.Sequence(lambda n: f"示例外部单位{n}")


def of_case(case) -> dict:
    """What a panel keeps of its case."""
    kind = kind_for(case)
    about = kind.describe(case)
    kept = {name: getattr(about, name) for name in ("title", "number", "host", "division", "chain", "call")}
    return kept | {"kind": kind.code, "case_type": kind.case_type, "case_id": case.pk}


class PanelFactory(DjangoModelFactory):
    """``PanelFactory(state=…)`` is lawful for every state; its application is with the reviewers, and handed in."""

    class Meta:
        model = Panel
        skip_postgeneration_save = True

    application = factory.LazyFunction(lambda: reviewed_application())
    agency = factory.SelfAttribute("application.agency")
    engagement = factory.LazyAttribute(
        lambda row: (
            row.agency.engagements.filter(batches__call=row.application.call_id).first()
            or EngagementFactory(agency=row.agency, calls=[row.application.call])
        )
    )
    edition = factory.SubFactory(ReviewEditionFactory)
    code = factory.Sequence(lambda n: f"SJZ-PS-2026-{n:04d}")
    size = 5
    state = PanelState.FORMING
    state_since = factory.LazyFunction(clock.now)
    opened_at = factory.LazyFunction(clock.now)
    opened_by = factory.SubFactory(UserFactory)

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        at, by = kwargs["opened_at"], kwargs["opened_by"]
        made: dict = of_case(kwargs["application"])
        if kwargs["state"] == PanelState.PLEDGED:
            made |= {"pledged_at": at, "pledged_by": by}
        if kwargs["state"] in DRAWN_PANELS:
            made |= {"drawn_at": at, "drawn_by": by}
        if kwargs["state"] == PanelState.CONCLUDED:
            made |= {"concluded_at": at, "concluded_by": by, "score": "80.00", "spread": "5.00"}
            made |= {"passed": True, "opinion": OPINION}
        if kwargs["state"] == PanelState.CANCELLED:
            made |= {"cancelled_at": at, "cancelled_by": by}
        return made | kwargs

    @factory.post_generation
    def package(self, create, extracted, **kwargs):
        """Frozen as the portal would; ``package=False`` leaves the panel without one."""
        if create and extracted is not False:
            BlindPackageFactory(panel=self, frozen=True)


class BlindPackageFactory(DjangoModelFactory):
    """Searched, with what waits; ``frozen=True``: as the experts of its panel read it."""

    class Meta:
        model = BlindPackage

    class Params:
        frozen = factory.Trait(
            state="frozen",
            issue=1,
            fingerprint=factory.LazyAttribute(
                lambda row: selectors.fingerprint_of(BlindPackage(content=row.content))
            ),
            frozen_at=factory.SelfAttribute("opened_at"),
            frozen_by=factory.SelfAttribute("opened_by"),
        )

    panel = factory.SubFactory(PanelFactory, package=False)
    state_since = factory.LazyFunction(clock.now)
    opened_at = factory.LazyFunction(clock.now)
    opened_by = factory.SelfAttribute("panel.opened_by")
    scanned_at = factory.SelfAttribute("opened_at")
    scanned_by = factory.SelfAttribute("opened_by")
    content = factory.LazyAttribute(lambda row: selectors.search_of(row.panel).content)


class BlindFileFactory(DjangoModelFactory):
    class Meta:
        model = BlindFile

    package = factory.SubFactory(BlindPackageFactory)
    attachment = factory.LazyAttribute(
        lambda row: AttachmentFactory(subject=row.package.panel.application, kind="licence")
    )
    number = factory.LazyAttribute(lambda row: row.package.files.count() + 1)
    finding = "unknown"
    gap = "第 1 页没有文字层（扫描件或图片）"


class BlindHitFactory(DjangoModelFactory):
    class Meta:
        model = BlindHit

    package = factory.SubFactory(BlindPackageFactory)
    path = factory.Sequence(lambda n: f"plan/background-{n}")
    place = "8 建设规划 · 建设背景"
    found = "示例 检出"
    before, after = "由", "牵头"
    code = "【依托单位】"


class DrawFactory(DjangoModelFactory):
    """A pledge without a pool; ``drawn=True``: it was drawn, of nothing."""

    class Meta:
        model = Draw

    class Params:
        drawn = factory.Trait(
            result=factory.LazyFunction(lambda: {"seed": "0" * 64, "order": [], "chosen": []}),
            drawn_at=factory.LazyFunction(clock.now),
            drawn_by=factory.SubFactory(UserFactory),
        )

    panel = factory.SubFactory(PanelFactory, state=PanelState.SCORING)
    round = 1
    pledge = factory.LazyFunction(lambda: {"format": "draw/0", "pool": [], "field": ""})
    commitment = "0" * 64
    draws_after = factory.LazyFunction(clock.now)
    nonce = "0" * 64
    salt = "0" * 64
    tickets = factory.LazyFunction(list)
    excluded = factory.LazyFunction(dict)
    pledged_at = factory.LazyFunction(clock.now)
    pledged_by = factory.SubFactory(UserFactory)


class TieFactory(DjangoModelFactory):
    class Meta:
        model = Tie

    expert = factory.SubFactory(ExpertFactory)
    kind = "employment"
    whom = "示例曾任职单位"
    since = date(2020, 1, 1)
    declared_by = factory.SelfAttribute("expert.user")


class AbsenceFactory(DjangoModelFactory):
    class Meta:
        model = Absence

    expert = factory.SubFactory(ExpertFactory)
    first_day = factory.LazyFunction(clock.today)
    last_day = factory.LazyFunction(clock.today)
    entered_by = factory.SelfAttribute("expert.user")


def pledged(panel, manager):
    """Pledge the draw of a panel, and let the moment come: returns the moment at which it can be drawn."""
    from evaluation import services

    services.pledge_draw(panel=panel, by=manager)
    return panel.draws.latest("round").draws_after


def drawn(panel, manager):
    """Both moves of a draw, the second at its moment."""
    from evaluation import services

    with clock.at(pledged(panel, manager)):
        return services.draw_panel(panel=panel, by=manager)


class AssignmentFactory(DjangoModelFactory):
    """``AssignmentFactory(state=…)`` is lawful for every state; it is granted to its expert while they sit."""

    class Meta:
        model = Assignment
        skip_postgeneration_save = True

    panel = factory.SubFactory(PanelFactory, state=PanelState.SCORING)
    expert = factory.SubFactory(ExpertFactory)
    seat = factory.SelfAttribute("expert.seat")
    position = factory.LazyAttribute(lambda row: row.panel.assignments.count() + 1)
    state = AssignmentState.INVITED
    state_since = factory.LazyFunction(clock.now)
    invited_at = factory.LazyFunction(clock.now)
    invited_by = factory.SelfAttribute("panel.opened_by")

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        at, by, state = kwargs["invited_at"], kwargs["expert"].user, kwargs["state"]
        made: dict = {}
        if state == AssignmentState.ACCEPTED:
            made |= {"accepted_at": at, "accepted_by": by}
        if state in READING_STATES:
            made |= {"committed_at": at, "committed_by": by, "signature": by.name}
        if state == AssignmentState.RESCORING:
            made |= {"round": 2}
        if state == AssignmentState.LOCKED:
            made |= {"locked_at": at, "locked_by": by, "total": "80.00"}
        if state == AssignmentState.RECUSED:
            made |= {"conflict": "cooperation"}
        if state == AssignmentState.REPLACED:
            made |= {"replaced_for": "overdue"}
        if state in LEFT_ASSIGNMENTS:
            made |= {"left_at": at, "left_by": by}
        return made | kwargs

    @factory.post_generation
    def granted(self, create, extracted, **kwargs):
        if create and self.state not in LEFT_ASSIGNMENTS:
            assign_perm("evaluation.score_assignment", self.expert.user, self)


class SheetFactory(DjangoModelFactory):
    """A sheet of the first round; its scores, where there are any, do not change any more."""

    class Meta:
        model = Sheet

    assignment = factory.SubFactory(AssignmentFactory, state=AssignmentState.LOCKED)
    round = 1
    total = "80.00"
    locked_at = factory.LazyFunction(clock.now)
    locked_by = factory.SelfAttribute("assignment.expert.user")


class DiscussionFactory(DjangoModelFactory):
    class Meta:
        model = Discussion

    panel = factory.SubFactory(PanelFactory, state=PanelState.SCORING, round=2)
    held_at = factory.LazyFunction(clock.now)
    participants = factory.LazyFunction(lambda: ["SJZ-PS-2026-0001-01"])
    text = COMMENT
    noted_at = factory.SelfAttribute("held_at")
    noted_by = factory.SelfAttribute("panel.opened_by")


class AssignmentUserObjectPermissionFactory(DjangoModelFactory):
    class Meta:
        model = AssignmentUserObjectPermission

    content_object = factory.SubFactory(AssignmentFactory)
    user = factory.SelfAttribute("content_object.expert.user")
    permission = factory.LazyFunction(lambda: _permission())


def _permission():
    from django.contrib.auth.models import Permission

    return Permission.objects.get(codename="score_assignment")


class ScoreFactory(DjangoModelFactory):
    class Meta:
        model = Score

    assignment = factory.SubFactory(AssignmentFactory, state=AssignmentState.COMMITTED)
    dimension = "chain_position"
    points = Decimal("16.00")
    comment = COMMENT
    saved_at = factory.LazyFunction(clock.now)
    saved_by = factory.SelfAttribute("assignment.expert.user")


def reviewed_application(**fields):
    """An application that an agency was engaged to have reviewed, with a frozen book."""
    chain = fields.pop("chain", None) or IndustryChainFactory()
    answers = fields.pop("answers", {})
    application = ApplicationFactory(state=ApplicationState.REVIEWING, chain=chain, **fields)
    ApplicationVersionFactory(application=application, answers=answers)
    return application


def make_pool() -> list[Expert]:
    """Experts enough for a panel of five and for replacements.

    Those from outside the city are technical ones, every second: whoever leaves a panel, somebody can follow.
    """
    return [
        ExpertFactory(seat=seat, outside_city=seat == Seat.TECHNICAL and n % 2 == 0)
        for seat, count in POOL
        for n in range(count)
    ]


def signed(assignment: Assignment) -> dict:
    """What the service is told when the expert signs the commitment."""
    by = assignment.expert.user
    return {"confidential": True, "no_conflict": True, "signature": by.name, "by": by}


def sheet(assignment: Assignment, share: str = "0.80") -> dict[str, dict]:
    """A complete sheet: ``share`` of each full mark, words enough."""
    return {
        dimension["code"]: {
            "points": (Decimal(str(dimension["full_mark"])) * Decimal(share)).quantize(Decimal("0.01")),
            "comment": COMMENT,
        }
        for dimension in assignment.panel.edition.sheet
    }


def fill(assignment: Assignment, share: str = "0.80") -> Assignment:
    """Give an assignment a complete sheet, as rows."""
    for code, entry in sheet(assignment, share).items():
        ScoreFactory(assignment=assignment, dimension=code, **entry)
    return assignment


class VisitPlanFactory(DjangoModelFactory):
    """``VisitPlanFactory(state=…)`` is lawful for every state; its application waits for the visit."""

    class Meta:
        model = VisitPlan

    application = factory.LazyFunction(lambda: ApplicationFactory(state=ApplicationState.SITE_VISIT))
    agency = factory.SelfAttribute("application.agency")
    edition = factory.SubFactory(ReviewEditionFactory)
    starts_at = factory.LazyFunction(clock.now)
    place = "示例园区一号楼"
    state = "planned"
    state_since = factory.LazyFunction(clock.now)
    planned_at = factory.LazyFunction(clock.now)
    planned_by = factory.SubFactory(UserFactory)

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        at, by, state = kwargs["planned_at"], kwargs["planned_by"], kwargs["state"]
        made: dict = {}
        if state in ("witnessing", "witnessed", "recorded"):
            made |= {"handed_at": at, "handed_by": by, "consistent": True, "findings": "示例考察情况。"}
        if state in ("witnessed", "recorded"):
            made |= {"witnessed_at": at, "witnessed_by": by}
        if state == "recorded":
            made |= {"recorded_at": at, "recorded_by": by}
        if state in ("declined", "given_up"):
            made |= {"refused_at": at, "refused_by": by, "refusal": "示例情况。"}
        if state in ("given_up", "cancelled"):
            made |= {"ended_at": at, "ended_by": by}
        return made | kwargs


def at_work(role: Role = Role.AGENCY, **facts) -> User:
    """A person in a role; an agency's is engaged, without which they read nothing of the pool."""
    found = person(role, **facts)
    if role == Role.AGENCY:
        EngagementFactory(agency=found.organisations[0])
    return found


def engaged_visit(state: str):
    """A visit whose agency is engaged for its call."""
    visit = VisitPlanFactory(state=state)
    EngagementFactory(agency=visit.agency, calls=[visit.application.call])
    return visit


class VisitMemberFactory(DjangoModelFactory):
    class Meta:
        model = VisitMember

    plan = factory.SubFactory(VisitPlanFactory)
    part = "other"
    name = "示例同行人"


class VisitCheckFactory(DjangoModelFactory):
    class Meta:
        model = VisitCheck

    plan = factory.SubFactory(VisitPlanFactory)
    item = "premises"
    result = "consistent"
    saved_at = factory.LazyFunction(clock.now)
    saved_by = factory.SelfAttribute("plan.planned_by")


class VisitPhotoFactory(DjangoModelFactory):
    class Meta:
        model = VisitPhoto

    plan = factory.SubFactory(VisitPlanFactory)
    file = factory.LazyAttribute(lambda row: AttachmentFactory(subject=row.plan, kind="visit-photo"))
    caption = "示例照片"
    taken_at = factory.LazyFunction(clock.now)
    taken_by = factory.SelfAttribute("plan.planned_by")


class AgencyReportFactory(DjangoModelFactory):
    """``AgencyReportFactory(state=…)`` is lawful for every state; its engagement is in force."""

    class Meta:
        model = AgencyReport

    batch = factory.SubFactory(EngagementBatchFactory)
    agency = factory.SelfAttribute("batch.engagement.agency")
    edition = factory.SubFactory(ReviewEditionFactory)
    texts = factory.LazyFunction(dict)
    state = "draft"
    state_since = factory.LazyFunction(clock.now)
    drafted_at = factory.LazyFunction(clock.now)
    drafted_by = factory.SubFactory(UserFactory)

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        at, by = kwargs["drafted_at"], kwargs["drafted_by"]
        made: dict = {}
        if kwargs["state"] != "draft":
            made |= {"handed_at": at, "handed_by": by}
        if kwargs["state"] == "accepted":
            made |= {"accepted_at": at, "accepted_by": a_user("report-reader")}
        return made | kwargs


class ReportVersionFactory(DjangoModelFactory):
    class Meta:
        model = ReportVersion

    report = factory.SubFactory(AgencyReportFactory, state="handed")
    number = 1
    texts = factory.LazyFunction(dict)
    facts = factory.LazyFunction(dict)
    handed_at = factory.LazyFunction(clock.now)
    handed_by = factory.SelfAttribute("report.drafted_by")


class ReportQuestionFactory(DjangoModelFactory):
    class Meta:
        model = ReportQuestion

    version = factory.SubFactory(ReportVersionFactory)
    text = "示例问题：请说明分差较大的处理经过。"
    asked_at = factory.LazyFunction(clock.now)
    asked_by = factory.SubFactory(UserFactory)


FIGURE = {
    "code": "transfers",
    "label": "转化科技成果",
    "unit": "项",
    "is_amount": False,
    "base": "0.00",
    "planned": "2.00",
    "reported": "2.00",
    "verified": "2.00",
    "actual": "2.00",
    "share": "100.00",
    "mandatory": True,
    "met": True,
}
"""One target as it is frozen when an acceptance is handed in."""


class AcceptanceFactory(DjangoModelFactory):
    """``AcceptanceFactory(state=…)`` is lawful for every state; ``again=True`` is one after a time to mend."""

    class Meta:
        model = Acceptance

    class Params:
        again = factory.Trait(
            former=factory.LazyAttribute(
                lambda row: AcceptanceFactory(institute=row.institute, state="conditional")
            ),
            attempt=2,
            rectify_by=date(2027, 5, 23),
        )

    institute = factory.LazyFunction(lambda: built_institute())
    edition = factory.LazyFunction(lambda: ReviewEditionFactory(kind="acceptance"))
    host = factory.SelfAttribute("institute.host")
    division = factory.SelfAttribute("institute.division")
    state = "preparing"
    state_since = factory.LazyFunction(clock.now)
    opened_at = factory.LazyFunction(clock.now)
    opened_by = factory.LazyFunction(system_user)

    @classmethod
    def _adjust_kwargs(cls, **kwargs):
        return _stamps_of_acceptance(kwargs["state"], kwargs["opened_at"], kwargs) | kwargs


def built_institute(**facts):
    """A recognised institute with a building period."""
    facts = {"build_from": date(2024, 11, 23), "build_to": date(2026, 11, 23)} | facts
    return RecognitionFactory(**{f"institute__{name}": value for name, value in facts.items()}).institute


def _stamps_of_acceptance(state: str, at, kwargs: dict) -> dict:
    made: dict = {}
    if state in HANDED_IN:
        number = f"SJZ-YS-2026-{Acceptance.objects.count() + 1:04d}"
        made |= {"handed_in_at": at, "handed_in_by": a_user("acceptance-admin"), "number": number}
        made |= {"comparison": [FIGURE]}
    if state in OPINED:
        made |= {"opined_at": at, "opined_by": a_user("acceptance-staff")}
        made |= {"county_position": "agrees", "county_opinion": "示例县级意见：目标完成属实。"}
    if state in SIGNED:
        made |= {"signed_at": at, "signed_by": a_user("acceptance-lead")}
    if state in ENTRUSTED:
        made |= {"entrusted_at": at, "entrusted_by": a_user("acceptance-clerk")}
        made |= {"agency": kwargs.get("agency") or engaged_for_acceptance().agency}
    if state in REVIEWED:
        made |= {"score": Decimal("82.00"), "panel_passed": True, "panel_opinion": OPINION}
        made |= {"reviewed_at": at, "reviewed_by": a_user("acceptance-manager")}
    if state in CONFIRMED:
        outcome = state if state in ACCEPTANCE_ENDED else "passed"
        made |= {"outcome": outcome, "minute_number": "示例局务会纪要〔2026〕9 号", "grounds": "示例理由。"}
        made |= {"requirements": "示例整改要求。"} if outcome == "conditional" else {}
        made |= {"proposed_at": at, "proposed_by": a_user("acceptance-clerk")}
    if state in ACCEPTANCE_ENDED:
        made |= {"decided_at": at, "decided_by": a_user("acceptance-approver")}
    return made


def engaged_for_acceptance(agency=None) -> Engagement:
    """An engagement in force that covers acceptances as a whole."""
    found = EngagementFactory(**({"agency": agency} if agency else {}))
    EngagementBatch.objects.create(engagement=found, kind="acceptance")
    return found


class AcceptanceCheckFactory(DjangoModelFactory):
    class Meta:
        model = AcceptanceCheck

    acceptance = factory.SubFactory(AcceptanceFactory, state="checking")
    item = "serious_dishonesty"
    result = "clear"
    checked_on = factory.LazyFunction(clock.today)
    source = "示例查询网站"
    evidence = factory.LazyAttribute(
        lambda row: AttachmentFactory(subject=row.acceptance, kind="acceptance_integrity")
    )
    recorded_at = factory.LazyFunction(clock.now)
    recorded_by = factory.LazyFunction(lambda: a_user("acceptance-clerk"))


def promised(institute, **planned) -> None:
    """Targets of the institute, by their codes: ``promised(institute, transfers=2)``."""
    for code, number in planned.items():
        CommitmentFactory(institute=institute, code=code, label=f"示例目标 {code}", year_1=0, year_2=number)
