"""How experts agree, who is severe, what one of them moves; and who may look at it when."""

from decimal import Decimal

import pytest
from django.urls import reverse

from accounts.roles import Role
from evaluation import services
from evaluation.policy import krippendorff_alpha, ranks_of, severity_of, without_each
from tests.evaluation.test_policy import SCORING
from tests.evaluation.test_rounds import NEAR, discussed, scored
from tests.factories.accounts import person
from tests.factories.evaluation import OPINION

# Krippendorff, Computing Krippendorff's Alpha-Reliability (2011): four observers, twelve units, gaps.
OBSERVERS = (
    "1 2 3 3 2 1 4 1 2 . . .",
    "1 2 3 3 2 2 4 1 2 5 . 3",
    ". 3 3 3 2 3 4 2 2 5 1 .",
    "1 2 3 3 2 4 4 1 2 5 1 .",
)


def d(*values):
    return [Decimal(value) for value in values]


def test_agreement_as_published():
    units = [
        [int(value) for value in unit if value != "."]
        for unit in zip(*(line.split() for line in OBSERVERS), strict=True)
    ]

    assert krippendorff_alpha(units) == Decimal("0.849")


@pytest.mark.parametrize(
    ("units", "alpha"),
    [
        ([d(1, 1), d(2, 2), d(3, 3)], Decimal("1.000")),
        ([d(1, 2), d(2, 1)], Decimal("-0.500")),
        ([d(5, 5), d(5, 5)], None),
        ([d(5), []], None),
        ([], None),
    ],
)
def test_agreement_at_its_edges(units, alpha):
    assert krippendorff_alpha(units) == alpha


SUMS = {
    "P1": dict(zip("abc", d(90, 80, 70), strict=True)),
    "P2": dict(zip("abc", d(80, 79, 78), strict=True)),
    "P3": dict(zip("ab", d(70, 58), strict=True)),
}


def test_the_severe_come_first():
    found = [(one.expert, one.panels, one.mean, one.deviation) for one in severity_of(SUMS)]

    # c: (70 - 85 + 78 - 79.5) / 2; b: (80 - 80 + 79 - 79 + 58 - 70) / 3; a: (90 - 75 + 80 - 78.5 + 70 - 58) / 3
    assert found == [
        ("c", 2, Decimal("74.00"), Decimal("-8.25")),
        ("b", 3, Decimal("72.33"), Decimal("-4.00")),
        ("a", 3, Decimal("80.00"), Decimal("9.50")),
    ]


def test_what_one_expert_moves():
    # Whole: 80, 79, 64. Without a: 75, 78.5, 58: the first two change places, P3 falls below 60.
    found = {one.expert: (one.moved, one.furthest, one.crossed) for one in without_each(SUMS, SCORING)}

    assert found == {"a": (2, 1, ("P3",)), "b": (0, 0, ()), "c": (0, 0, ())}


def test_what_one_expert_moves_is_told_panel_by_panel():
    found = {one.expert: one for one in without_each(SUMS, SCORING)}

    # Without a: P1 (80 + 70) / 2, P2 (79 + 78) / 2 = 78.5, P3 58 alone.
    assert found["a"].scores == {
        "P1": (Decimal("80.00"), Decimal("75.00")),
        "P2": (Decimal("79.00"), Decimal("78.50")),
        "P3": (Decimal("64.00"), Decimal("58.00")),
    }
    assert (found["a"].ranks, found["a"].largest) == ({"P1": (1, 2), "P2": (2, 1)}, ("P1", 1, 2))
    assert (set(found["c"].scores), found["c"].largest) == ({"P1", "P2"}, None)


def test_equal_scores_share_a_rank():
    assert ranks_of({"x": Decimal(80), "y": Decimal(80), "z": Decimal(70)}) == {"x": 1, "y": 1, "z": 3}


def test_of_equal_scores_the_order_of_ties_decides_before_and_after():
    sums = {"x": dict(zip("ab", d(80, 70), strict=True)), "y": dict(zip("ac", d(80, 70), strict=True))}
    ties = {"y": 0, "x": 1}

    ranks = ranks_of({"x": Decimal(75), "y": Decimal(75), "z": Decimal(90)}, ties)
    moved = {one.expert: dict(one.ranks) for one in without_each(sums, SCORING, ties)}

    assert ranks == {"z": 1, "y": 2, "x": 3}
    # Without a both have 70: y stays first. Without b x has 80, without c y: only the former changes places.
    assert moved == {"a": {}, "b": {"x": (2, 1), "y": (1, 2)}, "c": {}}


# --- pages ----------------------------------------------------------------------------------------------------------


def addresses(panel):
    return [
        reverse("evaluation:panel-analysis", args=[panel.pk]),
        reverse("evaluation:call-analysis", args=[panel.application.call_id]),
    ]


@pytest.mark.django_db
def test_analysis_opens_to_the_agency_when_all_have_locked_and_to_officers_with_the_conclusion(
    client, panel, manager
):
    clerk, auditor, expert = person(Role.BUREAU_CLERK), person(Role.AUDITOR), person(Role.EXPERT)
    scored(panel, manager, NEAR)
    of_panel, of_call = addresses(panel)

    def read(user, address):
        client.force_login(user)
        answer = client.get(address)
        return answer.status_code, "85.00" in answer.content.decode()

    assert [read(user, of_panel) for user in (manager, clerk, auditor)] == [(200, True), *[(200, False)] * 2]
    assert [read(user, of_call) for user in (manager, clerk)] == [(200, False)] * 2
    assert client.get(f"{of_panel}xlsx/").status_code == 404

    services.conclude_panel(panel=panel, opinion=OPINION, by=manager)

    assert [read(user, of_panel) for user in (manager, clerk, auditor)] == [(200, True)] * 3
    assert [read(user, of_call)[0] for user in (manager, clerk, auditor)] == [200] * 3
    assert client.get(f"{of_call}xlsx/").content[:2] == b"PK"
    assert [
        client.get(address).text.count('<svg class="bar-chart__plot"') for address in (of_panel, of_call)
    ] == [4, 4]
    assert [read(expert, address)[0] for address in (of_panel, of_call)] == [404, 403]


@pytest.mark.django_db
def test_a_second_round_under_way_is_nobodys_and_the_first_is_the_agencys(client, panel, manager):
    seats = discussed(panel, manager)
    services.save_scores(
        assignment=seats[0], entries={"team": {"points": Decimal("7.77")}}, by=seats[0].expert.user
    )
    services.lock_scores(assignment=seats[0], by=seats[0].expert.user)
    of_panel, _of_call = addresses(panel)

    client.force_login(manager)
    agency = client.get(of_panel).content.decode()
    client.force_login(person(Role.BUREAU_APPROVER))
    bureau = client.get(of_panel).content.decode()

    assert ("90.00" in agency, "84.27" in agency, "90.00" in bureau) == (True, False, False)
