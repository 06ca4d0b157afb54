"""The county's pages: look-ups of a host, the list of its recommendations, their order, signing several at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Division
from institutes import selectors, services
from institutes.forms.county import IntegrityForm, OrderForm, SignManyForm
from institutes.lifecycle import APPLICATION
from institutes.models import Application, Call
from institutes.permissions import may_rank, may_read_integrity, may_record_integrity
from institutes.views import casefile
from institutes.views.lists import row_of
from records import clock
from records.errors import Reason


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def integrity(request: HttpRequest, pk: int) -> HttpResponse:
    """What was looked up about the host; the county's staff enters a further look-up."""
    subject = get_object_or_404(selectors.applications_visible_to(request.user), pk=pk)
    if not may_read_integrity(request.user, subject):
        raise PermissionDenied
    acts = may_record_integrity(request.user, subject)
    if request.method != "POST":
        at_county = subject.state in casefile.COUNTY_STATES
        form = IntegrityForm(application=subject, initial=_next_item(subject)) if acts and at_county else None
        return _show_integrity(request, subject, form)
    if not acts:
        raise PermissionDenied
    form = IntegrityForm(request.POST, request.FILES, application=subject)
    if not form.is_valid():
        return _show_integrity(request, subject, form, status=422)
    services.record_integrity(application=subject, by=request.user, **form.cleaned_data)
    messages.success(request, _("查询结果已登记。"))
    return redirect("institutes:application-integrity", subject.pk)


def _next_item(subject: Application) -> dict[str, str]:
    """The first item that has not been looked up."""
    known = selectors.integrity_of(subject)
    return {"item": next((code for code in selectors.integrity_items(subject) if code not in known), "")}


def _show_integrity(
    request: HttpRequest, subject: Application, form: IntegrityForm | None, *, status: int = 200
) -> HttpResponse:
    context = {
        "subject": subject,
        "form": form,
        "integrity": casefile.integrity_rows(subject),
        "listings": selectors.listing_faults(subject, on=clock.today()),
        "days": subject.call.edition.terms["limits"]["integrity_valid_days"],
    }
    return render(request, "institutes/integrity.html", context, status=status)


@require_safe
def recommendation_list(request: HttpRequest) -> HttpResponse:
    """What the person's county recommends in a call, in its order, with what still keeps each from being signed."""
    if not request.user.holds(*selectors.COUNTY):
        raise PermissionDenied
    call, calls = asked_call(request)
    return _show_list(request, call, calls=calls)


def asked_call(request: HttpRequest) -> tuple[Call | None, list[Call]]:
    """The call that is asked for, or the latest, of those in which the person's county recommends."""
    calls = list(Call.objects.filter(pk__in=selectors.recommended_by(request.user).values("call_id")))
    wanted = request.GET.get("call", "")
    return next((one for one in calls if str(one.pk) == wanted), calls[0] if calls else None), calls


def _show_list(
    request: HttpRequest,
    call: Call | None,
    *,
    calls: list[Call],
    order: OrderForm | None = None,
    form: SignManyForm | None = None,
    status: int = 200,
) -> HttpResponse:
    found = list(selectors.recommended_by(request.user).filter(call=call)) if call else []
    division = selectors.own_division(request.user)
    fixed = bool(call and division and selectors.order_is_fixed(call, division))
    signs = may_rank(request.user)
    order = order or OrderForm(applications=found if signs and not fixed else [])
    context = {
        "call": call,
        "calls": calls,
        "rows": [_row(one, request.user, order) for one in found],
        "order": order,
        "form": form,
        "fixed": fixed,
        "signs": signs,
        "waiting": sum(one.state == "county_signing" for one in found),
        **_summary(call, division, found),
    }
    return render(request, "institutes/recommendation_list.html", context, status=status)


def _summary(call: Call | None, division: Division | None, found: list[Application]) -> dict:
    """The list of all recommendations that was issued last, and what keeps the next from being issued."""
    if call is None or division is None:
        return {}
    lacks = selectors.missing_in_summary(call, division, found)
    return {"summary": selectors.last_summary(call, division), "lacks": lacks}


def _row(one: Application, user, order: OrderForm) -> dict:
    waits = one.state == "county_signing"
    return {
        **row_of(one, inside=False),
        "waits": waits,
        "refusals": _refusals(one, user) if waits else [],
        "rank": order[f"rank_{one.pk}"] if f"rank_{one.pk}" in order.fields else None,
    }


def _refusals(one: Application, user) -> list[Reason]:
    """What keeps this person from signing it now."""
    told = [r for refusal in APPLICATION.blocks(one, "sign_recommendation", user) for r in refusal.reasons]
    return [*told, *selectors.integrity_faults(one, on=clock.today())]


@require_POST
def call_order(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the order of the county's recommendations in a call."""
    call = get_object_or_404(selectors.calls_visible_to(request.user), pk=pk)
    division = selectors.own_division(request.user)
    if not may_rank(request.user) or division is None:
        raise PermissionDenied
    order = OrderForm(
        request.POST, applications=list(selectors.recommended_by(request.user).filter(call=call))
    )
    if not order.is_valid():
        return _show_list(request, call, calls=[call], order=order, status=422)
    services.rank_recommendations(
        call=call, division=division, applications=order.in_order(), by=request.user
    )
    messages.success(request, _("推荐排序已保存。"))
    return redirect(f"{reverse('institutes:recommendation-list')}?call={call.pk}")


@require_POST
def recommendation_sign(request: HttpRequest) -> HttpResponse:
    """Several letters at once: first what would happen, then, confirmed, all of them or none."""
    if not may_rank(request.user):
        raise PermissionDenied
    form = SignManyForm(request.POST, user=request.user)
    if not form.is_valid():
        calls = list(Call.objects.filter(pk__in=selectors.recommended_by(request.user).values("call_id")))
        return _show_list(request, calls[0] if calls else None, calls=calls, form=form, status=422)
    chosen = list(form.cleaned_data["applications"])
    if "confirmed" not in request.POST:
        rows = [{"subject": one, "refusals": _refusals(one, request.user)} for one in chosen]
        ready = [row["subject"] for row in rows if not row["refusals"]]
        return render(request, "institutes/recommendation_sign.html", {"rows": rows, "ready": ready})
    signed = services.sign_recommendations(applications=chosen, by=request.user)
    messages.success(request, _("已签发 {n} 件，推荐函逐件编号出具。").format(n=len(signed)))
    return redirect(f"{reverse('institutes:recommendation-list')}?call={signed[0].call_id}")
