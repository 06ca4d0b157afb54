"""What is said beside the boxes to whoever fills them in: what counts, in which unit, by which clause.

Help is written with the book; the numbers in it are those of the edition (``{directions_min}``), so that they are
never said otherwise than they are checked.
"""

from decimal import Decimal, InvalidOperation
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from institutes.book.core import Annex
from institutes.book.kinds import Entry, Field
from institutes.book.values import Setting


class Helped(Protocol):
    """A part of the book that explains itself."""

    @property
    def help(self) -> str | Promise: ...


class _Limits(dict):
    """The numbers of the edition as people read them: whole ones without decimals."""

    def __init__(self, setting: Setting):
        super().__init__(setting.limits)

    def __getitem__(self, code: str) -> str:
        value = super().__getitem__(code)
        try:
            return f"{Decimal(str(value)).normalize():,f}"
        except InvalidOperation:
            return str(value)


def help_of(part: Helped, setting: Setting) -> str:
    """The help of a box, a column, a line, a table or an annex."""
    return str(part.help).format_map(_Limits(setting))


def help_with_clause(part: Entry | Annex, setting: Setting) -> str:
    """The help with the clause of the policy that asks for it."""
    text = help_of(part, setting)
    return f"{text}{_('（实施意见%(clause)s）') % {'clause': part.clause}}" if text and part.clause else text


def columns_told(columns: tuple[Field, ...], setting: Setting) -> list[tuple[str, str, str]]:
    """Each column of a table with its help and an example, for a list above the table."""
    return [(str(c.label), help_of(c, setting), str(c.example)) for c in columns]
