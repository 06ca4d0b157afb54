"""The bureau's decision: the ranking of a call with its money, drafts of decisions, their release."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from projects import permissions, selectors, services
from projects.desk import PROJECT_DECISION_DESK
from projects.enums import DecisionOutcome, ProposalState
from projects.forms.decisions import ProjectDecisionFilter, ProjectDecisionForm
from projects.lifecycle import PROJECT_DECISION, PROPOSAL
from projects.models import ProjectCall, ProjectDecision
from projects.models.proposal import REVIEWED
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "projects/_decision_card.html"


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


@require_safe
def ranking(request: HttpRequest, pk: int) -> HttpResponse:
    """The proposals of a call that the experts have found for, the best first, with the money that is left."""
    _require(permissions.may_read_ranking(request.user))
    call = get_object_or_404(selectors.calls_visible_to(request.user), pk=pk)
    rows = selectors.proposals_visible_to(request.user).filter(call=call, state__in=REVIEWED).ranked()
    return render(request, "projects/ranking.html", _ranking(request, call, rows))


def _ranking(request: HttpRequest, call: ProjectCall, rows) -> dict:
    """Each with its place, and how far the money reaches down the list at what the budget review accepts."""
    found, reach = [], call.left
    for place, row in enumerate(rows, 1):
        wanted = row.grant if row.grant is not None else row.accepted
        waits = row.state == ProposalState.DECISION
        if waits and wanted is not None:
            reach -= wanted
        found.append(
            {
                "place": place,
                "case": row,
                "words": PROPOSAL.label(row.state),
                "beyond": waits and reach < 0,
                "alike": row.hints.exists(),
            }
        )
    year = call.year
    return {
        "call": call,
        "rows": found,
        "year": year,
        "approved": selectors.yearly_count(year),
        "target": call.edition.terms["programme"]["projects_per_year_min"],
        "may_draft": permissions.may_draft_decisions(request.user)
        and any(row["case"].state == ProposalState.DECISION for row in found),
    }


@require_safe
def decision_list(request: HttpRequest) -> HttpResponse:
    """What meetings decided, the latest first."""
    _require(permissions.may_read_ranking(request.user))
    context = listed(request, selectors.decisions_visible_to(request.user), ProjectDecisionFilter)
    rows = [
        {
            "case": row,
            "words": PROJECT_DECISION.label(row.state),
            "holder": holders.of_case(row, PROJECT_DECISION),
        }
        for row in context["page"]
    ]
    calls = selectors.calls_visible_to(request.user).published()
    return render(request, "projects/decision_list.html", context | {"rows": rows, "calls": calls})


@downloads.table("project-decisions", "立项审议决定")
def decision_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    _require(permissions.may_read_ranking(request.user))
    rows = selectors.decisions_visible_to(request.user)
    found = ProjectDecisionFilter(request.GET, queryset=rows, request=request).qs
    head = [_("会议纪要号"), _("申报通知"), _("会议日期"), _("状态"), _("发布时间"), _("公示编号")]
    return exports.Sheet(head, found, _cells)


def _cells(row: ProjectDecision) -> list:
    released = f"{localtime(row.released_at):%Y-%m-%d %H:%M}" if row.released_at else ""
    number = row.notice.number if row.notice else ""
    stands = PROJECT_DECISION.label(row.state)
    return [row.minute_number, row.call, row.meeting_on, stands, released, number]


@require_http_methods(["GET", "HEAD", "POST"])
def decision_new(request: HttpRequest) -> HttpResponse:
    """Put down what a meeting decided; ``?call=`` names the call."""
    _require(permissions.may_draft_decisions(request.user))
    pk = request.GET.get("call", "")
    call = ProjectCall.objects.published().filter(pk=int(pk) if pk.isdecimal() else 0).first()
    form = ProjectDecisionForm(request.POST or None, call=call if request.method != "POST" else None)
    if request.method == "POST" and form.is_valid():
        found = services.draft_project_decision(**form.cleaned_data, by=request.user)
        messages.success(request, _("立项审议决定已保存，待审批人审定发布；发布前申报单位看不到任何结果。"))
        return redirect(found)
    return show_form(request, "projects/decision_form.html", form, chosen=form.chosen)


@require_safe
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """One draft or released decision with everything it says."""
    subject = get_object_or_404(selectors.decisions_visible_to(request.user), pk=pk)
    offers = PROJECT_DECISION_DESK.offers(request.user, subject)
    return render(request, "projects/decision.html", _card(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def decision_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a decision."""
    return answer_move(request, PROJECT_DECISION_DESK, pk, action, card=CARD, context=_card)


def _card(request: HttpRequest, subject: ProjectDecision, offers) -> dict:
    items = list(selectors.items_of(subject))
    supported = [item for item in items if item.outcome == DecisionOutcome.SUPPORT]
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    lines = PROJECT_DECISION_DESK.lines(request.user, subject)
    return {
        "subject": subject,
        "offers": offers,
        "items": items,
        "supported": len(supported),
        "total": sum(item.grant for item in supported),
        "holder": holders.of_case(subject, PROJECT_DECISION),
        "days_left": calendar.working_days_left(clock.today(), subject.due_on) if subject.due_on else None,
        "next_step": primary[0] if primary else "",
        "events": [
            {"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines
        ],
    }
