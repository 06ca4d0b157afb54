"""The arithmetic of review, by table: composition, recusal, lots, sums, the pass mark."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.policy import (
    Candidate,
    Composition,
    Parties,
    aggregate,
    barred,
    candidates_from,
    draw,
    facts_of,
    next_for,
    pool_hash,
    total_of,
)

FIVE = Composition(
    size=5,
    technical_min=3,
    finance_min=1,
    management_min=1,
    per_employer_max=1,
    outside_city_min=1,
    load_cap=15,
)
SCORING = {"trim_from": 7, "decimals": 2, "pass_mark": "60.00", "spread_flag": "20.00"}
PARTIES = Parties(
    units=frozenset({"示例电子有限公司", "示例大学"}),
    people=frozenset({"示例院长"}),
    agencies=frozenset({"示例评估中心"}),
)


def pool(technical=6, finance=2, management=2, outsiders=(1,)) -> list[Candidate]:
    kinds = ["technical"] * technical + ["finance"] * finance + ["management"] * management
    return [
        Candidate(pk=n, seat=kind, field="示例产业", employer=f"单位{n}", outside_city=n in outsiders)
        for n, kind in enumerate(kinds, start=1)
    ]


@pytest.mark.parametrize(
    ("size", "seats"),
    [
        (5, ["finance", "management", "technical", "technical", "technical"]),
        (7, ["finance", "management"] + ["technical"] * 5),
    ],
)
def test_what_the_minima_leave_open_is_technical(size, seats):
    assert Composition(size, 3, 1, 1, 1, 1, 15).seats() == seats


@pytest.mark.parametrize(
    ("seated", "vacant"),
    [
        ([], ["finance", "management", "technical", "technical", "technical"]),
        (["technical", "finance"], ["management", "technical", "technical"]),
        (["finance", "management", "technical", "technical", "technical"], []),
    ],
)
def test_vacant_seats_are_those_nobody_sits_on(seated, vacant):
    assert sorted(FIVE.vacant(seated)) == sorted(vacant)


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        ({"employer": "示例无关单位"}, ""),
        ({"employer": "示例电子有限公司"}, "same_employer"),
        ({"employer": " 示例大学 "}, "same_employer"),
        ({"employer": "示例无关单位", "former_employers": ("示例大学",)}, "same_employer"),
        ({"employer": "示例无关单位", "name": "示例院长"}, "named"),
        ({"employer": "示例评估中心"}, "staff"),
        ({"employer": "示例无关单位", "is_staff": True}, "staff"),
        ({"employer": "示例无关单位", "load": 14}, ""),
        ({"employer": "示例无关单位", "load": 15}, "load_cap"),
        ({"employer": "示例大学", "load": 15}, "same_employer"),
    ],
)
def test_who_may_not_judge_and_why(candidate, reason):
    fields = {"pk": 1, "seat": "technical", "field": "示例产业", **candidate}

    assert barred(Candidate(**fields), parties=PARTIES, load_cap=15) == reason


@given(st.text(min_size=1, max_size=32))
def test_every_draw_is_composed_as_asked(seed):
    people = {c.pk: c for c in pool()}

    drawn = draw(list(people.values()), FIVE, seed=seed, field="示例产业")

    seats = [seat for seat, _pk in drawn.seats]
    chosen = [people[pk] for _seat, pk in drawn.seats]
    assert drawn.unfilled == ()
    assert seats == FIVE.seats()
    assert all(person.seat == seat for person, seat in zip(chosen, seats, strict=True))
    assert len({person.employer for person in chosen}) == 5
    assert sum(person.outside_city for person in chosen) >= 1
    assert sorted(drawn.order) == sorted(people)


def test_the_same_pool_and_seed_draw_the_same_and_another_seed_another():
    people = pool()

    first = draw(people, FIVE, seed="a")

    assert draw(list(reversed(people)), FIVE, seed="a") == first
    assert {draw(people, FIVE, seed=str(n)).order for n in range(5)} != {first.order}


def test_a_known_seed_draws_a_known_order():
    """Written down: if this changes, no earlier draw can be replayed."""
    assert draw(pool(), FIVE, seed="示例种子").order == KNOWN_ORDER


KNOWN_ORDER = (5, 3, 9, 7, 1, 8, 2, 10, 4, 6)


def test_a_draw_is_replayed_from_its_record():
    people, seed = pool(outsiders=(2, 8)), "示例种子"
    facts = facts_of(people, salt=seed)

    again = draw(candidates_from(facts), FIVE, seed=seed, field="示例产业")

    assert again == draw(people, FIVE, seed=seed, field="示例产业")


def test_the_record_names_nobody():
    facts = facts_of([Candidate(1, "finance", "财务", "示例事务所", name="示例人员")], salt="s")

    assert set(facts[0]) == {"pk", "seat", "field", "employer", "outside_city", "load"}
    assert facts[0]["employer"] != "示例事务所"
    assert (
        facts_of([Candidate(2, "finance", "", "示例事务所")], salt="s")[0]["employer"] == facts[0]["employer"]
    )
    assert (
        facts_of([Candidate(1, "finance", "", "示例事务所")], salt="t")[0]["employer"] != facts[0]["employer"]
    )


def test_the_fingerprint_follows_every_fact_of_the_pool():
    people = pool()
    before = pool_hash(facts_of(people, salt="s"))

    assert pool_hash(facts_of(list(reversed(people)), salt="s")) == before
    assert pool_hash(facts_of(people[:-1], salt="s")) != before
    assert pool_hash(facts_of(pool(outsiders=(2,)), salt="s")) != before


def test_seats_that_nobody_can_take_are_named():
    assert draw(pool(technical=2, finance=0, outsiders=(1,)), FIVE, seed="s").unfilled == (
        "finance",
        "technical",
    )


def test_one_employer_sends_one_person():
    people = [Candidate(n, "technical", "", "示例大学", outside_city=True) for n in range(3)]
    people += [Candidate(10, "finance", "", "甲"), Candidate(11, "management", "", "乙")]

    assert draw(people, FIVE, seed="s").unfilled == ("technical", "technical")


def test_without_anybody_from_outside_the_last_seat_stays_empty():
    assert draw(pool(outsiders=()), FIVE, seed="s").unfilled == ("technical",)


@pytest.mark.parametrize("outsider", [7, 9], ids=["finance", "management"])
def test_the_outsider_may_sit_on_any_seat(outsider):
    drawn = draw(pool(outsiders=(outsider,)), FIVE, seed="s")

    assert drawn.unfilled == ()
    assert outsider in [pk for _seat, pk in drawn.seats]


def test_experts_of_the_field_come_first():
    people = [Candidate(n, "technical", "示例产业" if n == 6 else "其他", f"单位{n}") for n in range(1, 7)]

    chosen = next_for(
        "technical", people, [Candidate(9, "finance", "", "外", outside_city=True)], FIVE, "示例产业"
    )

    assert chosen.pk == 6


def test_further_seats_are_drawn_beside_those_who_sit():
    people = pool(outsiders=(1, 2))
    seated = [people[0], people[6]]

    drawn = draw(people, FIVE, seed="s", wanted=["management"], seated=seated)

    assert [seat for seat, _pk in drawn.seats] == ["management"]
    assert not {pk for _seat, pk in drawn.seats} & {1, 7}


def decimals(*values):
    return [Decimal(value) for value in values]


@pytest.mark.parametrize(
    ("totals", "score", "dropped"),
    [
        (["80"], "80.00", 0),
        (["80", "81", "82", "83", "84"], "82.00", 0),
        (["0", "80", "80", "80", "80", "100"], "70.00", 0),
        (["0", "80", "80", "80", "80", "80", "100"], "80.00", 2),
        (["70", "70", "70", "70", "70", "70", "70", "100"], "70.00", 2),
        (["80.00", "80.01"], "80.01", 0),
        (["80.00", "80.00", "80.01"], "80.00", 0),
        (["80.00", "80.01", "80.01"], "80.01", 0),
        (["66.66", "66.67", "66.67", "66.67", "66.67", "66.66"], "66.67", 0),
    ],
)
def test_scores_are_brought_together(totals, score, dropped):
    result = aggregate(decimals(*totals), SCORING)

    assert (result.score, result.dropped) == (Decimal(score), dropped)


@pytest.mark.parametrize(
    ("totals", "passed"),
    [
        (["60.00"], True),
        (["59.99"], False),
        (["59.99", "60.00"], True),
        (["59.98", "60.00"], False),
        (["59.99", "59.99", "60.00"], False),
        (["100"], True),
        (["0"], False),
    ],
)
def test_the_pass_mark_is_met_after_rounding(totals, passed):
    assert aggregate(decimals(*totals), SCORING).passed is passed


@pytest.mark.parametrize(
    ("totals", "spread", "flagged"),
    [
        (["60", "80"], "20", False),
        (["60", "80.01"], "20.01", True),
        (["80"], "0", False),
        (["10", "80", "80", "80", "80", "80", "81"], "71", True),
    ],
)
def test_the_spread_counts_what_was_dropped_too(totals, spread, flagged):
    result = aggregate(decimals(*totals), SCORING)

    assert (result.spread, result.flagged) == (Decimal(spread), flagged)


@given(st.lists(st.decimals("0", "100", places=2), min_size=1, max_size=9))
def test_a_result_lies_between_the_lowest_and_the_highest(totals):
    result = aggregate(totals, SCORING)

    assert min(totals) <= result.score <= max(totals)
    assert result.score == result.score.quantize(Decimal("0.01"))


def test_a_missing_score_is_never_imputed():
    with pytest.raises(ValueError, match="no locked score"):
        aggregate([], SCORING)


def test_a_total_is_the_sum_of_its_parts():
    assert total_of({"a": Decimal("19.50"), "b": Decimal("0.01")}) == Decimal("19.51")
    assert total_of({}) == Decimal(0)
