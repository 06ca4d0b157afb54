"""The ledger: read-only, filtered, exported."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.common import listed
from funding import permissions, selectors
from funding.forms import LedgerFilter
from funding.views.common import export, require

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


@require_safe
def ledger(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "ledger"))
    rows = selectors.ledger_visible_to(request.user)
    return render(request, "funding/ledger.html", listed(request, rows, LedgerFilter))


@require_safe
def ledger_export(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "ledger"))
    rows = LedgerFilter(request.GET, queryset=selectors.ledger_visible_to(request.user), request=request).qs
    return export(request, "ledger", HEAD, rows.iterator(chunk_size=500), _cells)


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
