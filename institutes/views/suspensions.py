"""Institutes that are stopped for a time: the list, proposing, one case with its moves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import show_form
from institutes import permissions, selectors, services
from institutes.desk import SUSPENSION_DESK
from institutes.forms.endings import SuspensionFilter, SuspensionForm
from institutes.views.chains import require
from institutes.views.standing import case_context, case_list, case_sheet
from records import downloads, exports
from records.moves import answer_move

CARD = "institutes/_suspension_card.html"
FORM = "institutes/suspension_form.html"


@require_safe
def suspension_list(request: HttpRequest) -> HttpResponse:
    """The stops this person may read, the latest first."""
    may_propose = permissions.may_propose_ending(request.user)
    template = "institutes/suspension_list.html"
    return case_list(request, SUSPENSION_DESK, SuspensionFilter, template, may_propose=may_propose)


@downloads.table("suspensions", "暂停资格")
def suspension_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    head = [_("事由"), _("暂停至"), _("批准时间"), _("结束时间")]
    return case_sheet(request, SUSPENSION_DESK, SuspensionFilter, head, _cells)


def _cells(row) -> list:
    return [row.grounds, row.until, row.decided_at, row.ended_at]


@require_http_methods(["GET", "HEAD", "POST"])
def suspension_new(request: HttpRequest) -> HttpResponse:
    """Propose to stop an institute; it may come from its page."""
    require(permissions.may_propose_ending(request.user))
    named = {"institute": request.GET.get("institute")}
    form = SuspensionForm(request.POST or None, request.FILES or None, user=request.user, initial=named)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form)
    suspension = services.propose_suspension(**form.cleaned_data, by=request.user)
    messages.success(request, _("已提出，由审批人员决定。"))
    return redirect(suspension)


@require_safe
def suspension(request: HttpRequest, pk: int) -> HttpResponse:
    """One stop: why, until when, what was mended."""
    subject = get_object_or_404(selectors.suspensions_visible_to(request.user), pk=pk)
    offers = SUSPENSION_DESK.offers(request.user, subject)
    return render(request, "institutes/suspension.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    return case_context(request, SUSPENSION_DESK, subject, offers)


@require_http_methods(["GET", "HEAD", "POST"])
def suspension_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a stop."""
    return answer_move(request, SUSPENSION_DESK, pk, action, card=CARD, context=card_context)
