"""Amounts as papers and pages write them: ``200000`` is ``贰拾万元整``, or ``20`` 万元."""

from decimal import Decimal

WAN = Decimal(10_000)
TOO_MUCH = Decimal(10) ** 16
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_UNITS = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")


def in_capitals(amount: Decimal) -> str:
    """``amount`` yuan in 大写, to the fen: what stands on approval forms, notices and receipts.

    Raises ``ValueError`` for a negative amount, a fraction of a fen, or ten quadrillion and more.
    """
    if amount < 0 or amount != amount.quantize(Decimal("0.01")) or amount >= TOO_MUCH:
        raise ValueError(f"not an amount of yuan and fen: {amount}")
    yuan, fen = divmod(int(amount * 100), 100)
    words = f"{_whole(yuan)}元" if yuan else ""
    jiao, fen = divmod(fen, 10)
    if not jiao and not fen:
        return f"{words or '零元'}整"
    if jiao:
        words += f"{_DIGITS[jiao]}角"
    elif words:
        words += "零"
    return f"{words}{_DIGITS[fen]}分" if fen else f"{words}整"


def grouped(number: Decimal) -> str:
    """``1,200.5``: in groups, without zeros at the end."""
    text = f"{number:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_wan(amount: Decimal) -> str:
    """Yuan as 万元 without needless zeros: 200000 → ``20``, 123456.7 → ``12.34567``."""
    return grouped(amount / WAN)


def _whole(number: int) -> str:
    words, gap, position = "", False, 0
    while number:
        number, group = divmod(number, 10_000)
        if group:
            part = _group(group) + _GROUPS[position]
            words = part + ("零" if gap and words else "") + words
            gap = group < 1000
        elif words:
            gap = True
        position += 1
    return words


def _group(group: int) -> str:
    words, gap = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit:
            words += ("零" if gap and words else "") + _DIGITS[digit] + _UNITS[place]
            gap = False
        else:
            gap = True
    return words
