"""Analysis of the sheets of one panel or of all panels of a call, for those who may read them by now."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Role
from evaluation import policy
from evaluation.enums import PanelState
from evaluation.models import Assignment, Panel, Score, Sheet
from evaluation.policy import Result, Severity, Sums, Without
from evaluation.selectors.panels import is_complete, panels_visible_to, tie_order_of
from evaluation.selectors.sheets import scores_are_open


@dataclass(frozen=True, slots=True)
class Analysis:
    """What the sheets say about each other; experts by code only."""

    sums: Sums
    scores: dict[str, Decimal]
    alpha: Decimal | None
    severity: list[Severity]
    without: list[Without]
    pass_mark: Decimal
    full_mark: Decimal
    ranks: dict[str, int]


def round_read_by(user: User, panel: Panel) -> int | None:
    """Which round of ``panel`` this person may analyse by now; None before all have locked.

    Everybody who sees the panel once it has concluded; before, its agency alone, and only a round that all have
    handed in.
    """
    if scores_are_open(panel):
        return panel.round
    if not user.holds(Role.AGENCY) or panel.state not in (PanelState.SCORING, PanelState.DISCUSSING):
        return None
    if is_complete(panel):
        return panel.round
    return 1 if panel.round > 1 else None


def concluded_of_call(user: User, call_id: int) -> QuerySet[Panel]:
    """The panels of a call that have concluded, as far as this person sees them."""
    rows = panels_visible_to(user).filter(call_id=call_id, state=PanelState.CONCLUDED)
    return rows.order_by("code")


def analysis_of_panel(panel: Panel, round_: int) -> Analysis:
    """One panel: agreement is over the dimensions, each as a share of its full mark."""
    sheets = list(_sheets([panel], {panel.pk: round_}))
    seats = {sheet.assignment_id: str(sheet.assignment) for sheet in sheets}
    full = {each["code"]: Decimal(str(each["full_mark"])) for each in panel.edition.sheet}
    shares: dict[str, list[Decimal]] = {}
    for score in Score.objects.filter(assignment__in=seats, round=round_, points__isnull=False):
        if score.points is not None and full.get(score.dimension):
            shares.setdefault(score.dimension, []).append(score.points / full[score.dimension])
    sums = {panel.code: {str(sheet.assignment): sheet.total for sheet in sheets}}
    return _analysed(sums, list(shares.values()), panel)


def analysis_of_call(panels: list[Panel]) -> Analysis | None:
    """All concluded panels of a call: agreement is over their sums; experts are numbered as they first appear."""
    if not panels:
        return None
    sums: dict[str, dict[str, Decimal]] = {}
    codes: dict[int, str] = {}
    for sheet in _sheets(panels, {panel.pk: panel.round for panel in panels}):
        seat = sheet.assignment
        code = codes.setdefault(seat.expert_id, f"专家{len(codes) + 1:02d}")
        sums.setdefault(seat.panel.code, {})[code] = sheet.total
    order = tie_order_of(panels)
    ties = {panel.code: order[panel.pk] for panel in panels}
    return _analysed(sums, [list(sheets.values()) for sheets in sums.values()], panels[0], ties)


def result_without(panel: Panel, seat: Assignment) -> Result | None:
    """What the other sheets that count come to, were this one not among them; None where there are none."""
    others = [
        sheet.total for sheet in _sheets([panel], {panel.pk: panel.round}) if sheet.assignment_id != seat.pk
    ]
    return policy.aggregate(others, panel.edition.terms["scoring"]) if others else None


def _sheets(panels: list[Panel], rounds: dict[int, int]) -> list[Sheet]:
    """The sheets that count in these rounds, by panel and seat; of those who left since in a former round as well."""
    rows = Sheet.objects.filter(assignment__panel__in=panels).select_related("assignment__panel")
    return [
        sheet
        for sheet in rows.order_by("assignment__panel__code", "assignment__position")
        if sheet.round == rounds[sheet.assignment.panel_id]
        and (sheet.assignment.left_at is None or sheet.round < sheet.assignment.panel.round)
    ]


def _analysed(
    sums: dict[str, dict[str, Decimal]],
    units: list[list[Decimal]],
    panel: Panel,
    ties: dict[str, int] | None = None,
) -> Analysis:
    scoring, ties = panel.edition.terms["scoring"], ties or {}
    scores = {
        code: policy.aggregate(list(sheets.values()), scoring).score
        for code, sheets in sums.items()
        if sheets
    }
    return Analysis(
        sums=sums,
        scores=scores,
        alpha=policy.krippendorff_alpha(units),
        severity=policy.severity_of(sums),
        without=policy.without_each(sums, scoring, ties),
        pass_mark=Decimal(str(scoring["pass_mark"])),
        full_mark=Decimal(str(scoring["full_mark"])),
        ranks=policy.ranks_of(scores, ties),
    )
