"""What ``./run bench`` says: its rules over made-up figures, and a city so small that it is measured in seconds."""

import pytest

from accounts.models import Organisation
from funding.models import Disbursement
from institutes.models import Application, Institute
from portal import tallies
from portal.models import Tallied
from portal.selectors.tallies import WHOLE_CITY, Cut, Parts, read
from records.models import Deadline
from tests.bench import gates
from tests.bench.cases import LIVE, Pages, queries_of, read_from
from tests.bench.rows import City, Size
from tests.bench.run import report
from tests.bench.timing import AUTOSAVE, BASELINE, RAW_SAVE, Timing, measure

CASES = [BASELINE, RAW_SAVE, gates.CONTROL.case, *{gate.case for gate in gates.GATES}]


def stages(**changed: float) -> gates.Stages:
    """Every page as quick as the baseline, with few and with all; the control grown; and what was ``changed``."""
    walls = dict.fromkeys(CASES, 10.0)
    few = {name: Timing(name, wall, wall, 5) for name, wall in walls.items()}
    walls |= {gates.CONTROL.case: 90.0} | {name.replace("_", " "): wall for name, wall in changed.items()}
    return {1_000: few, 1_000_000: {name: Timing(name, wall, wall, 5) for name, wall in walls.items()}}


def broken(measured: gates.Stages) -> list[str]:
    return [one.words for one in gates.verdicts(measured, measured) if not one.kept]


def test_quick_pages_keep_every_promise():
    assert broken(stages()) == []


@pytest.mark.parametrize(
    ("case", "kept", "too_slow", "words"),
    [
        ("county_dashboard", 15.0, 15.1, ["a county's dashboard"]),
        ("city_dashboard", 20.0, 20.1, ["the city's dashboard"]),
        ("city_dashboard,_anew", 12.0, 12.1, ["the city's dashboard drawn anew, from few to all"]),
        ("applications", 12.0, 12.1, ["that page of applications, from few to all"]),
        ("applications,_deep", 12.0, 12.1, ["a deep page of applications, against the first"]),
        ("autosave", 12.0, 12.1, ["an autosave, to a committed UPDATE"]),
    ],
)
def test_a_slow_page_breaks_its_promise(case, kept, too_slow, words):
    assert broken(stages(**{case: kept})) == []
    assert broken(stages(**{case: too_slow})) == words


def test_a_control_that_passes_makes_the_gates_worthless():
    assert broken(stages(**{gates.CONTROL.case.replace(" ", "_"): 12.0})) == [gates.CONTROL.words]


def test_a_page_asks_as_often_however_much_there_is():
    same, control = {"page": 12, gates.CONTROL.case: 99}, gates.CONTROL.case

    assert gates.faults_of_queries({10: same, 1_000: same}) == []
    assert gates.faults_of_queries({10: same, 1_000: {"page": 13, control: 1}}) == [
        "page: 12, 13 queries with 10, 1000 applications"
    ]
    assert gates.faults_of_queries({10: {AUTOSAVE: 30}, 1_000: {AUTOSAVE: 30}}) == []
    assert gates.faults_of_queries({10: {"page": 13}}) == ["page: 13 queries with 10 applications"]


def test_cases_are_timed_in_turn_and_the_first_round_does_not_count():
    order = []

    found = measure(
        {"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=2, queries={"a": 1, "b": 2}
    )

    assert order == ["a", "b"] * 3
    assert (found["b"].queries, found["a"].wall > 0) == (2, True)


def applications_by_state() -> Parts:
    return read(WHOLE_CITY, by=Cut(Tallied.APPLICATIONS, by=("division", "year", "kind", "state")))["by"]


@pytest.mark.django_db
def test_a_small_city_grows_and_its_pages_are_measured(settings):
    """Every row passes the constraints of its table, every sum is kept, and the report names each page."""
    settings.ROOT_URLCONF = "tests.bench.urls"
    city, said = City(), []

    for size in (Size(3, 40), Size(8, 120)):
        before = Application.objects.count(), Institute.objects.count()
        city.grow(size)
        grown = Application.objects.count() - before[0], Institute.objects.count() - before[1]
    cases = Pages().cases()
    few = {
        name: cases[name]
        for name in (BASELINE, "city dashboard, anew", "city dashboard, live", "institutes, deep", AUTOSAVE)
    }
    counted = queries_of(few)
    timings = measure({BASELINE: cases[BASELINE]}, rounds=1, queries=counted)
    full = dict.fromkeys(CASES, timings[BASELINE])

    assert grown == (80, 5)
    assert Deadline.objects.filter(subject_type="institutes.application", met_at=None).count() >= 3
    assert Disbursement.objects.filter(number__startswith="SJZ-BENCH").count() == 8
    assert Organisation.objects.filter(name__startswith="示例企业 ").count() == 16
    assert tallies.differences() == []
    assert counted["city dashboard, live"] == counted["city dashboard, anew"]
    kept = applications_by_state()
    with read_from(LIVE):
        assert applications_by_state() == kept
    assert kept.count > 100
    assert report({10: counted}, {10: full}, {10: full}, say=said.append) > 0
    assert "| baseline | " in "\n".join(said)
