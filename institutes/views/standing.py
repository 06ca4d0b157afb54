"""What the pages of changes, stops and revocations do alike."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import holders
from accounts.views.common import listed
from institutes import selectors
from institutes.views.chains import require
from institutes.views.lists import is_inside
from records import calendar, clock, exports
from records.desk import Desk
from records.models import Attachment, Document


def case_list(request: HttpRequest, desk: Desk, filter_class, template: str, **more) -> HttpResponse:
    """A list of cases that this person may read, the latest first."""
    require(request.user.holds(*selectors.READERS))
    context = listed(request, desk.visible(request.user), filter_class)
    inside = is_inside(request.user)
    rows = [
        {
            "case": row,
            "words": desk.lifecycle.label(row.state, for_applicant=inside),
            "holder": holders.of_case(row, desk.lifecycle),
        }
        for row in context["page"]
    ]
    return render(request, template, context | {"rows": rows, **more})


def case_sheet(request: HttpRequest, desk: Desk, filter_class, head, cells) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    require(request.user.holds(*selectors.READERS))
    found = filter_class(request.GET, queryset=desk.visible(request.user), request=request).qs
    labels = [
        _("研究院"),
        _("证书编号"),
        _("依托单位"),
        _("归口"),
        *head,
        _("状态"),
        _("当前办理"),
        _("办理时限"),
    ]
    return exports.Sheet(labels, found, lambda row: [*_named(row), *cells(row), *_stands(row, desk)])


def _named(row) -> list:
    return [row.institute, row.institute.recognition.certificate_number, row.host, row.division]


def _stands(row, desk: Desk) -> list:
    return [desk.lifecycle.label(row.state), holders.of_case(row, desk.lifecycle), row.due_on]


def case_context(request: HttpRequest, desk: Desk, subject, offers) -> dict:
    """What the card of a case of an institute shows, on its page and as the answer to a move."""
    inside = subject.host_id in request.user.reach.organisations
    final = desk.lifecycle.states[subject.state].final
    now = "" if final else desk.lifecycle.label(subject.state, for_applicant=inside)
    return way_context(request, desk, subject, offers, now=now) | {
        "recognition": subject.institute.recognition,
        "files": [file_line(row) for row in selectors.files_of(subject)],
        "papers": [paper_line(row) for row in selectors.papers_about(subject)],
        "is_inside": inside,
    }


def way_context(request: HttpRequest, desk: Desk, subject, offers, *, now: str) -> dict:
    """Where a case stands, what comes next, how it came here; ``now`` is its state in words while it goes on."""
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    holder, due_on = holders.of_case(subject, desk.lifecycle), subject.due_on
    lines = desk.lines(request.user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    if now:
        events.append({"what": now, "who": holder, "at": due_on, "state": "now"})
    return {
        "subject": subject,
        "offers": offers,
        "holder": holder,
        "days_left": calendar.working_days_left(clock.today(), due_on) if due_on else None,
        "next_step": primary[0] if primary else "",
        "events": events,
    }


def file_line(row: Attachment, label: str = "") -> dict:
    name = f"{label}：{row.name}" if label else row.name
    return {
        "name": name,
        "url": reverse("records:attachment", args=[row.pk]),
        "size": row.size,
        "at": row.uploaded_at,
    }


def paper_line(row: Document) -> dict:
    url = reverse("records:document", args=[row.pk])
    return {"name": row.title, "url": url, "size": row.size, "at": row.issued_at, "note": row.number}
