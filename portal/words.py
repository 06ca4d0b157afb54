"""How amounts, days and dates are said in Chinese: pure functions behind the template filters."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import timezone

WAN = Decimal(10_000)
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def as_decimal(value: object) -> Decimal | None:
    """The amount that ``value`` says, or None where it says none."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value).replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def grouped(value: object) -> str:
    """``200,000.00``; an empty string where there is no amount."""
    amount = as_decimal(value)
    return "" if amount is None else f"{amount:,.2f}"


def in_wan(value: object) -> str:
    """Yuan as 万元 without needless zeros: 200000 → ``20``, 123456.7 → ``12.34567``."""
    amount = as_decimal(value)
    if amount is None:
        return ""
    text = f"{amount / WAN:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _group_in_capitals(number: int) -> str:
    """Four digits, with one 零 for every run of zeros inside."""
    text, gap = "", False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if not digit:
            gap = gap or bool(text)
            continue
        text += ("零" if gap else "") + DIGITS[digit] + PLACES[place]
        gap = False
    return text


def _whole_in_capitals(number: int) -> str:
    text, gap = "", False
    for index in range(len(GROUPS) - 1, -1, -1):
        group = number // 10 ** (4 * index) % 10_000
        if not group:
            gap = gap or bool(text)
            continue
        text += ("零" if text and (gap or group < 1000) else "") + _group_in_capitals(group) + GROUPS[index]
        gap = False
    return text


def in_capitals(value: object) -> str:
    """An amount of yuan as it is written on a voucher: 200000 → ``贰拾万元整``."""
    amount = as_decimal(value)
    if amount is None or abs(amount) >= 10**16:
        return ""
    fen = int((abs(amount) * 100).to_integral_value())
    whole, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    text = ("负" if amount < 0 else "") + (f"{_whole_in_capitals(whole)}元" if whole else "")
    if not jiao and not rest:
        return (text or "零元") + "整"
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif whole:
        text += "零"
    return text + (f"{DIGITS[rest]}分" if rest else "整")


def wan_echo(value: object) -> str:
    """What a number typed in 万元 means in 元, in figures and in capitals."""
    amount = as_decimal(value)
    if amount is None:
        return ""
    yuan = amount * WAN
    return f"即 {grouped(yuan)} 元（{in_capitals(yuan)}）"


def yuan_echo(value: object) -> str:
    """What a number typed in 元 is in capitals."""
    amount = as_decimal(value)
    return "" if amount is None else f"即 {grouped(amount)} 元（{in_capitals(amount)}）"


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
