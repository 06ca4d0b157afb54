"""Changes of budgets: the list, proposing one, the case, its moves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import listed, show_form
from funding import permissions, selectors, services
from funding.desk import ADJUSTMENT_DESK
from funding.forms import AdjustmentFilter, AdjustmentForm
from funding.lifecycle import ADJUSTMENT
from funding.views.common import case_context, require
from records import downloads, exports
from records.moves import answer_move, key_of

CARD = "funding/_adjustment_card.html"
HEAD = [
    "预算",
    "方式",
    "调入预算",
    "金额（元）",
    "文号",
    "说明",
    "状态",
    "提出人",
    "提出时间",
    "入账人",
    "入账时间",
]


@require_safe
def adjustment_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "adjustments"))
    rows = selectors.adjustments_visible_to(request.user)
    return render(request, "funding/adjustment_list.html", listed(request, rows, AdjustmentFilter))


@downloads.table("adjustments", "预算调整")
def adjustment_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "adjustments"))
    seen = selectors.adjustments_visible_to(request.user)
    rows = AdjustmentFilter(request.GET, queryset=seen, request=request).qs
    return exports.Sheet(HEAD, rows, _cells)


def _cells(row) -> list:
    entered = [row.entered_by.name, row.entered_at.isoformat()] if row.entered_by else ["", ""]
    what = [row.budget, row.get_kind_display(), row.target or "", row.amount, row.document_number, row.note]
    return [*what, ADJUSTMENT.label(row.state), row.proposed_by.name, row.proposed_at.isoformat(), *entered]


@require_http_methods(["GET", "HEAD", "POST"])
def budget_adjust(request: HttpRequest, pk: int) -> HttpResponse:
    budget = get_object_or_404(selectors.budgets_visible_to(request.user), pk=pk)
    require(permissions.may_keep_budgets(request.user))
    form = AdjustmentForm(request.POST or None, request.FILES or None, budget=budget)
    if not form.is_valid():
        return show_form(request, "funding/adjustment_form.html", form, budget=budget)
    proposed = services.propose_adjustment(
        budget=budget, **form.cleaned_data, key=key_of(request), by=request.user
    )
    messages.success(request, _("已提出，待另一人复核入账。"))
    return redirect(proposed)


@require_safe
def adjustment(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(selectors.adjustments_visible_to(request.user), pk=pk)
    offers = ADJUSTMENT_DESK.offers(request.user, subject)
    return render(request, "funding/adjustment.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def adjustment_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    return answer_move(request, ADJUSTMENT_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject, offers: list) -> dict:
    """The case, with the rows that it made."""
    context = case_context(request, ADJUSTMENT_DESK, subject, offers)
    return context | {"changes": subject.changes.select_related("budget", "made_by")}
