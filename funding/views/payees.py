"""Accounts of units: naming one, checking it, reading its number on purpose."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.common import listed, show_form
from funding import permissions, selectors, services
from funding.desk import PAYEE_DESK
from funding.forms import PayeeFilter, PayeeForm, RevealForm
from funding.lifecycle import PAYEE
from funding.views.common import case_context, require
from records import downloads, exports
from records.desk import proof_faults
from records.moves import answer_move

CARD = "funding/_payee_card.html"
HEAD = [
    "单位",
    "县（市、区）",
    "账户名称",
    "开户银行",
    "开户网点",
    "联行号",
    "账号（后四位）",
    "状态",
    "提交时间",
]


@require_safe
def payee_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "payees"))
    context = listed(request, selectors.payees_visible_to(request.user), PayeeFilter)
    return render(
        request,
        "funding/payee_list.html",
        context | {"may_submit": permissions.may_submit_account(request.user)},
    )


@downloads.table("payees", "收款账户")
def payee_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "payees"))
    rows = PayeeFilter(request.GET, queryset=selectors.payees_visible_to(request.user), request=request).qs
    return exports.Sheet(HEAD, rows, _cells)


def _cells(account) -> list:
    unit = account.organisation
    state = PAYEE.label(account.state)
    bank = [account.account_name, account.bank, account.branch, account.cnaps, account.number_masked]
    return [unit, unit.division, *bank, state, account.submitted_at.isoformat()]


@require_http_methods(["GET", "HEAD", "POST"])
def payee_create(request: HttpRequest) -> HttpResponse:
    require(permissions.may_submit_account(request.user))
    form = PayeeForm(request.POST or None, request.FILES or None, user=request.user)
    if not form.is_valid():
        return show_form(request, "funding/payee_form.html", form)
    account = services.submit_payee_account(**form.cleaned_data, by=request.user)
    messages.success(request, _("账户已提交，等待市科技局核对。"))
    return redirect(account)


@require_safe
def payee(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(selectors.payees_visible_to(request.user), pk=pk)
    offers = PAYEE_DESK.offers(request.user, subject)
    return render(request, "funding/payee.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def payee_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    return answer_move(request, PAYEE_DESK, pk, action, card=CARD, context=card_context)


@never_cache
@require_POST
def payee_reveal(request: HttpRequest, pk: int) -> HttpResponse:
    """The full number, once, for a reason that is recorded."""
    subject = get_object_or_404(selectors.payees_visible_to(request.user), pk=pk)
    require(permissions.may_reveal(request.user, subject))
    form = RevealForm(request.POST)
    context = card_context(request, subject, PAYEE_DESK.offers(request.user, subject)) | {"reveal": form}
    for fault in proof_faults(request) if form.is_valid() else []:
        form.add_error(None, fault)
    if not form.is_valid():
        return render(request, "funding/payee.html", context, status=422)
    number = services.reveal_account(account=subject, by=request.user, **form.cleaned_data)
    return render(request, "funding/payee.html", context | {"number": number})


def card_context(request: HttpRequest, subject, offers: list) -> dict:
    """The case; the number masked, and the form to read it where that is allowed."""
    may_reveal = permissions.may_reveal(request.user, subject)
    context = case_context(request, PAYEE_DESK, subject, offers)
    return context | {
        "reveal": RevealForm() if may_reveal else None,
        "files": context["files"] if may_reveal else [],
        "may_reveal": may_reveal,
        "awards": selectors.awards_visible_to(request.user).filter(account=subject),
    }
