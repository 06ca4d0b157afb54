"""Reads of evaluations: who sees which, what belongs to one, what it comes to."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Organisation, User
from accounts.reach import reach_of
from accounts.roles import Role
from evaluation.enums import ReviewKind
from evaluation.enums.performance import (
    GRADED_STATES,
    UNWRITTEN_EVALUATIONS,
    EvaluationFile,
    EvaluationState,
)
from evaluation.models import (
    Assessment,
    EngagementBatch,
    Evaluation,
    EvaluationCheck,
    Panel,
    ReviewEdition,
)
from evaluation.policy import performance as policy
from evaluation.policy.rules import rules_of
from evaluation.selectors.indicators import frozen_figures
from evaluation.selectors.reported import late_reports
from institutes.enums import RevocationState
from institutes.models import Institute, Revocation
from institutes.selectors import BUREAU, COUNTY, UNIT, agencies_of
from records import clock
from records.deadlines import with_due
from records.errors import Reason
from records.models import Attachment, Document

EVALUATION_TYPE = "evaluation.evaluation"
ROUND_TYPE = "evaluation.round"
READERS = (*UNIT, *COUNTY, *BUREAU, Role.FINANCE, Role.TAX, Role.AGENCY, Role.AUDITOR)
"""Whose business evaluations are at all."""
OFFICERS = (*BUREAU, Role.AUDITOR)
OFFICES = (*OFFICERS, Role.FINANCE, Role.TAX)
_RELATED = (
    "institute__recognition",
    "institute__chain",
    "round__edition",
    "cycle",
    "edition",
    "host",
    "division",
    "agency",
    "former",
)
FAILED_EVALUATION = "failed_evaluation"
"""The cause of revocation that belongs to them."""


def evaluations_visible_to(user: User) -> QuerySet[Evaluation]:
    """All for bureau and auditor; signed ones for tax and finance; a county's, a unit's own; an engaged agency's."""
    rows = with_due(Evaluation.objects.select_related(*_RELATED), "provisional")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*OFFICERS):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY)
    mine = Q(host_id__in=sorted(reach.organisations)) | Q(division_id__in=sorted(reach.divisions))
    mine |= Q(agency_id__in=agencies_of(user)) & Q(_engaged(clock.today()))
    if user.holds(Role.FINANCE, Role.TAX):
        mine |= Q(signed_at__isnull=False)
    return rows.filter(mine)


def entrusted_with(user: User) -> QuerySet[Evaluation]:
    """Those which this person's agency was engaged to have scored."""
    rows = evaluations_visible_to(user).filter(agency_id__in=agencies_of(user))
    return rows.filter(_engaged(clock.today()))


def _engaged(on: date) -> Exists:
    batches = EngagementBatch.objects.in_force(on).filter(kind=ReviewKind.PERFORMANCE, call__isnull=True)
    return Exists(batches.filter(engagement__agency_id=OuterRef("agency_id")))


def agencies_for_performance(on: date) -> QuerySet[Organisation]:
    """The agencies that may be entrusted with evaluations on that day."""
    batches = EngagementBatch.objects.in_force(on).filter(kind=ReviewKind.PERFORMANCE, call__isnull=True)
    rows = Organisation.objects.confirmed().filter(pk__in=batches.values("engagement__agency_id"))
    return rows.order_by("name")


def search_evaluations(rows: QuerySet[Evaluation], text: str) -> QuerySet[Evaluation]:
    """Those about an institute or a unit whose name, now or before, or number contains ``text``."""
    named = Institute.objects.named(text).order_by().values("pk")
    return rows.filter(Q(institute__in=named) | Q(host__name__icontains=text) | Q(number__icontains=text))


def overdue_among(rows: QuerySet, on: date) -> QuerySet:
    """Whose self-report should have been handed in before that day."""
    rows = rows.filter(state__in=UNWRITTEN_EVALUATIONS)
    first = Q(rectify_by__isnull=True, round__report_due_on__lt=on)
    return rows.filter(first | Q(rectify_by__lt=on))


# --- what it rests on -----------------------------------------------------------------------------------------------


def years_of(evaluation: Evaluation) -> list[int]:
    return evaluation.cycle.years


def figures_now(evaluation: Evaluation) -> list[dict[str, Any]]:
    """The figures of the cycle as the rows say today, with what tax and finance filled in their place."""
    rows = frozen_figures(evaluation.institute, years_of(evaluation), evaluation.edition)
    labels = {one["code"]: one["label"] for one in evaluation.edition.terms["indicators"]}
    return [_with_filled(row | {"label": labels[row["code"]]}, evaluation.filled) for row in rows]


def _with_filled(row: dict[str, Any], filled: Mapping[str, Any]) -> dict[str, Any]:
    said = filled.get(row["code"])
    return row if said is None else row | {"value": said["value"], "filled_by": said["by"]}


def figures_of_evaluation(evaluation: Evaluation) -> list[dict[str, Any]]:
    """What everybody goes by: as frozen when it was handed in, before that as the rows say today."""
    if evaluation.figures and evaluation.state not in UNWRITTEN_EVALUATIONS:
        return evaluation.figures
    return figures_now(evaluation)


def indicators_filled_by(evaluation: Evaluation, office: str) -> list[dict[str, Any]]:
    """The indicators that an office fills in, with the value as it stands."""
    values = {row["code"]: row.get("value") for row in figures_of_evaluation(evaluation)}
    return [
        one | {"value": values.get(one["code"])}
        for one in evaluation.edition.terms["indicators"]
        if one.get("filled_by") == office
    ]


def late_deductions(evaluation: Evaluation, late: Iterable[Assessment] | None = None) -> list[dict[str, Any]]:
    """What is taken off for yearly reports of the cycle that came late; ``late``: those known already."""
    years = years_of(evaluation)
    late = (
        late_reports(evaluation.institute, years)
        if late is None
        else [one for one in late if one.year in years]
    )
    points = Decimal(str(evaluation.edition.terms["grading"]["late_report_deduction"]))
    return [
        {
            "code": policy.LATE_REPORT,
            "words": f"{report.year}年度报告迟报",
            "points": str(points),
            "item": "",
            "year": report.year,
        }
        for report in late
    ]


def deductions_of(evaluation: Evaluation, late: Iterable[Assessment] | None = None) -> list[dict[str, Any]]:
    """Everything taken off: late reports as they are known today, items that officers found false."""
    kept = [one for one in evaluation.deductions if one["code"] != policy.LATE_REPORT]
    return [*late_deductions(evaluation, late), *kept]


def sheet_of(evaluation: Evaluation, late: Iterable[Assessment] | None = None) -> policy.Sheet:
    """What it comes to, as it would be frozen now; ``late``: reports that came late, if known already."""
    return policy.sheet(
        evaluation.edition.terms,
        figures=evaluation.figures,
        marks=evaluation.marks,
        deductions=deductions_of(evaluation, late),
        chain_kind=evaluation.chain_kind,
    )


def rules_for(evaluation: Evaluation) -> Any:
    return rules_of(evaluation.edition.terms, evaluation.chain_kind)


# --- what belongs to one --------------------------------------------------------------------------------------------


def evidence_of(evaluation: Evaluation) -> QuerySet[Attachment]:
    """What the unit brought."""
    rows = Attachment.objects.about(evaluation).current().filter(kind=EvaluationFile.EVIDENCE)
    return rows.order_by("pk")


def missing_of_evaluation(evaluation: Evaluation) -> list[Reason]:
    """What the unit still has to write or to bring, each with the page on which it does."""
    url = f"{evaluation.get_absolute_url()}edit/"
    found = [
        Reason(
            f"“{part['label']}”的自评说明还没有填写。", field=f"text_{part['code']}", url=url, link="去填写"
        )
        for part in evaluation.edition.terms["dimensions"]
        if not evaluation.texts.get(part["code"], "").strip()
    ]
    if not evidence_of(evaluation).exists():
        url = f"{evaluation.get_absolute_url()}files/"
        found.append(Reason("请上传自评佐证材料。", field="uploads", url=url, link="去上传"))
    return found


def checks_of(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Each list in which the host is looked up, with the last look-up, empty where there was none."""
    last: dict[str, EvaluationCheck] = {}
    for check in evaluation.checks.select_related("evidence", "recorded_by").order_by("pk"):
        last[check.item] = check
    return [{"item": item, "check": last.get(item["code"])} for item in evaluation.edition.terms["lookups"]]


def unanswered_doubts(evaluation: Evaluation) -> list[str]:
    """Indicators whose figure the unit objects to and the county has not answered."""
    return [code for code, said in evaluation.doubts.items() if not said.get("answer", "").strip()]


def papers_of_evaluation(evaluation: Evaluation) -> QuerySet[Document]:
    return Document.objects.about(evaluation).in_force().order_by("pk")


def panel_of_evaluation(evaluation: Evaluation) -> Panel | None:
    """The panel that scores it, where it was opened."""
    kind = ReviewKind.PERFORMANCE
    return Panel.objects.filter(kind=kind, case_type=EVALUATION_TYPE, case_id=evaluation.pk).first()


def has_performance_panel(evaluation: Evaluation) -> bool:
    return panel_of_evaluation(evaluation) is not None


def deferrals_of(evaluation: Evaluation) -> int:
    """How often this cycle was put off already."""
    return evaluation.cycle.evaluations.filter(state=EvaluationState.DEFERRED).count()


def absent_from(evaluation: Evaluation) -> date:
    """From which day on it may be entered as not taking part."""
    days = int(evaluation.edition.terms["schedule"]["absent_days"])
    return evaluation.ends_on + timedelta(days=days + 1)


def revocation_after(evaluation: Evaluation) -> Revocation | None:
    """The procedure to end the recognition that was proposed since this one was opened."""
    rows = Revocation.objects.filter(institute=evaluation.institute_id, cause=FAILED_EVALUATION)
    return rows.filter(proposed_at__gte=evaluation.opened_at).exclude(state=RevocationState.DROPPED).first()


def grounds_for_revocation(evaluation: Evaluation, on: date) -> str:
    """What speaks for ending the recognition, in words; empty where nothing does."""
    if evaluation.state == EvaluationState.FAILED:
        return f"{evaluation.title}（{evaluation.number}）总分 {evaluation.total} 分，整改后再评仍不合格。"
    if evaluation.state == EvaluationState.ABSENT:
        return f"{evaluation.title}应于{evaluation.ends_on:%Y年%-m月%-d日}前提交自评报告，未参加评价。"
    return ""


# --- for the rooms that ask -----------------------------------------------------------------------------------------


def excellent_evaluations() -> QuerySet[Evaluation]:
    """Published with the grade that the edition rewards, of institutes in force (四(四))."""
    rewarded = Q(pk__in=[])
    for edition in ReviewEdition.objects.filter(kind=ReviewKind.PERFORMANCE):
        rewarded |= Q(edition=edition, grade=edition.terms["grading"]["rewarded_grade"])
    rows = Evaluation.objects.filter(rewarded, state__in=GRADED_STATES)
    rows = rows.filter(institute__in=Institute.objects.recognised())
    return rows.select_related("institute__recognition", "cycle", "edition").order_by("released_at", "pk")


def with_grade(rows: QuerySet[Evaluation], grade: str, user: User | None) -> QuerySet[Evaluation]:
    """Those with that grade; a grade that was not shown to everybody yet is known to the offices alone."""
    rows = rows.filter(grade=grade)
    if user is not None and (user.is_system or user.holds(*OFFICES)):
        return rows
    return rows.filter(state__in=(EvaluationState.PUBLICITY, *GRADED_STATES))
