"""The city's targets (三): how many institutes, achievements and transfers there are, and where they are.

What was due in a year is fixed as that year left it: what stood then stands in it for ever, whatever is verified or
annulled afterwards (I-1). Beside it stands what there is today.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import Division
from institutes.enums.provincial import Level
from institutes.models import Achievement, Institute, ProvincialFiling, Recognition, RecognitionEdition
from institutes.selectors.achievements import GOALS, counting_toward, totals
from institutes.selectors.provincial import at_level


@dataclass(frozen=True, slots=True)
class Goal:
    """One target: how many there are to be, how many there were when it was due, how many there are today."""

    code: str
    label: str
    unit: str
    wanted: int
    due_year: int
    at_due: int
    today: int
    clause: str
    gross: int | None = None

    @property
    def met(self) -> bool:
        """Whether it was reached when it was due."""
        return self.at_due >= self.wanted


@dataclass(frozen=True, slots=True)
class Year:
    """How many institutes were recognised in a year, by city and province, against the band of every year.

    A year before the policy has no band.
    """

    year: int
    recognised: int
    provincial: int
    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """What of the city's achievements is in one county, on one chain, from one year."""

    key: int
    label: str
    achievements: int
    transfers: int


def target_edition(on: date) -> RecognitionEdition | None:
    """What the city set itself, as it holds on a day; None where nothing was loaded yet."""
    rows = RecognitionEdition.objects.filter(kind="targets", valid_from__lte=on)
    return rows.order_by("-valid_from").first()


def goals(*, on: date) -> list[Goal]:
    """The cumulative targets of the policy, in its order."""
    edition = target_edition(on)
    if edition is None:
        return []
    terms, grounds = edition.terms["total"], edition.citations
    due = terms["due_year"]
    counted = {
        "institutes": (_institutes_at(due), Institute.objects.recognised().count()),
        **{goal: (_achieved_at(goal, due), totals(goal)) for goal in GOALS},
    }
    gross = Recognition.objects.count()
    return [
        Goal(
            code=code,
            label=grounds[f"total.{code}"]["label"],
            unit=grounds[f"total.{code}"]["unit"],
            wanted=terms[code],
            due_year=due,
            at_due=at_due,
            today=today,
            clause=grounds[f"total.{code}"]["clause"],
            gross=gross if code == "institutes" else None,
        )
        for code, (at_due, today) in counted.items()
    ]


def _end_of(year: int) -> datetime:
    return timezone.make_aware(datetime.combine(date(year, 12, 31), time.max))


def _institutes_at(year: int) -> int:
    """Recognised by the end of a year, and neither revoked nor withdrawn by then."""
    end = _end_of(year)
    over = Q(revoked_at__lte=end) | Q(withdrawn_at__lte=end)
    return Recognition.objects.filter(recognised_at__lte=end).exclude(over).count()


def _achieved_at(goal: str, year: int) -> int:
    """Verified by the end of a year, and not annulled by then."""
    end = _end_of(year)
    rows = Achievement.objects.toward(goal).filter(verified_at__lte=end)
    return rows.exclude(annulled_at__lte=end).count()


def years(*, on: date) -> list[Year]:
    """Each year with its newly recognised institutes, the latest first; this year stands there without any, too."""
    edition = target_edition(on)
    if edition is None:
        return []
    band = edition.terms["yearly"]
    rows = Recognition.objects.order_by().values_list("year").annotate(n=Count("pk"))
    filings = ProvincialFiling.objects.recognised().order_by().values_list("document_on__year")
    provincial = dict(filings.annotate(n=Count("pk")))
    found, began = {on.year: 0} | dict.fromkeys(provincial, 0) | dict(rows), edition.valid_from.year
    least, most = band["recognised_min"], band["recognised_max"]
    return [
        Year(
            year,
            found[year],
            provincial.get(year, 0),
            least if year >= began else None,
            most if year >= began else None,
        )
        for year in sorted(found, reverse=True)
    ]


def provincial_institutes() -> int:
    """How many institutes in force the province has recognised (四(五))."""
    return at_level(Institute.objects.recognised(), Level.PROVINCIAL).count()


def by_division(divisions: QuerySet[Division]) -> list[Share]:
    """What was verified in each of these counties; a county without anything is left out."""
    named = dict(divisions.values_list("pk", "name"))
    return _shares("division", named, within=set(named))


def by_chain(divisions: QuerySet[Division]) -> list[Share]:
    """The same by industry chain, of these counties."""
    rows = Institute.objects.order_by().values_list("chain", "chain__name")
    return _shares("institute__chain", dict(rows), within=set(divisions.values_list("pk", flat=True)))


def by_year(divisions: QuerySet[Division]) -> list[Share]:
    """The same by the year in which it was brought about, the latest first."""
    within = set(divisions.values_list("pk", flat=True))
    counts = [_counts(goal, "achieved_on__year", within) for goal in GOALS]
    keys = sorted({key for each in counts for key in each}, reverse=True)
    return [Share(key, str(key), counts[0].get(key, 0), counts[1].get(key, 0)) for key in keys]


def _shares(column: str, named: dict[int, str], *, within: set[int]) -> list[Share]:
    counts = [_counts(goal, column, within) for goal in GOALS]
    found = [
        Share(key, name, counts[0].get(key, 0), counts[1].get(key, 0))
        for key, name in named.items()
        if any(key in each for each in counts)
    ]
    return sorted(found, key=lambda share: (-share.achievements - share.transfers, share.label))


def _counts(goal: str, column: str, within: Iterable[int]) -> dict[int, int]:
    rows = counting_toward(goal).filter(division__in=within).order_by()
    return dict(rows.values_list(column).annotate(n=Count("pk")))
