"""Checks of a single value: what a well-formed one looks like."""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.policy import MOBILE_PATTERN
from institutes.book.values import Setting

LANDLINE = re.compile(r"0\d{2,3}-?\d{7,8}(-\d{1,6})?")


def is_mobile(value: object, setting: Setting) -> str | None:
    return None if re.match(MOBILE_PATTERN, str(value)) else _("请填写 11 位手机号码，以 13 至 19 开头。")


def is_phone(value: object, setting: Setting) -> str | None:
    if re.match(MOBILE_PATTERN, str(value)) or LANDLINE.fullmatch(str(value)):
        return None
    return _("请填写 11 位手机号码，或带区号的座机号码，例如 0311-00000000。")


def is_email(value: object, setting: Setting) -> str | None:
    try:
        validate_email(str(value))
    except ValidationError:
        return _("电子邮箱格式不正确，例如 name@example.com。")
    return None


def fits_name_pattern(value: object, setting: Setting) -> str | None:
    """The institute's name has the form that the edition prescribes."""
    return name_fault(str(value), setting.limits)


def name_fault(name: str, limits: Mapping) -> str | None:
    """What is wrong with an institute's name by the terms ``book`` of an edition; None if nothing."""
    pattern, longest = limits["name_pattern"], limits["name_max_chars"]
    before, _sep, after = pattern.partition("{industry}")
    if re.search(r"\s", name):
        return _("名称中间不要有空格。")
    if len(name) > longest:
        return _("名称最多 %(n)d 字，现有 %(m)d 字。") % {"n": longest, "m": len(name)}
    if name.startswith(before) and name.endswith(after) and len(name) > len(before) + len(after):
        return None
    return _("名称格式应为“%(form)s”。") % {"form": pattern.replace("{industry}", "＋产业名称＋").strip("＋")}
