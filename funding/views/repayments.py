"""Money that comes back: the list, reporting a part, one part with its moves."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import listed, show_form
from funding import permissions, services
from funding.desk.clawbacks import REPAYMENT_DESK
from funding.forms.clawbacks import RepaymentFilter, RepaymentForm
from funding.lifecycle import REPAYMENT
from funding.selectors import clawbacks as reads
from funding.views.common import case_context, require
from records import downloads, exports
from records.moves import answer_move, key_of

CARD = "funding/_repayment_card.html"
HEAD = [
    "案件编号",
    "研究院",
    "单位",
    "县（市、区）",
    "退还金额（元）",
    "退还日期",
    "银行回单编号",
    "状态",
    "登记时间",
    "确认时间",
]


@require_safe
def repayment_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "repayments"))
    rows = reads.repayments_visible_to(request.user)
    return render(request, "funding/repayment_list.html", listed(request, rows, RepaymentFilter))


@downloads.table("repayments", "退还款项")
def repayment_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "repayments"))
    seen = reads.repayments_visible_to(request.user)
    rows = RepaymentFilter(request.GET, queryset=seen, request=request).qs
    return exports.Sheet(HEAD, rows, _cells)


def _cells(row) -> list:
    named = [row.clawback.number, row.clawback.institute, row.host, row.division]
    money = [row.amount, row.paid_on, row.bank_reference]
    confirmed = row.confirmed_at.isoformat() if row.confirmed_at else ""
    return [*named, *money, REPAYMENT.label(row.state), row.reported_at.isoformat(), confirmed]


@require_http_methods(["GET", "HEAD", "POST"])
def clawback_repay(request: HttpRequest, pk: int) -> HttpResponse:
    """Report a part that was paid back, with its voucher."""
    subject = get_object_or_404(reads.clawbacks_visible_to(request.user), pk=pk)
    require(permissions.may_report_repayment(request.user, subject))
    form = RepaymentForm(request.POST or None, request.FILES or None, clawback=subject)
    if not form.is_valid():
        return show_form(request, "funding/repayment_form.html", form, subject=subject)
    services.report_repayment(clawback=subject, **form.cleaned_data, key=key_of(request), by=request.user)
    messages.success(request, _("已登记，待市财政局核对到账。"))
    return redirect(subject)


@require_safe
def repayment(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(reads.repayments_visible_to(request.user), pk=pk)
    offers = REPAYMENT_DESK.offers(request.user, subject)
    return render(request, "funding/repayment.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def repayment_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    return answer_move(request, REPAYMENT_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject, offers: list) -> dict:
    return case_context(request, REPAYMENT_DESK, subject, offers)
