"""Engagements: the list, drafting, one engagement with its batches and how far each is."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from evaluation import permissions, selectors, services
from evaluation.desk import ENGAGEMENT_DESK
from evaluation.forms import EngagementFilter, EngagementForm
from evaluation.lifecycle import ENGAGEMENT
from records import calendar, clock, deadlines, downloads, exports
from records.models import Attachment
from records.moves import answer_move

KINDS = ("csv", "xlsx")
CARD = "evaluation/_engagement_card.html"
FORM = "evaluation/engagement_form.html"
STORED = ("agency", "title", "number", "begins_on", "ends_on", "scope")


def require(granted: bool) -> None:
    """Raise 403 unless granted."""
    if not granted:
        raise PermissionDenied


@require_safe
def engagement_list(request: HttpRequest) -> HttpResponse:
    """The engagements this person may read, the latest first."""
    require(permissions.may_read_engagements(request.user))
    context = listed(request, selectors.engagements_visible_to(request.user), EngagementFilter)
    shown = {"today": clock.today(), "may_draft": permissions.may_draft_engagements(request.user)}
    return render(request, "evaluation/engagement_list.html", context | shown)


@downloads.table("engagements", "评审委托")
def engagement_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    require(permissions.may_read_engagements(request.user))
    rows = selectors.engagements_visible_to(request.user)
    found = EngagementFilter(request.GET, queryset=rows, request=request).qs
    head = [_("合同编号"), _("委托事项"), _("第三方机构"), _("起始日"), _("截止日")]
    head += [_("批次"), _("评审组"), _("状态")]
    return exports.Sheet(head, found, _cells)


def _cells(row) -> list:
    about = [row.number, row.title, row.agency, row.begins_on, row.ends_on]
    return [*about, row.calls, row.panel_count, ENGAGEMENT.label(row.state)]


@require_http_methods(["GET", "HEAD", "POST"])
def engagement_new(request: HttpRequest) -> HttpResponse:
    """Draft an engagement."""
    require(permissions.may_draft_engagements(request.user))
    form = EngagementForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form)
    engagement = services.draft_engagement(**form.cleaned_data, by=request.user)
    messages.success(request, _("委托已起草，等待另一人审批。"))
    return redirect(engagement)


@require_http_methods(["GET", "HEAD", "POST"])
def engagement_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an engagement that waits for its approval."""
    subject = get_object_or_404(selectors.engagements_visible_to(request.user), pk=pk)
    require(permissions.may_revise_engagement(request.user, subject))
    stored = {name: getattr(subject, name) for name in STORED}
    stored["calls"] = subject.batches.filter(call__isnull=False).values_list("call_id", flat=True)
    stored["kinds"] = list(subject.batches.filter(call__isnull=True).values_list("kind", flat=True))
    form = EngagementForm(request.POST or None, request.FILES or None, initial=stored, revised=True)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject)
    return redirect(services.revise_engagement(engagement=subject, **form.cleaned_data, by=request.user))


@require_safe
def engagement(request: HttpRequest, pk: int) -> HttpResponse:
    """One engagement: its contract, its batches and how far each is."""
    subject = get_object_or_404(selectors.engagements_visible_to(request.user), pk=pk)
    offers = ENGAGEMENT_DESK.offers(request.user, subject)
    return render(request, "evaluation/engagement.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def engagement_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of an engagement."""
    return answer_move(request, ENGAGEMENT_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of an engagement shows, on its page and as the answer to a move."""
    deadline = deadlines.current(subject)
    due_on = deadline.due_on if deadline else None
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    lines = ENGAGEMENT_DESK.lines(request.user, subject)
    return {
        "subject": subject,
        "offers": offers,
        "holder": holders.of_case(subject, ENGAGEMENT),
        "deadline": deadline,
        "days_left": calendar.working_days_left(clock.today(), due_on) if due_on else None,
        "next_step": primary[0] if primary else "",
        "batches": selectors.progress_of(subject),
        "running": subject.is_in_force(clock.today()),
        "left": _left(subject) if subject.ended_at else 0,
        "events": [{"what": x.label, "who": x.actor, "at": x.at, "reason": x.reason} for x in lines],
        "files": [_file(row) for row in Attachment.objects.about(subject).current()],
        "may_edit": permissions.may_revise_engagement(request.user, subject),
    }


def _file(row: Attachment) -> dict:
    url = reverse("records:attachment", args=[row.pk])
    return {"name": row.name, "url": url, "size": row.size, "at": row.uploaded_at}


def _left(subject) -> int:
    """How much an ended engagement leaves undone."""
    return selectors.left_undone(subject, clock.today()).count() + selectors.panels_left(subject).count()
