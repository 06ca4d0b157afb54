"""The contract on plain values: templates filled, the grant laid out to the fen, fingerprints of texts."""

from decimal import Decimal as D

import pytest

from projects.policy.contract import digest, fill, numbered, spread

SPREAD = [
    (D("1000000.00"), [D("600000.00"), D("400000.00")], [D("600000.00"), D("400000.00")]),
    (D("900000.00"), [D("600000.00"), D("400000.00")], [D("540000.00"), D("360000.00")]),
    (D("100.00"), [D(1), D(1), D(1)], [D("33.34"), D("33.33"), D("33.33")]),
    (D("800000.01"), [D(0), D(3), D(7)], [D("0.00"), D("240000.00"), D("560000.01")]),
]


@pytest.mark.parametrize(("whole", "weights", "parts"), SPREAD)
def test_the_parts_lie_as_the_weights_and_add_up_to_the_fen(whole, weights, parts):
    assert spread(whole, weights) == parts
    assert sum(spread(whole, weights)) == whole


def test_by_nothing_nothing_can_be_laid_out():
    with pytest.raises(ValueError, match="nothing"):
        spread(D(1), [D(0), D(0)])


def test_a_template_takes_its_facts_and_drops_lines_that_come_out_empty():
    filled = fill("\n甲方：{one}\n{two}\n丙方：{three}", {"one": "甲{x}", "two": "", "three": "乙"})

    assert filled == "甲方：甲{x}\n丙方：乙"
    assert numbered(["甲", "乙"]) == "1. 甲\n2. 乙"


def test_the_fingerprint_tells_texts_apart_by_one_character():
    clauses = [{"code": "a", "title": "甲", "text": "一"}, {"code": "b", "title": "乙", "text": "二"}]
    other = [clauses[0], clauses[1] | {"text": "三"}]

    assert digest(clauses) == digest([dict(one) for one in clauses])
    assert digest(clauses) != digest(other)
