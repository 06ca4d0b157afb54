"""A running project: stages reported and confirmed, its invoices listed, imported, taken back."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import listed, show_form
from institutes.views.standing import file_line
from projects import permissions, selectors, services
from projects.forms import running as forms
from projects.models import Project, ProjectExpense
from projects.permissions import projects as may
from projects.policy.execution import whole
from projects.services import expense_import as sheet_of
from records import downloads, exports, sheets

UNPROCESSABLE = 422


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _subject(request: HttpRequest, pk: int) -> Project:
    return get_object_or_404(selectors.projects_visible_to(request.user), pk=pk)


# --- stages -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def stage_report(request: HttpRequest, pk: int, stage: int) -> HttpResponse:
    """The unit says how a stage was reached, with proof."""
    subject = _subject(request, pk)
    _require(permissions.FILLER(request.user, subject))
    found = get_object_or_404(subject.stages, pk=stage)
    form = forms.StageReportForm(request.POST or None, request.FILES or None, stage=found)
    if request.method == "POST" and form.is_valid():
        services.report_stage(project=subject, stage=found, **form.cleaned_data, by=request.user)
        messages.success(request, _("已报告，市科技局将予确认。"))
        return redirect(f"{subject.get_absolute_url()}#targets")
    _require(may.may_report(request.user, subject))
    return show_form(request, "projects/stage_report.html", form, **_about(subject, found))


@require_http_methods(["GET", "HEAD", "POST"])
def stage_check(request: HttpRequest, pk: int, stage: int) -> HttpResponse:
    """The bureau confirms what was reported, or has it reported anew."""
    subject = _subject(request, pk)
    _require(permissions.CLERK(request.user, subject))
    found = get_object_or_404(subject.stages, pk=stage)
    form = forms.StageCheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        done = form.cleaned_data["result"] == forms.CONFIRM
        deed = services.confirm_stage if done else services.return_stage
        deed(project=subject, stage=found, finding=form.cleaned_data["finding"], by=request.user)
        messages.success(request, _("已确认完成。") if done else _("已退回，单位将收到理由。"))
        return redirect(f"{subject.get_absolute_url()}#targets")
    _require(may.may_confirm_stages(request.user, subject))
    return show_form(request, "projects/stage_check.html", form, **_about(subject, found))


def _about(subject: Project, stage) -> dict:
    held = selectors.stage_files(subject).get(selectors.proof_kind(stage), [])
    return {"subject": subject, "stage": stage, "files": [file_line(row) for row in held]}


# --- expenses ---------------------------------------------------------------------------------------------------------


@require_safe
def expenses(request: HttpRequest, pk: int) -> HttpResponse:
    """What the project has spent, invoice by invoice, and what is left of each line."""
    subject = _subject(request, pk)
    context = listed(request, selectors.expenses_of(subject), forms.ExpenseFilter)
    rows = selectors.execution_of(subject)
    context |= {
        "subject": subject,
        "rows": list(context["page"]),
        "execution": rows,
        "execution_whole": whole(rows),
        "reports": may.may_list_expenses(request.user, subject),
        "opens": may.may_read_negotiation(request.user, subject),
    }
    return render(request, "projects/expense_list.html", context)


@downloads.table("project-expenses", "支出明细")
def expense_export(request: HttpRequest, pk: int) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    subject = _subject(request, pk)
    found = forms.ExpenseFilter(request.GET, queryset=selectors.expenses_of(subject), request=request).qs
    head = [_("发票号码"), _("支付日期"), _("科目"), _("资金来源"), _("收款单位"), _("用途"), _("金额（元）")]
    head += [_("状态"), _("撤销理由")]
    return exports.Sheet(head, found, _cells)


def _cells(row: ProjectExpense) -> list:
    standing = _("已撤销") if row.voided_at else _("列支")
    about = [row.number, row.paid_on, row.line, row.get_source_display(), row.payee, row.purpose]
    return [*about, row.amount, standing, row.void_reason]


@require_http_methods(["GET", "HEAD", "POST"])
def expense_new(request: HttpRequest, pk: int) -> HttpResponse:
    """List one invoice."""
    subject = _subject(request, pk)
    _require(permissions.FILLER(request.user, subject))
    form = forms.ExpenseForm(request.POST or None, request.FILES or None, project=subject)
    if request.method == "POST" and form.is_valid():
        services.enter_expenses(
            project=subject, invoices=[form.invoice()], proof=form.cleaned_data["proof"], by=request.user
        )
        messages.success(request, _("已列入支出明细。"))
        return redirect("projects:approved-expenses", pk)
    _require(may.may_list_expenses(request.user, subject))
    return show_form(request, "projects/expense_form.html", form, subject=subject)


@require_http_methods(["GET", "HEAD", "POST"])
def expense_import(request: HttpRequest, pk: int) -> HttpResponse:
    """List all invoices of a spreadsheet, or show every fault and list none."""
    subject = _subject(request, pk)
    _require(permissions.FILLER(request.user, subject))
    form = forms.ExpenseImportForm(request.POST or None, request.FILES or None)
    faults = []
    if request.method == "POST" and form.is_valid():
        sheet = services.read_expenses(project=subject, upload=form.cleaned_data["file"])
        faults = sheet.faults
        if not faults:
            found = services.enter_expenses(project=subject, invoices=sheet.invoices, by=request.user)
            messages.success(request, _("已列入 {n} 笔支出。").format(n=len(found)))
            return redirect("projects:approved-expenses", pk)
    _require(may.may_list_expenses(request.user, subject))
    context = {"form": form, "subject": subject, "faults": faults}
    status = UNPROCESSABLE if form.is_bound else None
    return render(request, "projects/expense_import.html", context, status=status)


@require_safe
def expense_template(request: HttpRequest, pk: int) -> HttpResponse:
    """The table to fill in, with the lines of this project to choose from."""
    subject = _subject(request, pk)
    _require(permissions.FILLER(request.user, subject))
    response = HttpResponse(sheet_of.template(subject), content_type=sheets.XLSX)
    response["Content-Disposition"] = 'attachment; filename="project-expenses.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def expense_void(request: HttpRequest, pk: int, expense: int) -> HttpResponse:
    """Take an invoice back that was entered wrongly."""
    subject = _subject(request, pk)
    _require(permissions.FILLER(request.user, subject))
    found = get_object_or_404(subject.expenses, pk=expense)
    form = forms.VoidForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.void_expense(project=subject, expense=found, **form.cleaned_data, by=request.user)
        messages.success(request, _("已撤销，不再计入。"))
        return redirect("projects:approved-expenses", pk)
    _require(may.may_list_expenses(request.user, subject))
    return show_form(request, "projects/expense_void.html", form, subject=subject, expense=found)
