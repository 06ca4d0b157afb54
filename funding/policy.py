"""The arithmetic of grants: plain values in, plain values out, yuan as Decimal, rounded to the fen in one place."""

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
HUNDRED = Decimal(100)
ACCEPTANCE = "acceptance"
"""The condition of an instalment of a joint project that its final acceptance fulfils."""
CNAPS_PATTERN = r"^[0-9]{12}$"
ACCOUNT_NUMBER_PATTERN = r"^[0-9]{8,30}$"


def to_fen(amount: Decimal) -> Decimal:
    """``amount`` rounded half up to the fen: the only place where money is rounded."""
    return amount.quantize(FEN, rounding=ROUND_HALF_UP)


def decimal_of(value: object) -> Decimal:
    """A number of the policy as an exact decimal; raises ``TypeError`` for binary fractions."""
    if isinstance(value, float):
        raise TypeError("money is never a float")
    return Decimal(str(value))


def amount_for(terms: Mapping) -> Decimal:
    """How much an edition grants. Raises ``ValueError`` where it says nothing positive in whole fen."""
    amount = decimal_of(terms["grant"]["amount"])
    if amount <= 0 or amount != to_fen(amount):
        raise ValueError(f"not an amount to grant: {amount}")
    return to_fen(amount)


def shares_of(terms: Mapping) -> list[Decimal]:
    """The instalments' shares in percent, in order. Raises ``ValueError`` unless they add up to the whole."""
    shares = [decimal_of(instalment["share"]) for instalment in terms["instalments"]]
    if any(share <= 0 for share in shares) or sum(shares) != HUNDRED:
        raise ValueError(f"shares do not add up to 100: {shares}")
    return shares


def split(amount: Decimal, shares: Iterable[Decimal]) -> list[Decimal]:
    """``amount`` in instalments by ``shares``; the last takes what rounding left, so the parts are the whole."""
    shares = list(shares)
    parts = [to_fen(amount * share / HUNDRED) for share in shares[:-1]]
    return [*parts, amount - sum(parts, Decimal(0))]


def payable_by(amount: Decimal, terms: Mapping, events: Collection[str]) -> Decimal:
    """How much of ``amount`` is due by what has happened: the instalments in order, up to the first that waits."""
    due = Decimal(0)
    for instalment, part in zip(terms["instalments"], split(amount, shares_of(terms)), strict=True):
        if instalment["due"] not in events:
            break
        due += part
    return due


def first_event(terms: Mapping) -> str:
    """What makes the first instalment due: an award is proposed when that has come."""
    return str(terms["instalments"][0]["due"])


def retention_days(received_on: date | None, *, on: date) -> int:
    """For how many days a county has held the money."""
    return (on - received_on).days if received_on else 0


def retention_colour(days: int, *, amber_days: int, red_days: int) -> str:
    """``green`` up to ``amber_days``, ``amber`` beyond them, ``red`` beyond ``red_days``."""
    if days > red_days:
        return "red"
    return "amber" if days > amber_days else "green"


def bank_code_faults(cnaps: str) -> list[str]:
    """What is wrong with a 联行号."""
    return [] if re.fullmatch(CNAPS_PATTERN, cnaps) else ["联行号为 12 位数字，请向开户行核实。"]


def account_number_faults(number: str) -> list[str]:
    """What is wrong with an account number."""
    return (
        []
        if re.fullmatch(ACCOUNT_NUMBER_PATTERN, number)
        else ["银行账号为 8 至 30 位数字，不含空格和横线。"]
    )


def same_name(account_name: str, unit_name: str) -> bool:
    """Whether the account is the unit's own: names agree, brackets of either width and spaces aside."""
    return _plain(account_name) == _plain(unit_name)


def _plain(name: str) -> str:
    return re.sub(r"\s", "", name).replace("(", "（").replace(")", "）")


def performance_targets(
    amounts: Iterable[Decimal], *, institutes: int, counties: int, pay_days: int, is_joint: bool = False
) -> list[tuple[str, str, str]]:
    """The annex of performance targets of a plan: dimension, indicator, target."""
    amounts = list(amounts)
    total = sum(amounts, Decimal(0))
    supported = [
        ("数量指标", "支持市级产业技术研究院", f"{institutes} 家"),
        ("数量指标", "拨付资金", f"{len(amounts)} 项"),
    ]
    purpose = "资金用于研究院建设与研发，专款专用、单独核算"
    if is_joint:
        supported = [("数量指标", "支持联合攻关项目", f"{len(amounts)} 项")]
        purpose = "资金用于任务书约定的研究开发，专款专用、单独核算"
    return [
        *supported,
        ("数量指标", "涉及县（市、区）", f"{counties} 个"),
        ("质量指标", purpose, "100%"),
        ("时效指标", "县级收到资金后拨付到企", f"不超过 {pay_days} 日"),
        ("成本指标", "资金总额", f"{total:,.2f} 元"),
    ]


def payee_agrees(payee: str, *, account_name: str, division: str, direct: bool) -> bool:
    """Whether the bank names whom we ordered to: the unit itself, or the finance of its county on the way there."""
    if same_name(payee, account_name):
        return True
    return not direct and _plain(division) in _plain(payee) and "财政" in payee


def finding_of_payment(
    amount: Decimal,
    *,
    is_known: bool,
    is_payee: bool,
    left: Decimal,
    is_repeat: bool = False,
    is_void: bool = False,
) -> str:
    """What a line that went out says about an order, of which ``left`` was not shown by a statement yet."""
    if is_repeat or not is_known:
        return "repeated" if is_repeat else "no_order"
    if is_void:
        return "voided"
    if not is_payee:
        return "wrong_payee"
    if left <= 0:
        return "paid_before"
    return "matched" if amount == left else "partial" if amount < left else "wrong_amount"


def finding_of_return(
    amount: Decimal,
    *,
    is_known: bool,
    is_payee: bool,
    ordered: Decimal,
    is_repeat: bool = False,
    astray: Decimal = Decimal(0),
) -> str:
    """What a line that came in says about an order: all of it came back, or something is wrong.

    ``astray``: what the bank paid for it that it should not have, and has not given back.
    """
    if is_repeat or not is_known:
        return "repeated" if is_repeat else "no_order"
    if 0 < amount <= astray:
        return "given_back"
    if not is_payee:
        return "wrong_payee"
    return "returned" if amount == ordered else "wrong_amount"


def crosses(percent_before: int, percent_after: int, *, line: int) -> bool:
    """Whether the share of a budget has just reached the line of warning."""
    return percent_before < line <= percent_after


def recoverable(paid: Decimal, claimed: Decimal) -> Decimal:
    """What of an award may still be claimed back: what was paid and not claimed by an earlier decision."""
    return max(to_fen(paid - claimed), Decimal("0.00"))


def claim_faults(amount: Decimal, *, base: Decimal) -> list[str]:
    """What is wrong with claiming ``amount`` of ``base``: the whole or a part of it, never more, in whole fen."""
    if amount <= 0 or amount != to_fen(amount):
        return ["追回金额须大于 0，最小单位为分。"]
    if amount > base:
        short = amount - base
        return [f"追回金额不能超过已拨付且未追回的 {base:,.2f} 元，现多出 {short:,.2f} 元。"]
    return []


def interest_on(amount: Decimal, *, percent: Decimal, since: date | None, until: date) -> Decimal:
    """Simple interest of ``percent`` a year (365 days) from the last payment to the decision; none where it is 0."""
    if since is None or until <= since or percent <= 0:
        return Decimal("0.00")
    return to_fen(amount * percent / HUNDRED * (until - since).days / 365)


def repayment_faults(amount: Decimal, *, left: Decimal) -> list[str]:
    """What is wrong with a part of ``amount`` where ``left`` has still to come back."""
    if amount <= 0 or amount != to_fen(amount):
        return ["退还金额须大于 0，最小单位为分。"]
    if amount > left:
        return [f"退还金额不能超过尚未退还的 {left:,.2f} 元；多缴的请联系市财政局退回。"]
    return []


def after_repayment(state: str, *, left: Decimal) -> str:
    """Which move a confirmed part makes: all is there, a first or further part in time, or none (it stays late)."""
    if left == 0:
        return "settle"
    return "part" if state in ("repay_due", "partially_repaid") else ""
