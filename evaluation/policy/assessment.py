"""The arithmetic of a year's report: what is lacking, what does not add up, what leaps, when recognition is at stake.

Boxes and balances are the records of the edition; values are texts of numbers by the boxes' codes, money in yuan.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from records.amounts import grouped, in_wan

Box = Mapping[str, Any]
Values = Mapping[str, str]
MONEY, TEXT, NUMBER = "money", "text", "number"
CENT = Decimal("0.01")
TEXT_MAX = 2000


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the figure in one box, in words for whoever fills it in."""

    code: str
    words: str


def as_number(text: str | None) -> Decimal | None:
    """The number that a stored value says; None where there is none."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None


def plain(box: Box, raw: object) -> str:
    """A value as it is stored: money to the fen, other numbers without needless zeros, words without the edges."""
    if raw is None or str(raw).strip() == "":
        return ""
    if box["kind"] == TEXT:
        return str(raw).strip()
    number = as_number(str(raw).strip())
    if number is None or not number.is_finite():
        return str(raw).strip()
    if box["kind"] == MONEY:
        return str(number.quantize(CENT)) if number == number.quantize(CENT) else str(number)
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def fault_of(box: Box, value: str) -> str:
    """What is wrong with what stands in a box; empty where nothing is, or nothing stands there."""
    if not value:
        return ""
    if box["kind"] == TEXT:
        return f"最多 {TEXT_MAX} 字。" if len(value) > TEXT_MAX else ""
    number = as_number(value)
    if number is None or not number.is_finite():
        return "请填写数字。"
    if number < 0:
        return "不能小于 0。"
    if number > box["max"]:
        return f"超过 {said(box, str(box['max']))}，请核对单位。"
    places = 2 if box["kind"] == MONEY else int(box.get("places", 0))
    if number != round(number, places):
        return "请填写整数。" if places == 0 else f"小数最多 {places} 位。"
    return ""


def said(box: Box, value: str | None) -> str:
    """A value as people read it, with its unit; money in 万元."""
    if not value:
        return "—"
    number = as_number(value)
    if box["kind"] == TEXT or number is None:
        return value
    if box["kind"] == MONEY:
        return f"{in_wan(number)} 万元"
    return f"{grouped(number)} {box['unit']}".rstrip()


def typed(box: Box, value: str) -> str:
    """A stored value as it stands in its box on a page: money in 万元, without groups."""
    number = as_number(value)
    if number is None or box["kind"] != MONEY:
        return value
    return in_wan(number).replace(",", "")


def faults(boxes: Iterable[Box], values: Values) -> list[Fault]:
    """Boxes left empty, where nothing happened too, and boxes with what cannot stand there."""
    found = []
    for box in boxes:
        value = values.get(box["code"], "")
        if not value:
            nothing = "没有的写“无”。" if box["kind"] == TEXT else "没有发生的填 0。"
            found.append(Fault(box["code"], f"“{box['label']}”没有填写；{nothing}"))
        elif words := fault_of(box, value):
            found.append(Fault(box["code"], f"“{box['label']}”{words}"))
    return found


def unbalanced(
    balances: Iterable[Mapping[str, Any]],
    boxes: Mapping[str, Box],
    values: Values,
    former: Values | None = None,
) -> list[Fault]:
    """Balances that do not hold, with the numbers. One lacking a number is not judged, nor is a first year carried."""
    found = []
    for balance in balances:
        words = _BALANCES[balance["kind"]](balance, boxes, values, former or {})
        if words:
            found.append(Fault(balance["total"], f"{balance['label']}：{words}"))
    return found


def _numbers(codes: Iterable[str], values: Values) -> list[Decimal] | None:
    found = [as_number(values.get(code)) for code in codes]
    return None if None in found else found  # type: ignore[return-value]


def _listed(codes: Iterable[str], boxes: Mapping[str, Box], values: Values) -> str:
    return "、".join(f"{boxes[code]['label']} {said(boxes[code], values[code])}" for code in codes)


def _sum(balance: Mapping, boxes: Mapping[str, Box], values: Values, former: Values) -> str:
    total, parts = as_number(values.get(balance["total"])), _numbers(balance["parts"], values)
    if total is None or parts is None or total == sum(parts):
        return ""
    box, added = boxes[balance["total"]], sum(parts)
    more = "多" if total > added else "少"
    return (
        f"{box['label']} {said(box, str(total))}，各项合计 {said(box, str(added))}，"
        f"{more} {said(box, str(abs(total - added)))}。"
    )


def _within(balance: Mapping, boxes: Mapping[str, Box], values: Values, former: Values) -> str:
    total, parts = as_number(values.get(balance["total"])), _numbers(balance["parts"], values)
    if total is None or parts is None or sum(parts) <= total:
        return ""
    box = boxes[balance["total"]]
    listed = _listed(balance["parts"], boxes, values)
    return f"{box['label']} {said(box, str(total))}，{listed}，超出 {said(box, str(sum(parts) - total))}。"


def _carried(balance: Mapping, boxes: Mapping[str, Box], values: Values, former: Values) -> str:
    total, before = (as_number(one.get(balance["total"])) for one in (values, former))
    plus, minus = (_numbers(balance[side], values) for side in ("plus", "minus"))
    if total is None or before is None or plus is None or minus is None:
        return ""
    due, box = before + sum(plus) - sum(minus), boxes[balance["total"]]
    if total == due:
        return ""
    return (
        f"上年末 {said(box, str(before))}，加 {said(box, str(sum(plus)))}、减 {said(box, str(sum(minus)))}"
        f"应为 {said(box, str(due))}，填报 {said(box, str(total))}。"
    )


_BALANCES = {"sum": _sum, "parts_within": _within, "carried": _carried}


def leaps(boxes: Iterable[Box], values: Values, former: Values, times: Decimal) -> list[Fault]:
    """Figures that many times exceed, or fall below, last year's: often typed in the wrong unit. A hint, no fault."""
    found = []
    for box in boxes:
        now, before = (as_number(one.get(box["code"])) for one in (values, former))
        if box["kind"] == TEXT or not now or not before:
            continue
        if max(now, before) >= times * min(now, before):
            words = f"“{box['label']}”上年 {said(box, str(before))}，本年 {said(box, str(now))}，请核对是否填错单位。"
            found.append(Fault(box["code"], words))
    return found


# --- what years of it come to -----------------------------------------------------------------------------------------

FAIL, MISSING = "fail", "missing"


@dataclass(frozen=True, slots=True)
class Stake:
    """Years for which recognition is at stake: failed one after the other, or not reported."""

    failed: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.failed or self.missing)


def stake(results: Sequence[tuple[int, str]], consequences: Mapping[str, Any]) -> Stake:
    """By the published results of the years: failures one after the other up to the last, and missing reports in all.

    A year that was not reported does not interrupt a row of failures: nobody gains by staying silent.
    """
    ordered = sorted(results)
    failed: list[int] = []
    for year, result in reversed(ordered):
        if result == MISSING:
            continue
        if result != FAIL:
            break
        failed.insert(0, year)
    missing = [year for year, result in ordered if result == MISSING]
    return Stake(
        tuple(failed) if len(failed) >= int(consequences["failures_to_revoke"]) else (),
        tuple(missing) if len(missing) >= int(consequences["missing_to_revoke"]) else (),
    )


def is_barred(results: Sequence[tuple[int, str]]) -> bool:
    """Whether unpaid money waits: the last published grade is a failure. A missing report changes nothing in that."""
    graded = [result for _year, result in sorted(results) if result != MISSING]
    return bool(graded) and graded[-1] == FAIL


def tallied(box: Box, rows: Iterable[tuple[str, int | None, Decimal | None]]) -> str:
    """What verified achievements (kind, quantity, amount) come to in a box that they fill."""
    mine = [(quantity, amount) for kind, quantity, amount in rows if kind in box["achievements"]]
    measures: dict[str, Iterator[Decimal | int]] = {
        "count": (1 for _ in mine),
        "quantity": (quantity or 0 for quantity, _ in mine),
        "amount": (amount or Decimal(0) for _, amount in mine),
    }
    return plain(box, sum(measures[box["measure"]]))
