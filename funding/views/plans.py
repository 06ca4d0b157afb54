"""Allocation plans: drafting, the case, its moves."""

import io

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.common import listed, show_form
from funding import permissions, selectors, services
from funding.desk import PLAN_DESK
from funding.forms import PlanFilter, PlanForm
from funding.lifecycle import PLAN
from funding.views.common import case_context, refuse_without_proof, require
from records import clock, downloads, exports
from records.moves import answer_move

CARD = "funding/_plan_card.html"
HEAD = ["编号", "方案名称", "年度", "项数", "金额（元）", "状态", "下达文号", "下达日期"]


@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "plans"))
    context = listed(request, selectors.plans_visible_to(request.user), PlanFilter)
    return render(
        request, "funding/plan_list.html", context | {"may_draft": permissions.may_draft_plan(request.user)}
    )


@downloads.table("plans", "拨付计划")
def plan_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "plans"))
    rows = PlanFilter(request.GET, queryset=selectors.plans_visible_to(request.user), request=request).qs
    return exports.Sheet(HEAD, rows, _cells)


def _cells(plan) -> list:
    issued = [plan.document_number, plan.issued_on or ""]
    return [plan.number, plan.title, plan.year, plan.awards, plan.amount, PLAN.label(plan.state), *issued]


@require_safe
def plan_new(request: HttpRequest) -> HttpResponse:
    """From which budget the plan allocates."""
    require(permissions.may_draft_plan(request.user))
    return render(request, "funding/plan_budget.html", {"budgets": selectors.budgets_to_plan()})


@require_http_methods(["GET", "HEAD", "POST"])
def plan_create(request: HttpRequest, budget_pk: int) -> HttpResponse:
    require(permissions.may_draft_plan(request.user))
    budget = get_object_or_404(selectors.budgets_visible_to(request.user), pk=budget_pk)
    form = PlanForm(request.POST or None, budget=budget)
    if not form.is_valid():
        return show_form(request, "funding/plan_form.html", form, budget=budget)
    drafted = services.draft_plan(budget=budget, **form.cleaned_data, by=request.user)
    messages.success(request, _("方案已编制，核对后提交财政审核。"))
    return redirect(drafted)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_revise(request: HttpRequest, pk: int) -> HttpResponse:
    require(permissions.may_draft_plan(request.user))
    subject = get_object_or_404(selectors.plans_visible_to(request.user), pk=pk)
    form = PlanForm(request.POST or None, budget=subject.budget, plan=subject)
    if not form.is_valid():
        return show_form(request, "funding/plan_form.html", form, budget=subject.budget, plan=subject)
    services.revise_plan(plan=subject, **form.cleaned_data, by=request.user)
    messages.success(request, _("方案已修改。"))
    return redirect(subject)


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(selectors.plans_visible_to(request.user), pk=pk)
    offers = PLAN_DESK.offers(request.user, subject)
    return render(request, "funding/plan.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def plan_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    return answer_move(request, PLAN_DESK, pk, action, card=CARD, context=card_context)


@never_cache
@require_POST
def plan_treasury(request: HttpRequest, pk: int) -> HttpResponse:
    """The treasury file, drawn now if the worker has not yet."""
    subject = get_object_or_404(selectors.plans_visible_to(request.user), pk=pk)
    require(permissions.may_fetch_treasury_file(request.user))
    refuse_without_proof(request)
    wanted = request.POST.get("reference", "")
    found = services.fetch_treasury_file(plan=subject, reference=wanted, by=request.user)
    return FileResponse(io.BytesIO(found.content), as_attachment=True, filename=found.name)


def card_context(request: HttpRequest, subject, offers: list) -> dict:
    """The case with its items by county."""
    items = selectors.items_of(subject)
    return case_context(request, PLAN_DESK, subject, offers) | {
        "counties": selectors.county_summary(items),
        "total": sum(item.amount for item in items),
        "count": len(items),
        "struck": selectors.struck_of(subject),
        "is_shown": subject.is_shown(clock.today()),
        "may_fetch": subject.state == "issued" and permissions.may_fetch_treasury_file(request.user),
        "references": selectors.treasury_references(subject),
        "may_revise": subject.is_editable and permissions.may_draft_plan(request.user),
        "disbursements": selectors.disbursements_visible_to(request.user).filter(plan=subject).order_by("pk"),
    }
