"""Money on its way: the list with what counties keep, the case, its moves."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed
from funding import permissions, selectors
from funding.desk import DISBURSEMENT_DESK
from funding.enums import DisbursementState
from funding.forms import DisbursementFilter
from funding.lifecycle import DISBURSEMENT
from funding.services.endings import WINDOW
from funding.views.common import case_context, require
from records import clock, deadlines, downloads, exports
from records.moves import answer_move

CARD = "funding/_disbursement_card.html"
HEAD = [
    "编号",
    "研究院",
    "项目",
    "收款单位",
    "县（市、区）",
    "期次",
    "金额（元）",
    "状态",
    "下达日期",
    "到账日期",
    "拨付日期",
    "收款日期",
    "滞留天数",
]


@require_safe
def disbursement_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "disbursements"))
    context = listed(request, selectors.disbursements_visible_to(request.user), DisbursementFilter)
    on = clock.today()
    limits = selectors.retention_limits(on)
    for row in context["page"]:
        row.retention_days, row.retention = selectors.retention_of(row, on=on, limits=limits)
    retained = selectors.retained(selectors.disbursements_visible_to(request.user), on=on)
    shown = {
        "amber_days": limits[0],
        "red_days": limits[1],
        "retained": retained.count(),
        "sum": selectors.sum_of_orders(context["filter"].qs),
    }
    return render(request, "funding/disbursement_list.html", context | shown)


@downloads.table("disbursements", "资金拨付")
def disbursement_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "disbursements"))
    seen = selectors.disbursements_visible_to(request.user)
    on = clock.today()
    limits = selectors.retention_limits(on)
    rows = DisbursementFilter(request.GET, queryset=seen, request=request).qs
    return exports.Sheet(
        HEAD, rows, lambda row: _cells(row, selectors.retention_of(row, on=on, limits=limits)[0])
    )


def _cells(row, days: int) -> list:
    dates = [day or "" for day in (row.issued_on, row.received_on, row.paid_on, row.receipted_on)]
    state = DISBURSEMENT.label(row.state)
    return [
        row.number,
        row.award.institute,
        row.award.project or "",
        row.host,
        row.division,
        row.instalment,
        row.amount,
        state,
        *dates,
        days,
    ]


@require_safe
def disbursement(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(selectors.disbursements_visible_to(request.user), pk=pk)
    offers = DISBURSEMENT_DESK.offers(request.user, subject)
    return render(request, "funding/disbursement.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def disbursement_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    return answer_move(request, DISBURSEMENT_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject, offers: list) -> dict:
    """The case, with how long the county has kept it."""
    on = clock.today()
    limits = selectors.retention_limits(on)
    days, colour = selectors.retention_of(subject, on=on, limits=limits)
    context = case_context(request, DISBURSEMENT_DESK, subject, offers)
    return context | {
        "retention_days": days,
        "retention": colour,
        "limits": limits,
        "steps": _steps(subject),
        "legs": _legs(request, subject),
        "lines": _lines(request, subject),
        "may_reveal": permissions.may_reveal(request.user, subject.account),
        "may_reconcile": permissions.may_reconcile(request.user),
        "next_step": context["next_step"] or _without_move(request, subject),
        **(_ending(subject, offers, on=on) if subject.ending_words else {}),
    }


def _ending(subject, offers: list, *, on: date) -> dict:
    """While an end that was proposed waits for its second person: until when, and whose turn it is."""
    deadline = deadlines.current(subject, kind=WINDOW)
    due_on = deadline.due_on if deadline else None
    mine = any(offer.action in ("return", "void") and offer.allowed for offer in offers)
    return {
        "deadline": deadline,
        "days_left": selectors.days_left(due_on, on=on),
        "holder": holders.of_deadline(deadline) if deadline else "",
        "next_step": subject.ending_label if mine else "",
    }


def _without_move(request: HttpRequest, subject) -> str:
    """What finance does next where no move of this case is the usual one: only a statement ends the doubt."""
    if subject.state == DisbursementState.UNKNOWN and permissions.may_reconcile(request.user):
        return _("导入付款账户的对账单")
    return ""


def _legs(request: HttpRequest, subject) -> list[dict]:
    """The way of the money, leg by leg, each with its files where they can be opened."""
    sees_bank = permissions.may_see_bank(request.user)
    legs = []
    for leg in selectors.legs_of(subject, sees_bank=sees_bank):
        named = [
            (each.name, reverse("funding:file", args=["disbursement", subject.pk, each.pk]))
            for each in leg.files
        ]
        if leg.document is not None:
            opened = reverse("funding:paper", args=["disbursement", subject.pk, leg.document.pk])
            named.insert(0, (_("下达通知（{number}）").format(number=leg.paper), opened))
        legs.append({**leg._asdict(), "files": named})
    return legs


def _lines(request: HttpRequest, subject):
    """What the bank says about it, for those who read statements."""
    return selectors.lines_visible_to(request.user).filter(disbursement=subject)


VIA_COUNTY = (
    ("ordered", "市级列支"),
    ("issued", "下达县级"),
    ("county_received", "县级到账"),
    ("paid", "拨付到企"),
    ("receipted", "确认收款"),
)
DIRECT = (
    ("ordered", "市级列支"),
    ("issued_direct", "直接拨付"),
    ("paid", "拨付到企"),
    ("receipted", "确认收款"),
)


def _steps(row) -> list[dict]:
    """The way of the money, and where it stands: a step is done once its date is known."""
    way = DIRECT if row.direct_pay else VIA_COUNTY
    stamps = {
        "ordered": row.ordered_at,
        "issued": row.issued_on,
        "issued_direct": row.issued_on,
        "county_received": row.received_on,
        "paid": row.paid_on,
        "receipted": row.receipted_on,
    }
    done = [bool(stamps[code]) for code, _label in way]
    ended = row.state in ("returned", "voided")
    here = "refused" if ended else "now"
    first_open = done.index(False) if False in done else len(way)
    return [
        {"label": label, "state": "done" if n < first_open else here if n == first_open else "next"}
        for n, (_code, label) in enumerate(way)
    ]
