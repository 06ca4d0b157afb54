"""Kinds of review: what a room says of the cases that panels judge, as data.

The sheet, the make-up of a panel, anonymity and time limits of a kind stand in its review edition. What an edition
cannot hold (where its cases are, what their experts read, whom they must have nothing to do with, what follows
from the result) a ``Kind`` says, registered by the room that owns the cases or by one above this one. Nothing else
in this room knows of which kind a panel is.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from django.db.models import Model, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import Division, Organisation, User
from evaluation.policy import Parties
from institutes.book.reading import Chapter
from institutes.models import Call, IndustryChain
from records.models import Attachment


@dataclass(frozen=True, slots=True)
class Case:
    """What a panel keeps of its case from the day it is opened: by this it is listed, found and led back.

    ``call`` is the batch whose cases are compared with each other, where there is one.
    """

    title: str
    number: str
    host: Organisation
    division: Division
    agency: Organisation | None
    chain: IndustryChain | None = None
    call: Call | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """What experts read of a case. ``needles`` are the words that would tell whose it is, with their codes.

    ``hide`` puts the codes in place of those words. An open material has no needles and hides nothing.
    """

    chapters: Callable[[], Iterable[Chapter]]
    annexes: Callable[[], Iterable[Attachment]]
    needles: Mapping[str, str]
    hide: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class Result:
    """What a panel came to. ``tie_break``: the points that rank equal scores; ``tie_label`` says of what.

    ``marks`` are the points by item of the sheet, put together as the score is.
    """

    score: Decimal
    passed: bool
    opinion: str
    tie_break: Decimal
    tie_label: str
    marks: Mapping[str, Decimal] = field(default_factory=dict)


class Conclude(Protocol):
    """Hands a result down to the case, in the transaction of the panel's conclusion."""

    def __call__(self, case: Model, result: Result, /, *, by: User, at: datetime) -> object: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of review; ``code`` is that of its review edition.

    ``under_review`` says which rows of ``model`` are with the reviewers now, ``handed_to`` which a person's agency
    was given, each named as that person may know it. ``read(case, blind)`` is what the experts read; ``tie`` the
    column of a panel that holds the case by a foreign key, where there is one. ``passed`` and ``failed`` say in
    words what a result means, ``follows`` what will be done with it, ``withdrawn`` why a panel without its case
    ends. ``clause`` is where the policy asks for the review. ``by_call``: agencies are engaged for it call by call.
    ``reopen(case, reason=, by=, at=)`` takes a result back so that the panel can come to another; kinds without it
    keep theirs. ``redo_barred(case)`` says in words why not any more, ``redo_follows(seat)`` what that does to what
    rests on the result already.
    ``change_agency(case, agency=, reason=, by=, at=)`` tells the case which agency goes on with it, if it keeps one.
    """

    code: str
    label: str | Promise
    model: type[Model]
    under_review: Q
    handed_to: Callable[[User], QuerySet]
    describe: Callable[..., Case]
    read: Callable[..., Material]
    parties: Callable[..., Parties]
    conclude: Conclude
    page: str
    passed: str | Promise
    failed: str | Promise
    follows: str | Promise
    withdrawn: str | Promise
    clause: str
    tie: str = ""
    by_call: bool = False
    change_agency: Callable[..., object] | None = None
    reopen: Callable[..., object] | None = None
    redo_barred: Callable[..., str] | None = None
    redo_follows: Callable[..., str] | None = None

    @property
    def case_type(self) -> str:
        return self.model._meta.label_lower

    def is_under_review(self, case: Model) -> bool:
        """Whether the case is with the reviewers, as it is stored now."""
        return self.model._default_manager.filter(self.under_review, pk=case.pk).exists()

    def url_of(self, pk: int) -> str:
        return reverse(self.page, args=[pk])


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known to this room; the last one registered under a code counts."""
    _KINDS[kind.code] = kind
    return kind


def all_kinds() -> list[Kind]:
    return list(_KINDS.values())


def kinds_engaged_as_a_whole() -> list[Kind]:
    """Those an agency is engaged for without naming a call."""
    return [kind for kind in _KINDS.values() if not kind.by_call]


def kind_of(code: str) -> Kind:
    return _KINDS[code]


def kind_for(case: Model) -> Kind:
    """The first kind registered by which rows like this one are reviewed."""
    return next(kind for kind in _KINDS.values() if isinstance(case, kind.model))
