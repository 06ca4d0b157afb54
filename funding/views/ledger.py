"""The ledger and its trial balance: read-only, filtered, exported."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.common import listed
from funding import permissions, selectors
from funding.forms import BalanceForm, LedgerFilter
from funding.views.common import export, require
from records import clock, downloads, exports

HEAD = [
    "序号",
    "发生日期",
    "类别",
    "预算",
    "资金编号",
    "研究院",
    "依托单位",
    "县（市、区）",
    "拨付编号",
    "从",
    "到",
    "金额（元）",
    "记账时间",
    "记账人",
]

BALANCE = ["预算", "账户", "转入（元）", "转出（元）", "余额（元）"]


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "ledger"))
    rows = selectors.ledger_visible_to(request.user)
    shown = {"sees_balance": permissions.may_list(request.user, "balance")}
    return render(request, "funding/ledger.html", listed(request, rows, LedgerFilter) | shown)


@downloads.table("ledger", "资金台账")
def ledger_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "ledger"))
    rows = LedgerFilter(request.GET, queryset=selectors.ledger_visible_to(request.user), request=request).qs
    return exports.Sheet(HEAD, rows, _cells)


def _cells(entry) -> list:
    award, disbursement = entry.award, entry.disbursement
    whose = [award.number, award.institute, award.host, award.division] if award else ["", "", "", ""]
    return [
        entry.pk,
        entry.occurred_on,
        entry.get_kind_display(),
        entry.budget,
        *whose,
        disbursement.number if disbursement else "",
        *(posting.get_account_display() for posting in entry.postings.all()),
        entry.amount,
        entry.posted_at.isoformat(),
        entry.posted_by.name,
    ]


@require_safe
def balance(request: HttpRequest) -> HttpResponse:
    """Every account of every budget at the end of a day: together nought, each opening its entries."""
    require(permissions.may_list(request.user, "balance"))
    form, lines, on = _balance(request)
    totals = {name: sum((getattr(line, name) for line in lines), Decimal(0)) for name in ("came", "went")}
    shown = {
        "form": form,
        "lines": lines,
        "on": on,
        "totals": totals,
        "rest": totals["came"] - totals["went"],
    }
    return render(request, "funding/balance.html", shown)


@require_safe
def balance_export(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "balance"))
    _form, lines, on = _balance(request)
    return export(request, f"trial-balance-{on}", BALANCE, lines, _balance_cells)


def _balance(request: HttpRequest):
    form = BalanceForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    on, budget = asked.get("on") or clock.today(), asked.get("budget")
    year, key = asked.get("year"), budget.pk if budget else None
    return form, selectors.trial_balance(request.user, on=on, year=year, budget=key), on


def _balance_cells(line) -> list:
    return [line.budget, line.label, line.came, line.went, line.amount]
