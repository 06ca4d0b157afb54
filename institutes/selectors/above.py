"""What rooms above this one have about an institute, shown on its page. They say so themselves; this room asks."""

from collections.abc import Callable, Iterable

from django.db.models import Model, QuerySet
from django.utils.functional import Promise

from accounts.models import User
from institutes.models import Institute

_CASES: dict[str, tuple[str | Promise, Callable[[User], QuerySet]]] = {}


def learn_cases(name: str, *, label: str | Promise, visible_to: Callable[[User], QuerySet]) -> None:
    """Let a room above show its cases on the page of their ``institute``; ``visible_to`` says which a person sees."""
    _CASES[name] = (label, visible_to)


def cases_above(institute: Institute, user: User) -> Iterable[tuple[str, list[Model]]]:
    """Those of this institute that this person may see, under what each kind is called, the latest first."""
    for label, visible_to in _CASES.values():
        if rows := list(visible_to(user).filter(institute=institute)):
            yield str(label), rows
