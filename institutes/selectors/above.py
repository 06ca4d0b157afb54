"""What rooms above this one have about an institute, shown on its page. They say so themselves; this room asks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from accounts.models import User
from institutes.models import Institute

_CASES: dict[str, tuple[str | Promise, Callable[[User], QuerySet]]] = {}


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a year by which institutes are judged above: its code, its name, the unit in which it is said."""

    code: str
    label: str
    unit: str


_MEASURES: list[Callable[[date], list[Measure]]] = []


def learn_measures(asked: Callable[[date], list[Measure]]) -> None:
    """Let a room above say which figures of earlier years an institute brings along, by the rules of a day."""
    _MEASURES.append(asked)


def measures_on(day: date) -> list[Measure]:
    """The figures of earlier years by which institutes are judged, as the rules of that day have them."""
    return [one for asked in _MEASURES for one in asked(day)]


def learn_cases(name: str, *, label: str | Promise, visible_to: Callable[[User], QuerySet]) -> None:
    """Let a room above show its cases on the page of their ``institute``; ``visible_to`` says which a person sees."""
    _CASES[name] = (label, visible_to)


def cases_above(institute: Institute, user: User) -> Iterable[tuple[str, list[Model]]]:
    """Those of this institute that this person may see, under what each kind is called, the latest first."""
    for label, visible_to in _CASES.values():
        if rows := list(visible_to(user).filter(institute=institute)):
            yield str(label), rows
