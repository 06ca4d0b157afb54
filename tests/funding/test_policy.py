"""The arithmetic of grants, by table: the edges of each band, and the parts add up to the whole."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from funding import policy
from tests.factories.funding import terms_of
from tests.factories.projects import edition_of

D = Decimal


@pytest.mark.parametrize(
    ("kind", "amount"),
    [("construction", "200000.00"), ("performance", "500000.00"), ("provincial", "1000000.00")],
)
def test_amount_for_is_what_the_policy_file_says(kind, amount):
    assert policy.amount_for(terms_of(kind)) == D(amount)


@pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
def test_amount_for_refuses_what_cannot_be_paid(amount):
    with pytest.raises(ValueError, match="not an amount"):
        policy.amount_for({"grant": {"amount": amount}})


def test_money_is_never_a_float():
    with pytest.raises(TypeError, match="never a float"):
        policy.amount_for({"grant": {"amount": 200000.0}})


@pytest.mark.parametrize(
    ("amount", "shares", "parts"),
    [
        ("200000", ["100"], ["200000"]),
        ("1000000", ["70", "30"], ["700000", "300000"]),
        ("100.00", ["33.33", "33.33", "33.34"], ["33.33", "33.33", "33.34"]),
        ("0.05", ["50", "50"], ["0.03", "0.02"]),
        ("0.01", ["50", "50"], ["0.01", "0.00"]),
    ],
)
def test_split(amount, shares, parts):
    assert policy.split(D(amount), [D(share) for share in shares]) == [D(part) for part in parts]


@pytest.mark.parametrize(
    ("events", "due"),
    [
        (set(), "0"),
        ({"contract"}, "700000.00"),
        ({"contract", "acceptance"}, "1000000.00"),
        ({"acceptance"}, "0"),
        ({"grade"}, "0"),
    ],
)
def test_what_is_due_of_a_project_by_what_has_happened(events, due):
    assert policy.payable_by(D("1000000.00"), edition_of("joint_project").terms, events) == D(due)


@pytest.mark.parametrize("kind", ["construction", "performance", "provincial"])
def test_the_rewards_are_due_as_a_whole_when_they_are_proposed(kind):
    terms = terms_of(kind)
    assert policy.payable_by(D("500000.00"), terms, {policy.first_event(terms)}) == D("500000.00")


@given(st.integers(1, 10**12), st.lists(st.integers(1, 98), min_size=1, max_size=5))
def test_split_conserves_every_fen(fen, weights):
    shares = [D(weight) for weight in weights if weight < 100 // len(weights)]
    shares.append(D(100) - sum(shares, D(0)))

    parts = policy.split(D(fen) / 100, shares)

    assert sum(parts) == D(fen) / 100
    assert all(part == policy.to_fen(part) for part in parts)


@pytest.mark.parametrize("shares", [["70"], ["70", "40"], ["110", "-10"]])
def test_shares_must_be_the_whole(shares):
    with pytest.raises(ValueError, match="do not add up"):
        policy.shares_of({"instalments": [{"share": share} for share in shares]})


@pytest.mark.parametrize(
    ("days", "colour"), [(0, "green"), (30, "green"), (31, "amber"), (60, "amber"), (61, "red"), (400, "red")]
)
def test_retention_colour(days, colour):
    assert policy.retention_colour(days, amber_days=30, red_days=60) == colour


@pytest.mark.parametrize(("received", "days"), [(date(2026, 11, 1), 22), (date(2026, 11, 23), 0), (None, 0)])
def test_retention_days(received, days):
    assert policy.retention_days(received, on=date(2026, 11, 23)) == days


@pytest.mark.parametrize(
    ("cnaps", "good"),
    [("102121000012", True), ("10212100001", False), ("1021210000123", False), ("10212100001X", False)],
)
def test_bank_code(cnaps, good):
    assert (policy.bank_code_faults(cnaps) == []) is good


@pytest.mark.parametrize(
    ("number", "good"),
    [("62220212", True), ("6" * 30, True), ("6222021", False), ("6" * 31, False), ("6222-0212-3456", False)],
)
def test_account_number(number, good):
    assert (policy.account_number_faults(number) == []) is good


@pytest.mark.parametrize(
    ("account_name", "unit", "same"),
    [
        ("示例科技有限公司", "示例科技有限公司", True),
        ("示例（石家庄）科技有限公司", "示例(石家庄)科技有限公司", True),
        (" 示例科技 有限公司", "示例科技有限公司", True),
        ("示例科技有限公司分公司", "示例科技有限公司", False),
    ],
)
def test_same_name(account_name, unit, same):
    assert policy.same_name(account_name, unit) is same


def test_performance_targets():
    targets = policy.performance_targets([D("200000"), D("500000")], institutes=1, counties=2, pay_days=30)

    assert [target for _dimension, _indicator, target in targets] == [
        "1 家",
        "2 项",
        "2 个",
        "100%",
        "不超过 30 日",
        "700,000.00 元",
    ]


@pytest.mark.parametrize(
    ("paid", "claimed", "left"),
    [("200000.00", "0.00", "200000.00"), ("200000.00", "199999.99", "0.01"), ("0.00", "0.00", "0.00")],
)
def test_what_may_still_be_claimed_back(paid, claimed, left):
    assert policy.recoverable(Decimal(paid), Decimal(claimed)) == Decimal(left)


@pytest.mark.parametrize(
    ("amount", "fault"),
    [
        ("200000.00", ""),
        ("0.01", ""),
        ("0.00", "大于 0"),
        ("-1.00", "大于 0"),
        ("0.001", "最小单位"),
        ("200000.01", "多出 0.01 元"),
    ],
)
def test_a_claim_is_the_whole_or_a_part(amount, fault):
    assert fault in "".join(policy.claim_faults(Decimal(amount), base=Decimal("200000.00")))
    assert bool(policy.claim_faults(Decimal(amount), base=Decimal("200000.00"))) == bool(fault)


@pytest.mark.parametrize(
    ("percent", "days", "interest"),
    [
        ("0.00", 365, "0.00"),
        ("3.65", 0, "0.00"),
        ("3.65", 100, "1000.00"),
        ("4.35", 365, "4350.00"),
        ("3", 1, "8.22"),
    ],
)
def test_interest_is_simple_and_rounded_once(percent, days, interest):
    since = date(2026, 1, 1)
    found = policy.interest_on(
        Decimal("100000.00"), percent=Decimal(percent), since=since, until=since + timedelta(days=days)
    )
    assert found == Decimal(interest)


def test_no_interest_where_nothing_was_paid():
    assert policy.interest_on(Decimal(1), percent=Decimal(5), since=None, until=date(2026, 1, 1)) == 0


@pytest.mark.parametrize(
    ("state", "left", "move"),
    [
        ("repay_due", "0.00", "settle"),
        ("repay_due", "0.01", "part"),
        ("partially_repaid", "0.01", "part"),
        ("overdue", "0.01", ""),
        ("credit_listed", "5.00", ""),
        ("enforced", "0.00", "settle"),
    ],
)
def test_what_a_part_moves(state, left, move):
    assert policy.after_repayment(state, left=Decimal(left)) == move


@pytest.mark.parametrize(
    ("amount", "ok"), [("10.00", True), ("10.01", False), ("0.00", False), ("0.001", False)]
)
def test_a_part_is_no_more_than_what_is_left(amount, ok):
    assert (policy.repayment_faults(Decimal(amount), left=Decimal("10.00")) == []) is ok
