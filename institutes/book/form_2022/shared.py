"""Choices that several sections offer, and limits that come from the edition."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from institutes.book.rules.team import FULL, PART
from institutes.book.values import Setting

DEGREES = (
    ("doctor", _("博士")),
    ("master", _("硕士")),
    ("bachelor", _("本科")),
    ("other", _("其他")),
)
TIMES = ((FULL, _("全职")), (PART, _("兼职")))
LEVELS = (
    ("national", _("国家级")),
    ("provincial", _("省级")),
    ("municipal", _("市级")),
    ("other", _("其他")),
)


def limit(code: str) -> Callable[[Setting], int]:
    """A bound of a table that the edition sets."""
    return lambda setting: setting.limits[code]
