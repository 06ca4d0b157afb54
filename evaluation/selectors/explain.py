"""Every number of an evaluation explained: value, source rows, points, what is lost, the place among its like.

Before the round is graded it is a preview by the figures of today; afterwards the sheet that was frozen speaks.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.reach import reach_of
from accounts.roles import Role
from evaluation.models import Assessment, Cycle, Evaluation, Round
from evaluation.models.performance import GRADED, NOT_COUNTED
from evaluation.policy import performance, sensitivity
from evaluation.policy.performance import Entry, Facts, Line, Sheet, facts_of, graded, ranks, rounded
from evaluation.policy.rules import Rules, rules_of
from evaluation.selectors.assessments import assessments_visible_to
from evaluation.selectors.indicators import ACHIEVEMENT, ASSESSMENT, EARLIER, PROJECT
from evaluation.selectors.performance import deductions_of
from evaluation.selectors.reported import late_by_institute
from institutes.enums import ChainKind
from institutes.selectors import BUREAU, COUNTY, UNIT
from institutes.selectors.achievements import achievements_visible_to
from institutes.selectors.earlier import earlier_visible_to
from projects.selectors.projects import projects_visible_to
from records.models import Document

OFFICERS = (*BUREAU, Role.AUDITOR)
"""Who reads points before they are released."""
_RELATED = ("institute__recognition", "institute__chain", "cycle", "round", "edition", "host", "division")


def explained_to(user: User) -> QuerySet[Evaluation]:
    """Evaluations whose points this person reads: officers always; a unit and its county once they were released.

    What was put off, or counts as passed because the province evaluated it, has no points to explain.
    """
    rows = Evaluation.objects.filter(reviewed_at__isnull=False).select_related(*_RELATED)
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*OFFICERS):
        return rows
    reach = reach_of(user.memberships_active, *UNIT, *COUNTY)
    mine = Q(host_id__in=sorted(reach.organisations)) | Q(division_id__in=sorted(reach.divisions))
    return rows.filter(mine, released_at__isnull=False)


def may_weigh(user: User) -> bool:
    """Who asks what a round hangs on, and what other numbers would do to it: the bureau and the auditor."""
    return user.holds(*OFFICERS)


@dataclass(frozen=True)
class Standing:
    """One evaluation with what its figures come to."""

    evaluation: Evaluation
    rules: Rules
    facts: Facts

    @property
    def key(self) -> int:
        return self.evaluation.pk

    @cached_property
    def sheet(self) -> Sheet:
        """As it was frozen; a preview where it was not graded yet."""
        if self.is_frozen:
            return performance.sheet_from(self.evaluation.sheet)
        return performance.sheet_by(self.rules, self.facts)

    @property
    def is_frozen(self) -> bool:
        """Whether it was graded; a round that was sent back is reckoned anew."""
        return bool(self.evaluation.sheet) and self.evaluation.state in GRADED

    @property
    def given(self) -> str:
        """The grade that was given; empty while it was not, or was sent back."""
        return self.evaluation.grade if self.is_frozen else ""

    @property
    def total(self) -> Decimal:
        return self.sheet.total

    @property
    def entry(self) -> Entry:
        return Entry(self.key, self.total, self.facts.cap, self.facts.chain_kind)

    @property
    def case(self) -> sensitivity.Case:
        return sensitivity.Case(self.key, self.rules, self.facts)

    @property
    def kind_label(self) -> str:
        return kind_label(self.evaluation.chain_kind)


def kind_label(chain_kind: str) -> str:
    """A type of chain in words."""
    return str(ChainKind(chain_kind).label) if chain_kind in ChainKind.values else "未定类型"


def standing_of(evaluation: Evaluation, late: Iterable[Assessment] | None = None) -> Standing:
    """What the figures of one evaluation come to, by its edition; ``late``: reports that came late, if known already.

    What is taken off is as it was frozen, and before that as it is known today.
    """
    frozen, kind = evaluation.state in GRADED, evaluation.chain_kind
    deductions = evaluation.deductions if frozen else deductions_of(evaluation, late)
    facts = facts_of(evaluation.figures, evaluation.marks, deductions, cap=evaluation.cap, chain_kind=kind)
    return Standing(evaluation, rules_of(evaluation.edition.terms, kind), facts)


def standings_in(round_: Round) -> list[Standing]:
    """Everybody who has points in a round, with what they come to. Two queries, however many there are."""
    rows = list(scored_in(round_))
    late = late_by_institute([row.institute for row in rows if row.state not in GRADED])
    return [standing_of(row, late.get(row.institute_id, ())) for row in rows]


def scored_in(round_: Round) -> QuerySet[Evaluation]:
    """Who has points in a round: the experts gave theirs, and it was neither put off nor ended.

    Where somebody was evaluated again after a time to mend, the second one stands for both.
    """
    rows = Evaluation.objects.filter(round=round_, reviewed_at__isnull=False)
    rows = rows.exclude(state__in=NOT_COUNTED).exclude(successor__reviewed_at__isnull=False)
    return rows.select_related(*_RELATED).order_by("institute__name", "pk")


def unscored_in(round_: Round) -> QuerySet[Evaluation]:
    """Who has no points in a round: put off, evaluated by the province, not taking part, or not so far yet."""
    rows = Evaluation.objects.filter(round=round_).filter(
        Q(reviewed_at__isnull=True) | Q(state__in=NOT_COUNTED)
    )
    return rows.select_related(*_RELATED).order_by("institute__name", "pk")


# --- a round ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Weighed:
    """A round with everybody who has points in it: grades, places, and what they hang on."""

    round: Round
    standings: Sequence[Standing]
    rules: Rules

    @cached_property
    def grades(self) -> dict[int, str]:
        """The grade of everybody: what was given, or what these points would give today."""
        preview = graded([one.entry for one in self.standings], self.rules)
        return {one.key: one.given or preview[one.key] for one in self.standings}

    @cached_property
    def places(self) -> dict[int, tuple[int, int]]:
        """The place of everybody within the own type of chain, and among how many."""
        return performance.ranks_in_kinds([one.entry for one in self.standings])

    @cached_property
    def line_places(self) -> dict[tuple[int, str], int]:
        """The place of everybody within the type of chain by each indicator."""
        found: dict[tuple[int, str], int] = {}
        for kind in {one.facts.chain_kind for one in self.standings}:
            mine = [one for one in self.standings if one.facts.chain_kind == kind]
            for code in (line.code for line in mine[0].sheet.lines):
                scores = {
                    one.key: line.score for one in mine for line in one.sheet.lines if line.code == code
                }
                found |= {(key, code): place for key, place in ranks(scores).items()}
        return found

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many have each grade, the best first."""
        given = list(self.grades.values())
        return [(band.label, given.count(band.code)) for band in self.rules.bands]

    def label(self, grade: str) -> str:
        return self.rules.band(grade).label if grade else ""

    @cached_property
    def cut_offs(self) -> list[sensitivity.Tipping]:
        """For each cut-off the nearest change that turns somebody's grade."""
        return sensitivity.by_cut_off([one.case for one in self.standings], self.rules)

    @cached_property
    def weights(self) -> list[sensitivity.Tipping]:
        """For each indicator the smallest change of its weight that turns somebody's grade."""
        return sensitivity.by_weight([one.case for one in self.standings], self.rules)


def weighed(round_: Round) -> Weighed:
    """A round with its points."""
    return Weighed(round_, standings_in(round_), rules_of(round_.edition.terms))


def papers_of_round(round_: Round) -> QuerySet[Document]:
    """What was issued about a round as a whole."""
    return Document.objects.about(round_).in_force().order_by("pk")


# --- one evaluation ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Row:
    """One line explained: the line, its figure's note and rows, the place by this indicator among its like."""

    line: Line
    note: str
    sources: Sequence[dict[str, Any]]
    place: int | None
    needed: Decimal | None = None

    @property
    def decisive(self) -> bool:
        """Whether a single raise of this indicator reaches the next grade."""
        return self.needed is not None


@dataclass(frozen=True)
class Explanation:
    """One evaluation explained."""

    standing: Standing
    grade: str
    label: str
    place: int | None
    among: int
    rows: Sequence[Row]
    nearest: sensitivity.Nearest | None
    next_label: str
    is_limited: bool

    @property
    def lost_most(self) -> list[Row]:
        """Where most points were lost, at most five."""
        lost = [row for row in self.rows if row.line.lost > 0]
        return sorted(lost, key=lambda row: -row.line.lost)[:5]


def explained(evaluation: Evaluation, user: User) -> Explanation:
    """One evaluation explained to this reader, who is led only to rows they may open."""
    own = standing_of(evaluation)
    round_ = weighed(evaluation.round)
    among = {one.key for one in round_.standings}
    grade = (
        own.given or round_.grades.get(own.key) or performance.grade_of(own.total, own.rules, own.facts.cap)
    )
    nearest = sensitivity.nearest(own.rules, own.facts)
    needed = {way.code: way.needed for way in nearest.raises} if nearest and not nearest.held else {}
    figures = {row["code"]: row for row in evaluation.figures}
    links = links_for(evaluation.figures, user)
    by_total = performance.grade_of(own.total, own.rules, own.facts.cap)
    return Explanation(
        standing=own,
        grade=grade,
        label=own.rules.band(grade).label,
        place=round_.places[own.key][0] if own.key in among else None,
        among=round_.places[own.key][1] if own.key in among else 0,
        rows=[
            Row(
                line,
                _note(figures.get(line.code, {})),
                [_source(row, links) for row in figures.get(line.code, {}).get("sources", ())],
                round_.line_places.get((own.key, line.code)),
                needed.get(line.code),
            )
            for line in own.sheet.lines
        ],
        nearest=nearest,
        next_label=own.rules.band(nearest.grade).label if nearest else "",
        is_limited=by_total != grade,
    )


FILLED = {"tax": "税务部门填报", "finance": "财政部门填报"}


def _note(figure: Mapping[str, Any]) -> str:
    """What is peculiar to a figure: an office said it, or the rows lack a year."""
    office = FILLED.get(figure.get("filled_by", ""), "")
    return office or figure.get("note", "")


def _source(row: Mapping[str, Any], links: Mapping[tuple[str, int], str]) -> dict[str, Any]:
    return {**row, "url": links.get((row.get("type", ""), row.get("id", 0)), "")}


READERS: dict[str, Callable[[User], QuerySet[Any]]] = {
    ACHIEVEMENT: achievements_visible_to,
    ASSESSMENT: assessments_visible_to,
    PROJECT: projects_visible_to,
    EARLIER: earlier_visible_to,
}
"""By type of row behind a figure: which of them a person may open."""


def links_for(figures: Iterable[Mapping[str, Any]], user: User) -> dict[tuple[str, int], str]:
    """Where the rows behind figures stand, for those that this reader may open. A query for each type of row."""
    wanted: dict[str, list[int]] = {}
    for figure in figures:
        for row in figure.get("sources", ()):
            wanted.setdefault(row.get("type", ""), []).append(row.get("id", 0))
    found: dict[tuple[str, int], str] = {}
    for kind, visible in READERS.items():
        if kind in wanted:
            rows = visible(user).filter(pk__in=wanted[kind])
            found |= {(kind, row.pk): row.get_absolute_url() for row in rows}
    return found


# --- year by year -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Trend:
    """One indicator year by year, in its unit; None where no row says anything of a year.

    Growth has no unit of a year: its values are what grew.
    """

    code: str
    label: str
    unit: str
    dimension: str
    values: tuple[Decimal | None, ...]
    shares: tuple[Decimal | None, ...]


YEARLY = frozenset({"avg", "growth"})


def trends_of(evaluation: Evaluation) -> list[Trend]:
    """Every indicator that follows from figures, year by year.

    ``shares``: how many per cent of what a year would need for the full mark; an average needs all of it every year,
    a sum a third of it in three years. Growth has no share of its own: it is between years.
    """
    cycle, terms = evaluation.cycle, evaluation.edition.terms
    measures = {row["code"]: row["measure"] for row in terms["indicators"]}
    figures = {row["code"]: row for row in evaluation.figures}
    rules = rules_of(terms, evaluation.chain_kind)
    return [
        _trend(one, measures[one.code], figures.get(one.code, {}).get("sources", ()), cycle)
        for one in rules.indicators
        if one.computed_part
    ]


def _trend(one: Any, measure: str, sources: Iterable[Mapping[str, Any]], cycle: Cycle) -> Trend:
    by_year: dict[int, Decimal] = {}
    for row in sources:
        by_year[row["year"]] = by_year.get(row["year"], Decimal(0)) + Decimal(row["value"])
    counted = measure not in YEARLY and measure != "sum"
    values = tuple(by_year.get(year, Decimal(0) if counted else None) for year in cycle.years)
    full = Fraction(one.full_mark) / (1 if measure in YEARLY else len(cycle.years))
    shares = tuple(
        None
        if value is None or measure == "growth"
        else rounded(min(Fraction(1), Fraction(value) / full) * 100)
        for value in values
    )
    unit = "" if measure == "growth" else one.unit
    return Trend(one.code, one.label, unit, one.dimension, values, shares)


def dimension_trends(
    evaluation: Evaluation, trends: Sequence[Trend]
) -> list[tuple[str, tuple[Decimal, ...]]]:
    """Each dimension year by year: by how many per cent its indicators came up to a year's full marks, on average."""
    rules = rules_of(evaluation.edition.terms, evaluation.chain_kind)
    found = []
    for code, label in rules.dimensions:
        mine = [trend for trend in trends if trend.dimension == code]
        per_year = [
            [share for trend in mine if (share := trend.shares[n]) is not None]
            for n in range(len(evaluation.cycle.years))
        ]
        means = tuple(
            rounded(sum(map(Fraction, shares), Fraction(0)) / len(shares), 1) if shares else Decimal(0)
            for shares in per_year
        )
        found.append((label, means))
    return found
