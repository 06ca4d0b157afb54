"""Calls: the list, one call with its guide, drawing one up, beginning an application in it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from institutes import policy, services
from institutes.book import standing
from institutes.desk import CALL_DESK
from institutes.enums import ApplicationState
from institutes.forms.calls import CallForm, CallSearch
from institutes.models import Application, Call
from institutes.permissions import may_apply_for, may_draft_calls
from institutes.selectors import calls_visible_to, takeover_of
from records import clock

PER_PAGE = 20


@require_safe
def call_list(request):
    """The calls that this person may see, the latest first."""
    found, search = calls_visible_to(request.user), CallSearch(request.GET)
    if search.is_valid() and (text := search.cleaned_data["q"]):
        found = found.filter(title__icontains=text) | found.filter(number__icontains=text)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(each, window_of(each)) for each in page]
    context = {
        "page": page,
        "rows": rows,
        "filter": search,
        "may_draft": may_draft_calls(request.user),
    }
    return render(request, "institutes/calls.html", context)


def window_of(call: Call) -> str:
    """``draft`` or ``withdrawn``, else where this moment lies to the call's window."""
    if call.state != "published":
        return call.state
    return policy.window(call.opens_at, call.closes_at, clock.now())


def units_of(user) -> list:
    """The units for which this person may apply."""
    return [organisation for organisation in user.organisations if may_apply_for(user, organisation)]


@require_safe
def call_page(request, pk):
    """One call: window, guide, rules, and what this person can do in it."""
    call = get_object_or_404(calls_visible_to(request.user), pk=pk)
    return render(request, "institutes/call.html", call_context(request, call))


def beginners(units: list, call: Call) -> list:
    """Those of the units that may begin an application now: none is under way, and none succeeded in this call."""
    if window_of(call) != "open":
        return []
    theirs = Application.objects.filter(host__in=units)
    busy = theirs.open() | theirs.filter(call=call, state=ApplicationState.RECOGNISED)
    taken = set(busy.values_list("host", flat=True))
    return [unit for unit in units if unit.pk not in taken]


def call_context(request, call: Call) -> dict:
    units = units_of(request.user)
    return {
        "call": call,
        "subject": call,
        "window": window_of(call),
        "beginners": beginners(units, call) if units else [],
        "mine": Application.objects.filter(call=call, host__in=units).order_by("pk"),
        "offers": CALL_DESK.offers(request.user, call),
        "may_edit": call.state == "draft" and may_draft_calls(request.user),
        "criteria": [(each, standing.asked_by(each)) for each in call.edition.terms["criteria"]],
        "limits": call.edition.terms["book"],
    }


@require_http_methods(["GET", "POST"])
def call_new(request):
    """Draw up a call."""
    if not may_draft_calls(request.user):
        raise PermissionDenied
    form = CallForm(request.POST or None, initial={"year": clock.today().year, "form_edition": "2022"})
    if request.method == "POST" and form.is_valid():
        call = services.draft_call(**form.cleaned_data, by=request.user)
        messages.success(request, _("草稿已保存，待另一名审批人发布。"))
        return redirect(call)
    return render(request, "institutes/call_form.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def call_edit(request, pk):
    """Change a call that is still a draft."""
    call = get_object_or_404(calls_visible_to(request.user), pk=pk)
    if not may_draft_calls(request.user):
        raise PermissionDenied
    form = CallForm(
        request.POST or None, initial={name: getattr(call, name) for name in CallForm.base_fields}
    )
    if request.method == "POST" and form.is_valid():
        services.revise_call(call=call, by=request.user, **form.cleaned_data)
        return redirect(call)
    context = {"form": form, "call": call}
    return render(request, "institutes/call_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def application_new(request, pk):
    """Begin an application in this call, for one of the person's units."""
    call = get_object_or_404(calls_visible_to(request.user), pk=pk)
    units = units_of(request.user)
    if not units:
        raise PermissionDenied
    if request.method == "POST":
        wanted = request.POST.get("host", str(units[0].pk))
        host = next((unit for unit in units if str(unit.pk) == wanted), units[0])
        application = services.begin_application(call=call, host=host, by=request.user)
        if takeover_of(application):
            return redirect("institutes:application-prefill", application.pk)
        return redirect("institutes:section", application.pk, "basics")
    return render(
        request, "institutes/application_new.html", {"call": call, "units": units, "window": window_of(call)}
    )
