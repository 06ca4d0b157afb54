"""Guides and calls: as everybody sees them, drawn up by the bureau, and the way into a proposal."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import listed, show_form
from institutes import policy
from institutes.views.calls import WINDOW_WORDS
from projects import permissions, selectors, services
from projects.desk import PROJECT_CALL_DESK
from projects.forms.calls import GuideForm, ProjectCallFilter, ProjectCallForm
from projects.forms.proposals import NewProposalForm
from projects.models import Guide, ProjectCall
from records import clock, downloads, exports
from records.moves import answer_move

CARD = "projects/_call_card.html"


def window_of(call: ProjectCall) -> str:
    """``draft`` or ``withdrawn``, else where this moment lies to the call's window."""
    if call.state != "published":
        return call.state
    return policy.window(call.opens_at, call.closes_at, clock.now())


@login_not_required
@require_safe
def call_list(request: HttpRequest) -> HttpResponse:
    """The calls that this reader may see, the latest first; published ones are everybody's."""
    context = listed(request, selectors.calls_visible_to(request.user), ProjectCallFilter)
    rows = [(call, window_of(call)) for call in context["page"]]
    more = {"rows": rows, "may_draft": permissions.may_draft_calls(request.user)}
    return render(request, "projects/call_list.html", context | more)


@login_not_required
@downloads.table("project-calls", "项目申报通知")
def call_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    rows = selectors.calls_visible_to(request.user)
    found = ProjectCallFilter(request.GET, queryset=rows, request=request).qs
    head = [_("名称"), _("文号"), _("指南"), _("年度"), _("开始"), _("截止"), _("资金额度（元）"), _("状态")]
    return exports.Sheet(head, found, _cells)


def _cells(call: ProjectCall) -> list:
    times = [f"{localtime(at):%Y-%m-%d %H:%M}" for at in (call.opens_at, call.closes_at)]
    return [
        call.title,
        call.number,
        call.guide,
        call.year,
        *times,
        call.budget,
        WINDOW_WORDS[window_of(call)],
    ]


@login_not_required
@require_safe
def call_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One call with its guide, and what this person can do in it."""
    call = get_object_or_404(selectors.calls_visible_to(request.user), pk=pk)
    if not request.user.is_authenticated:
        return render(request, "projects/call_public.html", notice_of(call))
    offers = PROJECT_CALL_DESK.offers(request.user, call)
    return render(request, "projects/call.html", call_context(request, call, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def call_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a call."""
    return answer_move(request, PROJECT_CALL_DESK, pk, action, card=CARD, context=call_context)


def notice_of(call: ProjectCall) -> dict:
    """What everybody reads of a call."""
    return {
        "call": call,
        "window": window_of(call),
        "topics": selectors.topics_of(call.guide),
        "terms": call.edition.terms,
    }


def call_context(request: HttpRequest, subject: ProjectCall, offers) -> dict:
    """What the page of a call shows to whoever is signed in."""
    user, inside = request.user, selectors.handles_calls(request.user)
    lines = PROJECT_CALL_DESK.lines(user, subject) if inside else []
    units = list(selectors.units_open_to(user))
    return notice_of(subject) | {
        "subject": subject,
        "offers": offers,
        "inside": inside,
        "may_edit": permissions.may_change_call(user, subject),
        "may_propose": window_of(subject) == "open" and bool(units),
        "ranks": permissions.may_read_ranking(user),
        "mine": selectors.proposals_visible_to(user).filter(call=subject, host__in=_hosts(units)),
        "events": [
            {"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines
        ],
    }


def _hosts(units) -> list[int]:
    return sorted({one.host_id for one in units})


@require_http_methods(["GET", "HEAD", "POST"])
def call_new(request: HttpRequest) -> HttpResponse:
    """Draw up a call for a guide."""
    if not permissions.may_draft_calls(request.user):
        raise PermissionDenied
    form = ProjectCallForm(request.POST or None, initial={"guide": request.GET.get("guide")})
    if request.method == "POST" and form.is_valid():
        call = services.draft_project_call(**form.cleaned_data, by=request.user)
        messages.success(request, _("草稿已保存，待另一名审批人发布。"))
        return redirect(call)
    return show_form(request, "projects/call_form.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def call_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a call that is still a draft."""
    call = get_object_or_404(selectors.calls_visible_to(request.user), pk=pk)
    if not permissions.may_draft_calls(request.user):
        raise PermissionDenied
    initial = {name: getattr(call, name) for name in ProjectCallForm.base_fields}
    form = ProjectCallForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        facts = {name: value for name, value in form.cleaned_data.items() if name != "guide"}
        services.revise_project_call(call=call, **facts, by=request.user)
        return redirect(call)
    return show_form(request, "projects/call_form.html", form, call=call)


# --- guides -----------------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def guide_list(request: HttpRequest) -> HttpResponse:
    """The guides of the years; published ones are everybody's."""
    guides = selectors.guides_visible_to(request.user)
    context = {"guides": guides, "may_draft": permissions.may_draft_calls(request.user)}
    return render(request, "projects/guide_list.html", context)


@login_not_required
@require_safe
def guide_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The guide of a year with its topics and the calls that went out by it."""
    guide = get_object_or_404(selectors.guides_visible_to(request.user), pk=pk)
    user = request.user
    context = {
        "guide": guide,
        "topics": selectors.topics_of(guide),
        "calls": selectors.calls_visible_to(user).filter(guide=guide),
        "may_edit": user.is_authenticated and permissions.may_change_guide(user, guide),
        "may_draft": user.is_authenticated and permissions.may_draft_calls(user),
    }
    return render(request, "projects/guide.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def guide_new(request: HttpRequest) -> HttpResponse:
    """Draw up the guide of a year."""
    if not permissions.may_draft_calls(request.user):
        raise PermissionDenied
    form = GuideForm(request.POST or None, initial={"year": clock.today().year})
    if request.method == "POST" and form.is_valid():
        guide = services.draft_guide(**form.cleaned_data, by=request.user)
        messages.success(request, _("指南已保存，随申报通知一并发布。"))
        return redirect(guide)
    return show_form(request, "projects/guide_form.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def guide_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a guide that is not published yet."""
    guide = get_object_or_404(selectors.guides_visible_to(request.user), pk=pk)
    if not permissions.may_draft_calls(request.user):
        raise PermissionDenied
    form = GuideForm(request.POST or None, initial=_stored(guide))
    if request.method == "POST" and form.is_valid():
        services.revise_guide(guide=guide, **form.cleaned_data, by=request.user)
        return redirect(guide)
    return show_form(request, "projects/guide_form.html", form, guide=guide)


def _stored(guide: Guide) -> dict:
    named = {name: getattr(guide, name) for name in ("year", "title", "number", "foreword")}
    topics = [
        {
            "chain": str(one.chain_id),
            "code": one.code,
            "title": one.title,
            "need": one.need,
            "targets": one.targets,
        }
        for one in selectors.topics_of(guide)
    ]
    return named | {"topics": topics}


# --- into a proposal --------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a proposal in this call, for one of the person's institutes; as many as they like (四(七))."""
    call = get_object_or_404(selectors.calls_visible_to(request.user), pk=pk)
    units = selectors.units_open_to(request.user)
    if not permissions.may_read_proposals(request.user) or not units:
        raise PermissionDenied
    initial = {"institute": units[0].pk} if len(units) == 1 else {}
    form = NewProposalForm(request.POST or None, user=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        proposal = services.begin_proposal(
            call=call, institute=form.cleaned_data["institute"], by=request.user
        )
        return redirect("projects:project-section", proposal.pk, "basics")
    return show_form(request, "projects/proposal_new.html", form, call=call, window=window_of(call))
