from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.amounts import grouped, in_capitals, in_wan


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "零元整"),
        ("0.05", "伍分"),
        ("3.40", "叁元肆角整"),
        ("10.05", "壹拾元零伍分"),
        ("1005", "壹仟零伍元整"),
        ("10000", "壹万元整"),
        ("100500", "壹拾万零伍佰元整"),
        ("200000", "贰拾万元整"),
        ("1000000", "壹佰万元整"),
        ("1000800.30", "壹佰万零捌佰元叁角整"),
        ("100000001", "壹亿零壹元整"),
        ("100000500", "壹亿零伍佰元整"),
    ],
)
def test_in_capitals(amount, words):
    assert in_capitals(Decimal(amount)) == words


@pytest.mark.parametrize(
    ("amount", "words"),
    [("0", "0"), ("200000", "20"), ("123456.7", "12.34567"), ("100000000.00", "10,000"), ("-50", "-0.005")],
)
def test_in_wan(amount, words):
    assert in_wan(Decimal(amount)) == words


def test_zeros_at_the_end_are_left_out_and_those_of_whole_numbers_kept():
    assert [grouped(Decimal(number)) for number in ("1200.50", "1200", "100.00")] == [
        "1,200.5",
        "1,200",
        "100",
    ]


@pytest.mark.parametrize("amount", ["-1", "0.001", "10000000000000000"])
def test_in_capitals_refuses_what_is_no_amount(amount):
    with pytest.raises(ValueError, match="not an amount"):
        in_capitals(Decimal(amount))


@given(st.integers(min_value=0, max_value=10**14))
def test_in_capitals_is_read_back(fen):
    words = in_capitals(Decimal(fen) / 100)
    assert "零零" not in words
    assert read_back(words) == fen


def read_back(words: str) -> int:
    """Another way round: reads 大写 by its units."""
    digits, units = "零壹贰叁肆伍陆柒捌玖", {"拾": 10, "佰": 100, "仟": 1000}
    yuan, _, rest = words.partition("元") if "元" in words else ("", "", words)
    total = section = digit = 0
    for char in yuan:
        if char in digits:
            digit = digits.index(char)
        elif char in units:
            section, digit = section + digit * units[char], 0
        elif char == "万":
            section, digit = (section + digit) * 10_000, 0
            total, section = total + section, 0
        else:
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    fen = (total + section + digit) * 100
    for unit, size in (("角", 10), ("分", 1)):
        if unit in rest:
            fen += digits.index(rest[rest.index(unit) - 1]) * size
    return fen
