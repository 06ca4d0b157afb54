"""What counties set aside themselves (五(二)): the list with the counties that have none, the record, its document."""

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import listed, show_form
from funding import permissions, selectors, services
from funding.forms import CountyBudgetFilter, CountyBudgetForm, CountyBudgetRevisionForm
from funding.views.common import require
from records import audit, clock, downloads, exports
from records.models import Attachment

HEAD = [
    "年度",
    "县（市、区）",
    "本级预算安排（元）",
    "已拨付（元）",
    "统计到",
    "文号",
    "说明",
    "登记人",
    "登记时间",
]


@require_safe
def county_budget_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "county_budgets"))
    context = listed(request, selectors.county_budgets_visible_to(request.user), CountyBudgetFilter)
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else clock.today().year
    may_record = permissions.may_record_county_budget(request.user)
    seen = selectors.divisions_of(request.user) if may_record else None
    none = selectors.counties_without_budget(year)
    shown = {
        "year": year,
        "may_record": may_record,
        "sums": selectors.sums_of_counties(context["filter"].qs),
        "without": none if permissions.may_list(request.user, "budgets") else none.filter(pk__in=seen or []),
    }
    return render(request, "funding/county_budget_list.html", context | shown)


@downloads.table("county-budgets", "县级预算")
def county_budget_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "county_budgets"))
    seen = selectors.county_budgets_visible_to(request.user)
    rows = CountyBudgetFilter(request.GET, queryset=seen, request=request).qs
    return exports.Sheet(HEAD, rows, _cells)


def _cells(row) -> list:
    sums = [row.amount, row.paid, row.paid_until or ""]
    kept = [row.document_number, row.note, row.recorded_by.name, row.recorded_at.isoformat()]
    return [row.year, row.division, *sums, *kept]


@require_http_methods(["GET", "HEAD", "POST"])
def county_budget_new(request: HttpRequest) -> HttpResponse:
    require(permissions.may_record_county_budget(request.user))
    form = CountyBudgetForm(request.POST or None, request.FILES or None, user=request.user)
    if not form.is_valid():
        return show_form(request, "funding/county_budget_form.html", form)
    row = services.record_county_budget(**form.cleaned_data, by=request.user)
    messages.success(request, _("已登记。"))
    return redirect(row)


@require_safe
def county_budget(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(selectors.county_budgets_visible_to(request.user), pk=pk)
    files = Attachment.objects.about(subject).order_by("-pk")
    shown = {
        "subject": subject,
        "may_keep": permissions.may_keep_county_budget(request.user, subject),
        "files": [
            {
                "name": each.name,
                "url": reverse("funding:county-budget-file", args=[subject.pk, each.pk]),
                "size": each.size,
                "at": each.uploaded_at,
            }
            for each in files
        ],
        "history": audit.history(subject).filter(verb__startswith="funding.").select_related("actor"),
    }
    return render(request, "funding/county_budget.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
def county_budget_revise(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(selectors.county_budgets_visible_to(request.user), pk=pk)
    require(permissions.may_keep_county_budget(request.user, subject))
    form = CountyBudgetRevisionForm(request.POST or None, request.FILES or None, county_budget=subject)
    if not form.is_valid():
        return show_form(request, "funding/county_budget_form.html", form, subject=subject)
    services.revise_county_budget(county_budget=subject, **form.cleaned_data, by=request.user)
    messages.success(request, _("已更新。"))
    return redirect(subject)


@never_cache
@require_safe
def county_budget_file(request: HttpRequest, pk: int, file: int) -> FileResponse:
    """The document by which a county set the money aside."""
    subject = get_object_or_404(selectors.county_budgets_visible_to(request.user), pk=pk)
    found = get_object_or_404(Attachment.objects.about(subject), pk=file)
    kind = found.content_type
    return FileResponse(found.file.open(), as_attachment=True, filename=found.name, content_type=kind)
