"""The city's targets (三): how many institutes, achievements and transfers there are, and where they are.

What was due in a year is fixed as that year left it: what stood then stands in it for ever, whatever is verified or
annulled afterwards (I-1). Beside it stands what there is today.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from accounts.models import Division
from institutes.enums.provincial import FilingState, Level
from institutes.models import IndustryChain, Institute, RecognitionEdition
from institutes.selectors.achievements import GOALS
from institutes.selectors.provincial import at_level
from portal.models import Tallied
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


@dataclass(frozen=True, slots=True)
class Totals:
    """The cumulative targets in the policy's order, and each year's institutes against its band, the latest first."""

    goals: list[Goal]
    years: list[Year]


def totals(*, on: date, edition: RecognitionEdition | None = None) -> Totals:
    """What the city set itself and what there is of it. ``edition``: where that of the day is at hand already."""
    edition = edition or target_edition(on)
    if edition is None:
        return Totals([], [])
    due = edition.terms["total"]["due_year"]
    found = tallies.read(
        WHOLE_CITY,
        institutes=Cut(Tallied.INSTITUTES, by=("state",)),
        by_end=Cut(Tallied.RECOGNITIONS, by=("state",), until=due),
        gross=Cut(Tallied.RECOGNITIONS),
        verified=Cut(Tallied.VERIFICATIONS, by=("kind", "state"), until=due),
        achieved=Cut(Tallied.ACHIEVEMENTS, by=("kind",)),
        recognised=Cut(Tallied.INSTITUTES, by=("year",)),
        provincial=Cut(Tallied.FILINGS, by=("year",), state=FilingState.RECOGNISED),
    )
    return Totals(_goals(edition, found), _years(edition, found, on))


def _goals(edition: RecognitionEdition, found: dict[str, tallies.Parts]) -> list[Goal]:
    terms, grounds = edition.terms["total"], edition.citations
    due = terms["due_year"]
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
            gross=found["gross"].count if code == "institutes" else None,
        )
        for code, (at_due, today) in _counted(found, due).items()
    ]


def _counted(found: dict[str, tallies.Parts], due: int) -> dict[str, tuple[int, int]]:
    """Of each target how many there were when it was due, and are today."""
    counted = {"institutes": (_stood(found["by_end"].counts, due), found["institutes"].count_of(*NET))}
    for goal in GOALS:
        by_end = {ended: n for (kind, ended), n in found["verified"].counts.items() if kind == goal}
        counted[goal] = (_stood(by_end, due), found["achieved"].count_of(goal))
    return counted


def _stood(by_end: dict[str, int], year: int) -> int:
    """Of what there had been by the end of a year, counted by the year of its end, what had not ended by then."""
    return sum(n for ended, n in by_end.items() if not ended or int(ended) > year)


def _years(edition: RecognitionEdition, found: dict[str, tallies.Parts], on: date) -> list[Year]:
    """This year stands there without any, too."""
    band, began = edition.terms["yearly"], edition.valid_from.year
    rows, provincial = found["recognised"].counts, found["provincial"].counts
    recognised = {on.year: 0} | dict.fromkeys(provincial, 0) | rows
    least, most = band["recognised_min"], band["recognised_max"]
    return [
        Year(
            year,
            recognised[year],
            provincial.get(year, 0),
            least if year >= began else None,
            most if year >= began else None,
        )
        for year in sorted(recognised, reverse=True)
    ]


def provincial_institutes() -> int:
    """How many institutes in force the province has recognised (四(五))."""
    return at_level(Institute.objects.recognised(), Level.PROVINCIAL).count()


def breakdowns(divisions: Iterable[Division]) -> dict[str, list[Share]]:
    """What was verified in these counties: by ``division`` and ``chain``, the largest first, and by ``year``.

    The latest year comes first. What has nothing is left out. Two queries, however many rows.
    """
    names: dict[str, dict] = {"division": {one.pk: one.name for one in divisions}}
    keys = ("division", "chain", "year")
    cuts = {key: Cut(Tallied.ACHIEVEMENTS, by=(key, "kind"), kind=GOALS) for key in keys}
    found = tallies.read(list(names["division"]), **cuts)
    chains = IndustryChain.objects.filter(pk__in={chain for chain, _goal in found["chain"]})
    names["chain"] = dict(chains.values_list("pk", "name"))
    shares = {key: _shares(found[key].counts, names.get(key, {})) for key in keys}
    for key in ("division", "chain"):
        shares[key].sort(key=lambda share: (-share.achievements - share.transfers, share.label))
    shares["year"].sort(key=lambda share: -share.key)
    return shares


def _shares(counts: dict[tuple[int, str], int], names: dict[int, str]) -> list[Share]:
    return [
        Share(key, names.get(key, str(key)), *(counts.get((key, goal), 0) for goal in GOALS))
        for key in dict.fromkeys(key for key, _goal in counts)
    ]
