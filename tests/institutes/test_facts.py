"""What the criteria ask, taken from the book: each fact where it stands, and None where it cannot be told yet."""

from datetime import date
from decimal import Decimal

import pytest

from institutes import book, policy
from institutes.book import standing
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


# Nothing is enough: a little below every threshold, and no to every question.
BELOW = {
    "host_is_enterprise": False,
    "host_registered_in_city": False,
    "host_has_chain_role": False,
    "chain_partners": 0,
    "has_council": False,
    "has_expert_committee": False,
    "has_director": False,
    "independent_accounting": False,
    "has_clean_record": False,
    "partners": 2,
    "academic_partners": 0,
    "enterprise_partners": 1,
    "host_registered_months": 7,
    "rd_fulltime": Decimal("12"),
    "rd_share": Decimal("30"),
    "host_rd_intensity": Decimal("2.7"),
    "host_rd_intensity_base": Decimal("120000000"),
    "host_rd_expense": Decimal("2640000"),
    "premises_area": Decimal("320.5"),
    "equipment_value": Decimal("1250000"),
    "invention_patents": 0,
    "other_intellectual_property": 2,
    "has_chain": False,
    "no_similar_platform": False,
}
NO = "不符合"
LACKING = {
    "enterprise_host": NO,
    "registered_in_city": NO,
    "chain_role": NO,
    "jointly_built": "0 家，需 ≥ 1 家，差 1 家",
    "council": NO,
    "expert_committee": NO,
    "director": NO,
    "independent": NO,
    "clean_record": NO,
    "partners_total": "2 家，需 ≥ 3 家，差 1 家",
    "partners_academic": "0 家，需 ≥ 1 家，差 1 家",
    "partners_industry": "1 家，需 ≥ 2 家，差 1 家",
    "registered_months": "7 个月，需 ≥ 12 个月，差 5 个月",
    "rd_fulltime": "12 人，需 ≥ 20 人，差 8 人",
    "rd_share": "30 %，需 ≥ 40 %，差 10 %",
    "host_rd": "研发费用占营业收入 2.7 %，需 ≥ 3 %，差 0.3 %（折合 36 万元）；"
    "或 研发费用 264 万元，需 ≥ 300 万元，差 36 万元",
    "premises": "320.5 平方米，需 ≥ 500 平方米，差 179.5 平方米",
    "equipment": "125 万元，需 ≥ 200 万元，差 75 万元",
    "intellectual_property": "发明专利 0 件，需 ≥ 1 件，差 1 件；或 其他知识产权 2 件，需 ≥ 3 件，差 1 件",
    "chain_chosen": NO,
    "no_similar_platform": NO,
}
ENOUGH = {
    "chain_partners": 1,
    "partners": 3,
    "academic_partners": 1,
    "enterprise_partners": 2,
    "host_registered_months": 12,
    "rd_fulltime": Decimal("20"),
    "rd_share": Decimal("40"),
    "host_rd_intensity": Decimal("3"),
    "premises_area": Decimal("500"),
    "equipment_value": Decimal("2000000"),
    "invention_patents": 1,
}
"""The thresholds themselves; what is asked by yes or no is answered with yes."""


def test_what_is_lacking_is_said_criterion_by_criterion():
    found = policy.assess(BELOW, CRITERIA)

    assert {one.code: standing.said(one) for one in found} == LACKING
    assert {one.outcome for one in found} == {"unmet"}


def test_the_thresholds_themselves_are_enough():
    facts = {fact: True if value is False else value for fact, value in BELOW.items()} | ENOUGH

    assert {one.code for one in policy.assess(facts, CRITERIA) if one.outcome != "met"} == set()


def test_what_is_not_filled_in_cannot_be_told_yet():
    found = policy.assess(dict.fromkeys(BELOW), CRITERIA)

    assert {one.outcome for one in found} == {"unknown"}
    said = {one.code: standing.said(one) for one in found}
    assert said["chain_role"] == "尚无法判断"
    assert said["equipment"] == "尚无法判断，需 ≥ 200 万元"
    assert [code for code, words in said.items() if "尚无法判断" not in words] == []
