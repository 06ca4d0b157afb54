"""Rules on plain values: the unified social credit code (GB 32100-2015), names, mobile numbers, passwords."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_PATTERN = r"^[0-9A-HJ-NPQRTUWXY]{18}$"
USERNAME_PATTERN = r"^[a-z][a-z0-9_.-]{2,39}$"
MOBILE_PATTERN = r"^1[3-9]\d{9}$"

_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_DIVISION_OF_USCC = slice(2, 8)


def normalised_uscc(text: str) -> str:
    """As people paste it: spaces and hyphens dropped, letters large."""
    return re.sub(r"[\s-]", "", text).upper()


def check_character(body: str) -> str:
    """The 18th character that belongs to the first 17; a remainder of 0 gives "0"."""
    total = sum(weight * USCC_ALPHABET.index(char) for weight, char in zip(_WEIGHTS, body, strict=True))
    return USCC_ALPHABET[(31 - total % 31) % 31]


def uscc_faults(code: str) -> list[str]:
    """Why ``code`` cannot be a unified social credit code; empty if it can be one."""
    if len(code) != 18:
        return [_("统一社会信用代码为 18 位，当前为 %(n)d 位。") % {"n": len(code)}]
    if strange := sorted(set(code) - set(USCC_ALPHABET)):
        return [
            _("统一社会信用代码不使用字符 %(chars)s，请对照营业执照核对。") % {"chars": "、".join(strange)}
        ]
    if code[-1] != check_character(code[:-1]):
        return [_("统一社会信用代码的校验位不符，可能有一位输错，请对照营业执照核对。")]
    return []


def registered_elsewhere(code: str, division_code: str, *, former: dict[str, str]) -> bool:
    """Whether the office in the code (places 3 to 8) is not the unit's county: worth a hint, no more."""
    office = code[_DIVISION_OF_USCC]
    return former.get(office, office) != division_code


def is_mobile(text: str) -> bool:
    return re.match(MOBILE_PATTERN, text) is not None


class Profile(StrEnum):
    """Two schools of passwords: the graded protection of information systems, and OWASP's ASVS."""

    DJBH = "djbh"
    ASVS = "asvs"


@dataclass(frozen=True, slots=True)
class PasswordRules:
    """What an edition asks of passwords. Under ``asvs`` there are no classes, no history and no expiry."""

    profile: Profile
    min_length: int
    min_classes: int = 0
    history: int = 0
    max_age_days: int = 0

    @classmethod
    def of(cls, terms: Mapping[str, Any]) -> "PasswordRules":
        """Read the terms; a number that the profile does not know is no rule."""
        profile = Profile(terms["profile"])
        periodic = ("min_classes", "history", "max_age_days") if profile is Profile.DJBH else ()
        return cls(profile, terms["min_length"], **{name: terms[name] for name in periodic})

    def faults_of(self, password: str) -> list[str]:
        """Why the password is too short or too uniform; empty if it is neither."""
        found = []
        if len(password) < self.min_length:
            found.append(_("密码太短，至少需要 %(n)d 位。") % {"n": self.min_length})
        if classes_in(password) < self.min_classes:
            found.append(
                _("密码须含大写字母、小写字母、数字、符号中的至少 %(n)d 类。") % {"n": self.min_classes}
            )
        return found

    def in_words(self) -> str:
        """All of it in one sentence, as help at the box."""
        said = [_("至少 %(n)d 位") % {"n": self.min_length}]
        if self.min_classes:
            said.append(_("含大写字母、小写字母、数字、符号中的至少 %(n)d 类") % {"n": self.min_classes})
        said.append(_("不能全是数字，不能是常见密码，不能与用户名、姓名或邮箱相近"))
        if self.history:
            said.append(_("不能与最近 %(n)d 次使用的密码相同") % {"n": self.history})
        return "，".join(said) + "。"

    def is_old(self, since: datetime, *, at: datetime) -> bool:
        """Whether a password that was set at ``since`` has to be changed."""
        return bool(self.max_age_days) and at >= since + timedelta(days=self.max_age_days)


@dataclass(frozen=True, slots=True)
class LoginRules:
    """What an edition says about signing in: how often one may fail, how long one stays in."""

    max_failures: int
    lock: timedelta
    idle: timedelta
    longest: timedelta
    one_at_a_time: bool
    second_factor_roles: frozenset[str]

    @classmethod
    def of(cls, terms: Mapping[str, Any]) -> "LoginRules":
        return cls(
            max_failures=terms["max_failures"],
            lock=timedelta(minutes=terms["lock_minutes"]),
            idle=timedelta(minutes=terms["idle_minutes"]),
            longest=timedelta(hours=terms["session_hours"]),
            one_at_a_time=terms["one_at_a_time"],
            second_factor_roles=frozenset(terms["second_factor_roles"]),
        )


def classes_in(password: str) -> int:
    """How many of the four classes occur: capital letters, small ones, digits, everything else."""
    tests = (str.isupper, str.islower, str.isdigit, lambda char: not char.isalnum())
    return sum(any(test(char) for char in password) for test in tests)


def undecorated(password: str) -> str:
    """The word inside: small letters, without the digits and signs that people put around it."""
    return re.sub(r"^[^a-z]+|[^a-z]+$", "", password.lower())


_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("MicroMessenger/", "微信"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("HarmonyOS", "鸿蒙"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser_of(agent: str) -> str:
    """A browser and its system as people call them: ``Chrome · Windows``."""
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name)
