"""Other numbers tried on a round: what they would come to and cost; nothing is stored."""

from datetime import date
from decimal import Decimal as D
from io import BytesIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from accounts.roles import Role
from evaluation.models import Evaluation
from evaluation.policy.rules import faults_of
from evaluation.selectors.what_if import Asked, faults_asked, terms_asked, tried
from portal.selectors.what_if import trial
from tests.evaluation.test_performance_policy import TERMS
from tests.factories.accounts import person
from tests.factories.evaluation import ReviewEditionFactory
from tests.factories.funding import GrantEditionFactory
from tests.factories.performance import EvaluationFactory, example_figures

LIGHTER = {"rd_spend": D("5.00"), "strategy": D("7.00")}


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (Asked(), ""),
        (Asked(weights=LIGHTER), ""),
        (Asked(weights={"rd_spend": D("8.00")}), "权重合计为 101.00，须为 100。"),
        (Asked(weights={"rd_spend": D("0.00"), "strategy": D("12.00")}), "权重须大于 0。"),
        (Asked(cut_offs={"good": D("95.00")}), "等次分数线须从高到低"),
        (Asked(cut_offs={"excellent": D("85.00"), "good": D("75.00")}), ""),
        (Asked(scale="three"), ""),
        (Asked(scale="three", cut_offs={"pass": D("95.00")}), "等次分数线须从高到低"),
        (Asked(limited=True, top_share=D("30.00")), ""),
        # patents weigh 4 in counties and 5 elsewhere: 4.5 less leaves them nothing
        (Asked(weights={"patents_standards": D("0.50"), "strategy": D("9.50")}), "个别类型的权重不大于 0"),
    ],
)
def test_what_may_be_asked(asked, fault):
    found = faults_asked(TERMS, asked)

    assert (fault in "".join(found)) if fault else found == []
    if not fault:
        assert faults_of(terms_asked(TERMS, asked)) == []


def test_types_of_chains_keep_their_difference_and_tiers_move_along():
    changed = terms_asked(TERMS, Asked(weights={"rd_spend": D("14.00"), "transfers": D("1.00")}))
    rows = {row["code"]: row for row in changed["by_chain_kind"]}

    assert rows["emerging_rd_spend"]["weight"] == "15.00"
    assert [step["points"] for step in rows["county_rd_spend"]["steps"]] == ["4.00", "8.00", "12.00", "14.00"]


@pytest.fixture
def round_(db):
    GrantEditionFactory(kind="performance")
    for share in ("0.95", "0.86", "0.75"):
        one = EvaluationFactory(state="grading", figures=example_figures(share))
    return one.round


def grades(outcome) -> list[tuple[str, str]]:
    return sorted((row.before, row.after) for row in outcome.rows)


@pytest.mark.parametrize(
    ("asked", "after", "best"),
    [
        (Asked(), ["优秀", "良好", "良好"], 1),
        (Asked(cut_offs={"excellent": D("85.00")}), ["优秀", "优秀", "良好"], 2),
        (Asked(scale="three"), ["优秀", "合格", "合格"], 1),
        (Asked(limited=True, top_share=D("20.00")), ["良好", "良好", "良好"], 0),
    ],
)
def test_a_round_by_other_numbers(round_, asked, after, best):
    found = trial(round_, round_.edition, asked)

    assert sorted(row.after for row in found.outcome.rows) == sorted(after)
    assert (found.outcome.best_after, found.cost_after) == (best, best * D("500000.00"))
    assert (found.outcome.best_before, found.cost_before) == (1, D("500000.00"))


def test_experts_points_are_scaled_to_what_is_theirs_to_give(round_):
    """4.00 of 5.00 become 5.60 of 7.00; spending at 95 % brings 4.75 of 5.00 instead of 6.65 of 7.00."""
    best = max(tried(round_, round_.edition, Asked(weights=LIGHTER)).rows, key=lambda row: row.total)

    assert best.difference == D("1.60") - D("1.90")


def test_nothing_is_stored(client, round_):
    before = list(Evaluation.objects.order_by("pk").values())
    client.force_login(person(Role.BUREAU_CLERK))

    client.get(reverse("what-if", args=[round_.pk]), {"cut_excellent": "80", "share": "50", "limited": "yes"})

    assert list(Evaluation.objects.order_by("pk").values()) == before


def test_the_page_shows_counts_cost_and_who_changes_and_the_address_holds_it(client, round_):
    client.force_login(person(Role.BUREAU_APPROVER))
    asked = {"cut_excellent": "85", "edition": round_.edition_id}

    page = client.get(reverse("what-if", args=[round_.pk]), asked).text
    book = client.get(reverse("what-if-export", args=[round_.pk]), asked)

    assert "100" in page
    assert "cut_excellent=85" in page
    rows = list(load_workbook(BytesIO(book.getvalue())).active.iter_rows(values_only=True))
    assert [row[-1] for row in rows[1:]].count("是") == 1


def test_a_later_edition_is_tried_on_an_earlier_round(client, round_):
    terms = terms_asked(round_.edition.terms, Asked(cut_offs={"excellent": D("85.00")}))
    later = ReviewEditionFactory(kind="performance", valid_from=date(2027, 1, 1), terms=terms)
    client.force_login(person(Role.BUREAU_CLERK))

    answer = client.get(reverse("what-if", args=[round_.pk]), {"edition": later.pk})

    assert answer.context["found"].outcome.best_after == 2
    assert 'placeholder="85.00"' in answer.text
    assert client.get(reverse("what-if", args=[round_.pk]), {"edition": "0"}).status_code == 422


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"w_rd_spend": "9"}, "权重合计为 102.00"),
        ({"cut_good": "x"}, "输入一个数字"),
        ({"share": "120"}, "100"),
    ],
)
def test_numbers_that_cannot_be_are_said_at_their_box(client, round_, asked, words):
    client.force_login(person(Role.BUREAU_CLERK))

    for name in ("what-if", "what-if-export"):
        answer = client.get(reverse(name, args=[round_.pk]), asked)
        assert answer.status_code == 422
        assert words in answer.text
