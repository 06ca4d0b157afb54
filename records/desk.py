"""One desk per lifecycle: what a page and the API both need in order to let a person act on a case.

A desk ties together the table of moves, who may take them, which rows a person sees, and for each move the
form that a person fills and the service that does it. Pages draw their buttons from it and the API its
``moves``; neither has a way in of its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, F, Model, Q, QuerySet, TextField, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from records import audit
from records.errors import Reason
from records.lifecycle import Lifecycle
from records.models import AuditEvent, LifecycleSubject


class Grant(Protocol):
    """Who may take a move: asked with a person and a subject; ``all_roles`` says by which roles at all."""

    @property
    def all_roles(self) -> tuple[str, ...]: ...

    def __call__(self, user, subject) -> bool: ...


class MoveForm(forms.Form):
    """What a person brings to a move. Shape only: whether the move is lawful the service decides."""

    def __init__(self, *args, subject=None, user=None, **kwargs):
        self.subject, self.user = subject, user
        super().__init__(*args, **kwargs)

    def __bool__(self) -> bool:
        """Whether there is anything to fill in."""
        return bool(self.fields)


class NoFields(MoveForm):
    """A move that needs nothing but the decision."""


@dataclass(frozen=True, slots=True)
class Step:
    """How a person takes one move: the service that does it, the form, and what will happen, in words.

    The service is called with the subject under the desk's ``name``, ``by``, and the form's cleaned fields;
    with ``keyed`` also with ``key``, the UUID that makes a repeated request the same request. ``proof``: the
    person has lately given password or code, or gives it with the form. ``follows`` says the consequence where it
    is not the same for every case.
    """

    service: Callable[..., object]
    form: type[MoveForm] = NoFields
    consequence: str = ""
    primary: bool = False
    danger: bool = False
    keyed: bool = False
    proof: bool = False
    follows: Callable[..., str] | None = None

    def about(self, subject) -> "Step":
        """The same step as it is offered for one case."""
        return replace(self, consequence=str(self.follows(subject))) if self.follows else self


@dataclass(frozen=True, slots=True)
class Offer:
    """A move as it is shown to a person: a button where ``allowed``, else the reasons why not."""

    action: str
    label: str
    allowed: bool
    refusals: tuple[Reason, ...]
    step: Step
    url: str
    form: MoveForm

    @property
    def consequence(self) -> str:
        """What follows from the move, line by line, said before it is taken."""
        return str(self.step.consequence)

    @property
    def primary(self) -> bool:
        return self.step.primary

    @property
    def danger(self) -> bool:
        return self.step.danger


@dataclass(frozen=True, slots=True)
class Line:
    """A move of the past in the words of whoever reads it: ``actor`` is a person, an office, or nobody's business."""

    at: datetime
    action: str
    label: str
    actor: str
    from_state: str
    to_state: str
    reason: str


BEGUN = gettext_lazy("建立")


def whoever_sees_it(user, subject, kind: str) -> bool:
    """Files go with the case: who may see the one may open the others, of whatever kind."""
    return True


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything the house needs to handle the cases of one lifecycle.

    ``begun`` says what the first line of a case's history tells. ``history(user, subject)`` gives the lines that
    this reader may read, where not everybody may read all. ``opens_files(user, subject, kind)`` says who of
    those that see the case may open what was attached to it under that kind; ``reads_papers(user)`` narrows
    the cases seen to those whose papers may be read; ``kept_papers`` narrows them further for single kinds.
    ``places`` says by state where its holder does what is done elsewhere (``State.todo``): the address for a case.
    ``carries`` says which cases are worked on elsewhere, and where (:func:`carrying`). ``second`` says by state, or by
    kind of window, that another person of the same role goes on: not the one in that column.
    """

    name: str
    model: type[LifecycleSubject]
    lifecycle: Lifecycle
    who: Mapping[str, Grant]
    visible: Callable[..., QuerySet]
    steps: Mapping[str, Step]
    page: str
    move_page: str
    resource: str = ""
    hidden: Mapping[str, Callable] = field(default_factory=dict)
    begun: str | Promise = BEGUN
    history: Callable[..., Iterable[Line]] | None = None
    opens_files: Callable[..., bool] = whoever_sees_it
    reads_papers: Callable[..., QuerySet] | None = None
    kept_papers: Mapping[str, Callable[..., QuerySet]] = field(default_factory=dict)
    places: Mapping[str, Callable[..., str]] = field(default_factory=dict)
    carries: Sequence[Callable[[], QuerySet]] = ()
    second: Mapping[str, str] = field(default_factory=dict)

    @property
    def subject_type(self) -> str:
        return self.model._meta.label_lower

    def may(self, user, action: str, subject) -> bool:
        """Whether this person may take the move at all (role and reach), whatever the state."""
        return bool(user.is_authenticated and self.who[action](user, subject))

    def papers(self, user) -> Q:
        """Which papers about cases of this desk this person may read."""
        found = self._papers_about(self.reads_papers or self.visible, user) & ~Q(kind__in=self.kept_papers)
        for kind, cases in self.kept_papers.items():
            found |= self._papers_about(cases, user) & Q(kind=kind)
        return found

    def _papers_about(self, cases: Callable[..., QuerySet], user) -> Q:
        return Q(subject_type=self.subject_type, subject_id__in=cases(user).order_by().values("pk"))

    def url_of(self, pk: int) -> str:
        return reverse(self.page, args=[pk])

    def offers(self, user, subject) -> list[Offer]:
        """The moves to show: this person's to take, and lawful from here or barred for a reason worth saying."""
        return [
            self.offer(user, action, subject)
            for action in self.steps
            if self.lifecycle.allows(subject, action)
            and self.may(user, action, subject)
            and not self.is_hidden(action, subject)
        ]

    def elsewhere(self, user, subject) -> tuple[str, str]:
        """What this reader, as the holder of the case, does on another page, and its address; empty where nothing."""
        state = self.lifecycle.states.get(subject.state)
        if state is None or not state.todo or not user.is_authenticated or not user.holds(state.role):
            return "", ""
        place = self.places.get(subject.state)
        return str(state.todo), place(subject) if place else ""

    def is_hidden(self, action: str, subject) -> bool:
        return action in self.hidden and self.hidden[action](subject)

    def offer(self, user, action: str, subject) -> Offer:
        """One move as this person would meet it now."""
        reasons = tuple(
            r for refusal in self.lifecycle.blocks(subject, action, user) for r in refusal.reasons
        )
        return Offer(
            action=action,
            label=str(self.lifecycle.moves[action].label),
            allowed=not reasons and self.may(user, action, subject),
            refusals=reasons,
            step=self.steps[action].about(subject),
            url=reverse(self.move_page, args=[subject.pk, action]),
            form=self.form(action, subject=subject, user=user),
        )

    def lines(self, user, subject) -> list[Line]:
        """The moves of the past, oldest first, as far as this reader may read them."""
        return list((self.history or self.told)(user, subject))

    def told(self, user, subject) -> list[Line]:
        """Every move of the past; who took it in the words for this reader."""
        events = audit.history(subject).exclude(to_state="").select_related("actor")
        return [self.line(event, actor=actor) for event, actor in with_actors(user, subject, events)]

    def line(self, event: AuditEvent, *, actor: str) -> Line:
        """A line of the register in words; ``actor`` is who took the move, as the reader may know it."""
        action = event.verb.rpartition(".")[2]
        move = self.lifecycle.moves.get(action)
        return Line(
            at=event.at,
            action=action,
            label=str(move.label if move else self.begun),
            actor=actor,
            from_state=event.from_state,
            to_state=event.to_state,
            reason=event.reason,
        )

    def form(self, action: str, *, subject, user, data=None, files=None) -> MoveForm:
        form_class = self.steps[action].form
        return form_class(data, files, subject=subject, user=user, prefix=None, auto_id=f"id_{action}_%s")

    def refuse_if_barred(self, *, user, subject, action: str) -> None:
        """Raise what the table has against the move: said before the faults of a form that no longer matters."""
        for refusal in self.lifecycle.blocks(subject, action, user):
            raise refusal

    def take(self, *, user, subject, action: str, fields: Mapping[str, object], key=None) -> object:
        """Take the move with cleaned ``fields``. Raises ``PermissionDenied``, or the service's ``Refusal``."""
        if not self.may(user, action, subject):
            raise PermissionDenied
        step = self.steps[action]
        extra = {"key": key} if step.keyed else {}
        return step.service(**{self.name: subject}, **fields, **extra, by=user)


Teller = Callable[..., Sequence[str]]
"""Asked with a reader, a subject and lines of the register: who did each, in the words for this reader."""
_DESKS: dict[str, Desk] = {}
_TELLER: dict[str, Teller] = {}
_ASKER: dict[str, Callable[..., list[str]]] = {}


def tell_actors_by(teller: Teller) -> None:
    """Let the room that knows people say how they are named; until then nobody is."""
    _TELLER["actors"] = teller


def ask_proof_by(asker: Callable[..., list[str]]) -> None:
    """Let the room that knows people say whether a request proves who sends it: with what is missing, in words."""
    _ASKER["proof"] = asker


def proof_faults(request) -> list[str]:
    """What is missing before a step that wants proof; empty if nothing."""
    return _ASKER["proof"](request)


def with_actors(user, subject, events: Iterable[AuditEvent]) -> list[tuple[AuditEvent, str]]:
    """Each line of the register with who did it, as this reader may know."""
    found = list(events)
    actors = _TELLER["actors"](user, subject, found) if _TELLER else [""] * len(found)
    return list(zip(found, actors, strict=True))


def register(desk: Desk) -> Desk:
    """Make a desk known to the house: the workbasket, the API, the file server and the checks find it here."""
    _DESKS[desk.subject_type] = desk
    return desk


def all_desks() -> list[Desk]:
    return list(_DESKS.values())


def states_done_elsewhere() -> list[tuple[str, str]]:
    """The states whose holder works in a row of another desk, each with the type of its cases."""
    return [
        (desk.subject_type, code)
        for desk in all_desks()
        for code, state in desk.lifecycle.states.items()
        if state.todo
    ]


def carrying(
    rows: QuerySet,
    *,
    case_type: str | F,
    work_type: str,
    case: str = "pk",
    work: str = "pk",
    rests: bool = False,
) -> QuerySet:
    """Which case is worked on where: ``case`` and ``work`` lead from ``rows`` to the keys of both.

    ``rests``: until that work is over nobody can do anything about the case, whatever its state.
    """
    said = {
        "case_type": Value(case_type, TextField()) if isinstance(case_type, str) else case_type,
        "case_key": F(case),
        "work_type": Value(work_type, TextField()),
        "work_key": F(work),
        "rests": Value(rests, BooleanField()),
    }
    said = {f"carried_{name}": value for name, value in said.items()}
    return rows.order_by().annotate(**said).values(*said)


_PAGES: dict[str, str] = {}


def name_page(model: type[Model], page: str) -> None:
    """Say where rows of a model live that have no lifecycle, and so no desk."""
    _PAGES[model._meta.label_lower] = page


def page_of(subject_type: str, pk: int) -> str:
    """Where a subject lives; empty where it has no page."""
    desk = _DESKS.get(subject_type)
    page = desk.page if desk else _PAGES.get(subject_type)
    return reverse(page, args=[pk]) if page else ""


def desk_for(subject_type: str) -> Desk | None:
    """The desk of subjects of this type; None for what has no lifecycle."""
    return _DESKS.get(subject_type)
