"""Reports of agencies: who reads which, for what they are due, and the figures they rest on."""

from collections import Counter
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from accounts.models import User
from evaluation.enums import AssignmentState, LateAnswer, PanelState, ReportState, Seat
from evaluation.models import (
    AgencyReport,
    Draw,
    Engagement,
    EngagementBatch,
    Panel,
    ReportQuestion,
    ReportVersion,
)
from evaluation.selectors.draws import exclusions_in_words
from evaluation.selectors.panels import OFFICERS, tie_order_of
from institutes.enums import ApplicationState
from institutes.models import Application
from institutes.selectors import agencies_of
from records import clock
from records.deadlines import with_due
from records.models import AuditEvent, Document

REPORT_TYPE = "evaluation.agencyreport"
UNDER_WAY = (ApplicationState.REVIEWING, ApplicationState.SITE_VISIT)
STILL_TO_COME = (
    ApplicationState.UNIT_REVIEW,
    ApplicationState.COUNTY_REVIEW,
    ApplicationState.COUNTY_SIGNING,
    ApplicationState.FORMAL_REVIEW,
    ApplicationState.FORMAL_CONFIRMATION,
    ApplicationState.SUPPLEMENT_REQUESTED,
)
"""Cases of a call that may yet be handed to an agency."""
WENT = {
    AssignmentState.RECUSED: "专家主动回避",
    AssignmentState.DECLINED: "专家谢绝",
    AssignmentState.LAPSED: "逾期未应邀",
    AssignmentState.REPLACED: "因故更换",
}


def reports_visible_to(user: User) -> QuerySet[AgencyReport]:
    """The bureau and the auditor see all that was handed over; an agency its own while it is engaged."""
    rows = AgencyReport.objects.select_related("batch__call", "batch__engagement", "agency", "edition")
    rows = with_due(rows, "provisional")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system:
        return rows
    condition = Q(
        agency_id__in=agencies_of(user), batch__engagement__in=Engagement.objects.in_force(clock.today())
    )
    if user.holds(*OFFICERS):
        condition |= ~Q(state=ReportState.DRAFT)
    return rows.filter(condition)


def search_reports(rows: QuerySet[AgencyReport], text: str) -> QuerySet[AgencyReport]:
    """Those whose call, agency or contract number contains ``text``."""
    return rows.filter(
        Q(batch__call__title__icontains=text)
        | Q(batch__call__number__icontains=text)
        | Q(agency__name__icontains=text)
        | Q(batch__engagement__number__icontains=text)
    )


def batches_to_report(user: User) -> QuerySet[EngagementBatch]:
    """Batches of this person's agency in which cases were handed to it, and on which it has not begun to report."""
    handed = Application.objects.filter(
        call_id=OuterRef("call_id"), agency_id=OuterRef("engagement__agency_id")
    )
    rows = EngagementBatch.objects.filter(
        Exists(handed),
        engagement__agency_id__in=agencies_of(user),
        engagement__in=Engagement.objects.in_force(clock.today()),
        report__isnull=True,
    )
    return rows.select_related("call", "engagement").order_by("pk")


def finished_batches(at: datetime) -> QuerySet[EngagementBatch]:
    """Batches whose call has closed and whose last case has left the agency: nothing more will come."""
    cases = Application.objects.filter(call_id=OuterRef("call_id"))
    handed = cases.filter(agency_id=OuterRef("engagement__agency_id"))
    rows = EngagementBatch.objects.filter(
        Exists(handed),
        ~Exists(handed.filter(state__in=UNDER_WAY)),
        ~Exists(cases.filter(state__in=STILL_TO_COME)),
        call__closes_at__lte=at,
        engagement__in=Engagement.objects.in_force(timezone.localdate(at)),
    )
    return rows.select_related("call", "engagement__agency").order_by("pk")


def batches_due(at: datetime) -> QuerySet[EngagementBatch]:
    """Of those, the ones on which nobody has begun to report; of several contracts for one call the latest."""
    begun = AgencyReport.objects.filter(batch__call=OuterRef("call"), agency=OuterRef("engagement__agency"))
    rows = finished_batches(at).filter(~Exists(begun))
    return rows.order_by("call_id", "engagement__agency_id", "-pk").distinct(
        "call_id", "engagement__agency_id"
    )


def drafts_without_clock(at: datetime) -> QuerySet[AgencyReport]:
    """Drafts begun before their batch had come to its end, which it has by now."""
    rows = AgencyReport.objects.filter(state=ReportState.DRAFT, batch__in=finished_batches(at).order_by())
    return with_due(rows).filter(due_on__isnull=True).order_by("pk")


def applications_of(batch: EngagementBatch) -> QuerySet[Application]:
    """What was handed to the agency of the batch."""
    return Application.objects.filter(call_id=batch.call_id or 0, agency_id=batch.engagement.agency_id)


def unfinished_of(batch: EngagementBatch) -> int:
    """How many cases of the batch are still with the agency."""
    return applications_of(batch).filter(state__in=UNDER_WAY).count()


def report_resting_on(panel: Panel, *, on: date) -> AgencyReport | None:
    """The report that was handed over with this panel's result and whose agency may still bring it up to date."""
    rows = AgencyReport.objects.filter(
        batch__call=panel.call_id,
        batch__engagement=panel.engagement_id,
        state__in=(ReportState.HANDED, ReportState.ACCEPTED),
    )
    report = rows.select_related("batch__engagement", "batch__call").first()
    return report if report and report.batch.engagement.is_in_force(on) else None


def latest_version(report: AgencyReport) -> ReportVersion | None:
    return report.versions.order_by("-number").first()


def questions_open(report: AgencyReport) -> QuerySet[ReportQuestion]:
    """What was asked about the latest version and has to be answered before the report comes back."""
    version = latest_version(report)
    rows = ReportQuestion.objects.filter(version=version, answered_at__isnull=True)
    return rows.order_by("pk") if version else rows.none()


def questions_of(report: AgencyReport) -> QuerySet[ReportQuestion]:
    rows = ReportQuestion.objects.filter(version__report=report)
    return rows.select_related("version", "asked_by", "answered_by").order_by("pk")


def papers_about_report(report: AgencyReport) -> QuerySet[Document]:
    return Document.objects.about(report).in_force().order_by("pk")


def report_papers_missing(*, before: datetime) -> QuerySet[AuditEvent]:
    """Versions handed over by that moment whose paper was not made."""
    made = Document.objects.filter(
        subject_type=REPORT_TYPE, subject_id=OuterRef("subject_id"), kind=OuterRef("paper_kind")
    )
    events = AuditEvent.objects.filter(subject_type=REPORT_TYPE, data__has_key="paper", at__lte=before)
    return events.annotate(paper_kind=KT("data__paper__kind")).filter(~Exists(made)).order_by("pk")


# --- the figures ----------------------------------------------------------------------------------------------------


def facts_of(batch: EngagementBatch) -> dict:
    """Everything the report rests on, as plain values: no expert's name in it, and no name that is hidden yet."""
    engagement = batch.engagement
    panels = list(
        Panel.objects.filter(application__in=applications_of(batch))
        .exclude(state=PanelState.CANCELLED)
        .select_related("application__visit", "edition")
        .prefetch_related("draws", "assignments__expert")
    )
    concluded = [panel for panel in panels if panel.state == PanelState.CONCLUDED]
    ties = tie_order_of(concluded)
    concluded.sort(key=lambda panel: (-(panel.score or 0), ties[panel.pk]))
    return {
        "call": str(batch.call),
        "call_number": batch.call.number if batch.call else "",
        "agency": engagement.agency.name,
        "contract": engagement.number,
        "begins_on": engagement.begins_on.isoformat(),
        "ends_on": engagement.ends_on.isoformat(),
        "handed": applications_of(batch).count(),
        "concluded": len(concluded),
        "passed": sum(bool(panel.passed) for panel in concluded),
        "failed": sum(not panel.passed for panel in concluded),
        "first": _day(min((panel.opened_at for panel in panels), default=None)),
        "last": _day(max((p.concluded_at for p in concluded if p.concluded_at), default=None)),
        "average": _average(concluded),
        "seats": _seats(panels),
        "conflicts": _conflicts(panels),
        "draws": [_draw(panel, draw) for panel in panels for draw in panel.draws.all() if draw.drawn_at],
        "ranking": [_ranked(place, panel) for place, panel in enumerate(concluded, 1)],
        "visits": [
            _visit(p.application) for p in concluded if p.application and hasattr(p.application, "visit")
        ],
    }


def _day(moment: datetime | None) -> str:
    return timezone.localdate(moment).isoformat() if moment else ""


def _average(panels: list[Panel]) -> str:
    scores = [panel.score for panel in panels if panel.score is not None]
    return f"{sum(scores) / len(scores):.2f}" if scores else ""


def _live(panel: Panel) -> list:
    return [seat for seat in panel.assignments.all() if seat.state == AssignmentState.LOCKED]


def _seats(panels: list[Panel]) -> list[dict]:
    """How the panels were made up, by kind of seat: how many sat, and how many of them from outside the city."""
    sitting = [seat for panel in panels for seat in _live(panel)]
    return [
        {
            "label": str(kind.label),
            "count": sum(seat.seat == kind for seat in sitting),
            "outside": sum(seat.seat == kind and seat.expert.outside_city for seat in sitting),
        }
        for kind in Seat
    ]


def _conflicts(panels: list[Panel]) -> list[dict]:
    """What was dealt with, counted by kind: barred before the draw, left after it, and scores far apart."""
    found: Counter[str] = Counter()
    for panel in panels:
        for draw in panel.draws.all():
            for words, count in exclusions_in_words(panel, draw):
                found[f"抽取前自动排除：{words}"] += count
        for seat in panel.assignments.all():
            if seat.late_at:
                decided = LateAnswer(seat.late_answer).label if seat.late_answer else "待市科技局处理"
                found[f"汇总后申报利益冲突：{decided}"] += 1
            elif seat.state in WENT:
                found[WENT[AssignmentState(seat.state)]] += 1
        flag = panel.edition.terms["scoring"]["spread_flag"]
        if panel.spread is not None and panel.spread > type(panel.spread)(flag):
            found["专家分差超过提示线"] += 1
    return [{"label": label, "count": count} for label, count in sorted(found.items())]


def _draw(panel: Panel, draw: Draw) -> dict:
    return {
        "code": panel.code,
        "round": draw.round,
        "pledged": f"{timezone.localtime(draw.pledged_at):%Y-%m-%d %H:%M}",
        "drawn": f"{timezone.localtime(draw.drawn_at):%Y-%m-%d %H:%M}",
        "pool": len(draw.pledge["pool"]),
        "commitment": draw.commitment[:16],
        "address": draw.get_absolute_url(),
    }


def _ranked(place: int, panel: Panel) -> dict:
    return {
        "place": place,
        "code": panel.code,
        "number": panel.number,
        "name": "" if panel.is_hidden_from_agency else panel.title,
        "score": str(panel.score),
        "spread": str(panel.spread),
        "passed": bool(panel.passed),
        "opinion": panel.opinion,
    }


def _visit(application: Application) -> dict:
    visit = application.visit
    roles = Counter(person["role"] for person in visit.participants)
    return {
        "number": application.number or "",
        "name": application.institute_name,
        "day": visit.visited_on.isoformat(),
        "experts": roles["expert"],
        "consistent": visit.consistent,
        "findings": visit.findings,
    }


def in_days(text: str) -> str:
    """``2026-11-05`` as reports write it."""
    if not text:
        return "—"
    day = date.fromisoformat(text)
    return f"{day.year}年{day.month}月{day.day}日"


def draft_texts(facts: dict) -> dict[str, str]:
    """What can be said from the figures alone, for the agency to go on from."""
    conflicts = "、".join(f"{one['label']} {one['count']} 人次" for one in facts["conflicts"]) or "无"
    seats = "、".join(f"{one['label']} {one['count']} 人次" for one in facts["seats"])
    differing = sum(not visit["consistent"] for visit in facts["visits"])
    return {
        "procedure": (
            f"受石家庄市科学技术局委托（合同 {facts['contract']}），我机构承担“{facts['call']}”的评审。"
            f"共交办 {facts['handed']} 项，自 {in_days(facts['first'])} 组建评审组，至 {in_days(facts['last'])} "
            f"全部汇总 {facts['concluded']} 项。专家由计算机随机抽取，抽取前公布承诺、抽取后公布记录，"
            f"共抽取 {len(facts['draws'])} 次，参加评审 {seats}。"
        ),
        "overall": (
            f"已汇总 {facts['concluded']} 项，合格 {facts['passed']} 项，未达到合格线 {facts['failed']} 项，"
            f"平均得分 {facts['average'] or '—'} 分。"
        ),
        "conflicts": f"回避和异常情况按评审办法处理：{conflicts}。",
        "visits": (
            f"对评审合格的申报现场考察 {len(facts['visits'])} 项，其中与申报材料一致 "
            f"{len(facts['visits']) - differing} 项，不一致 {differing} 项。"
        ),
        "advice": "",
    }
