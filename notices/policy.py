"""Rules on plain values: who counts as known, how long to wait between tries, which reminders apply when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
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


HOLDER, DEPUTY, SUPERIOR = "holder", "deputy", "superior"
"""Whom a rule is for: whoever has to meet it, who stands in for them, or who is above them."""


LATE = "已逾期"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of reminding: deadlines of which ``kinds``, when, ``to`` whom, and whether by mail as well.

    ``offsets``: working days before the day, from the first reminder to the last; negative ones come after it.
    ``sms``: those offsets at which a text message goes as well, to holders in one of ``sms_roles``.
    ``days_from`` and ``days_below`` narrow it to deadlines that were opened so many days before their day; ``states``
    and ``other_than`` to those of some states, or of all others. ``late`` is what is said once the day is over.
    """

    code: str
    kinds: tuple[str, ...]
    offsets: tuple[int, ...]
    to: str
    mail: bool
    days_from: int | None = None
    days_below: int | None = None
    sms: tuple[int, ...] = ()
    sms_roles: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    other_than: tuple[str, ...] = ()
    late: str = LATE

    @property
    def over(self) -> str:
        """How a sentence about a day that is over ends."""
        return (
            "到期，请尽快办理。" if self.late == LATE else f"{self.late.removeprefix('已')}，请办理后续事项。"
        )


def rules_of(terms: Mapping[str, Any]) -> list[Rule]:
    """The rules as the edition writes them."""
    return [
        Rule(
            code=record["code"],
            kinds=tuple(record["kinds"]),
            offsets=offsets_of(record["before"], record["after"]),
            to=record["to"],
            mail=record["mail"],
            days_from=record.get("days_from"),
            days_below=record.get("days_below"),
            sms=tuple(record.get("sms", ())),
            sms_roles=tuple(record.get("sms_roles", ())),
            states=tuple(record.get("states", ())),
            other_than=tuple(record.get("other_than", ())),
            late=record.get("late", LATE),
        )
        for record in terms["reminders"]
    ]


def superiors_of(terms: Mapping[str, Any]) -> dict[str, str]:
    """Who is told when a role is late: role by role its superior."""
    return {record["code"]: record["superior"] for record in terms["superiors"]}


def send_at(
    created: datetime, *, mail: str, daily_hour: int, quiet_from: int | None, quiet_until: int | None
) -> datetime:
    """When what was written at ``created`` may be mailed to somebody who chose so; all of it local time.

    Where the day's mail is gathered: at the next ``daily_hour``. Otherwise at once, unless that is a quiet hour.
    """
    if mail == "daily":
        return _next_hour(created, daily_hour)
    if quiet_from is None or quiet_until is None or not _is_between(created.hour, quiet_from, quiet_until):
        return created
    return _next_hour(created, quiet_until)


def within_hours(moment: datetime, *, first: int, last: int) -> datetime:
    """The moment itself from ``first`` until ``last`` o'clock, otherwise the next ``first``."""
    return moment if first <= moment.hour < last else _next_hour(moment, first)


def _is_between(hour: int, start: int, end: int) -> bool:
    """Whether an hour lies in a span that may go over midnight."""
    return start <= hour < end if start < end else hour >= start or hour < end


def _next_hour(moment: datetime, hour: int) -> datetime:
    found = moment.replace(hour=hour, minute=0, second=0, microsecond=0)
    return found if found > moment else found + timedelta(days=1)


def mail_faults(
    terms: Mapping[str, Any], *, daily_hour: int, quiet_from: int | None, quiet_until: int | None
) -> list[tuple[str, str]]:
    """What the office has against a choice, as ``(field, sentence)``."""
    first, last, most = terms["daily_first"], terms["daily_last"], terms["quiet_hours_max"]
    found = []
    if not first <= daily_hour <= last:
        found.append(("daily_hour", f"每天汇总的发送时间须在 {first}:00 至 {last}:00 之间。"))
    if quiet_from is not None and quiet_until is not None:
        hours = (quiet_until - quiet_from) % 24
        if not 0 < hours <= most:
            found.append(("quiet_until", f"免打扰时段须为 1 至 {most} 小时。"))
    return found


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
