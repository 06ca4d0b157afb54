"""Rules on plain values: who counts as known, how long to wait between tries, which reminders apply when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest
from typing import Any

from stdnum.cn import ric

from accounts.policy import is_mobile, normalised_uscc, uscc_faults

BACK_OFF = (1, 5, 15, 60, 240)
"""Minutes to wait after each failed attempt; after one more the message is given up."""
ATTEMPTS = len(BACK_OFF) + 1
GROUNDS_MIN_CHARS = 20
_NAMELESS = ("匿名", "群众", "某某", "知情人", "无名", "网友", "不便透露", "佚名", "热心")


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after the ``attempts``-th failure; None: give up."""
    return timedelta(minutes=BACK_OFF[attempts - 1]) if attempts <= len(BACK_OFF) else None


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of reminding: deadlines of which ``kinds``, when, whom, and whether by mail as well.

    ``offsets``: working days before the day, from the first reminder to the last; negative ones come after it.
    ``days_from`` and ``days_below`` narrow it to deadlines that were opened so many days before their day.
    """

    code: str
    kinds: tuple[str, ...]
    offsets: tuple[int, ...]
    to_superior: bool
    mail: bool
    days_from: int | None = None
    days_below: int | None = None


def rules_of(terms: Mapping[str, Any]) -> list[Rule]:
    """The rules as the edition writes them."""
    return [
        Rule(
            code=record["code"],
            kinds=tuple(record["kinds"]),
            offsets=offsets_of(record["before"], record["after"]),
            to_superior=record["to"] == "superior",
            mail=record["mail"],
            days_from=record.get("days_from"),
            days_below=record.get("days_below"),
        )
        for record in terms["reminders"]
    ]


def superiors_of(terms: Mapping[str, Any]) -> dict[str, str]:
    """Who is told when a role is late: role by role its superior."""
    return {record["code"]: record["superior"] for record in terms["superiors"]}


def offsets_of(before: Iterable[int], after: Iterable[int]) -> tuple[int, ...]:
    """Working days before the due day, from the first reminder to the last; negative ones come after it."""
    return tuple(sorted({*before, *(-days for days in after)}, reverse=True))


def is_same_phone(one: str, other: str) -> bool:
    """Whether two numbers are the same, however they are grouped."""
    digits = ["".join(c for c in number if c.isdigit()) for number in (one, other)]
    return bool(digits[0]) and compare_digest(*digits)


def is_nameless(name: str) -> bool:
    """Whether a name hides its bearer instead of naming them."""
    return any(word in name for word in _NAMELESS)


def identity_faults(
    *, kind: str, name: str, contact_name: str, phone: str, id_kind: str, id_number: str
) -> list[tuple[str, str]]:
    """Why an objector does not count as known, as ``(field, sentence)``; an anonymous objection is not taken."""
    found = _name_faults(kind, name.strip(), contact_name.strip())
    digits = phone.strip().replace("-", "").replace(" ", "")
    if not (is_mobile(digits) or (digits.startswith("0") and digits.isdigit() and 10 <= len(digits) <= 12)):
        found.append(("phone", "请填写可以联系到您的手机号码，或带区号的固定电话。"))
    return found + _id_faults(kind, id_kind, id_number)


def _name_faults(kind: str, name: str, contact_name: str) -> list[tuple[str, str]]:
    if len(name) < 2 or is_nameless(name):
        return [("name", "须署真实姓名或单位全称；匿名异议不予受理。")]
    if kind == "unit" and (len(contact_name) < 2 or is_nameless(contact_name)):
        return [("contact_name", "以单位名义提出的，须写明联系人真实姓名。")]
    return []


def _id_faults(kind: str, id_kind: str, id_number: str) -> list[tuple[str, str]]:
    if (kind == "unit") != (id_kind == "uscc"):
        wanted = "统一社会信用代码" if kind == "unit" else "居民身份证或护照号码"
        return [("id_kind", f"请选择{wanted}。")]
    if kind == "unit":
        return [("id_number", fault) for fault in uscc_faults(normalised_uscc(id_number))]
    if id_kind == "resident" and not ric.is_valid(id_number.strip().upper()):
        return [("id_number", "居民身份证号码不正确，请核对 18 位号码。")]
    if id_kind == "passport" and not (id_number.strip().isalnum() and 5 <= len(id_number.strip()) <= 15):
        return [("id_number", "护照号码不正确，请核对。")]
    return []
