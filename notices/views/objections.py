"""Objections at the two offices that handle them."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.http import FileResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.common import listed
from notices import permissions, selectors, services
from notices.forms import ObjectionFilter
from notices.models import Objection
from records import calendar, clock, downloads, exports
from records.desk import Line, desk_for
from records.models import Attachment
from records.moves import answer_move

CARD = "notices/_objection_card.html"


@require_safe
def objection_list(request):
    """Objections, the newest first."""
    _check(request.user)
    context = listed(request, selectors.objections_visible_to(request.user), ObjectionFilter)
    rows = [{"objection": one, "days_left": _days_left(one)} for one in context["page"]]
    return render(request, "notices/objection_list.html", context | {"rows": rows})


def _days_left(objection: Objection) -> int | None:
    return calendar.working_days_left(clock.today(), objection.due_on) if objection.due_on else None


@downloads.table("objections", "公示异议")
def objection_export(request) -> exports.Sheet:
    """Exactly what the list shows, all pages of it; nothing of who objects or what they wrote."""
    _check(request.user)
    found = ObjectionFilter(
        request.GET, queryset=selectors.objections_visible_to(request.user), request=request
    )
    labels = (_("编号"), _("公示编号"), _("公示事项"), _("依托单位"), _("推荐单位"), _("异议人"))
    head = [*labels, _("提出时间"), _("状态"), _("办理时限"), _("查核结论"), _("答复时间")]
    return exports.Sheet(head, found.qs, _cells)


def _cells(objection: Objection) -> list:
    item, answered = objection.item, objection.decided_at or objection.refused_at
    about = [objection.number, item.notice.number, item.name, item.host_name, item.county]
    stands = [objection.get_state_display(), objection.due_on, objection.get_finding_display()]
    return [*about, objection.get_kind_display(), _moment(objection.filed_at), *stands, _moment(answered)]


def _moment(at: datetime | None) -> str:
    return f"{localtime(at):%Y-%m-%d %H:%M}" if at else ""


def _check(user) -> None:
    if not permissions.may_see_objector(user):
        raise PermissionDenied


@never_cache
@require_safe
def objection(request, pk):
    """An objection, without its author."""
    found = get_object_or_404(selectors.objections_visible_to(request.user), pk=pk)
    return render(request, "notices/objection.html", card_context(request, found, _offers(request, found)))


def _offers(request, found) -> list:
    desk = desk_for("notices.objection")
    return desk.offers(request.user, found) if desk else []


def _lines(request, found) -> list[Line]:
    desk = desk_for("notices.objection")
    return desk.lines(request.user, found) if desk else []


def _event(line: Line) -> dict:
    return {"what": line.label, "who": line.actor, "at": line.at, "reason": line.reason}


def card_context(request, subject, offers) -> dict:
    """What the card of an objection shows."""
    first = next((offer for offer in offers if offer.step.primary), offers[0] if offers else None)
    return {
        "subject": subject,
        "offers": offers,
        "first": first,
        "events": [_event(line) for line in _lines(request, subject)],
        **selectors.objection_case(subject, on=clock.today()),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def objection_move(request, pk, action):
    """Take one move of an objection; what follows for the published case its own room does."""
    return answer_move(request, desk_for("notices.objection"), pk, action, card=CARD, context=card_context)


@never_cache
@require_POST
def objection_identity(request, pk):
    """Show who made the objection; that it was looked at stands in the register."""
    found = get_object_or_404(selectors.objections_visible_to(request.user), pk=pk)
    services.open_identity(objection=found, by=request.user)
    context = {**card_context(request, found, _offers(request, found)), "identity": True}
    return render(request, "notices/objection.html", context)


@never_cache
@require_POST
def objection_file(request, pk, file):
    """A paper that came with the objection. It may name its author, so this too stands in the register."""
    found = get_object_or_404(selectors.objections_visible_to(request.user), pk=pk)
    attachment = get_object_or_404(Attachment.objects.about(found).current(), pk=file)
    services.open_identity(objection=found, by=request.user)
    return FileResponse(
        attachment.file.open(),
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type,
    )
