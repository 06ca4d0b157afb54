"""Cells of one chain: what the database keeps as sums without knowing its chain, counted anew over the chain's rows."""

from collections.abc import Iterator
from datetime import date, datetime, time
from decimal import Decimal
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

from evaluation.enums.performance import GRADED_STATES
from evaluation.models import Evaluation
from funding.models import Award, Disbursement
from funding.selectors import AWARD_LEGS, DISBURSEMENT_LEGS
from institutes.models import Achievement, Application, CultivationEntry, ProvincialFiling, Recognition
from portal.selectors.cells import ENDED, VALID, Cell, Scope
from projects.models import Project, Proposal

MONEY = DecimalField(max_digits=20, decimal_places=2)
NOTHING = Value(Decimal(0), output_field=MONEY)
TOWARD = Coalesce(KeyTextTransform("toward", "terms"), Value(""), output_field=TextField())


def counted(scope: Scope, *, due_year: int | None = None) -> Iterator[Cell]:
    """The cells of ``scope.chain``. One query."""
    rows = [*_recognition(scope), *_work(scope), *_money(scope)]
    if scope.calls_of:
        rows.append(_calls(scope, scope.calls_of))
    if due_year:
        rows += _frozen(scope, due_year)
    return (Cell(*row) for row in rows[0].union(*rows[1:], all=True))


def _within(scope: Scope, rows: QuerySet, *, chain: str, division: str = "division") -> QuerySet:
    if scope.divisions is not None:
        rows = rows.filter(**{f"{division}__in": scope.divisions})
    return rows.filter(**{chain: scope.chain})


def _cells(rows: QuerySet, what: str, **columns: Any) -> QuerySet:
    """``rows`` grouped by the columns that are given; the others are empty."""
    found = {
        "c_what": Cast(Value(what), TextField()),
        "c_division": Cast(columns.get("division", F("division")), BigIntegerField()),
        "c_chain": Cast(Value(None), BigIntegerField()),
        "c_year": Cast(Coalesce(columns.get("year", Value(0)), Value(0)), IntegerField()),
        "c_kind": Cast(columns.get("kind", Value("")), TextField()),
        "c_state": Cast(columns.get("state", Value("")), TextField()),
    }
    amount = (
        Coalesce(Sum(columns["amount"], output_field=MONEY), NOTHING)
        if "amount" in columns
        else Cast(NOTHING, MONEY)
    )
    grouped = rows.order_by().annotate(**found).values(*found).annotate(c_n=Count("pk"), c_amount=amount)
    return grouped.annotate(c_total=Cast(NOTHING, MONEY)).values_list(*found, "c_n", "c_amount", "c_total")


def _frozen(scope: Scope, due_year: int) -> Iterator[QuerySet]:
    """What counted toward the cumulative targets when the due year ended (I-1): neither ended nor annulled by then."""
    end = timezone.make_aware(datetime.combine(date(due_year, 12, 31), time.max))
    over = Q(revoked_at__lte=end) | Q(withdrawn_at__lte=end)
    in_force = Recognition.objects.filter(recognised_at__lte=end).exclude(over)
    within = _within(scope, in_force, division="institute__division", chain="institute__chain")
    yield _cells(within, "at_due", division=F("institute__division"), kind=Value("institutes"))
    verified = Achievement.objects.filter(verified_at__lte=end).exclude(annulled_at__lte=end)
    yield _cells(_within(scope, verified, chain="institute__chain"), "at_due", kind=TOWARD)


def _calls(scope: Scope, year: int) -> QuerySet:
    """The applications of the year's calls, call by call."""
    rows = _within(scope, Application.objects.received().filter(call__year=year), chain="chain")
    return _cells(rows, "call", state=F("state"), kind=Cast(F("call"), TextField()))


def _recognition(scope: Scope) -> Iterator[QuerySet]:
    received = _within(scope, Application.objects.received(), chain="chain")
    yield _cells(received, "application", year=F("call__year"), state=F("state"))
    promised = received.filter(county_support_amount__isnull=False, state="recognised")
    yield _cells(promised, "promise", amount=F("county_support_amount"))
    ended = Q(revoked_at__isnull=False) | Q(withdrawn_at__isnull=False)
    yield _cells(
        _within(scope, Recognition.objects.all(), division="institute__division", chain="institute__chain"),
        "institute",
        division=F("institute__division"),
        year=F("year"),
        state=Case(When(ended, then=Value(ENDED)), default=Value(VALID)),
    )
    filings = _within(scope, ProvincialFiling.objects.all(), chain="institute__chain")
    yield _cells(filings, "filing", state=F("state"))
    yield _cells(_within(scope, CultivationEntry.objects.all(), chain="chain"), "pool", state=F("state"))


def _work(scope: Scope) -> Iterator[QuerySet]:
    achieved = _within(scope, Achievement.objects.verified(), chain="institute__chain")
    yield _cells(achieved, "achievement", year=ExtractYear("achieved_on"), kind=TOWARD)
    projects = _within(scope, Project.objects.all(), chain="chain")
    yield _cells(projects, "project", year=F("year"), state=F("state"), amount=F("grant"))
    proposals = _within(scope, Proposal.objects.received(), chain="topic__chain")
    yield _cells(proposals, "proposal", state=F("state"), amount=Coalesce(F("asked"), NOTHING))
    evaluations = _within(scope, Evaluation.objects.all(), chain="institute__chain")
    published = Case(When(state__in=GRADED_STATES, then=F("grade")), default=Value(""))
    yield _cells(evaluations, "evaluation", year=F("round__year"), state=F("state"), kind=published)


def _money(scope: Scope) -> Iterator[QuerySet]:
    awards = _within(scope, Award.objects.all(), chain="institute__chain")
    columns = {"year": F("budget__year"), "kind": F("kind")}
    standing = F("amount") - F("freed") - F("ordered")
    yield _cells(awards, "award", state=_leg(AWARD_LEGS), amount=standing, **columns)
    approved = Q(state__in=("approved", "suspended", "closed"), approved_at__isnull=False)
    yield _cells(awards.filter(approved), "approved", amount=F("amount"), **columns)
    orders = _within(scope, Disbursement.objects.all(), chain="award__institute__chain")
    columns = {"year": F("award__budget__year"), "kind": F("award__kind")}
    yield _cells(orders, "order", state=_leg(DISBURSEMENT_LEGS), amount=F("amount"), **columns)


def _leg(legs: dict) -> Case:
    return Case(*(When(here, then=Value(leg.value)) for leg, here in legs.items()), default=Value(""))
