"""Invariants of review. A finding is an alarm, never a repair."""

from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, Sum

from evaluation import policy, selectors
from evaluation.enums import LEFT_ASSIGNMENTS, OPEN_ASSIGNMENTS, AssignmentState, PackageState, PanelState
from evaluation.integrity import acceptances, assessments, performance  # noqa: F401
from evaluation.models import (
    Assignment,
    AssignmentUserObjectPermission,
    BlindPackage,
    Panel,
    Score,
    Sheet,
)
from records.integrity import check


@check("I16", "锁定的总分等于各项得分之和，各项不缺、不超过满分")
def totals_are_the_sum_of_the_scores() -> list[str]:
    locked = Assignment.objects.filter(state=AssignmentState.LOCKED).select_related("panel__edition")
    found = []
    added = Sum("scores__points", filter=Q(scores__round=F("round")))
    for seat in locked.annotate(added=added).prefetch_related("scores"):
        sheet = {d["code"]: Decimal(str(d["full_mark"])) for d in seat.panel.edition.sheet}
        points = {score.dimension: score.points for score in selectors.scores_of(seat)}
        if seat.added != seat.total:
            found.append(f"评审任务 {seat}：总分 {seat.total}，各项之和 {seat.added}")
        if set(points) != set(sheet) or any(
            p is None or p > sheet[c] for c, p in points.items() if c in sheet
        ):
            found.append(f"评审任务 {seat}：评分表缺项或超过满分")
    return found


@check("I16", "评分出自所分配且已签署承诺的专家本人，锁定后没有改动")
def scores_are_the_experts_own() -> list[str]:
    late = Sheet.objects.filter(
        assignment=OuterRef("assignment"), round=OuterRef("round"), locked_at__lt=OuterRef("saved_at")
    )
    strange = Score.objects.filter(
        ~Q(saved_by=F("assignment__expert__user"))
        | Q(assignment__committed_at__isnull=True)
        | Q(saved_at__lt=F("assignment__committed_at"))
        | Exists(late)
    )
    return [
        f"评分 {score.pk}（{score.assignment}）非本人所评、承诺之前或锁定之后有改动"
        for score in strange.select_related("assignment__panel")
    ]


@check("I16", "每次锁定都留有评分表，现行总分是最近一轮的评分表")
def sheets_are_what_was_locked() -> list[str]:
    locked = Assignment.objects.filter(state=AssignmentState.LOCKED).select_related("panel")
    kept = Sheet.objects.filter(
        assignment=OuterRef("pk"),
        round=OuterRef("round"),
        total=OuterRef("total"),
        locked_at=OuterRef("locked_at"),
    )
    return [f"评审任务 {seat}：现行总分没有对应的评分表" for seat in locked.filter(~Exists(kept))]


@check("I16", "分差超过提示线的评审组先合议、重新评分，再汇总")
def far_panels_talked_first() -> list[str]:
    concluded = Panel.objects.filter(state=PanelState.CONCLUDED, round=1).select_related("edition")
    return [
        f"{panel}：分差 {panel.spread}，没有合议就已汇总"
        for panel in concluded
        if "discussion_absent_max" in panel.edition.terms["scoring"] and selectors.is_flagged(panel)
    ]


@check("I16", "能查阅材料的恰为在任专家本人，没有应回避的人")
def grants_are_those_of_sitting_experts() -> list[str]:
    granted = AssignmentUserObjectPermission.objects.all()
    left = granted.filter(content_object__state__in=LEFT_ASSIGNMENTS)
    others = granted.exclude(user=F("content_object__expert__user"))
    without = Assignment.objects.filter(
        state__in=OPEN_ASSIGNMENTS, assignmentuserobjectpermission__isnull=True
    ).select_related("panel")
    return [
        *(f"授权 {row.pk}：专家已离开评审组" for row in left),
        *(f"授权 {row.pk}：被授权的不是该席位的专家" for row in others),
        *(f"评审任务 {row}：在任而无授权" for row in without),
    ]


@check("I16", "承诺书由专家本人以登记的姓名签署")
def commitments_are_signed_by_the_expert() -> list[str]:
    strange = Assignment.objects.filter(committed_at__isnull=False).exclude(committed_by=F("expert__user"))
    return [f"评审任务 {row}：签署人不是该席位的专家" for row in strange.select_related("panel")]


@check("I16", "冻结的盲审包没有改动，待处理的检出为零")
def packages_are_as_they_were_frozen() -> list[str]:
    frozen = BlindPackage.objects.filter(state=PackageState.FROZEN).select_related("panel")
    found = []
    for package in frozen.iterator(chunk_size=50):
        if selectors.fingerprint_of(package) != package.fingerprint:
            found.append(f"{package}：内容或附件与冻结时的指纹不符")
        if selectors.open_hits_of(package).exists():
            found.append(f"{package}：已冻结而有检出尚未处理")
    return found


@check("I16", "汇总分数等于按评审办法重算的分数")
def results_are_what_the_sheets_come_to() -> list[str]:
    found = []
    for panel in Panel.objects.filter(state=PanelState.CONCLUDED).select_related("edition"):
        totals = [
            total for total in panel.assignments.live().values_list("total", flat=True) if total is not None
        ]
        again = policy.aggregate(totals, panel.edition.terms["scoring"]) if totals else None
        if again is None or (again.score, again.passed) != (panel.score, panel.passed):
            found.append(f"{panel}：记录 {panel.score}，重算 {again.score if again else '无'}")
    return found


@check("I16", "每次抽取都能按记录重现")
def draws_can_be_replayed() -> list[str]:
    return [
        f"{draw}：{fault}" for draw in selectors.public_draws() for fault in selectors.faults_of_draw(draw)
    ]
