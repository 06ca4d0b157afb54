"""The city's targets (三): how many institutes, achievements and transfers there are, and where they are.

What was due in a year is fixed as that year left it: what stood then stands in it for ever, whatever is verified or
annulled afterwards (I-1). Beside it stands what there is today.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import F, QuerySet, Sum

from accounts.models import Division
from institutes.enums.provincial import FilingState, Level
from institutes.models import Institute, RecognitionEdition
from institutes.selectors.achievements import GOALS
from institutes.selectors.provincial import at_level
from portal.models import Tallied, Tally
from portal.selectors import tallies
from portal.selectors.dashboard import NET
from portal.selectors.tallies import WHOLE_CITY, Cut


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


def goals(*, on: date, edition: RecognitionEdition | None = None) -> list[Goal]:
    """The cumulative targets of the policy, in its order. ``edition``: where that of the day is at hand already."""
    edition = edition or target_edition(on)
    if edition is None:
        return []
    terms, grounds = edition.terms["total"], edition.citations
    due = terms["due_year"]
    counted, gross = _counted(due)
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


def _counted(due: int) -> tuple[dict[str, tuple[int, int]], int]:
    """Of each target how many there were when it was due and are today; and the institutes that ever were."""
    found = tallies.read(
        WHOLE_CITY,
        institutes=Cut(Tallied.INSTITUTES, by=("state",)),
        recognised=Cut(Tallied.RECOGNITIONS, by=("state",), until=due),
        gross=Cut(Tallied.RECOGNITIONS),
        verified=Cut(Tallied.VERIFICATIONS, by=("kind", "state"), until=due),
        achieved=Cut(Tallied.ACHIEVEMENTS, by=("kind",)),
    )
    counted = {"institutes": (_stood(found["recognised"].counts, due), found["institutes"].count_of(*NET))}
    for goal in GOALS:
        by_end = {ended: n for (kind, ended), n in found["verified"].counts.items() if kind == goal}
        counted[goal] = (_stood(by_end, due), found["achieved"].count_of(goal))
    return counted, found["gross"].count


def _stood(by_end: dict[str, int], year: int) -> int:
    """Of what there had been by the end of a year, counted by the year of its end, what had not ended by then."""
    return sum(n for ended, n in by_end.items() if not ended or int(ended) > year)


def years(*, on: date, edition: RecognitionEdition | None = None) -> list[Year]:
    """Each year with its newly recognised institutes, the latest first; this year stands there without any, too."""
    edition = edition or target_edition(on)
    if edition is None:
        return []
    band = edition.terms["yearly"]
    tallied = tallies.read(
        WHOLE_CITY,
        recognised=Cut(Tallied.INSTITUTES, by=("year",)),
        provincial=Cut(Tallied.FILINGS, by=("year",), state=FilingState.RECOGNISED),
    )
    rows, provincial = tallied["recognised"].counts, tallied["provincial"].counts
    found, began = {on.year: 0} | dict.fromkeys(provincial, 0) | rows, edition.valid_from.year
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
    """What was verified in each of these counties; a county without anything is left out. One query."""
    return _largest_first(_shares(divisions, "division", "division__name"))


def by_chain(divisions: QuerySet[Division]) -> list[Share]:
    """The same by industry chain, of these counties."""
    return _largest_first(_shares(divisions, "chain", "chain__name"))


def by_year(divisions: QuerySet[Division]) -> list[Share]:
    """The same by the year in which it was brought about, the latest first."""
    return sorted(_shares(divisions, "year", "year"), key=lambda share: -share.key)


def _largest_first(shares: list[Share]) -> list[Share]:
    return sorted(shares, key=lambda share: (-share.achievements - share.transfers, share.label))


def _shares(divisions: QuerySet[Division], key: str, name: str) -> list[Share]:
    parts = Tally.objects.filter(what=Tallied.ACHIEVEMENTS, kind__in=GOALS, division__in=divisions).order_by()
    found: dict[int, tuple[str, dict[str, int]]] = {}
    for one, label, goal, n in parts.values_list(key, F(name), "kind").annotate(n=Sum("count")).exclude(n=0):
        found.setdefault(one, (str(label), {}))[1][goal] = n
    return [Share(one, label, *(by.get(goal, 0) for goal in GOALS)) for one, (label, by) in found.items()]
