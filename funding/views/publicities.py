"""Plans as they are shown to the officers before money is issued: the list, and one of them. Nothing is done here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.views.common import listed
from funding import permissions, selectors
from funding.forms import PlanPublicityFilter
from funding.selectors.publicities import plan_publicities_visible_to
from funding.views.common import require
from records import clock, downloads, exports

HEAD = ["编号", "方案名称", "年度", "项数", "金额（元）", "公示起", "公示止", "下达文号"]


@require_safe
def plan_publicity_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "plan_publicities"))
    context = listed(request, plan_publicities_visible_to(request.user), PlanPublicityFilter)
    return render(request, "funding/plan_publicity_list.html", context | {"today": clock.today()})


@downloads.table("plan-publicities", "分配方案公示")
def plan_publicity_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "plan_publicities"))
    seen = plan_publicities_visible_to(request.user)
    rows = PlanPublicityFilter(request.GET, queryset=seen, request=request).qs
    return exports.Sheet(HEAD, rows, _cells)


def _cells(plan) -> list:
    days = [plan.publicity_from, plan.publicity_until]
    return [plan.number, plan.title, plan.year, plan.awards, plan.amount, *days, plan.document_number or ""]


@require_safe
def plan_publicity(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(plan_publicities_visible_to(request.user), pk=pk)
    shown = {
        "plan": subject,
        "counties": selectors.county_summary(selectors.items_of(subject)),
        "is_shown": subject.is_shown(clock.today()),
        "sees_plan": permissions.may_list(request.user, "plans"),
    }
    return render(request, "funding/plan_publicity.html", shown)
