"""Sheets: what an expert has written, what is missing, and what a panel's sheets come to once all are in."""

from decimal import Decimal

from django.db.models import QuerySet

from evaluation import policy
from evaluation.enums import AssignmentState, PanelState
from evaluation.models import Assignment, Discussion, Panel, Score, Sheet
from evaluation.selectors.panels import is_complete
from records.errors import Reason


def scores_are_open(panel: Panel) -> bool:
    """Scores are shown once the panel has concluded: to nobody before, the bureau included (domain B1a)."""
    return panel.state == PanelState.CONCLUDED


def scores_of(assignment: Assignment) -> list[Score]:
    """What stands on the expert's sheet now: of this round, or of the first until something was changed."""
    by_round: dict[int, list[Score]] = {}
    for score in assignment.scores.all():
        by_round.setdefault(score.round, []).append(score)
    return by_round.get(assignment.round) or by_round.get(assignment.round - 1, [])


def points_of(assignment: Assignment) -> dict[str, Decimal]:
    """Points by dimension, as far as they were given."""
    return {score.dimension: score.points for score in scores_of(assignment) if score.points is not None}


def sheets_of(panel: Panel, round_: int) -> QuerySet[Sheet]:
    """What was handed in for that round, by seat; of those who left since as well, where it is the first."""
    rows = Sheet.objects.filter(assignment__panel=panel, round=round_)
    if round_ == panel.round:
        rows = rows.filter(assignment__in=panel.assignments.live())
    return rows.select_related("assignment__panel", "assignment__expert__user").order_by(
        "assignment__position"
    )


def sums_of(panel: Panel) -> list[Decimal]:
    """The sums of the sitting experts that were handed in for the round that counts."""
    totals = panel.assignments.live().order_by("position").values_list("total", flat=True)
    return [total for total in totals if total is not None]


def former_sheet(assignment: Assignment) -> Sheet | None:
    """What the expert handed in before the discussion; None in the first round."""
    return assignment.sheets.filter(round__lt=assignment.round).first()


def discussion_for(assignment: Assignment) -> Discussion | None:
    """What the panel talked over, for those who score again after it."""
    return Discussion.objects.filter(panel_id=assignment.panel_id).first() if assignment.round > 1 else None


def must_discuss(panel: Panel) -> bool:
    """Whether the first sheets, all in, lie so far apart that the panel has to talk before anything else."""
    totals = sums_of(panel)
    if panel.round > 1 or not totals or not is_complete(panel):
        return False
    return policy.aggregate(totals, panel.edition.terms["scoring"]).flagged


def panels_to_flag() -> list[Panel]:
    """Panels with every sheet in that have to talk and were not sent to it."""
    waiting = Panel.objects.filter(state=PanelState.SCORING, round=1).exclude(
        assignments__in=Assignment.objects.live().exclude(state=AssignmentState.LOCKED)
    )
    return [panel for panel in waiting.select_related("edition").order_by("pk") if must_discuss(panel)]


def score_table(panel: Panel, round_: int | None = None) -> list[dict]:
    """Each dimension with the points of the experts in order of position, once the panel has concluded."""
    if not scores_are_open(panel):
        return []
    round_ = round_ or panel.round
    kept = Score.objects.filter(assignment__panel=panel, round=round_)
    by_seat: dict[int, dict[str, Score]] = {}
    for score in kept:
        by_seat.setdefault(score.assignment_id, {})[score.dimension] = score
    seats = [sheet.assignment_id for sheet in sheets_of(panel, round_)]
    return [
        {"dimension": each, "scores": [by_seat.get(seat, {}).get(each["code"]) for seat in seats]}
        for each in panel.edition.sheet
    ]


def unfinished(assignment: Assignment) -> list[Reason]:
    """Everything that the sheet still lacks before it can be handed in: points, and words enough."""
    shortest = int(assignment.panel.edition.terms["scoring"]["comment_min_chars"])
    scores = {score.dimension: score for score in scores_of(assignment)}
    found = []
    for dimension in assignment.panel.edition.sheet:
        code, label = dimension["code"], dimension["label"]
        score = scores.get(code)
        if score is None or score.points is None:
            found.append(Reason(f"“{label}”尚未评分。", field=f"{code}_points"))
        written = len(score.comment.strip()) if score else 0
        if written < shortest:
            words = f"“{label}”的评语 {written} 字，须不少于 {shortest} 字，还差 {shortest - written} 字。"
            found.append(Reason(words, field=f"{code}_comment"))
    return found


def is_flagged(panel: Panel) -> bool:
    """Whether the experts were so far apart that the panel has to say why."""
    return panel.spread is not None and panel.spread > Decimal(panel.edition.terms["scoring"]["spread_flag"])


def own_earlier_scores(assignment: Assignment) -> dict[str, dict]:
    """What the same expert gave on other panels of the same call: their own sheets, as handed in, and nobody else's.

    By dimension: on how many sheets, from which points to which, and their mean.
    """
    given: dict[str, list[Decimal]] = {}
    for seat in _own_earlier(assignment).prefetch_related("scores"):
        for code, points in points_of(seat).items():
            given.setdefault(code, []).append(points)
    return {code: _range_of(points) for code, points in given.items()}


def own_earlier_totals(assignment: Assignment) -> dict | None:
    """The same for the sums of these sheets; None where there are none."""
    totals = [seat.total for seat in _own_earlier(assignment) if seat.total is not None]
    return _range_of(totals) if totals else None


def _own_earlier(assignment: Assignment) -> QuerySet[Assignment]:
    panel = assignment.panel
    same_call = {"panel__call_id": panel.call_id} if panel.call_id else {"panel__call__isnull": True}
    return Assignment.objects.filter(
        expert_id=assignment.expert_id,
        state=AssignmentState.LOCKED,
        panel__kind=panel.kind,
        **same_call,
        panel__edition_id=panel.edition_id,
    ).exclude(pk=assignment.pk)


def _range_of(points: list[Decimal]) -> dict:
    return {
        "count": len(points),
        "least": min(points),
        "most": max(points),
        "mean": policy.mean_of(points, places=2),
    }
