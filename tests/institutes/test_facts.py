"""What the criteria ask, taken from the book: each fact where it stands, and None where it cannot be told yet."""

from datetime import date
from decimal import Decimal

import pytest

from institutes import book, policy
from institutes.book.facts import PLACES
from institutes.book.values import Host, Setting
from tests.factories.institutes import policy_terms

BOOK = book.of_edition("2022")
CRITERIA = policy_terms()["criteria"]


@pytest.fixture
def setting():
    return Setting(terms=policy_terms(), closes_on=date(2026, 12, 31), year=2026, host=Host())


def test_facts_take_the_latest_year_and_count_partners_by_kind(setting):
    answers = {
        "host": {
            "finance": {"revenue": {"2025": "1000"}, "rd_expense": {"2025": "27"}},
            "clean_record": "yes",
        },
        "partners": {"partners": [{"key": "0", "kind": "university"}, {"key": "1", "kind": "upstream"}]},
    }

    found = book.facts(answers, setting)

    assert (str(found["host_rd_intensity"]), found["partners"], found["academic_partners"]) == ("2.70", 2, 1)
    assert (found["has_clean_record"], found["has_council"], found.get("rd_fulltime")) == (True, None, None)


def fact(name, answers, setting):
    return book.facts(answers, setting)[name]


@pytest.mark.parametrize(
    ("team", "fulltime", "share"),
    [
        ({}, None, None),
        ({"rd_fulltime": 19}, 19, None),
        ({"rd_fulltime": 19, "rd_parttime": 1, "headcount_total": 50}, 19, Decimal("40.00")),
        ({"rd_fulltime": 0, "rd_parttime": 0, "headcount_total": 3}, 0, Decimal("0.00")),
    ],
)
def test_the_team_by_its_head_counts(setting, team, fulltime, share):
    assert fact("rd_fulltime", {"team": team}, setting) == fulltime
    assert fact("rd_share", {"team": team}, setting) == share


@pytest.mark.parametrize(
    ("code", "name"), [("area_m2", "premises_area"), ("equipment_value", "equipment_value")]
)
@pytest.mark.parametrize(
    ("stored", "value"), [(None, None), ("0", Decimal(0)), ("499.99", Decimal("499.99"))]
)
def test_premises_as_declared(setting, code, name, stored, value):
    answers = {"premises": {} if stored is None else {code: stored}}

    assert fact(name, answers, setting) == value


def patent(kind, granted):
    return {"key": granted + kind, "kind": kind, "granted_on": granted}


@pytest.mark.parametrize(
    ("base", "inventions", "others"),
    [
        ({}, None, None),
        ({"overview": "示例"}, 0, 0),
        ({"patents": [patent("invention", "2023-12-31"), patent("invention", "2023-12-30")]}, 1, 0),
        ({"patents": [patent("utility", "2026-01-01"), patent("design", "2026-12-31")]}, 0, 2),
        ({"patents": [patent("invention", "2027-01-01")]}, 0, 0),
        ({"software": [{"key": "0", "registered_on": "2025-01-01"}, {"key": "1"}]}, 0, 1),
    ],
)
def test_intellectual_property_of_the_recent_years(setting, base, inventions, others):
    answers = {"base": base}

    assert fact("invention_patents", answers, setting) == inventions
    assert fact("other_intellectual_property", answers, setting) == others


@pytest.mark.parametrize(
    ("kinds", "outcome"),
    [(["user", "finance"], "unmet"), (["user", "upstream"], "met"), (["institute"], "met"), ([], "unmet")],
)
def test_joint_building_means_firms_of_the_chain_universities_or_institutes(setting, kinds, outcome):
    rows = [{"key": str(n), "kind": kind} for n, kind in enumerate(kinds)]
    found = policy.assess(book.facts({"partners": {"partners": rows}}, setting), CRITERIA)

    assert next(f.outcome for f in found if f.code == "jointly_built") == outcome


def test_every_fact_that_a_criterion_asks_is_taken_from_the_book(setting):
    asked = {alternative["fact"] for criterion in CRITERIA for alternative in criterion["any_of"]}
    found = book.facts({}, setting)

    assert asked - set(found) == set()
    assert asked - set(PLACES) == {"host_is_enterprise", "host_registered_in_city"}


def test_every_place_of_a_fact_is_a_box_of_the_book():
    assert [place for place in PLACES.values() if BOOK.section(place[0]).entry(place[1]) is None] == []


@pytest.mark.parametrize(
    ("code", "kind", "asked"),
    [
        ("enterprise_host", "hard", True),
        ("registered_in_city", "hard", True),
        ("chain_role", "hard", True),
        ("jointly_built", "hard", "1"),
        ("council", "hard", True),
        ("expert_committee", "hard", True),
        ("director", "hard", True),
        ("independent", "hard", True),
        ("clean_record", "hard", True),
        ("partners_total", "soft", "3"),
        ("partners_academic", "soft", "1"),
        ("partners_industry", "soft", "2"),
        ("registered_months", "soft", "12"),
        ("rd_fulltime", "soft", "20"),
        ("rd_share", "soft", "40.00"),
        ("host_rd", "soft", "3.00"),
        ("premises", "soft", "500.00"),
        ("equipment", "soft", "2000000.00"),
        ("intellectual_property", "soft", "1"),
        ("chain_chosen", "soft", True),
        ("no_similar_platform", "soft", True),
    ],
)
def test_the_criteria_written_a_second_time(code, kind, asked):
    criterion = next(each for each in CRITERIA if each["code"] == code)
    value = criterion["any_of"][0]["value"]

    assert (criterion["kind"], value if value is True else str(value)) == (kind, asked)


def test_there_is_no_other_criterion():
    assert len(CRITERIA) == 21
