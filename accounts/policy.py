"""Rules on plain values: the unified social credit code (GB 32100-2015), names, mobile numbers, passwords."""

import re

from django.contrib.auth.password_validation import MinimumLengthValidator
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


class LongEnough(MinimumLengthValidator):
    """The shortest password that is taken; Django's own words for it are not translated."""

    def get_error_message(self) -> str:
        return _("密码太短，至少需要 %(n)d 位。") % {"n": self.min_length}

    def get_help_text(self) -> str:
        return self.get_error_message()
