"""What the bank says: statements, their lines, and settling them by two people."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.common import listed, show_form
from funding import permissions, selectors, services
from funding.desk import LINE_DESK
from funding.enums import ASTRAY_FINDINGS
from funding.forms import LineFilter, StatementFilter, StatementForm, StatementLineFilter
from funding.lifecycle import LINE
from funding.views.common import case_context, refuse_without_proof, require
from records import downloads, exports
from records.moves import answer_move, key_of
from records.sheets import XLSX

CARD = "funding/_line_card.html"
STATEMENTS = [
    "起始",
    "截止",
    "期初（元）",
    "付出（元）",
    "收入（元）",
    "期末（元）",
    "笔数",
    "未对账",
    "文件",
    "SHA-256",
    "导入人",
]
LINES = [
    "对账单",
    "行",
    "流水号",
    "交易日期",
    "收付",
    "金额（元）",
    "对方户名",
    "参考号",
    "摘要",
    "比对",
    "状态",
]
LINES += ["核对结果", "拨付编号", "依据", "提出人", "复核人"]


@require_safe
def statement_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "statements"))
    context = listed(request, selectors.statements_visible_to(request.user), StatementFilter)
    shown = {"may_import": permissions.may_reconcile(request.user)}
    return render(request, "funding/statement_list.html", context | shown)


@downloads.table("statements", "银行对账")
def statement_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "statements"))
    seen = selectors.statements_visible_to(request.user)
    rows = StatementFilter(request.GET, queryset=seen, request=request).qs
    return exports.Sheet(STATEMENTS, rows, _statement_cells)


def _statement_cells(row) -> list:
    sums = [row.opening, row.paid, row.received, row.closing, row.line_count, row.waiting]
    return [row.since, row.until, *sums, row.file_name, row.sha256, row.imported_by.name]


@require_http_methods(["GET", "HEAD", "POST"])
def statement_import(request: HttpRequest) -> HttpResponse:
    require(permissions.may_reconcile(request.user))
    form = StatementForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return show_form(request, "funding/statement_form.html", form)
    statement = services.import_statement(**form.cleaned_data, by=request.user)
    messages.success(request, _("已导入 {count} 笔流水，请核对。").format(count=statement.line_count))
    return redirect(statement)


@require_safe
def statement_template(request: HttpRequest) -> HttpResponse:
    require(permissions.may_reconcile(request.user))
    response = HttpResponse(services.statement_template(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="statement.xlsx"'
    return response


@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(selectors.statements_visible_to(request.user), pk=pk)
    lines = selectors.lines_visible_to(request.user).filter(statement=subject)
    shown = {
        "statement": subject,
        "may_reconcile": permissions.may_reconcile(request.user),
        "found": selectors.findings_of(subject),
        "astray": lines.exclude(state="settled").filter(finding__in=ASTRAY_FINDINGS).count(),
        "to_propose": lines.filter(state="open", finding__in=("matched", "returned")).count(),
        "to_confirm": lines.filter(state="proposed", finding__in=("matched", "returned"))
        .exclude(proposed_by=request.user)
        .count(),
    }
    return render(request, "funding/statement.html", listed(request, lines, StatementLineFilter) | shown)


@require_POST
def statement_propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Propose every line in which reference, amount and payee agree."""
    subject = get_object_or_404(selectors.statements_visible_to(request.user), pk=pk)
    require(permissions.may_reconcile(request.user))
    outcome = services.propose_matches(statement=subject, by=request.user)
    _say(request, _("已提出 {count} 行，待另一人复核。"), outcome)
    return redirect(subject)


@require_POST
def statement_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm every line that another person proposed and in which everything agrees."""
    subject = get_object_or_404(selectors.statements_visible_to(request.user), pk=pk)
    require(permissions.may_reconcile(request.user))
    refuse_without_proof(request)
    outcome = services.confirm_matches(statement=subject, key=key_of(request), by=request.user)
    _say(request, _("已对账 {count} 行。"), outcome)
    return redirect(subject)


def _say(request: HttpRequest, words: str, outcome: services.Outcome) -> None:
    messages.success(request, words.format(count=outcome.done))
    for refused in outcome.refused[:10]:
        messages.warning(request, refused)


@require_safe
def line_list(request: HttpRequest) -> HttpResponse:
    require(permissions.may_list(request.user, "lines"))
    rows = selectors.lines_visible_to(request.user)
    return render(request, "funding/line_list.html", listed(request, rows, LineFilter))


@downloads.table("bank-lines", "银行流水")
def line_export(request: HttpRequest) -> exports.Sheet:
    require(permissions.may_list(request.user, "lines"))
    rows = LineFilter(request.GET, queryset=selectors.lines_visible_to(request.user), request=request).qs
    return exports.Sheet(LINES, rows, _line_cells)


def _line_cells(row) -> list:
    told = [row.serial, row.booked_on, row.get_direction_display(), row.amount, row.payee, row.reference]
    found = [row.summary, row.get_finding_display(), LINE.label(row.state), row.get_treatment_display()]
    order = row.disbursement.number if row.disbursement else ""
    people = [person.name if person else "" for person in (row.proposed_by, row.settled_by)]
    return [row.statement, row.row, *told, *found, order, row.note, *people]


@require_safe
def line(request: HttpRequest, pk: int) -> HttpResponse:
    subject = get_object_or_404(selectors.lines_visible_to(request.user), pk=pk)
    offers = LINE_DESK.offers(request.user, subject)
    return render(request, "funding/line.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def line_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    return answer_move(request, LINE_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject, offers: list) -> dict:
    """The line, beside the order that its reference names."""
    context = case_context(request, LINE_DESK, subject, offers)
    return context | {"order": selectors.order_named(subject)}
