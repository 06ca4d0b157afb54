"""Figures of three years: what each row adds, which rows count, and that every indicator has somewhere to come from."""

from datetime import date
from decimal import Decimal as D

import pytest

from accounts.roles import Role
from evaluation.selectors.explain import links_for
from evaluation.selectors.indicators import Figure, Row, _figure, figures_of, frozen_figures
from institutes.enums import AchievementState
from portal.policy.loader import policy_file
from tests.factories.accounts import person
from tests.factories.achievements import AchievementFactory
from tests.factories.assessments import AssessmentFactory, an_institute
from tests.factories.evaluation import ReviewEditionFactory
from tests.factories.projects import ProjectFactory

YEARS = (2023, 2024, 2025)
VERIFIED = AchievementState.VERIFIED


def terms_of(room: str, kind: str) -> dict:
    return next(one.terms for one in policy_file().editions if (one.room, one.kind) == (room, kind))


PERFORMANCE = terms_of("evaluation", "performance")


def figure(measure: str, rows: list[Row], unit: str = "项") -> Figure:
    return _figure({"code": "x", "measure": measure, "unit": unit}, rows, YEARS)


def row(year: int = 2024, **more) -> Row:
    return Row(("x",), "achievement", more.pop("id", 1), "示例", year, **more)


@pytest.mark.parametrize(
    ("measure", "unit", "rows", "value", "parts"),
    [
        ("count", "项", [], "0.00", []),
        ("count", "项", [row(), row(pieces=2)], "3.00", ["1.00", "2.00"]),
        ("distinct", "家", [row(who="a"), row(who="b"), row(who="a")], "2.00", ["1.00", "1.00", "0.00"]),
        ("quantity", "人", [row(number=D(12)), row(number=None)], "12.00", ["12.00", "0.00"]),
        ("amount", "万元", [row(yuan=D("123456.00")), row(yuan=D("50.00"))], "12.35", ["12.35", "0.01"]),
        ("amount", "万元", [row(yuan=None)], "0.00", ["0.00"]),
        ("sum", "万元", [row(2023, yuan=D(10_000)), row(2024, yuan=D(0)), row(2025, yuan=D(5_000))], "1.50",
         ["1.00", "0.00", "0.50"]),
        ("avg", "万元/年", [row(year, yuan=D(10_000_000)) for year in YEARS], "1000.00", ["1000.00"] * 3),
        ("growth", "%", [row(2023, yuan=D(40)), row(2024, yuan=D(99)), row(2025, yuan=D(45))], "12.50",
         ["40.00", "99.00", "45.00"]),
        ("growth", "%", [row(2023, yuan=D(40)), row(2024), row(2025, yuan=D(30))], "-25.00",
         ["40.00", "0.00", "30.00"]),
        ("growth", "%", [row(2023, yuan=D(0)), row(2024), row(2025, yuan=D(3))], "100.00", ["0.00", "0.00", "3.00"]),
        ("growth", "%", [row(2023, yuan=D(0)), row(2024), row(2025, yuan=D(0))], "0.00", ["0.00", "0.00", "0.00"]),
    ],
)  # fmt: skip
def test_what_rows_come_to(measure, unit, rows, value, parts):
    found = figure(measure, rows, unit)

    assert str(found.value) == value
    assert [str(one.value) for one in found.sources] == parts


@pytest.mark.parametrize(
    ("measure", "rows", "value", "note"),
    [
        ("avg", [row(2023, yuan=D(30)), row(2025, yuan=D(30))], D("20.00"), "2024 年度没有"),
        ("avg", [], None, "2023、2024、2025 年度没有"),
        ("sum", [], None, "2023、2024、2025 年度没有"),
        ("growth", [row(2023, yuan=D(30))], None, "2024、2025 年度没有"),
        ("growth", [row(2023, yuan=D(0)), row(2024), row(2025, yuan=D(3))], D("100.00"), "首年为零"),
    ],
)
def test_what_lacks_is_said(measure, rows, value, note):
    found = figure(measure, rows, "")

    assert found.value == value
    assert note in found.note


def test_every_indicator_that_achievements_and_reports_name_is_one_of_the_evaluation():
    codes = {indicator["code"] for indicator in PERFORMANCE["indicators"]}
    kinds = terms_of("institutes", "achievements")["kinds"]
    boxes = terms_of("evaluation", "assessment")["boxes"]
    fed = {code for kind in kinds for code in kind["indicators"]}
    reported = {box["indicator"]: box["combine"] for box in boxes if box.get("indicator")}

    assert fed | set(reported) <= codes
    for indicator in PERFORMANCE["indicators"]:
        if indicator["source"] in ("achievements", "projects"):
            assert indicator["code"] in fed
        elif indicator["source"] in ("reports", "tax"):
            assert reported[indicator["code"]] == indicator["measure"]


@pytest.fixture
def institute(db):
    return an_institute()


@pytest.fixture
def performance(db):
    return ReviewEditionFactory(kind="performance")


def achieved(institute, kind: str, on: date = date(2024, 5, 1), state=VERIFIED, **more):
    return AchievementFactory(institute=institute, kind=kind, achieved_on=on, state=state, **more)


def test_only_verified_achievements_of_the_years_count_and_each_figure_leads_to_its_rows(
    institute, performance
):
    first = achieved(institute, "new_product", date(2023, 1, 1))
    last = achieved(institute, "killer_product", date(2025, 12, 31))
    achieved(institute, "new_product", date(2022, 12, 31))
    achieved(institute, "new_product", date(2026, 1, 1))
    achieved(institute, "new_product", state=AchievementState.BUREAU_REVIEW)
    achieved(an_institute(), "new_product")

    found = {one.code: one for one in figures_of(institute, YEARS, performance)}

    assert found["new_products"].value == 2
    assert [(one.type, one.id, one.year) for one in found["new_products"].sources] == [
        ("achievement", first.pk, 2023),
        ("achievement", last.pk, 2025),
    ]
    assert found["transfers"].value == 0


@pytest.mark.parametrize(
    ("years", "firms"), [([2023, 2024, 2025], 1), ([2026, 2027, 2028], 1), ([2029, 2030, 2031], 0)]
)
def test_a_firm_served_for_years_is_one_firm_in_each_cycle(institute, performance, years, firms):
    for year in (2024, 2025, 2026):
        achieved(institute, "service_client", date(year, 5, 1), n=7)

    found = {one.code: one for one in figures_of(institute, years, performance)}

    assert found["enterprises_served"].value == firms
    assert len(found["enterprises_served"].sources) == len({2024, 2025, 2026} & set(years))


def test_a_transfer_is_a_result_and_an_income_a_standard_counts_twice_a_firm_once(institute, performance):
    transfer = achieved(institute, "transfer", amount=D("1200000.00"))
    achieved(institute, "technical_income", amount=D("800000.00"))
    achieved(institute, "standard")
    achieved(institute, "invention_patent")
    achieved(institute, "service_client")
    achieved(institute, "trained_people", quantity=25)

    found = {one.code: one for one in figures_of(institute, YEARS, performance)}

    values = {
        code: found[code].value
        for code in (
            "transfers",
            "transfer_income",
            "patents_standards",
            "enterprises_served",
            "people_trained",
        )
    }
    assert values == {
        "transfers": 1,
        "transfer_income": 200,
        "patents_standards": 3,
        "enterprises_served": 1,
        "people_trained": 25,
    }
    assert found["transfer_income"].sources[0].id == transfer.pk


def test_joint_projects_of_the_years_count_with_the_way_to_them(institute, performance):
    mine = ProjectFactory(institute=institute, year=2024)
    ProjectFactory(institute=institute, year=2022)
    ProjectFactory(year=2024)

    found = next(one for one in figures_of(institute, YEARS, performance) if one.code == "projects")

    assert found.value == 1
    assert [(one.type, one.id, one.year) for one in found.sources] == [("project", mine.pk, 2024)]
    figures = [found.as_json()]
    assert links_for(figures, person(Role.BUREAU_CLERK)) == {("project", mine.pk): mine.get_absolute_url()}
    assert links_for(figures, person(Role.ENT_ADMIN)) == {}


def test_reports_say_spending_growth_and_tax_only_where_confirmed(institute, performance):
    for year, people, spent, tax in (
        (2023, "40", "3000000.00", "100000.00"),
        (2024, "44", "3600000.00", "0.00"),
    ):
        row = AssessmentFactory(institute=institute, year=year, state="confirmed")
        row.values |= {"staff_key": people, "rd_spend": spent, TAX_BOX: tax}
        row.save()
    AssessmentFactory(institute=institute, year=2025, state="grading")

    found = {one.code: one for one in figures_of(institute, YEARS, performance)}

    assert found["rd_spend"].value == D("220.00")  # 660 万元 over three years, one of them not confirmed
    assert found["tax_paid"].value == D("10.00")
    assert found["team_growth"].value is None
    assert all("2025 年度" in found[code].note for code in ("rd_spend", "tax_paid", "team_growth"))
    assert {one.type for one in found["rd_spend"].sources} == {"assessment"}


TAX_BOX = next(
    box["code"] for box in terms_of("evaluation", "assessment")["boxes"] if box.get("indicator") == "tax_paid"
)


def test_figures_are_kept_as_plain_values_and_cost_four_queries(
    institute, performance, django_assert_num_queries
):
    achieved(institute, "new_product")
    AssessmentFactory(institute=institute, year=2024, state="confirmed")

    with django_assert_num_queries(4):
        kept = {row["code"]: row for row in frozen_figures(institute, YEARS, performance)}

    assert len(kept) == 18
    assert kept["new_products"]["value"] == "1.00"
    assert kept["new_products"]["sources"][0] | {"id": 0, "label": ""} == {
        "type": "achievement",
        "id": 0,
        "label": "",
        "value": "1.00",
        "year": 2024,
    }
