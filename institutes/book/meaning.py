"""What people mean by what stands in a cell: other units, other ways to write a day, labels instead of codes."""

import re
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.utils.translation import gettext as _

from institutes.book.kinds import NO, YES, Choice, Date, Field, Flag, Money, MultiChoice, Text, YesNo
from institutes.book.values import Malformed, Setting
from institutes.book.written import LONGEST, UNITS, amount_in, day_in, narrow

SERIAL = re.compile(r"[1-9]\d{4}(?:\.0+)?")
FIRST_SERIAL = date(1899, 12, 30)
EXACT_DIGITS = 15
ERRORS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!", "#SPILL!", "#CALC!"}
YES_WORDS, NO_WORDS = (
    {"是", "有", "y", "yes", "true", "1", "√", "对"},
    {"否", "无", "n", "no", "false", "0", "×", "x"},
)
PIECES = re.compile(r"[、,，;；\n]+")
LONGEST_HEAD = 120
MOST_CHOICES_SAID = 12
SHORTEST_BEGINNING = 2


def name_of(text: str) -> str:
    return re.sub(r"\s", "", narrow(text[:LONGEST_HEAD])).rstrip("*").casefold()


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
            return [_amount(column, text, unit)]
        case Text():
            if isinstance(raw, int | float) and len(re.sub(r"\D", "", text)) > EXACT_DIGITS:
                raise Malformed(
                    _("超过 %(n)d 位的数字在表格中已经失真，请把这一格设为文本格式后重新填写。")
                    % {"n": EXACT_DIGITS}
                )
            return [" ".join(part.strip() for part in text.split("\n"))]
    if column.unit == "%" and isinstance(raw, float) and 0 < raw < 1:
        return [plain(float(Decimal(repr(raw)) * 100))]  # 80 % of a spreadsheet
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
    begun = [str(value) for value, label in choices if name_of(str(label)).startswith(meant)]
    if len(meant) >= SHORTEST_BEGINNING and len(begun) == 1:
        return begun[0]
    labels = [str(label) for _value, label in choices]
    said = "、".join(labels[:MOST_CHOICES_SAID]) + ("……" if len(labels) > MOST_CHOICES_SAID else "")
    raise Malformed(_("“%(text)s”不在可选范围内，可填：%(choices)s。") % {"text": text, "choices": said})


def _day(raw: object, text: str) -> str:
    """A day out of a cell, also as the serial number of one; what is none is left to the box to refuse."""
    if isinstance(raw, date):
        return text[:10]
    if day_in(text) is None and len(text) <= LONGEST and SERIAL.fullmatch(narrow(text)):
        return (FIRST_SERIAL + timedelta(days=int(float(narrow(text))))).isoformat()
    return text


def _amount(column: Money, text: str, unit: str) -> str:
    """An amount in the unit of its box: from that of the head, unless the cell has its own."""
    own = "万元" if column.wan else "元"
    if unit not in UNITS or len(text) > LONGEST or amount_in(text, own) is None:
        return text
    bare = narrow(text).rstrip(" 元百千万亿") == narrow(text)
    return f"{text}{unit}" if bare else text
