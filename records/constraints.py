"""Shapes of row that the database itself refuses to break.

``choices=`` constrains a form, not a table: each helper here gives a named CHECK constraint.
"""

from collections.abc import Iterable

from django.db.models import CheckConstraint, F, Q

_NAME = "%(app_label)s_%(class)s_{}"


def one_of(field: str, choices, *, blank: bool = False) -> CheckConstraint:
    """``field`` holds one of the declared ``choices``, or with ``blank`` the empty text while nothing was chosen."""
    known = [*choices.values, *([""] if blank else [])]
    return CheckConstraint(condition=Q(**{f"{field}__in": known}), name=_NAME.format(f"{field}_known"))


def together(*fields: str, name: str = "") -> CheckConstraint:
    """All of ``fields`` are set, or none is (a moment always has its person). ``name`` as in ``different``."""
    none = Q(**{f"{field}__isnull": True for field in fields})
    every = Q(**{f"{field}__isnull": False for field in fields})
    return CheckConstraint(condition=none | every, name=_NAME.format(name or "_".join(fields)))


def positive(field: str) -> CheckConstraint:
    """``field`` is more than zero."""
    return CheckConstraint(condition=Q(**{f"{field}__gt": 0}), name=_NAME.format(f"{field}_positive"))


def not_negative(field: str) -> CheckConstraint:
    """``field`` is zero or more."""
    return CheckConstraint(condition=Q(**{f"{field}__gte": 0}), name=_NAME.format(f"{field}_not_negative"))


def different(one: str, other: str, *, name: str = "") -> CheckConstraint:
    """``one`` and ``other``, where both are set, are not the same (four eyes).

    ``name`` replaces the composed name where that would exceed PostgreSQL's 63 characters.
    """
    return CheckConstraint(
        condition=Q(**{f"{one}__isnull": True}) | Q(**{f"{other}__isnull": True}) | ~Q(**{one: F(other)}),
        name=_NAME.format(name or f"{one}_not_{other}"),
    )


def not_after(first: str, second: str) -> CheckConstraint:
    """``first``, where both are set, is no later (or larger) than ``second``."""
    return CheckConstraint(
        condition=Q(**{f"{first}__isnull": True})
        | Q(**{f"{second}__isnull": True})
        | Q(**{f"{first}__lte": F(second)}),
        name=_NAME.format(f"{first}_not_after_{second}"),
    )


def requires(states: Iterable[str], *fields: str, name: str, state_field: str = "state") -> CheckConstraint:
    """A row in one of ``states`` has ``fields`` set: a state without its evidence cannot be stored."""
    every = Q(**{f"{field}__isnull": False for field in fields})
    return CheckConstraint(
        condition=~Q(**{f"{state_field}__in": list(states)}) | every, name=_NAME.format(name)
    )
