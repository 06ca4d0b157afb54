"""What people mean by what stands in a cell: other units, other ways to write a day, labels instead of codes."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from institutes.book.kinds import NO, YES, Choice, Date, Field, Flag, Money, MultiChoice, Text, YesNo
from institutes.book.values import Malformed, Setting

UNITS = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10_000), "万": Decimal(10_000)} | {
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
}
AMOUNT = re.compile(r"[¥￥]?\s*([+-]?[\d, ]*\.?\d+)\s*([百千万亿]*元|万)?")
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?")
COMPACT_DAY = re.compile(r"(19|20)(\d{2})(\d{2})(\d{2})")
SERIAL = re.compile(r"[1-9]\d{4}(?:\.0+)?")
FIRST_SERIAL = date(1899, 12, 30)
EXACT_DIGITS = 15
ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"}
YES_WORDS, NO_WORDS = (
    {"是", "有", "y", "yes", "true", "1", "√", "对"},
    {"否", "无", "n", "no", "false", "0", "×", "x"},
)
PIECES = re.compile(r"[、,，;；\n]+")
LONGEST_NUMBER, LONGEST_HEAD = 60, 120
MOST_CHOICES_SAID = 12


def name_of(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text[:LONGEST_HEAD])).rstrip("*").casefold()


def typed(column: Field, raw: object, setting: Setting, unit: str = "") -> list[str]:
    """What would have been typed into the box of ``column``. Raises ``Malformed`` where ``raw`` cannot be meant so."""
    text = plain(raw)
    if text.upper() in ERRORS:
        raise Malformed(_("这一格是公式错误 %(text)s，请改为数值或文字。") % {"text": text})
    match column:
        case MultiChoice():
            return [_picked(column, piece, setting) for piece in PIECES.split(text) if piece.strip()]
        case Choice():
            return [_picked(column, text, setting)] if text else []
        case Flag():
            if name_of(text) not in YES_WORDS | NO_WORDS | {""}:
                raise Malformed(_("请填“是”或“否”。"))
            return ["on"] if name_of(text) in YES_WORDS else []
        case Date():
            return [_day(raw, text)]
        case Money():
            return [_amount(column, _number_text(text), unit)]
        case Text():
            if isinstance(raw, int | float) and len(re.sub(r"\D", "", text)) > EXACT_DIGITS:
                raise Malformed(
                    _("超过 %(n)d 位的数字在表格中已经失真，请把这一格设为文本格式后重新填写。")
                    % {"n": EXACT_DIGITS}
                )
            return [" ".join(part.strip() for part in text.split("\n"))]
    if column.is_number:
        number = _number_text(text)
        return [number.removesuffix(name_of(str(column.unit))).strip() if column.unit else number]
    return [text]


def plain(raw: object) -> str:
    """A cell as a person sees it: 12.0 is 12, a day is a day."""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float):
        text = f"{Decimal(repr(raw)):f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == datetime.min.time() else raw.isoformat(" ")
    return "" if raw is None else str(raw).strip().strip("\u200b\ufeff\u00a0").strip()


def _number_text(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()


def _picked(column: Choice, text: str, setting: Setting) -> str:
    """The code of the choice that is meant: by its code or by its label."""
    choices = column.choices(setting)
    meant = name_of(text)
    for value, label in choices:
        if meant in {name_of(str(value)), name_of(str(label))}:
            return str(value)
    if isinstance(column, YesNo) or {value for value, _label in choices} == {YES, NO}:
        for code, words in ((YES, YES_WORDS), (NO, NO_WORDS)):
            if meant in words:
                return code
    labels = [str(label) for _value, label in choices]
    said = "、".join(labels[:MOST_CHOICES_SAID]) + ("……" if len(labels) > MOST_CHOICES_SAID else "")
    raise Malformed(_("“%(text)s”不在可选范围内，可填：%(choices)s。") % {"text": text, "choices": said})


def _day(raw: object, text: str) -> str:
    """A day as ``2024-03-05``; what is none is left to the box to refuse."""
    if isinstance(raw, date):
        return text[:10]
    if len(text) > LONGEST_NUMBER:
        return text
    plain = re.sub(r"\s+(?=[年月日/.-])|(?<=[年月/.-])\s+", "", _number_text(text))
    if found := DAY.fullmatch(plain) or COMPACT_DAY.fullmatch(plain):
        parts = found.groups() if len(found.groups()) == 3 else (found[1] + found[2], found[3], found[4])
        return f"{int(parts[0]):04d}-{int(parts[1]):02d}-{int(parts[2]):02d}"
    if SERIAL.fullmatch(plain):
        return (FIRST_SERIAL + timedelta(days=int(float(plain)))).isoformat()
    return plain


def _amount(column: Money, text: str, unit: str) -> str:
    """An amount in the unit of its box, from that of the cell, of the head, or none."""
    found = AMOUNT.fullmatch(text) if len(text) <= LONGEST_NUMBER else None
    if not found:
        return text
    own = UNITS["万元"] if column.wan else UNITS["元"]
    given = found[2] or unit
    if given not in UNITS:
        return found[1] if not given else text
    try:
        amount = Decimal(re.sub(r"[, ]", "", found[1])) * UNITS[given] / own
    except InvalidOperation:
        return text
    return f"{amount:f}"
