"""Invariants of recognition. A finding is an alarm, never a repair."""

from collections import defaultdict

from django.db.models import Exists, F, Min, OuterRef, Subquery

from institutes.enums import ApplicationState, TenureKind
from institutes.enums.earlier import EarlierState
from institutes.enums.offerings import OfferingState
from institutes.enums.questions import QuestionState
from institutes.models import (
    Achievement,
    Application,
    Call,
    EarlierRecognition,
    Inspection,
    OfferingWording,
    ProgressReport,
    ProgressValue,
    ProvincialFiling,
    PublicQuestion,
    QuestionWording,
    Recognition,
    ServiceOffering,
    StageReached,
    Suspension,
    Tenure,
)
from institutes.models.offering import OFFERING_WORDS
from institutes.models.provincial import AT_THE_PROVINCE
from institutes.models.question import QUESTION_WORDS
from institutes.models.suspension import STOPPING
from institutes.policy import roles_lacking
from institutes.selectors.achievements import mark_of_achievement
from notices.enums import ExtensionState
from records.integrity import check
from records.models import Attachment, AuditEvent, Document, NumberSeries


@check("I9", "没有一份申报在截止之后首次报送")
def nothing_was_received_late() -> list[str]:
    received = AuditEvent.objects.filter(verb="institutes.application.unit_approve")
    firsts = dict(received.values_list("subject_id").annotate(at=Min("at")))
    rows = Application.objects.filter(pk__in=firsts).select_related("call")
    return [f"申报 {row.pk}“{row}”在截止之后报送" for row in rows if firsts[row.pk] >= row.call.closes_at]


@check("I9", "每份申报通知的截止时间都由依次发布的延期得来")
def calls_end_as_recorded() -> list[str]:
    found = []
    published = Call.objects.published().prefetch_related("extensions")
    for call in published:
        end = call.first_closes_at
        rows = [one for one in call.extensions.all() if one.state == ExtensionState.PUBLISHED]
        for one in sorted(rows, key=lambda row: row.pk):
            end = one.closes_to if one.closes_from == end else None
        if end != call.closes_at:
            found.append(f"申报通知 {call.pk}“{call}”的截止时间与延期记录不符")
    return found


@check("I8", "每一认定都出自一份已认定的申报或者已登记的既有研究院，每一份都有认定")
def recognitions_match_applications() -> list[str]:
    without = Application.objects.filter(state=ApplicationState.RECOGNISED, recognition__isnull=True)
    here, before = Recognition.objects.decided_here(), Recognition.objects.filter(application__isnull=True)
    premature = here.exclude(application__state=ApplicationState.RECOGNISED)
    entered = EarlierRecognition.objects.filter(state=EarlierState.RECORDED, recognition__isnull=True)
    first = Tenure.objects.filter(institute=OuterRef("institute"), kind=TenureKind.HOST).order_by(
        "since", "pk"
    )
    hosts = here.annotate(first_host=Subquery(first.values("organisation")[:1]))
    strange = hosts.exclude(application__host=F("first_host"))
    return [
        *(f"申报 {row.pk}“{row}”已认定而无认定记录" for row in without),
        *(f"既有研究院 {row.pk}“{row}”已登记而无认定记录" for row in entered),
        *(
            f"认定 {row.certificate_number} 所依据的既有研究院未登记"
            for row in before.exclude(earlier__state=EarlierState.RECORDED)
        ),
        *(
            f"认定 {row.certificate_number} 的申报不在已认定状态"
            for row in premature.select_related("institute")
        ),
        *(
            f"认定 {row.certificate_number} 的首任依托单位与申报不一致"
            for row in strange.select_related("institute")
        ),
    ]


@check("I10", "认定证书编号每年从 1 起连续、不重复，与计数器一致")
def certificate_numbers_are_gapless() -> list[str]:
    taken: dict[int, list[int]] = defaultdict(list)
    for year, sequence in Recognition.objects.order_by("year", "sequence").values_list("year", "sequence"):
        taken[year].append(sequence)
    counters = dict(NumberSeries.objects.filter(series="certificate").values_list("year", "last"))
    return [
        f"{year} 年认定证书编号不连续：已用 {len(taken[year])} 个，计数器 {counters.get(year, 0)}"
        for year in sorted({*taken, *counters})
        if taken[year] != list(range(1, counters.get(year, 0) + 1))
    ]


@check("I10", "认定证书上的编号就是认定记录的编号")
def certificates_bear_their_number() -> list[str]:
    numbers = dict(Recognition.objects.values_list("application_id", "certificate_number"))
    papers = Document.objects.filter(subject_type="institutes.application", kind="certificate")
    return [
        f"证书 {paper.number}（文书 {paper.pk}）与认定记录 {numbers.get(paper.subject_id, '无')} 不符"
        for paper in papers
        if numbers.get(paper.subject_id) != paper.number.partition(" ")[0]
    ]


@check("I18", "研究院的名称、依托单位、归口、院长、共建单位与沿革记录的现状一致")
def institutes_are_as_their_tenures_say() -> list[str]:
    found, rows = [], Tenure.objects.present().order_by("pk")
    held: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for institute, kind, value in rows.values_list("institute", "kind", "value"):
        held[institute].append((kind, value))
    for recognition in Recognition.objects.select_related("institute__host", "institute__division"):
        one = recognition.institute
        expected = [
            (TenureKind.NAME, one.name),
            (TenureKind.HOST, one.host.name),
            (TenureKind.DIVISION, one.division.name),
            *([(TenureKind.DIRECTOR, one.director)] if one.director else []),
            *((TenureKind.CO_BUILDER, name[:100]) for name in dict.fromkeys(one.co_builders)),
        ]
        if sorted(held[one.pk]) != sorted((str(kind.value), value) for kind, value in expected):
            found.append(f"研究院 {one.pk}“{one}”的现状与沿革记录不一致")
    return found


@check("I19", "认定记录标明暂停的，都有一件正在暂停的决定；正在暂停的都已标明")
def stops_are_decided() -> list[str]:
    stopping = Suspension.objects.filter(institute=OuterRef("institute"), state__in=STOPPING)
    rows = Recognition.objects.annotate(stopping=Exists(stopping)).select_related("institute")
    wrong = rows.filter(suspended_at__isnull=True, stopping=True) | rows.filter(
        suspended_at__isnull=False, stopping=False
    )
    return [f"认定 {row.certificate_number} 的暂停标识与暂停决定不一致" for row in wrong.order_by("pk")]


@check("I17", "各研究院报告的累计完成数随日期不减少，所报目标和阶段都是本院的")
def progress_never_falls() -> list[str]:
    found, last = list[str](), dict[int, ProgressValue]()
    rows = ProgressValue.objects.filter(report__in=ProgressReport.objects.counting())
    for row in rows.select_related("report__institute", "commitment").order_by("report__as_of", "report_id"):
        former = last.get(row.commitment_id)
        if former is not None and row.value < former.value:
            found.append(f"“{row.report}”（{row.report_id}）的{row.commitment.label}少于更早的报告")
        if row.commitment.institute_id != row.report.institute_id:
            found.append(f"“{row.report}”（{row.report_id}）报告了别院的目标")
        last[row.commitment_id] = row
    strange = StageReached.objects.exclude(milestone__institute=F("report__institute")).order_by("report_id")
    foreign = dict.fromkeys(row.report for row in strange.select_related("report__institute"))
    return found + [f"“{report}”（{report.pk}）报告了别院的阶段" for report in foreign]


@check("I20", "每项计入的成果都经县、市两人先后核实，登记簿有记录，佐证材料齐全")
def achievements_are_verified_by_two() -> list[str]:
    name = Achievement._meta.label_lower
    lines = AuditEvent.objects.filter(subject_type=name)
    verified = set(lines.filter(verb=f"{name}.verify").values_list("subject_id", flat=True))
    seen = set(lines.filter(verb=f"{name}.county_verify").values_list("subject_id", flat=True))
    held: dict[int, set[str]] = defaultdict(set)
    files = Attachment.objects.filter(subject_type=name).current()
    for pk, kind in files.values_list("subject_id", "kind"):
        held[pk].add(kind)
    found = []
    for row in Achievement.objects.verified().order_by("pk"):
        if row.pk not in verified & seen or row.county_verified_by_id == row.verified_by_id:
            found.append(f"成果 {row.pk}“{row}”计入而没有县、市两人的核实记录")
        if missing := [each["label"] for each in row.evidence if each["code"] not in held[row.pk]]:
            found.append(f"成果 {row.pk}“{row}”计入而缺少：{'、'.join(missing)}")
    return found


@check("I21", "同一成果跨年度、跨研究院只计一次，凭以查重的编号与填报的一致")
def achievements_count_once() -> list[str]:
    marks: dict[str, list[int]] = defaultdict(list)
    found = []
    for row in Achievement.objects.verified().order_by("pk"):
        if row.mark:
            marks[row.mark].append(row.pk)
        if row.mark != mark_of_achievement(row):
            found.append(f"成果 {row.pk}“{row}”凭以查重的编号与填报的不一致")
    twice = {mark: rows for mark, rows in marks.items() if len(rows) > 1}
    return found + [f"编号 {mark} 计入了 {len(rows)} 项成果：{rows}" for mark, rows in sorted(twice.items())]


@check("I8", "报省之前都有各方到场、结论为支持的考察论证")
def filings_were_inspected() -> list[str]:
    found = []
    rows = ProvincialFiling.objects.filter(state__in=AT_THE_PROVINCE).select_related("edition")
    held = Inspection.objects.filter(filing__in=rows, conclusion="support").prefetch_related("participants")
    supported = {one.filing_id: one for one in held}
    for row in rows:
        last = supported.get(row.pk)
        came = [each.role for each in last.participants.all() if each.present] if last else []
        if last is None or roles_lacking(row.edition.terms["inspection"], came):
            found.append(f"省级申报 {row.number}“{row}”报省而考察论证参加方不齐")
    return found


@check("I8", "已公开的开放服务和常见问题，社会公众看到的就是核对、审定过的内容；已停止、已撤下的不再显示")
def what_stands_is_what_was_published() -> list[str]:
    offered = OfferingWording.objects.standing().select_related("offering")
    answered = QuestionWording.objects.standing().select_related("common_question")
    shown = {row.offering: row for row in offered} | {row.common_question: row for row in answered}
    published = [
        *((row, OFFERING_WORDS) for row in ServiceOffering.objects.filter(state=OfferingState.PUBLISHED)),
        *((row, QUESTION_WORDS) for row in PublicQuestion.objects.filter(state=QuestionState.PUBLISHED)),
    ]
    over = [row for row in shown if row.state in (OfferingState.WITHDRAWN, QuestionState.WITHDRAWN)]
    return [
        *(f"{row._meta.verbose_name} {row.pk}“{row}”已停止而仍在显示" for row in over),
        *(
            f"{row._meta.verbose_name} {row.pk}“{row}”公开的内容与核对、审定的不一致"
            for row, words in published
            if row not in shown or any(getattr(shown[row], name) != getattr(row, name) for name in words)
        ),
    ]
