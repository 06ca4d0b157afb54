"""How amounts, days and dates are said in Chinese: pure functions behind the template filters."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone

from records import amounts
from records.amounts import WAN

FEN = Decimal("0.01")


def as_decimal(value: object) -> Decimal | None:
    """The amount that ``value`` says, or None where it says none."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def in_yuan(value: object) -> str:
    """``200,000.00``; an empty string where there is no amount."""
    amount = as_decimal(value)
    return "" if amount is None else f"{amount:,.2f}"


def grouped(value: object) -> str:
    """``1,200.5``: a number without needless zeros; an empty string where there is none."""
    amount = as_decimal(value)
    return "" if amount is None else amounts.grouped(amount)


def in_wan(value: object) -> str:
    """Yuan as 万元 without needless zeros: 200000 → ``20``, 123456.7 → ``12.34567``."""
    amount = as_decimal(value)
    return "" if amount is None else amounts.in_wan(amount)


def in_capitals(value: object) -> str:
    """An amount of yuan as it is written on a voucher, to the nearest fen: 200000 → ``贰拾万元整``."""
    amount = as_decimal(value)
    if amount is None or abs(amount) > amounts.TOO_MUCH - FEN:
        return ""
    rounded = amount.quantize(FEN)
    said = amounts.in_capitals(abs(rounded))
    return f"负{said}" if rounded < 0 else said


def wan_echo(value: object) -> str:
    """What a number typed in 万元 means in 元, in figures and in capitals."""
    amount = as_decimal(value)
    if amount is None:
        return ""
    yuan = amount * WAN
    return f"即 {in_yuan(yuan)} 元（{in_capitals(yuan)}）"


def yuan_echo(value: object) -> str:
    """What a number typed in 元 is in capitals."""
    amount = as_decimal(value)
    return "" if amount is None else f"即 {in_yuan(amount)} 元（{in_capitals(amount)}）"


def day(value: date | datetime | None) -> str:
    """``2026年11月23日``."""
    if value is None or value == "":
        return ""
    if isinstance(value, datetime):
        value = timezone.localdate(value) if timezone.is_aware(value) else value.date()
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """``2026年11月23日 14:03``."""
    if value is None or value == "":
        return ""
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{day(local)} {local:%H:%M}"


def size(count: int | None) -> str:
    """Bytes for people: ``840 KB``, ``2.4 MB``."""
    if count is None:
        return ""
    if count < 1024 * 1024:
        return f"{max(1, round(count / 1024))} KB"
    return f"{count / 1024 / 1024:.1f} MB"
