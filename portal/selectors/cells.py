"""What there is, in two questions: for a county or the city, so many of this kind, in that state and year.

What there are many of the database keeps as sums (``portal.selectors.tallies``); what there are few of, what is late
today and what belongs to one chain is counted as it stands.

Every dashboard reads the same cells and adds up those it needs; a figure and the list that it opens follow the same
conditions, so that they cannot differ.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from itertools import chain
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DecimalField,
    F,
    IntegerField,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, ExtractYear
from django.utils import timezone

from accounts.roles import Role
from evaluation.enums.performance import GRADED_STATES
from evaluation.models import Evaluation
from funding.models import Award, Budget, CountyBudget, Disbursement
from funding.selectors import AWARD_LEGS, DISBURSEMENT_LEGS
from institutes.models import (
    Achievement,
    Application,
    CountyPolicyMeasure,
    CultivationEntry,
    ProvincialFiling,
    Recognition,
)
from institutes.models.county_policy import CountyPolicy
from portal.models import Tallied
from portal.selectors import tallies
from portal.selectors.dashboard import NET
from portal.selectors.matters import LATE, NEAR, NEW, TODAY, when
from portal.selectors.tallies import Cut
from projects.models import Project, Proposal
from records.models import Deadline
from records.models.deadline import STATE

MONEY = DecimalField(max_digits=20, decimal_places=2)
NOTHING = Value(Decimal(0), output_field=MONEY)
TOWARD = Coalesce(KeyTextTransform("toward", "terms"), Value(""), output_field=TextField())
LATER = "later"
VALID, ENDED = "valid", "ended"
AMBER, RED = "amber", "red"
PERIODS = ("total", "committed", "ordered", "paid")
"""The columns of a budget, each a cell."""


@dataclass(frozen=True, slots=True)
class Cell:
    """So many (``n``) of one kind of thing (``what``); ``amount`` is what of them stands here, ``total`` all of it."""

    what: str
    division: int | None
    chain: int | None
    year: int
    kind: str
    state: str
    n: int
    amount: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Scope:
    """What is counted: these counties or, without any named, the city with its offices; one chain, where one is.

    ``calls_of``: of which year the applications are counted call by call besides.
    """

    divisions: tuple[int, ...] | None = None
    chain: int | None = None
    calls_of: int | None = None

    def within(self, rows: QuerySet, *, division: str = "division", chain: str = "") -> QuerySet:
        """The rows of the scope; what knows no chain is counted whatever chain was asked for."""
        if self.divisions is not None:
            rows = rows.filter(**{f"{division}__in": self.divisions})
        return rows.filter(**{chain: self.chain}) if chain and self.chain else rows


class Cells:
    """Cells to add up; ``where`` names columns with the value or the values that are wanted."""

    def __init__(self, cells: Iterable[Cell]):
        self._cells: dict[str, list[Cell]] = {}
        for cell in cells:
            self._cells.setdefault(cell.what, []).append(cell)

    def pick(self, what: str, **where: Any) -> Iterator[Cell]:
        for cell in self._cells.get(what, ()):
            if all(_fits(getattr(cell, name), wanted) for name, wanted in where.items()):
                yield cell

    def n(self, what: str, **where: Any) -> int:
        return sum(cell.n for cell in self.pick(what, **where))

    def amount(self, what: str, **where: Any) -> Decimal:
        return sum((cell.amount for cell in self.pick(what, **where)), Decimal(0))

    def total(self, what: str, **where: Any) -> Decimal:
        return sum((cell.total for cell in self.pick(what, **where)), Decimal(0))

    def values(self, what: str, column: str, **where: Any) -> list[Any]:
        """The different values of a column, in order."""
        return sorted({getattr(cell, column) for cell in self.pick(what, **where)} - {None})


def _fits(value: object, wanted: object) -> bool:
    if wanted is None:
        return True
    if isinstance(wanted, Collection) and not isinstance(wanted, str):
        return value in wanted
    return value == wanted


def counted(
    scope: Scope,
    *,
    on: date,
    kept_from: Collection[str],
    retention: tuple[int, int],
    due_year: int | None = None,
) -> Cells:
    """Everything that dashboards show of a scope, as it stands on a day. Two queries, however many rows.

    ``kept_from``: kinds of cases of whose matters the reader may not know; ``retention``: from how many days on a
    county keeps money too long, and much too long. With ``due_year`` also what counted toward the cumulative targets
    when that year ended.
    """
    rows = [
        *_money(scope, on, retention),
        *_small(scope, on),
        *_matters(scope, on, kept_from),
    ]
    if scope.calls_of:
        rows.append(_calls(scope, scope.calls_of))
    if scope.chain:
        rows += [*_by_chain(scope), *(_frozen(scope, due_year) if due_year else ())]
    live = (Cell(*row) for row in rows[0].union(*rows[1:], all=True))
    return Cells(live if scope.chain else chain(live, _kept(scope, due_year)))


def _frozen(scope: Scope, due_year: int) -> Iterator[QuerySet]:
    """What counted toward the cumulative targets when the due year ended (I-1): neither ended nor annulled by then."""
    end = timezone.make_aware(datetime.combine(date(due_year, 12, 31), time.max))
    over = Q(revoked_at__lte=end) | Q(withdrawn_at__lte=end)
    in_force = Recognition.objects.filter(recognised_at__lte=end).exclude(over)
    within = scope.within(in_force, division="institute__division", chain="institute__chain")
    yield _cells(within, "at_due", division=F("institute__division"), kind=Value("institutes"))
    verified = Achievement.objects.filter(verified_at__lte=end).exclude(annulled_at__lte=end)
    yield _cells(scope.within(verified, chain="institute__chain"), "at_due", kind=TOWARD)


def _cells(rows: QuerySet, what: str, **columns: Any) -> QuerySet:
    """``rows`` grouped by the columns that are given; the others are empty."""
    found = {
        "c_what": Cast(Value(what), TextField()),
        "c_division": Cast(columns.get("division", F("division")), BigIntegerField()),
        "c_chain": Cast(columns.get("chain", Value(None)), BigIntegerField()),
        "c_year": Cast(Coalesce(columns.get("year", Value(0)), Value(0)), IntegerField()),
        "c_kind": Cast(columns.get("kind", Value("")), TextField()),
        "c_state": Cast(columns.get("state", Value("")), TextField()),
    }
    sums = {
        f"c_{name}": Coalesce(Sum(columns[name], output_field=MONEY), NOTHING)
        if name in columns
        else Cast(NOTHING, MONEY)
        for name in ("amount", "total")
    }
    grouped = rows.order_by().annotate(**found).values(*found)
    return grouped.annotate(c_n=Count("pk"), **sums).values_list(*found, "c_n", "c_amount", "c_total")


def _kept(scope: Scope, due_year: int | None) -> Iterator[Cell]:
    """What the database keeps as sums: it knows no chain but of institutes. One query."""
    cuts = {
        "application": Cut(Tallied.APPLICATIONS, by=("division", "year", "state")),
        "institute": Cut(Tallied.INSTITUTES, by=("division", "year", "state")),
        "led": Cut(Tallied.INSTITUTES, by=("chain", "state")),
        "filing": Cut(Tallied.FILINGS, by=("state",)),
        "project": Cut(Tallied.PROJECTS, by=("year", "state")),
        "evaluation": Cut(Tallied.EVALUATIONS, by=("year", "kind", "state")),
        "pool": Cut(Tallied.POOL, by=("state",)),
    }
    if due_year:
        cuts["recognised"] = Cut(Tallied.RECOGNITIONS, by=("year", "state"), until=due_year)
        cuts["verified"] = Cut(Tallied.VERIFICATIONS, by=("year", "kind", "state"), until=due_year)
    for what, parts in tallies.read(scope.divisions, **cuts).items():
        for keys, part in parts.items():
            named = keys if isinstance(keys, tuple) else (keys,)
            cell = _cell(what, dict(zip(cuts[what].by, named, strict=True)), part)
            if what not in ("recognised", "verified"):
                yield cell
            elif not cell.state or int(cell.state) > (due_year or 0):
                yield replace(cell, what="at_due", kind=cell.kind or "institutes", state="", year=0)


def _cell(what: str, keys: dict[str, Any], part: tallies.Part) -> Cell:
    state, kind = keys.get("state", ""), keys.get("kind", "")
    if what in ("institute", "led"):
        state = VALID if state in NET else ENDED
    if what == "evaluation" and state not in GRADED_STATES:
        kind = ""  # no grade is known before it is published
    place = (keys.get("division"), keys.get("chain"), keys.get("year", 0))
    return Cell(what, *place, kind, state, part.count, part.amount, Decimal(0))


def _calls(scope: Scope, year: int) -> QuerySet:
    """The applications of the year's calls, call by call."""
    rows = scope.within(Application.objects.received().filter(call__year=year), chain="chain")
    return _cells(rows, "call", state=F("state"), kind=Cast(F("call"), TextField()))


def _by_chain(scope: Scope) -> Iterator[QuerySet]:
    """The same as is kept, counted anew for one chain."""
    yield _cells(
        scope.within(Application.objects.received(), chain="chain"),
        "application",
        year=F("call__year"),
        state=F("state"),
    )
    ended = Q(revoked_at__isnull=False) | Q(withdrawn_at__isnull=False)
    yield _cells(
        scope.within(Recognition.objects.all(), division="institute__division", chain="institute__chain"),
        "institute",
        division=F("institute__division"),
        year=F("year"),
        state=Case(When(ended, then=Value(ENDED)), default=Value(VALID)),
    )
    yield _cells(
        scope.within(ProvincialFiling.objects.all(), chain="institute__chain"), "filing", state=F("state")
    )
    yield _cells(
        scope.within(Project.objects.all(), chain="chain"),
        "project",
        year=F("year"),
        state=F("state"),
        amount=F("grant"),
    )
    evaluations = scope.within(Evaluation.objects.all(), chain="institute__chain")
    published = Case(When(state__in=GRADED_STATES, then=F("grade")), default=Value(""))
    yield _cells(evaluations, "evaluation", year=F("round__year"), state=F("state"), kind=published)
    yield _cells(scope.within(CultivationEntry.objects.all(), chain="chain"), "pool", state=F("state"))


def _money(scope: Scope, on: date, retention: tuple[int, int]) -> Iterator[QuerySet]:
    awards = scope.within(Award.objects.all(), chain="institute__chain")
    legs = Case(
        *(When(here, then=Value(leg.value)) for leg, here in AWARD_LEGS.items()),
        default=Value(""),
    )
    yield _cells(
        awards,
        "award",
        year=F("budget__year"),
        kind=F("kind"),
        state=legs,
        amount=F("amount") - F("freed") - F("ordered"),
        total=F("amount"),
    )
    approved = Q(state__in=("approved", "suspended", "closed"), approved_at__isnull=False)
    yield _cells(
        awards.filter(approved), "approved", year=F("budget__year"), kind=F("kind"), amount=F("amount")
    )
    orders = scope.within(Disbursement.objects.all(), chain="award__institute__chain")
    way = Case(
        *(When(here, then=Value(leg.value)) for leg, here in DISBURSEMENT_LEGS.items()),
        default=Value(""),
    )
    columns = {"year": F("award__budget__year"), "kind": F("award__kind"), "amount": F("amount")}
    yield _cells(orders, "order", state=way, **columns)
    amber, red = (date.fromordinal(on.toordinal() - days) for days in retention)
    kept = orders.filter(state="county_received", received_on__lt=amber)
    colour = Case(When(received_on__lt=red, then=Value(RED)), default=Value(AMBER))
    yield _cells(kept, "kept", state=colour, **columns)
    if scope.divisions is None:
        for name in PERIODS:
            yield _cells(
                Budget.objects.all(),
                "budget",
                division=Value(None),
                year=F("year"),
                kind=F("programme"),
                state=Value(name),
                amount=F(name),
            )


def _small(scope: Scope, on: date) -> Iterator[QuerySet]:
    """What there are few of: promises, achievements, proposals, what counties set aside and issued."""
    promised = Application.objects.received().filter(county_support_amount__isnull=False, state="recognised")
    yield _cells(
        scope.within(promised, chain="chain"),
        "promise",
        year=F("call__year"),
        amount=F("county_support_amount"),
    )
    yield _cells(
        scope.within(Achievement.objects.verified(), chain="institute__chain"),
        "achievement",
        year=ExtractYear("achieved_on"),
        kind=TOWARD,
    )
    yield _cells(
        scope.within(Proposal.objects.filter(number__isnull=False), chain="topic__chain"),
        "proposal",
        year=F("call__year"),
        state=F("state"),
        amount=Coalesce(F("asked"), NOTHING),
    )
    yield _cells(
        scope.within(CountyBudget.objects.all()),
        "own_budget",
        year=F("year"),
        amount=F("paid"),
        total=F("amount"),
    )
    in_force = CountyPolicy.objects.in_force(on)
    yield _cells(scope.within(in_force), "policy")
    yield _cells(
        scope.within(CountyPolicyMeasure.objects.filter(policy__in=in_force), division="policy__division"),
        "measure",
        division=F("policy__division"),
        kind=F("item"),
    )


def _matters(scope: Scope, on: date, kept_from: Collection[str]) -> Iterator[QuerySet]:
    rows = Deadline.objects.running().exclude(holder_role__in=["", Role.SYSTEM])
    rows = scope.within(rows.exclude(subject_type__in=kept_from))
    urgency = Case(
        When(when(NEW, on=on), then=Value(NEW)),
        When(when(LATE, on=on), then=Value(LATE)),
        When(when(TODAY, on=on), then=Value(TODAY)),
        When(when(NEAR, on=on), then=Value(NEAR)),
        default=Value(LATER),
    )
    yield _cells(rows, "matter", kind=F("holder_role"), state=urgency)
    late = scope.within(Deadline.objects.overdue(on).filter(kind=STATE))
    yield _cells(late, "late", kind=F("subject_type"), state=F("subject_state"))
