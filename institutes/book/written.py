"""Numbers, amounts, days and telephones as people write them. What is meant is read; what is not is left alone."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

UNITS = {"元": Decimal(1), "千元": Decimal(1000), "万元": Decimal(10_000), "万": Decimal(10_000)} | {
    "百万元": Decimal(1_000_000),
    "亿元": Decimal(100_000_000),
    "亿": Decimal(100_000_000),
}
LONGEST = 60
NUMBER = re.compile(r"[+-]?(?:\d[\d,]*(?:\.\d*)?|\.\d+)", re.ASCII)
AMOUNT = re.compile(rf"[¥￥]?({NUMBER.pattern})([百千万亿]*元|万|亿)?", re.ASCII)
DAY = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]0{1,2}:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)
COMPACT_DAY = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})", re.ASCII)
YEAR = re.compile(r"(\d{4})(?:年?|[-/.年]\d{1,2}.{0,12})", re.ASCII)
MINUS = str.maketrans({"−": "-", "﹣": "-", "–": "-", "—": "-"})
SAME_UNITS = {"平方米": {"m2", "㎡", "平米"}, "%": {"%"}}


def narrow(text: str) -> str:
    """Wide digits, signs and letters as narrow ones."""
    return unicodedata.normalize("NFKC", text).strip()


def number_in(text: str, unit: str = "") -> Decimal | None:
    """A number, also with commas, in wide digits, or with the ``unit`` of its box behind it."""
    plain = re.sub(r"\s", "", narrow(text)).translate(MINUS)
    for known in {narrow(unit), *SAME_UNITS.get(unit, ())} - {""}:
        plain = plain.removesuffix(narrow(known))
    return Decimal(plain.replace(",", "")) if NUMBER.fullmatch(plain) else None


def amount_in(text: str, own: str) -> Decimal | None:
    """An amount in the unit ``own``, from the one that stands behind it, or as it stands."""
    plain = re.sub(r"\s", "", narrow(text)).translate(MINUS)
    found = AMOUNT.fullmatch(plain)
    if not found or (found[2] or own) not in UNITS:
        return None
    number = Decimal(found[1].replace(",", ""))
    given = found[2] or own
    if UNITS[given] == UNITS[own] or number.adjusted() > LONGEST:
        return number
    return number * UNITS[given] / UNITS[own]


def day_in(text: str) -> str | None:
    """A day as ``2024-03-05``, whether or not the calendar has it; None where no day is written."""
    if len(text) > LONGEST:
        return None
    plain = re.sub(r"\s+(?=[年月日/.-])|(?<=[年月/.-])\s+", "", narrow(text))
    found = DAY.fullmatch(plain) or COMPACT_DAY.fullmatch(plain)
    return f"{int(found[1]):04d}-{int(found[2]):02d}-{int(found[3]):02d}" if found else None


def year_in(text: str) -> str | None:
    """The year of ``1985年``, ``1985-03-02`` and the like; None where none is written."""
    found = YEAR.fullmatch(narrow(text)[:LONGEST])
    return found[1] if found else None


def phone_in(text: str) -> str:
    """A telephone number without the blanks that people put in between, hyphens narrow."""
    return re.sub(r"\s", "", narrow(text)).translate(MINUS)


def day_said(day: date) -> str:
    """``2026年11月27日``."""
    return f"{day.year}年{day.month}月{day.day}日"
