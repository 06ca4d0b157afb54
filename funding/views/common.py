"""What the pages of this room do alike."""

from collections.abc import Callable, Iterable

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import holders
from funding import selectors
from records import clock, sheets
from records.desk import Desk, proof_faults, with_actors
from records.errors import NoProof, Reason
from records.lifecycle import Lifecycle
from records.models import Attachment


def require(granted: bool) -> None:
    """Raise 403 unless granted."""
    if not granted:
        raise PermissionDenied


def refuse_without_proof(request: HttpRequest) -> None:
    """Refuse, in words, whoever has not lately given password or code and gives none with the form."""
    NoProof.unless_empty(Reason(fault, field="proof") for fault in proof_faults(request))


def case_context(request, desk: Desk, subject, offers: list) -> dict:
    """What every card of a case shows: holder, days left, next step, history, files, papers."""
    deadline = selectors.current_deadline(subject)
    due_on = deadline.due_on if deadline else None
    return {
        "subject": subject,
        "offers": offers,
        "deadline": deadline,
        "holder": holders.of_case(subject, desk.lifecycle),
        "days_left": selectors.days_left(due_on, on=clock.today()),
        "next_step": next_step(offers),
        "events": timeline(
            with_actors(request.user, subject, selectors.history_of(subject)),
            {desk.subject_type: desk.lifecycle},
            subject,
            desk,
        ),
        "files": files_of(desk, subject),
        "papers": papers_of(desk, subject),
    }


def next_step(offers: list) -> str:
    """The primary move that is this person's, in words."""
    primary = [offer.label for offer in offers if offer.step.primary and offer.allowed]
    return primary[0] if primary else ""


def timeline(history: Iterable[tuple], lifecycles: dict[str, Lifecycle], subject, desk: Desk) -> list[dict]:
    """Lines of the register, each with who did it, as steps; and where the case stands now."""
    events = [
        {
            "what": _what(line, lifecycles[line.subject_type]),
            "who": actor,
            "at": line.at,
            "reason": line.reason,
        }
        for line, actor in history
    ]
    state = desk.lifecycle.states[subject.state]
    if not state.final:
        events.append({"what": state.label, "who": holders.of_case(subject, desk.lifecycle), "state": "now"})
    return events


def _what(line, lifecycle: Lifecycle) -> str:
    move = lifecycle.moves.get(line.verb.rpartition(".")[2])
    return str(move.label) if move else _("建立：{state}").format(state=lifecycle.label(line.to_state))


def files_of(desk: Desk, subject) -> list[dict]:
    """Attachments of a case as the component shows them."""
    rows = Attachment.objects.about(subject).current().order_by("pk")
    return [
        {
            "name": row.name,
            "url": _url("funding:file", desk, subject, row),
            "size": row.size,
            "at": row.uploaded_at,
        }
        for row in rows
    ]


def papers_of(desk: Desk, subject) -> list[dict]:
    """Papers issued about a case as the component shows them."""
    return [
        {
            "name": paper.title,
            "url": _url("funding:paper", desk, subject, paper),
            "size": paper.size,
            "at": paper.issued_at,
            "note": paper.number,
        }
        for paper in selectors.papers_of(subject)
    ]


def _url(name: str, desk: Desk, subject, file) -> str:
    return reverse(name, args=[desk.name, subject.pk, file.pk])


def export(
    request: HttpRequest, name: str, head: list[str], rows: Iterable, cells: Callable
) -> HttpResponseBase:
    """Exactly what the list shows: CSV, or a workbook with ``?format=xlsx``."""
    kind = "xlsx" if request.GET.get("format") == "xlsx" else "csv"
    return sheets.answer(kind, name=name, head=head, rows=(cells(row) for row in rows))
