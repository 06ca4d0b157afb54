"""Calls: the list, one call as everybody sees it, drawing one up with its files, its preview."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.common import listed, show_form
from institutes import policy, selectors, services
from institutes.book import standing
from institutes.book.calls import kind_of
from institutes.desk import CALL_DESK
from institutes.enums import ApplicationState
from institutes.forms.calls import CallFilter, CallForm, GuideFileForm
from institutes.models import Application, Call
from institutes.permissions import may_apply_for, may_change_draft, may_draft_calls, may_preview
from institutes.selectors import calls_visible_to, takeover_of
from records import clock, downloads, exports
from records.models import Attachment
from records.views import send_file

WINDOW_WORDS = {
    "open": gettext_lazy("申报中"),
    "upcoming": gettext_lazy("即将开始"),
    "over": gettext_lazy("已截止"),
    "draft": gettext_lazy("草稿，待发布"),
    "withdrawn": gettext_lazy("已撤回"),
}


@login_not_required
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """The calls that this reader may see, the latest first; published ones are everybody's."""
    context = listed(request, calls_visible_to(request.user), CallFilter)
    rows = [(each, window_of(each)) for each in context["page"]]
    more = {"rows": rows, "may_draft": may_draft_calls(request.user)}
    return render(request, "institutes/calls.html", context | more)


@login_not_required
@downloads.table("calls", "申报通知")
def call_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    found = CallFilter(request.GET, queryset=calls_visible_to(request.user), request=request).qs
    labels = (_("名称"), _("文号"), _("类别"), _("年度"), _("开始"), _("截止"))
    head = [*labels, _("原定截止"), _("状态")]
    return exports.Sheet(head, found, _cells)


def _cells(call: Call) -> list:
    named = [call.title, call.number, call.get_kind_display(), call.year]
    first = call.first_closes_at if call.is_extended else None
    times = [f"{localtime(at):%Y-%m-%d %H:%M}" if at else "" for at in (call.opens_at, call.closes_at, first)]
    return [*named, *times, WINDOW_WORDS[window_of(call)]]


def window_of(call: Call) -> str:
    """``draft`` or ``withdrawn``, else where this moment lies to the call's window."""
    if call.state != "published":
        return call.state
    return policy.window(call.opens_at, call.closes_at, clock.now())


def units_of(user) -> list:
    """The units for which this person may apply."""
    if not user.is_authenticated:
        return []
    return [organisation for organisation in user.organisations if may_apply_for(user, organisation)]


@login_not_required
@require_safe
def call_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: window, guide, rules, and what this person can do in it. Strangers read what everybody reads."""
    call = get_object_or_404(calls_visible_to(request.user), pk=pk)
    if not request.user.is_authenticated:
        return render(request, "institutes/call_public.html", notice_of(call, request.user))
    return render(request, "institutes/call.html", call_context(request, call))


def beginners(units: list, call: Call) -> list:
    """Those of the units that may begin an application now: none is under way, and none succeeded in this call."""
    if window_of(call) != "open":
        return []
    theirs = Application.objects.filter(host__in=units)
    busy = theirs.open() | theirs.filter(call=call, state=ApplicationState.RECOGNISED)
    taken = set(busy.values_list("host", flat=True))
    return [unit for unit in units if unit.pk not in taken]


def notice_of(call: Call, user) -> dict:
    """What everybody reads of a call: the same on its page, in public, and in the preview of a draft."""
    return {
        "call": call,
        "window": window_of(call),
        "criteria": [(each, standing.asked_by(each)) for each in call.edition.terms["criteria"]],
        "files": [_file(call, row) for row in selectors.guide_files(call)],
        "extensions": [one for one in selectors.extensions_of(call, user) if one.state == "published"],
        "steps": kind_of(call.kind).steps,
    }


def _file(call: Call, row: Attachment) -> dict:
    return {
        "pk": row.pk,
        "name": row.name,
        "url": reverse("institutes:call-file", args=[call.pk, row.pk]),
        "size": row.size,
        "at": row.uploaded_at,
        "note": _("第 {n} 版").format(n=row.version) if row.version > 1 else "",
    }


def call_context(request: HttpRequest, call: Call) -> dict:
    """What the card of a call shows to whoever is signed in."""
    user, units = request.user, units_of(request.user)
    inside = selectors.handles_calls(user)
    return notice_of(call, user) | {
        "subject": call,
        "beginners": beginners(units, call) if units else [],
        "mine": Application.objects.filter(call=call, host__in=units).order_by("pk"),
        "offers": CALL_DESK.offers(user, call),
        "may_edit": may_change_draft(user, call),
        "may_preview": may_preview(user, call),
        "inside": inside,
        "waiting": [one for one in selectors.extensions_of(call, user) if one.state != "published"],
        "events": _events(user, call) if inside else [],
    }


def _events(user, call: Call) -> list[dict]:
    lines = CALL_DESK.lines(user, call)
    return [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]


@require_http_methods(["GET", "HEAD", "POST"])
def call_new(request: HttpRequest) -> HttpResponse:
    """Draw up a call."""
    if not may_draft_calls(request.user):
        raise PermissionDenied
    form = CallForm(request.POST or None, initial={"year": clock.today().year, "form_edition": "2022"})
    if request.method == "POST" and form.is_valid():
        call = services.draft_call(**form.cleaned_data, by=request.user)
        messages.success(request, _("草稿已保存。请添加附件、预览，待另一名审批人发布。"))
        return redirect(call)
    return show_form(request, "institutes/call_form.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def call_edit(request: HttpRequest, pk: int) -> HttpResponse:
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
    return show_form(request, "institutes/call_form.html", form, call=call)


@require_safe
def call_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft as an enterprise will see it, and what happens when it is published."""
    call = get_object_or_404(calls_visible_to(request.user), pk=pk)
    if not may_preview(request.user, call):
        raise PermissionDenied
    context = notice_of(call, request.user) | {
        "subject": call,
        "window": policy.window(call.opens_at, call.closes_at, clock.now()),
        "audience": selectors.audience(),
        "offers": [one for one in CALL_DESK.offers(request.user, call) if one.action == "publish"],
        "may_edit": may_change_draft(request.user, call),
    }
    return render(request, "institutes/call_preview.html", context)


# --- files of the guide ---------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def call_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A file of the guide, for whoever sees the call; former versions for whoever handles it."""
    call = get_object_or_404(calls_visible_to(request.user), pk=pk)
    rows = Attachment.objects.about(call).filter(kind=selectors.GUIDE)
    found = get_object_or_404(rows if selectors.handles_calls(request.user) else rows.current(), pk=file)
    return send_file(found.file, name=found.name, content_type=found.content_type)


@require_http_methods(["GET", "HEAD", "POST"])
def call_files(request: HttpRequest, pk: int) -> HttpResponse:
    """The files of a draft's guide: add one, or the next version of one."""
    call = _draft_of(request, pk)
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = GuideFileForm(*given, call=call)
    if request.method == "POST" and form.is_valid():
        kept = services.attach_guide_file(call=call, **form.cleaned_data, by=request.user)
        messages.success(request, _("已保存附件“{name}”。").format(name=kept.name))
        return redirect("institutes:call-files", pk)
    files = [_file(call, row) for row in selectors.guide_files(call)]
    former = [_file(call, row) for row in selectors.former_guide_files(call)]
    limits = call.edition.upload_limits
    context = {"call": call, "files": files, "former": former, "limits": limits}
    return show_form(request, "institutes/call_files.html", form, **context)


@require_POST
def call_file_remove(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Take a file out of the guide of a draft."""
    call = _draft_of(request, pk)
    found = get_object_or_404(Attachment.objects.about(call), pk=file)
    services.remove_guide_file(call=call, attachment=found, by=request.user)
    messages.success(request, _("已移除附件“{name}”。").format(name=found.name))
    return redirect("institutes:call-files", pk)


def _draft_of(request: HttpRequest, pk: int) -> Call:
    """The call, for whoever draws calls up: 403 for others who see it."""
    call = get_object_or_404(calls_visible_to(request.user), pk=pk)
    if not may_draft_calls(request.user):
        raise PermissionDenied
    return call


@require_http_methods(["GET", "HEAD", "POST"])
def application_new(request: HttpRequest, pk: int) -> HttpResponse:
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
