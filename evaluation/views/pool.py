"""Changing the pool: profiles, ties and absences; suspensions, phone numbers, files; lists from a spreadsheet."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.common import show_form
from evaluation import permissions, selectors, services
from evaluation.desk.pool import CHANGES
from evaluation.forms import pool as forms_of
from evaluation.services import pool_import
from records import sheets
from records.models import Attachment
from records.views import send_file

FORM, IMPORT = "evaluation/expert_form.html", "evaluation/expert_import.html"


def _seen(request: HttpRequest, pk: int):
    return get_object_or_404(selectors.experts_visible_to(request.user), pk=pk)


def require(granted: bool) -> None:
    """Raise 403 unless granted."""
    if not granted:
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def expert_change(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    """Change one thing of an expert, by its form."""
    subject = _seen(request, pk)
    if what not in CHANGES:
        raise Http404
    change = CHANGES[what]
    require(change.may(request.user, subject))
    form = change.form(request.POST or None, request.FILES or None, initial=change.values(subject))
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject, title=change.title, change=change)
    change.service(expert=subject, **form.cleaned_data, by=request.user)
    messages.success(request, _("已保存，写入登记簿。"))
    return redirect(subject)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def expert_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole phone number, to whom may, for a reason that the register keeps."""
    subject = _seen(request, pk)
    require(permissions.may_reveal_phone(request.user, subject))
    form = forms_of.WhyForm(request.POST or None)
    title = _("查看完整手机号码")
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject, title=title)
    phone = services.reveal_phone(expert=subject, **form.cleaned_data, by=request.user)
    return render(request, FORM, {"subject": subject, "title": title, "phone": phone or _("未登记")})


@require_http_methods(["GET", "HEAD", "POST"])
def expert_tie_withdraw(request: HttpRequest, pk: int, tie: int) -> HttpResponse:
    """Take back a tie that was declared in error, with the reason."""
    subject = _seen(request, pk)
    found = get_object_or_404(subject.ties.standing(), pk=tie)
    require(permissions.may_keep_expert(request.user, subject))
    form = forms_of.WhyForm(request.POST or None)
    title = _("撤回回避事项：{tie}").format(tie=found)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject, title=title)
    services.withdraw_tie(tie=found, **form.cleaned_data, by=request.user)
    return redirect(subject)


@require_POST
def expert_absence_cancel(request: HttpRequest, pk: int, absence: int) -> HttpResponse:
    """The expert is there after all."""
    subject = _seen(request, pk)
    found = get_object_or_404(subject.absences, pk=absence)
    require(permissions.may_set_availability(request.user, subject))
    services.cancel_absence(absence=found, by=request.user)
    return redirect(subject)


@require_safe
def expert_file(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """A proof of qualification, to whoever keeps the pool and the expert."""
    subject = _seen(request, pk)
    require(permissions.may_open_qualification(request.user, subject))
    row = get_object_or_404(Attachment.objects.about(subject).current(), pk=file)
    return send_file(row.file, name=row.name, content_type=row.content_type)


@require_http_methods(["GET", "HEAD", "POST"])
def expert_import(request: HttpRequest) -> HttpResponse:
    """POST reads the file and shows what it says; nothing is stored before that was confirmed."""
    require(permissions.may_import_experts(request.user))
    form = forms_of.ReadPoolForm(request.POST or None, request.FILES or None)
    context = {"form": form, "columns": pool_import.HEAD}
    if not form.is_valid():
        return render(request, IMPORT, context, status=422 if form.is_bound else 200)
    sheet = services.read_experts(upload=form.cleaned_data["file"])
    confirm = forms_of.ConfirmPoolForm(user=request.user).sign(sheet.entries)
    shown = context | {"sheet": sheet, "confirm": None if sheet.faults else confirm}
    return render(request, IMPORT, shown, status=422 if sheet.faults else 200)


@require_POST
def expert_import_confirm(request: HttpRequest) -> HttpResponse:
    """Enter what was shown."""
    require(permissions.may_import_experts(request.user))
    confirm = forms_of.ConfirmPoolForm(request.POST, user=request.user)
    if not confirm.is_valid():
        form = forms_of.ReadPoolForm()
        return render(request, IMPORT, {"form": form, "stale": confirm}, status=422)
    entered = services.enter_experts(entries=confirm.cleaned_data["entries"], by=request.user)
    messages.success(request, _("已导入 {n} 名专家，角色经安全管理员批准后生效。").format(n=len(entered)))
    return redirect("evaluation:expert-list")


@require_safe
def expert_template(request: HttpRequest) -> HttpResponse:
    """The table to fill in: its head, and lists of what can be chosen."""
    require(permissions.may_import_experts(request.user))
    response = HttpResponse(pool_import.template(), content_type=sheets.XLSX)
    response["Content-Disposition"] = 'attachment; filename="experts-template.xlsx"'
    return response
