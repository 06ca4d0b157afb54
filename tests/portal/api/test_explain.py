"""Evaluations explained to programs: who reads a sheet, what a round hangs on, other numbers tried on it."""

import pytest

from accounts.roles import Role
from tests.factories.accounts import person
from tests.factories.funding import GrantEditionFactory
from tests.factories.performance import EvaluationFactory, example_figures

pytestmark = pytest.mark.django_db


@pytest.fixture
def evaluation():
    GrantEditionFactory(kind="performance")
    return EvaluationFactory(state="grading", figures=example_figures("0.88"))


def test_a_program_reads_every_line_as_its_owner_may(program, evaluation):
    address = f"/api/v1/evaluations/{evaluation.pk}/sheet/"

    sheet = program(person(Role.BUREAU_CLERK)).get(address).data

    assert (sheet["frozen"], sheet["chain_kind"], sheet["place"], sheet["among"]) == (False, "", 1, 1)
    assert len(sheet["lines"]) == 18
    assert sum(float(line["score"]) for line in sheet["lines"]) == pytest.approx(
        float(sheet["total"]), abs=0.01
    )
    assert (sheet["next_grade"], float(sheet["missing"])) == (
        "excellent",
        pytest.approx(90 - float(sheet["total"])),
    )
    for someone in (
        person(Role.ENT_ADMIN, organisation=evaluation.host),
        person(Role.COUNTY_STAFF, division=evaluation.division.code),
    ):
        assert program(someone).get(address).status_code == 404


def test_a_unit_reads_its_own_once_it_was_released(program):
    evaluation = EvaluationFactory(state="final")
    address = f"/api/v1/evaluations/{evaluation.pk}/sheet/"

    assert program(person(Role.ENT_ADMIN, organisation=evaluation.host)).get(address).status_code == 200
    assert program(person(Role.ENT_ADMIN)).get(address).status_code == 404


def test_a_program_asks_what_a_round_hangs_on_and_tries_other_numbers(program, evaluation):
    clerk, address = program(person(Role.BUREAU_APPROVER)), f"/api/v1/rounds/{evaluation.round_id}"

    hangs_on = clerk.get(f"{address}/sensitivity/").data
    tried = clerk.get(f"{address}/what-if/", {"cut_excellent": "80"}).data
    wrong = clerk.get(f"{address}/what-if/", {"w_rd_spend": "9"})

    assert hangs_on["grades"] == {str(evaluation.pk): "good"}
    assert any(row["code"] == "excellent" and row["turns"] for row in hangs_on["cut_offs"])
    assert tried["counts"]["优秀"] == [0, 1]
    assert (tried["cost_before"], tried["cost_after"]) == ("0.00", "500000.00")
    assert wrong.status_code == 422


@pytest.mark.parametrize("what", ["sensitivity", "what-if"])
@pytest.mark.parametrize(
    ("role", "status"), [(Role.AUDITOR, 200), (Role.ENT_ADMIN, 403), (Role.FINANCE, 403)]
)
def test_who_weighs_a_round_by_program(program, evaluation, what, role, status):
    answer = program(person(role)).get(f"/api/v1/rounds/{evaluation.round_id}/{what}/")

    assert answer.status_code == status
