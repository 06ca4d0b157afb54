"""An evaluation explained: who reads it and when, every line with its rows, what would change the grade, the round."""

from datetime import date
from decimal import Decimal as D
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from evaluation.models import Evaluation
from evaluation.selectors import explain as selectors
from institutes.enums import AchievementState
from tests.factories.accounts import person
from tests.factories.achievements import AchievementFactory
from tests.factories.assessments import AssessmentFactory
from tests.factories.funding import GrantEditionFactory
from tests.factories.performance import CycleFactory, EvaluationFactory, RoundFactory, example_figures

pytestmark = pytest.mark.django_db


def scored(share: str, state: str = "grading", **more):
    """One whose indicators all reach a share of their full marks."""
    return EvaluationFactory(state=state, figures=example_figures(share), **more)


@pytest.fixture
def clerk():
    return person(Role.BUREAU_CLERK)


def sheet_of(client, user, evaluation):
    client.force_login(user)
    return client.get(reverse("evaluation:evaluation-sheet", args=[evaluation.pk]))


# --- who reads it -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "released", "status"),
    [
        (Role.BUREAU_CLERK, False, 200),
        (Role.BUREAU_APPROVER, False, 200),
        (Role.AUDITOR, False, 200),
        (Role.ENT_ADMIN, False, 404),
        (Role.ENT_ADMIN, True, 200),
        (Role.ENT_FILLER, True, 200),
        (Role.COUNTY_STAFF, False, 404),
        (Role.COUNTY_STAFF, True, 200),
        (Role.TAX, True, 404),
        (Role.AGENCY, True, 404),
        (Role.EXPERT, True, 404),
    ],
)
def test_who_reads_the_points_and_when(client, role, released, status):
    evaluation = EvaluationFactory(state="final" if released else "publicity")
    of_unit = {"organisation": evaluation.host} if role in (Role.ENT_ADMIN, Role.ENT_FILLER) else {}
    of_county = {"division": evaluation.division.code} if role is Role.COUNTY_STAFF else {}

    assert sheet_of(client, person(role, **of_unit, **of_county), evaluation).status_code == status


def test_another_unit_and_another_county_read_nothing(client):
    evaluation = EvaluationFactory(state="final")

    for someone in (person(Role.ENT_ADMIN), person(Role.COUNTY_STAFF, division="130104")):
        assert sheet_of(client, someone, evaluation).status_code == 404


@pytest.mark.parametrize("page", ["round-sensitivity", "what-if"])
@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.BUREAU_APPROVER, 200),
        (Role.AUDITOR, 200),
        (Role.ENT_ADMIN, 403),
        (Role.COUNTY_LEAD, 403),
        (Role.FINANCE, 403),
    ],
)
def test_who_weighs_a_round(client, page, role, status):
    GrantEditionFactory(kind="performance")
    scored("0.80")
    round_ = RoundFactory()
    client.force_login(person(role))
    name = page if page == "what-if" else f"evaluation:{page}"

    assert client.get(reverse(name, args=[round_.pk])).status_code == status


# --- one evaluation ---------------------------------------------------------------------------------------------------


def test_every_line_has_its_points_and_leads_to_its_rows(client, clerk):
    cycle = CycleFactory()
    row = AchievementFactory(
        institute=cycle.institute, kind="new_product", state=AchievementState.VERIFIED, title="示例新品一号"
    )
    source = {"type": "achievement", "id": row.pk, "label": row.title, "value": "1.00", "year": 2024}
    figures = [
        one | ({"value": "1.00", "sources": [source]} if one["code"] == "new_products" else {})
        for one in example_figures("0.80")
    ]
    evaluation = EvaluationFactory(state="grading", cycle=cycle, figures=figures)

    found = selectors.explained(evaluation, clerk)
    line = next(one for one in found.rows if one.line.code == "new_products")

    assert (line.line.score, line.line.lost, line.place) == (D("1.2000"), D("4.8000"), 1)  # 6 × 1/5
    assert line.sources[0]["url"] == row.get_absolute_url()
    assert f'href="{row.get_absolute_url()}"' in sheet_of(client, clerk, evaluation).text


def test_a_figure_that_an_office_filled_says_so(clerk):
    figures = [
        one | ({"value": "800", "filled_by": "tax"} if one["code"] == "tax_paid" else {"note": "示例说明"})
        for one in example_figures("0.80")
    ]
    evaluation = EvaluationFactory(state="grading", figures=figures)

    notes = {row.line.code: row.note for row in selectors.explained(evaluation, clerk).rows}

    assert (notes["tax_paid"], notes["rd_spend"], notes["strategy"]) == ("税务部门填报", "示例说明", "")


def test_a_reader_is_not_led_to_rows_that_are_not_theirs():
    other = AchievementFactory(state=AchievementState.VERIFIED)
    figures = [{"code": "new_products", "value": "1", "sources": [{"type": "achievement", "id": other.pk}]}]

    assert selectors.links_for(figures, person(Role.ENT_ADMIN)) == {}
    assert selectors.links_for(figures, person(Role.BUREAU_CLERK)) != {}


def test_a_preview_says_that_it_is_one_and_a_frozen_sheet_speaks_afterwards(client, clerk):
    evaluation = scored("0.80", state="confirmation")
    assert "尚未评定" in sheet_of(client, clerk, evaluation).text

    evaluation.sheet = selectors.standing_of(evaluation).sheet.as_json()
    evaluation.figures = example_figures("0.10")
    evaluation.save()

    assert selectors.standing_of(evaluation).total == D("80.00")
    sent_back = {name: getattr(evaluation, name) for name in ("sheet", "edition", "cycle", "institute")}
    assert not selectors.standing_of(Evaluation(state="grading", **sent_back)).is_frozen  # reckoned anew
    assert "尚未评定" not in sheet_of(client, clerk, evaluation).text


def test_a_preview_takes_off_what_is_known_today_and_a_grade_what_was_taken_off(clerk):
    evaluation, given = scored("0.80"), scored("0.80", state="publicity")
    for one in (evaluation, given):
        AssessmentFactory(
            institute=one.institute, year=2024, state="published", submitted_on=date(2025, 4, 1)
        )

    totals = {one.key: one.total for one in selectors.standings_in(evaluation.round)}
    assert totals == {evaluation.pk: D("78.00"), given.pk: D("80.00")}
    assert selectors.standing_of(evaluation).total == D("78.00")


def test_the_unit_sees_what_would_change_its_grade(client):
    evaluation = EvaluationFactory(state="final", figures=example_figures("0.88"))
    evaluation.sheet = selectors.standing_of(evaluation).sheet.as_json()
    evaluation.save()

    page = sheet_of(client, person(Role.ENT_ADMIN, organisation=evaluation.host), evaluation).text

    assert "距“优秀”还差" in page
    assert "失分最多的指标" in page
    assert "等次敏感性" not in page


def test_a_cap_is_said_and_no_raise_is_promised(client, clerk):
    evaluation = scored("1.00", cap="pass", cap_reason="示例：2025 年发生较大事故")

    found = selectors.explained(evaluation, clerk)

    assert (found.label, found.is_limited) == ("合格", False)
    assert "示例：2025 年发生较大事故" in sheet_of(client, clerk, evaluation).text


def test_years_are_compared_with_what_a_year_needs():
    figures = [
        {"code": "rd_spend", "value": "250", "sources": [
            {"type": "assessment", "id": 1, "label": "", "value": value, "year": year}
            for year, value in ((2023, "250.00"), (2025, "600.00"))
        ]},
        {"code": "transfers", "value": "2", "sources": [
            {"type": "achievement", "id": 2, "label": "", "value": "1.00", "year": 2024}
        ]},
    ]  # fmt: skip
    evaluation = EvaluationFactory(state="grading", figures=figures)

    trends = {one.code: one for one in selectors.trends_of(evaluation)}

    assert trends["rd_spend"].values == (D("250.00"), None, D("600.00"))
    assert trends["rd_spend"].shares == (D("50.00"), None, D("100.00"))
    assert trends["transfers"].values == (0, D("1.00"), 0)
    assert trends["transfers"].shares == (0, D("100.00"), 0)
    assert "strategy" not in trends
    means = dict(selectors.dimension_trends(evaluation, list(trends.values())))
    assert means["成果转化"] == (D("0.0"), D("25.0"), D("0.0"))


# --- a round ----------------------------------------------------------------------------------------------------------


def test_a_round_has_grades_and_places_within_the_type_of_chain():
    best, second = scored("1.00", chain_kind="emerging"), scored("0.80", chain_kind="emerging")
    alone = scored("0.40", chain_kind="county")
    EvaluationFactory(state="deferred")

    found = selectors.weighed(best.round)

    assert [found.grades[one.pk] for one in (best, second, alone)] == ["excellent", "good", "fail"]
    assert [found.places[one.pk] for one in (best, second, alone)] == [(1, 2), (2, 2), (1, 1)]
    assert found.line_places[(second.pk, "transfers")] == 2
    assert found.counts == [("优秀", 1), ("良好", 1), ("合格", 0), ("不合格", 1)]
    assert [row.state for row in selectors.unscored_in(best.round)] == ["deferred"]


def test_who_was_evaluated_again_counts_once():
    again = EvaluationFactory(state="grading", again=True, figures=example_figures("0.90"))

    assert [one.evaluation for one in selectors.weighed(again.round).standings] == [again]


def test_officers_read_what_the_grades_hang_on(client, clerk):
    scored("0.88")
    evaluation = scored("0.90")
    client.force_login(clerk)

    page = client.get(reverse("evaluation:round-sensitivity", args=[evaluation.round_id])).text

    assert "良好 → 优秀" in page
    assert str(evaluation.institute) in page
    assert reverse("what-if", args=[evaluation.round_id]) in page


def test_the_whole_round_is_a_table_with_every_indicator(client, clerk):
    evaluation = scored("0.80")
    late = EvaluationFactory(state="deferred")
    client.force_login(clerk)

    answer = client.get(reverse("evaluation:round-points", args=[evaluation.round_id, "xlsx"]))
    book = load_workbook(BytesIO(answer.getvalue()))
    head, first, last = book.active.iter_rows(values_only=True)

    row = dict(zip(head, first, strict=True))
    assert (float(row["总分"]), row["等次"], row["同类型名次"]) == (80, "良好", 1)
    assert float(row["转化科技成果得分"]) == 6.4
    assert (last[0], last[-1]) == (str(late.institute), "缓评")


def test_pages_ask_the_same_for_many_as_for_few(client, clerk, django_assert_max_num_queries):
    evaluation, *_more = [scored("0.80") for _n in range(4)]
    client.force_login(clerk)

    for address in ("evaluation:evaluation-sheet", "evaluation:round-sensitivity"):
        pk = evaluation.pk if "sheet" in address else evaluation.round_id
        with django_assert_max_num_queries(20):
            client.get(reverse(address, args=[pk]))
