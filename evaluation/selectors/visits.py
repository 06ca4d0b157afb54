"""Site visits: who sees which, who goes, whose calendar is taken, and what the record still lacks."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Membership, User
from accounts.reach import reach_of
from accounts.roles import Role
from accounts.selectors import people_in
from evaluation.enums import Answer, AssignmentState, Finding, Part, VisitState
from evaluation.models import Absence, Assignment, VisitMember, VisitPhoto, VisitPlan
from evaluation.selectors.engagements import covering
from evaluation.selectors.panels import OFFICERS
from institutes import selectors as institute_selectors
from institutes.enums import ApplicationState
from institutes.models import Application
from institutes.selectors import APPLICATION_TYPE, agencies_of
from records import calendar, clock
from records.deadlines import with_due
from records.desk import carrying
from records.errors import Reason
from records.models import AuditEvent, Document

VISIT_TYPE = "evaluation.visitplan"
COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_LEAD)
UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)
READERS = (*OFFICERS, Role.AGENCY, Role.EXPERT, *COUNTY, *UNIT)
_RELATED = ("application__host", "application__division", "application__call__edition", "agency", "edition")


def visits_visible_to(user: User) -> QuerySet[VisitPlan]:
    """Officers all; the agency its own while it is engaged; county, unit and experts those they take part in."""
    going = Prefetch("members", VisitMember.objects.filter(left_at__isnull=True))
    rows = with_due(VisitPlan.objects.select_related(*_RELATED), "provisional").prefetch_related(going)
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*OFFICERS):
        return rows
    engaged = covering(clock.today(), call="application__call_id")
    mine = VisitMember.objects.filter(plan=OuterRef("pk"), user=user, left_at__isnull=True)
    condition = Q(agency_id__in=agencies_of(user)) & Q(engaged)
    condition |= Q(application__host_id__in=units_of(user)) | Q(application__division_id__in=_divisions(user))
    if user.holds(Role.EXPERT):
        condition |= Q(Exists(mine.filter(part=Part.EXPERT)))
    return rows.filter(condition)


def units_of(user: User) -> list[int]:
    return sorted(reach_of(user.memberships_active, *UNIT).organisations)


def _divisions(user: User) -> list[int]:
    return sorted(reach_of(user.memberships_active, *COUNTY).divisions)


def search_visits(rows: QuerySet[VisitPlan], text: str) -> QuerySet[VisitPlan]:
    """Those whose institute, number, host or place contains ``text``."""
    return rows.filter(
        Q(application__institute_name__icontains=text)
        | Q(application__number__icontains=text)
        | Q(application__host__name__icontains=text)
        | Q(place__icontains=text)
    )


def awaiting_visit(user: User) -> QuerySet[Application]:
    """Applications above the pass line that this person's agency has to visit and has not planned to."""
    rows = institute_selectors.applications_visible_to(user).filter(
        agency_id__in=agencies_of(user), state=ApplicationState.SITE_VISIT, visit_plan__isnull=True
    )
    return rows.order_by(F("due_on").asc(nulls_last=True), "pk")


def seats_to_ask(user: User, application: Application | None = None) -> QuerySet[Assignment]:
    """The experts who scored, of whom some go along."""
    rows = Assignment.objects.filter(state=AssignmentState.LOCKED, panel__agency_id__in=agencies_of(user))
    rows = rows.filter(panel__application__state=ApplicationState.SITE_VISIT)
    if application is not None:
        rows = rows.filter(panel__application=application)
    return rows.select_related("expert__user", "panel").order_by("panel", "position")


def witnesses_for(application: Application) -> QuerySet[User]:
    """Who may stand witness: staff of the county's department."""
    return people_in(Role.COUNTY_STAFF, division_id=application.division_id).order_by("pk")


def witnesses_to_ask(user: User) -> QuerySet[User]:
    """The witnesses of all the visits that this person's agency has to arrange: of no other county."""
    counties = awaiting_visit(user).order_by().values("division")
    rows = Membership.objects.in_effect(clock.today()).filter(role=Role.COUNTY_STAFF)
    held = rows.filter(organisation__division__in=counties).values("user")
    return User.objects.active().filter(pk__in=held).order_by("pk")


def experts_of(plan: VisitPlan) -> list[VisitMember]:
    return [one for one in going(plan) if one.part == Part.EXPERT]


def going(plan: VisitPlan) -> list[VisitMember]:
    """Who goes along now, in the order in which they were named."""
    return [one for one in plan.members.all() if one.left_at is None]


def least_experts(application: Application) -> int:
    return int(application.call.edition.terms["limits"]["site_visit_experts_min"])


# --- when -----------------------------------------------------------------------------------------------------------


def faults_of_time(plan: VisitPlan, people: Iterable[User], today: date) -> list[Reason]:
    """What speaks against that moment: too soon, a day off, or somebody is elsewhere."""
    day, found = timezone.localdate(plan.starts_at), list[Reason]()
    notice = int(plan.edition.terms["site_visit"]["notice_days"])
    earliest = calendar.add_working_days(today, notice)
    if day < earliest:
        words = f"考察须提前 {notice} 个工作日通知（系统默认，待确认），最早可安排在 {earliest:%Y-%m-%d}。"
        found.append(Reason(words, field="starts_at"))
    elif not calendar.is_working_day(day):
        following = calendar.add_working_days(day, 1)
        found.append(Reason(f"{day:%Y-%m-%d} 不是工作日，可改为 {following:%Y-%m-%d}。", field="starts_at"))
    return found + [reason for person in people for reason in _taken(plan, person, day)]


def _taken(plan: VisitPlan, person: User, day: date) -> list[Reason]:
    apart = timedelta(hours=int(plan.edition.terms["site_visit"]["apart_hours"]))
    near = VisitMember.objects.filter(
        user=person, left_at__isnull=True, plan__in=VisitPlan.objects.live()
    ).exclude(plan=plan.pk)
    near = near.exclude(answer=Answer.EXCUSED).filter(
        plan__starts_at__gt=plan.starts_at - apart, plan__starts_at__lt=plan.starts_at + apart
    )
    found = [
        Reason(
            f"{person.name}已安排 {timezone.localtime(one.plan.starts_at):%m-%d %H:%M} 考察“{one.plan.application}”，"
            f"两次考察须间隔 {apart.seconds // 3600} 小时（系统默认，待确认）；请改时间或换人。",
            field="starts_at",
        )
        for one in near.select_related("plan__application")
    ]
    away = Absence.objects.filter(expert__user=person, first_day__lte=day, last_day__gte=day)
    if away.filter(cancelled_at__isnull=True).exists():
        found.append(Reason(f"{person.name}当日请假，请改时间或换人。", field="starts_at"))
    return found


# --- what is still missing ------------------------------------------------------------------------------------------


def checklist_of(plan: VisitPlan) -> list[dict]:
    """Each item with what was found."""
    found = {check.item: check for check in plan.checks.all()}
    return [
        {"item": item, "check": found.get(item["code"])} for item in plan.edition.terms["visit_checklist"]
    ]


def photos_of(plan: VisitPlan) -> QuerySet[VisitPhoto]:
    """The photos that count, by the moment they were taken."""
    return plan.photos.filter(file__removed_at__isnull=True).select_related("file")


def signed(plan: VisitPlan) -> list[VisitMember]:
    """Who was there: those who signed."""
    rows = plan.members.filter(signature__isnull=False, left_at__isnull=True)
    return list(rows.select_related("signature").order_by("pk"))


def missing_of(plan: VisitPlan, at: datetime) -> list[Reason]:
    """Everything that the record of the visit lacks before the witness can confirm it, with the way out."""
    found = (
        [] if at >= plan.starts_at else [Reason("还没有到考察时间；考察当天再送确认。", field="starts_at")]
    )
    found += _missing_checks(plan)
    if not plan.findings.strip():
        found.append(Reason("请写明考察情况。", field="findings"))
    if plan.consistent is None:
        found.append(Reason("请选择现场与申报材料是否一致。", field="consistent"))
    if not photos_of(plan).exists():
        found.append(Reason("须上传至少一张现场照片。", field="photos"))
    return found + _missing_people(plan)


def _missing_checks(plan: VisitPlan) -> list[Reason]:
    found = []
    for row in checklist_of(plan):
        code, label, check = row["item"]["code"], row["item"]["label"], row["check"]
        if check is None or not check.result:
            found.append(Reason(f"“{label}”还没有结论。", field=f"check_{code}"))
        elif check.result == Finding.INCONSISTENT and not check.note.strip():
            found.append(Reason(f"“{label}”不符合，请写明情况。", field=f"note_{code}"))
    return found


def _missing_people(plan: VisitPlan) -> list[Reason]:
    least, there = least_experts(plan.application), signed(plan)
    experts = sum(one.part == Part.EXPERT and one.answer == Answer.ACCEPTED for one in there)
    found = []
    if experts < least:
        words = f"参加考察并签字的专家不少于 {least} 名，现有 {experts} 名；请补签，或改期并另请本评审组专家参加。"
        found.append(Reason(words, field="signatures"))
    if not any(one.part == Part.COUNTY for one in there):
        words = "县级见证人尚未签字；请补签，见证人未到场的请改期并更换见证人。"
        found.append(Reason(words, field="signatures"))
    return found


# --- where a seat is judged anew -------------------------------------------------------------------------------------


def is_visited(application: Application) -> bool:
    """Whether the host was visited, and the record stands."""
    return VisitPlan.objects.filter(application=application, state=VisitState.RECORDED).exists()


def experts_besides(plan: VisitPlan, seat: Assignment) -> int:
    """How many experts without a conflict signed the record, the one of ``seat`` left out."""
    return sum(one.part == Part.EXPERT and one.seat_id != seat.pk for one in signed(plan))


def stands_without(plan: VisitPlan, seat: Assignment) -> bool:
    """Whether a recorded visit can stand: enough others signed it."""
    return experts_besides(plan, seat) >= least_experts(plan.application)


def what_becomes_of_the_visit(seat: Assignment) -> str:
    """What judging ``seat`` anew does to the visit of its application, in words; "" where none was arranged."""
    plan = VisitPlan.objects.filter(application=seat.panel.application_id).first()
    if plan is None:
        return ""
    day = f"{timezone.localtime(plan.starts_at):%Y-%m-%d}"
    if plan.state != VisitState.RECORDED:
        if is_over(plan):
            return ""
        words = _("{day} 的现场考察保留，补评期间不登记结果：重新汇总合格的继续办理，不合格的自动取消")
        return words.format(day=day)
    others, least = experts_besides(plan, seat), least_experts(plan.application)
    if stands_without(plan, seat):
        words = _(
            "{day} 已登记的现场考察和现场考察表继续有效：除该专家外有 {others} 名专家签字，不少于 {least} 名\n"
            "重新汇总合格的直接提交审议，不再考察；不合格的申报办结，考察记录存档"
        )
    else:
        words = _(
            "{day} 已登记的现场考察退回重办：除该专家外只有 {others} 名专家签字，不足 {least} 名\n"
            "原现场考察表存档，不再作为审议依据\n"
            "重新汇总合格后，第三方机构另请专家重新考察、签字，由新的现场考察表替代"
        )
    return words.format(day=day, others=others, least=least)


# --- for the clock and the papers -----------------------------------------------------------------------------------


def visits_without_case() -> QuerySet[VisitPlan]:
    """Visits under way to applications that no longer wait for one; while a panel judges anew they wait."""
    waiting = (ApplicationState.SITE_VISIT, ApplicationState.REVIEWING)
    return VisitPlan.objects.live().exclude(application__state__in=waiting).order_by("pk")


def papers_about_visit(plan: VisitPlan) -> QuerySet[Document]:
    return Document.objects.about(plan).in_force().order_by("pk")


def visit_papers_missing(*, before: datetime | None = None) -> QuerySet[AuditEvent]:
    """Records of visits (before that moment) whose sheet was not made."""
    made = Document.objects.filter(
        subject_type=VISIT_TYPE, subject_id=OuterRef("subject_id"), number=OuterRef("paper_number")
    )
    events = AuditEvent.objects.filter(subject_type=VISIT_TYPE, data__has_key="paper")
    events = events.annotate(paper_number=KT("data__paper__number")).filter(~Exists(made))
    return (events.filter(at__lt=before) if before else events).order_by("pk")


def is_over(plan: VisitPlan) -> bool:
    return plan.state in (VisitState.RECORDED, VisitState.GIVEN_UP, VisitState.CANCELLED)


def carried_by_visits() -> QuerySet:
    """The applications that are visited, each with its visit."""
    return carrying(
        VisitPlan.objects.live(), case_type=APPLICATION_TYPE, work_type=VISIT_TYPE, case="application"
    )
