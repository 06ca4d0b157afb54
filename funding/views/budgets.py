"""Budgets: what is left, and the documents that gave the money."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import listed, show_form
from funding import permissions, selectors, services
from funding.forms import BudgetFilter, BudgetForm
from funding.views.common import require
from records import clock, downloads, exports
from records.moves import key_of

MOVEMENTS = 20
HEAD = [
    "年度",
    "专项",
    "预算科目",
    "安排（元）",
    "已批准（元）",
    "其中已列计划（元）",
    "已列支（元）",
    "已到企（元）",
    "可用（元）",
]


@require_safe
def budget_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "budgets"))
    context = listed(request, _seen(request), BudgetFilter)
    year = clock.today().year
    shown = {
        "warn_percent": selectors.warn_percent(clock.today()),
        "may_keep": permissions.may_keep_budgets(request.user),
        "overview": selectors.budget_overview(year),
        "sums": selectors.sums_of_budgets(context["filter"].qs),
        "year": year,
    }
    return render(request, "funding/budget_list.html", context | shown)


@downloads.table("budgets", "预算")
def budget_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "budgets"))
    rows = BudgetFilter(request.GET, queryset=_seen(request), request=request).qs
    return exports.Sheet(HEAD, rows, _cells)


def _seen(request: HttpRequest):
    return selectors.with_planned(selectors.budgets_visible_to(request.user))


def _cells(budget) -> list:
    sums = [budget.total, budget.committed, budget.planned, budget.ordered, budget.paid, budget.left]
    return [budget.year, budget.get_programme_display(), budget.item, *sums]


@require_safe
def budget(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(_seen(request), pk=pk)
    return render(request, "funding/budget.html", _context(request, subject))


def _context(request: HttpRequest, subject) -> dict:
    return {
        "budget": subject,
        "changes": subject.changes.select_related("made_by", "adjustment"),
        "may_keep": permissions.may_keep_budgets(request.user),
        "warn_percent": selectors.warn_percent(clock.today()),
        "waiting": selectors.adjustments_visible_to(request.user).filter(
            Q(budget=subject) | Q(target=subject), state="proposed"
        ),
        "entries": selectors.ledger_visible_to(request.user).filter(budget=subject)[:MOVEMENTS],
        "movements": MOVEMENTS,
    }


@require_http_methods(["GET", "HEAD", "POST"])
def budget_create(request: HttpRequest) -> HttpResponse:
    require(permissions.may_keep_budgets(request.user))
    form = BudgetForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return show_form(request, "funding/budget_form.html", form)
    created = services.create_budget(**form.cleaned_data, key=key_of(request), by=request.user)
    messages.success(request, _("预算已建立，安排待另一人复核入账。"))
    return redirect(created)
