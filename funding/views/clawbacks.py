"""Money that is claimed back: the list, entering a suspicion, the case, its moves, what everybody may know."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from funding import permissions, services
from funding.desk.clawbacks import CLAWBACK_DESK
from funding.enums import REPAYABLE_STATES
from funding.forms.clawbacks import ClawbackFilter, PublishForm, SuspectForm
from funding.lifecycle import CLAWBACK
from funding.selectors import clawbacks as reads
from funding.services.clawbacks import STATEMENT
from funding.views.common import case_context, require
from records import downloads, exports
from records.moves import answer_move

CARD = "funding/_clawback_card.html"
PER_PAGE = 20
HEAD = [
    "案件编号",
    "研究院",
    "单位",
    "县（市、区）",
    "资金事项",
    "情形",
    "追回金额（元）",
    "利息（元）",
    "已退还（元）",
    "尚余（元）",
    "退还期限",
    "状态",
    "办理期限",
]


@require_safe
def clawback_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "clawbacks"))
    context = listed(request, reads.clawbacks_visible_to(request.user), ClawbackFilter)
    rows = [{"case": row, "holder": holders.of_case(row, CLAWBACK)} for row in context["page"]]
    shown = {"rows": rows, "may_suspect": permissions.may_suspect(request.user)}
    return render(request, "funding/clawback_list.html", context | shown)


@downloads.table("clawbacks", "资金追回")
def clawback_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "clawbacks"))
    seen = reads.clawbacks_visible_to(request.user)
    rows = ClawbackFilter(request.GET, queryset=seen, request=request).qs
    return exports.Sheet(HEAD, rows, _cells)


def _cells(row) -> list:
    named = [row.number, row.institute, row.host, row.division, row.award.number, row.ground_label]
    money = [row.amount or "", row.interest, row.repaid, row.left]
    return [*named, *money, row.repay_by or "", CLAWBACK.label(row.state), row.due_on or ""]


@require_http_methods(["GET", "HEAD", "POST"])
def clawback_new(request: HttpRequest) -> HttpResponse:
    require(permissions.may_suspect(request.user))
    named = {"award": request.GET.get("award")}
    form = SuspectForm(request.POST or None, request.FILES or None, user=request.user, initial=named)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, "funding/clawback_form.html", form)
    clawback = services.suspect_clawback(**form.cleaned_data, by=request.user)
    messages.success(request, _("已列为追回线索，请核查后立案或者提请不予追回。"))
    return redirect(clawback)


@require_safe
def clawback(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(reads.clawbacks_visible_to(request.user), pk=pk)
    offers = CLAWBACK_DESK.offers(request.user, subject)
    return render(request, "funding/clawback.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def clawback_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    return answer_move(request, CLAWBACK_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject, offers: list) -> dict:
    """The case, with what came back, and apart the files that the unit brought."""
    context = case_context(request, CLAWBACK_DESK, subject, offers)
    kinds = dict(reads.files_of_clawback(subject).values_list("name", "kind"))
    mine = subject.host_id in request.user.reach.organisations
    may_report = subject.state in REPAYABLE_STATES and subject.left > 0
    return context | {
        "files": [one for one in context["files"] if kinds.get(one["name"]) != STATEMENT],
        "statement_files": [one for one in context["files"] if kinds.get(one["name"]) == STATEMENT],
        "repayments": reads.repayments_visible_to(request.user).filter(clawback=subject).order_by("pk"),
        "account": subject.edition.terms["repayment"],
        "final_from": reads.final_from(subject),
        "is_unit": mine,
        "may_report": may_report and permissions.may_report_repayment(request.user, subject),
        "may_publish": bool(subject.served_at and not subject.published_at)
        and permissions.may_publish_clawback(request.user, subject),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def clawback_publish(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(reads.clawbacks_visible_to(request.user), pk=pk)
    require(permissions.may_publish_clawback(request.user, subject))
    form = PublishForm(request.POST or None)
    if not form.is_valid():
        shown = {"subject": subject, "final_from": reads.final_from(subject)}
        return show_form(request, "funding/clawback_publish.html", form, **shown)
    services.publish_clawback(clawback=subject, **form.cleaned_data, by=request.user)
    messages.success(request, _("已公开。"))
    return redirect(subject)


@login_not_required
@require_safe
def clawback_published(request: HttpRequest) -> HttpResponse:
    """Decisions that are final, for everybody: who, for what, how much; no account and no person."""
    page = Paginator(reads.published_clawbacks(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "funding/clawback_published.html", {"page": page})
