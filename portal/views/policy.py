"""The policy in force: its text clause by clause, and every number carried out under it. Open to everybody."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.forms import CalculatorForm
from portal.policy.forms import NumberFilterForm
from portal.policy.loader import policy_file
from portal.policy.reading import matters_by_clause, numbers_in_force
from portal.policy.versions import parse_day, version_of, versions
from portal.selectors import entitlements
from records import clock

PER_PAGE = 50


@login_not_required
@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    """The text, with the numbers beside the clause they rest on: today's, or those of the day that was asked for."""
    found, today = policy_file(), clock.today()
    day = parse_day(request.GET.get("on", "")) or today
    context = {"policy": found, "today": today, "day": day, "clauses": matters_by_clause(found, on=day)}
    return render(request, "portal/policy.html", context)


@login_not_required
@require_safe
def policy_versions(request: HttpRequest) -> HttpResponse:
    """Every version of the terms, from when until when it holds or held, and how much changed with it."""
    found = policy_file()
    rows = [(one, len(one.differences(found))) for one in versions(found)]
    return render(
        request, "portal/policy_versions.html", {"policy": found, "rows": rows, "today": clock.today()}
    )


@login_not_required
@require_safe
def policy_version(request: HttpRequest, version: str) -> HttpResponse:
    """One version: what changed with it, and all that it says, each number with an address of its own."""
    found = policy_file()
    asked = version_of(found, version)
    if asked is None:
        raise Http404
    context = {
        "policy": found,
        "version": asked,
        "numbers": asked.numbers(found),
        "differences": asked.differences(found),
        "holds": asked.holds(clock.today()),
    }
    return render(request, "portal/policy_version.html", context)


@login_not_required
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """All numbers in one table, those of the policy and those that are assumed."""
    found, today = policy_file(), clock.today()
    form = NumberFilterForm(request.GET, numbers=numbers_in_force(found, on=today))
    page = Paginator(form.found(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"policy": found, "today": today, "form": form, "page": page}
    return render(request, "portal/policy_numbers.html", context)


@login_not_required
@require_safe
def calculator(request: HttpRequest) -> HttpResponse:
    """What an institute can receive and when. The question is the address, so that its answer can be sent."""
    form = CalculatorForm(request.GET or None, grades=entitlements.grades(on=clock.today()))
    asked = form.is_bound and form.is_valid()
    context = {
        "form": form,
        "answer": entitlements.answer(form.case(), on=clock.today()) if asked else None,
        "asked": asked,
    }
    status = 422 if form.is_bound and not asked else 200
    return render(request, "portal/calculator.html", context, status=status)
