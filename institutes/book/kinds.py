"""Kinds of fields: how a value is read from a box, stored, put back into the box, and said to a reader.

Stored values are plain JSON. ``clean`` takes what was posted for one box (a list of strings, as forms send it)
and returns the value to store, None for nothing; it raises :class:`Malformed` for what cannot be such a value.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.policy import is_mobile, normalised_uscc, uscc_faults
from institutes.book.values import Malformed, Setting
from institutes.book.written import amount_in, day_in, day_said, narrow, number_in, phone_in, year_in
from institutes.policy import patent_check, patent_parts

Text_ = str | Promise
Check = Callable[[object, Setting], str | None]
Condition = Callable[[dict, Setting], bool]
YES, NO = "yes", "no"
YES_OR_NO = ((YES, gettext_lazy("是")), (NO, gettext_lazy("否")))
WAN = Decimal(10_000)
FEN = Decimal("0.01")
MOST_DIGITS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A box of the book. ``private``: personal, masked for officers. ``identifying``: hidden from experts.

    ``example`` is a plainly invented value as people would type it, for help and for templates to fill in.
    """

    code: str
    label: Text_
    help: Text_ = ""
    example: Text_ = ""
    unit: Text_ = ""
    required: bool | Condition = True
    clause: str = ""
    private: bool = False
    identifying: bool = False
    checks: tuple[Check, ...] = ()
    widget: ClassVar[str] = "text"
    is_number: ClassVar[bool] = False

    def is_required(self, row: dict, setting: Setting) -> bool:
        return self.required(row, setting) if callable(self.required) else self.required

    def clean(self, posted: Sequence[str], setting: Setting) -> object:
        raw = posted[-1].strip() if posted else ""
        if not raw:
            return None
        value = self.read(raw, setting)
        for check in self.checks:
            if problem := check(value, setting):
                raise Malformed(problem)
        return value

    def read(self, raw: str, setting: Setting) -> object:
        return raw

    def text(self, value: object) -> object:
        """What stands in the box."""
        return "" if value is None else str(value)

    def say(self, value: object, setting: Setting) -> str:
        """The value for a reader, with its unit."""
        return "" if value is None else f"{self.text(value)}{f' {self.unit}' if self.unit else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Text(Field):
    longest: int = 200

    def read(self, raw: str, setting: Setting) -> str:
        raw = " ".join(raw.splitlines())
        if len(raw) > self.longest:
            raise Malformed(_("最多 %(n)d 字，现有 %(m)d 字。") % {"n": self.longest, "m": len(raw)})
        return raw


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone(Text):
    """A telephone number, as people write it: without blanks, a mobile one also without hyphens and +86."""

    longest: int = 20

    def read(self, raw: str, setting: Setting) -> str:
        number = phone_in(raw)
        bare = number.replace("-", "")
        return Text.read(
            self, bare.removeprefix("+86") if is_mobile(bare.removeprefix("+86")) else number, setting
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Email(Text):
    """An address in narrow letters."""

    def read(self, raw: str, setting: Setting) -> str:
        return Text.read(self, narrow(raw), setting)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uscc(Text):
    """A unified social credit code, as people paste it: spaces and hyphens dropped, letters large."""

    longest: int = 40

    def read(self, raw: str, setting: Setting) -> str:
        code = normalised_uscc(narrow(raw))
        if problems := uscc_faults(code):
            raise Malformed(" ".join(problems))
        return code


@dataclass(frozen=True, slots=True, kw_only=True)
class PatentNumber(Text):
    """The number of a patent, as people paste it; stored as ``ZL202110000001.6``."""

    longest: int = 40

    def read(self, raw: str, setting: Setting) -> str:
        parts = patent_parts(raw)
        if parts is None:
            raise Malformed(
                _(
                    "专利号为 ZL 加 12 位（2003 年 10 月前申请的为 8 位）数字、小数点和校验位，例如 ZL202110000001.6。"
                )
            )
        digits, check = parts
        if check != (right := patent_check(digits)):
            raise Malformed(_("校验位应为 %(check)s，请对照专利证书核对专利号。") % {"check": right})
        return f"ZL{digits}.{check}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LongText(Field):
    """Paragraphs; as long as the edition allows unless ``longest`` says less."""

    longest: int | None = None
    widget: ClassVar[str] = "textarea"

    def read(self, raw: str, setting: Setting) -> str:
        longest = self.longest or setting.limits["text_max_chars"]
        raw = raw.replace("\r\n", "\n")
        if len(raw) > longest:
            raise Malformed(_("最多 %(n)d 字，现有 %(m)d 字。") % {"n": longest, "m": len(raw)})
        return raw


def _number(raw: str, unit: Text_ = "") -> Decimal:
    return _measured(number_in(raw, str(unit)))


def _measured(number: Decimal | None) -> Decimal:
    if number is None:
        raise Malformed(_("请只填数字，可带小数点，不带单位。"))
    if number and abs(number.adjusted()) > MOST_DIGITS:
        raise Malformed(_("数字过长，请核对。"))
    return number


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Money(Field):
    """Stored in yuan to the fen; typed in 万元, or in 元 where ``wan`` is off, or with its unit behind it."""

    wan: bool = True
    negative: bool = False
    unit: Text_ = "万元"
    widget: ClassVar[str] = "number"
    is_number: ClassVar[bool] = True

    def read(self, raw: str, setting: Setting) -> str:
        own = "万元" if self.wan else "元"
        amount = _measured(amount_in(raw, own)) * (WAN if self.wan else 1)
        if amount != amount.quantize(FEN):
            raise Malformed(_("金额精确到分，小数位过多。"))
        if amount < 0 and not self.negative:
            raise Malformed(_("金额不能为负数。"))
        if abs(amount) >= Decimal(10) ** 13:
            raise Malformed(_("金额过大，请核对单位是否为%(unit)s。") % {"unit": self.unit})
        return str(amount.quantize(FEN))

    def text(self, value: object) -> str:
        return "" if value is None else _plain(Decimal(str(value)) / (WAN if self.wan else 1))

    def say(self, value: object, setting: Setting) -> str:
        return "" if value is None else f"{Decimal(self.text(value)):,f} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer(Field):
    least: int = 0
    most: int = 10_000_000
    widget: ClassVar[str] = "number"
    is_number: ClassVar[bool] = True

    def read(self, raw: str, setting: Setting) -> int:
        number = _number(raw, self.unit)
        if number != number.to_integral_value():
            raise Malformed(_("请填整数。"))
        if not self.least <= number <= self.most:
            raise Malformed(_("应在 %(a)s 至 %(b)s 之间。") % {"a": f"{self.least:,}", "b": f"{self.most:,}"})
        return int(number)

    def say(self, value: object, setting: Setting) -> str:
        return "" if value is None else f"{int(str(value)):,} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Year(Integer):
    """A year of the calendar, also out of a whole day."""

    least: int = 1900
    most: int = 2100

    def read(self, raw: str, setting: Setting) -> int:
        year = year_in(raw)
        if year is None or not self.least <= int(year) <= self.most:
            raise Malformed(
                _("请填四位数字的年份，%(a)d 至 %(b)d 之间，例如 1985。") % {"a": self.least, "b": self.most}
            )
        return int(year)

    def say(self, value: object, setting: Setting) -> str:
        return self.text(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecimalNumber(Field):
    places: int = 2
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(10_000_000)
    widget: ClassVar[str] = "number"
    is_number: ClassVar[bool] = True

    def read(self, raw: str, setting: Setting) -> str:
        number = _number(raw, self.unit)
        if number != number.quantize(Decimal(1).scaleb(-self.places)):
            raise Malformed(_("最多 %(n)d 位小数。") % {"n": self.places})
        if not self.least <= number <= self.most:
            raise Malformed(_("应在 %(a)s 至 %(b)s 之间。") % {"a": f"{self.least:,}", "b": f"{self.most:,}"})
        return _plain(number)

    def say(self, value: object, setting: Setting) -> str:
        return "" if value is None else f"{Decimal(self.text(value)):,f} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Date(Field):
    """A day. ``marks_recent``: readers are told where it lies within the years that count for the criteria."""

    marks_recent: bool = False
    widget: ClassVar[str] = "date"

    def read(self, raw: str, setting: Setting) -> str:
        written = day_in(raw)
        if written is None:
            raise Malformed(_("请按 2026-11-23 的格式填写日期。"))
        try:
            day = date.fromisoformat(written)
        except ValueError:
            raise Malformed(_("没有“%(text)s”这一天，请核对。") % {"text": raw[:20]}) from None
        if not 1900 <= day.year <= 2100:
            raise Malformed(_("年份应在 1900 至 2100 之间。"))
        return day.isoformat()

    def say(self, value: object, setting: Setting) -> str:
        if value is None:
            return ""
        day = date.fromisoformat(str(value))
        recent = self.marks_recent and setting.recent_from <= day <= setting.closes_on
        mark = _("（近 %(n)d 年）") % {"n": setting.limits["recent_years"]} if recent else ""
        return f"{day_said(day)}{mark}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Field):
    """One of a list: written out in ``options``, or named in ``source`` (of the edition, or of the chain map)."""

    options: tuple[tuple[str, Text_], ...] = ()
    source: str = ""
    widget: ClassVar[str] = "select"

    def choices(self, setting: Setting) -> tuple[tuple[object, Text_], ...]:
        return self.options or setting.choices(self.source)

    def read(self, raw: str, setting: Setting) -> object:
        for value, _label in self.choices(setting):
            if str(value) == raw:
                return value
        raise Malformed(_("请从列表中选择。"))

    def say(self, value: object, setting: Setting) -> str:
        return "" if value is None else str(dict(self.choices(setting)).get(value, value))


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference(Choice):
    """A row of a table (chain, segment): its key is stored, its name is frozen with the version."""


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNo(Choice):
    """A question that must be answered: an unanswered one is neither yes nor no."""

    options: tuple[tuple[str, Text_], ...] = YES_OR_NO
    widget: ClassVar[str] = "radio"


@dataclass(frozen=True, slots=True, kw_only=True)
class MultiChoice(Choice):
    widget: ClassVar[str] = "checkboxes"

    def clean(self, posted: Sequence[str], setting: Setting) -> object:
        known = {str(value): value for value, _label in self.choices(setting)}
        picked = [raw for raw in posted if raw]
        if any(raw not in known for raw in picked):
            raise Malformed(_("请从列表中选择。"))
        return [value for raw, value in known.items() if raw in picked] or None

    def text(self, value: object) -> list[str]:
        return [str(each) for each in value or ()]  # type: ignore[attr-defined]

    def say(self, value: object, setting: Setting) -> str:
        labels = dict(self.choices(setting))
        return "、".join(str(labels.get(each, each)) for each in value or ())  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag(Field):
    """A tick. Required means: it must be ticked."""

    widget: ClassVar[str] = "tick"

    def clean(self, posted: Sequence[str], setting: Setting) -> object:
        return True if any(raw not in {"", "off", "false"} for raw in posted) else None

    def text(self, value: object) -> bool:
        return bool(value)

    def say(self, value: object, setting: Setting) -> str:
        return _("是") if value else _("否")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A table to which people add rows. Stored as a list of rows, each with its ``key``."""

    code: str
    label: Text_
    columns: tuple[Field, ...]
    help: Text_ = ""
    row_label: Text_ = ""
    clause: str = ""
    least: int | Callable[[Setting], int] = 0
    most: int | Callable[[Setting], int] = 60
    stacked: bool = False
    """Laid out row by row as cards instead of a table: for rows with many columns."""

    def bounds(self, setting: Setting) -> tuple[int, int]:
        least = self.least(setting) if callable(self.least) else self.least
        return least, self.most(setting) if callable(self.most) else self.most


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table of fixed lines and columns. Stored as line → column → value."""

    code: str
    label: Text_
    lines: tuple[Field, ...]
    columns: Callable[[Setting], Sequence[tuple[str, Text_]]]
    required_columns: Callable[[Setting, dict], Sequence[str]] | None = None
    help: Text_ = ""
    clause: str = ""
    sums: bool = False

    def asked(self, setting: Setting, section: dict) -> Sequence[str]:
        """The columns that must be filled in."""
        if self.required_columns:
            return self.required_columns(setting, section)
        return [code for code, _label in self.columns(setting)]


Entry = Field | Rows | Grid
