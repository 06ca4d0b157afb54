"""Cases of rooms above that stand in public notices: they say what a decided objection brings about for them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from accounts.models import User
from notices.models import Objection
from records.lifecycle import lock
from records.models import LifecycleSubject


class Corrected(Protocol):
    """Told that the case was published again, until which day."""

    def __call__(
        self, *, case: LifecycleSubject, objection: Objection, due_on: date, by: User, at: datetime
    ) -> object: ...


class Upheld(Protocol):
    """Told that an objection was founded: the case has left its notice."""

    def __call__(self, *, case: LifecycleSubject, objection: Objection, by: User, at: datetime) -> object: ...


@dataclass(frozen=True, slots=True)
class Published:
    """How a kind of case follows its objections. One that is dismissed lets the notice run on, and nothing else."""

    find: Callable[..., LifecycleSubject]
    correct: Corrected
    uphold: Upheld


_PUBLISHED: dict[str, Published] = {}


def learn_published(*, subject_type: str, published: Published) -> None:
    """Let a room above have its published cases follow the decisions on objections, in the same transaction."""
    _PUBLISHED[subject_type] = published


def published_as(objection: Objection) -> Published | None:
    """How the case that was objected to follows; None for those of this room."""
    return _PUBLISHED.get(objection.item.subject_type)


def locked_case(objection: Objection) -> LifecycleSubject | None:
    """The case of a room above, locked before the objection: parent before child."""
    found = published_as(objection)
    if found is None:
        return None
    case = found.find(pk=objection.item.subject_id)
    lock(case)
    return case
