"""Importing a list into the pool: the template, what the file says row by row, and then all of it or nothing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Division
from institutes import permissions, selectors, services
from institutes.forms.cultivation import ConfirmPoolForm, PoolFileForm
from institutes.services.cultivation_import import HEAD, Sheet
from institutes.views.chains import require
from records import sheets

PAGE = "institutes/cultivation_import.html"


def _own_division(request: HttpRequest) -> Division:
    """The county whose pool this person keeps: 403 for everybody else."""
    require(permissions.may_keep_the_pool(request.user))
    division = selectors.division_to_propose_for(request.user)
    require(division is not None)
    return division


@require_http_methods(["GET", "HEAD", "POST"])
def pool_import(request: HttpRequest) -> HttpResponse:
    """POST reads the file and shows what it says; nothing is stored before that was confirmed."""
    division = _own_division(request)
    form = PoolFileForm(request.POST or None, request.FILES or None)
    context = {"form": form, "columns": HEAD}
    if not form.is_valid():
        return render(request, PAGE, context, status=422 if form.is_bound else 200)
    sheet = services.read_candidates(division=division, upload=form.cleaned_data["file"])
    confirm = ConfirmPoolForm(division=division, user=request.user).sign(sheet.candidates)
    shown = context | {"sheet": sheet, "confirm": None if sheet.faults else confirm}
    return render(request, PAGE, shown, status=422 if sheet.faults else 200)


@require_POST
def pool_import_confirm(request: HttpRequest) -> HttpResponse:
    """Put down what was shown."""
    division = _own_division(request)
    confirm = ConfirmPoolForm(request.POST, division=division, user=request.user)
    if not confirm.is_valid():
        shown = {"form": PoolFileForm(), "columns": HEAD, "sheet": Sheet([], []), "expired": confirm}
        return render(request, PAGE, shown, status=422)
    put_down = services.draft_entries(division=division, **confirm.cleaned_data, by=request.user)
    messages.success(request, _("已导入 {n} 家企业，列为摸底。").format(n=len(put_down)))
    return redirect("institutes:cultivation-list")


@require_safe
def pool_template(request: HttpRequest) -> HttpResponse:
    """The table to fill in: its head, and lists of what can be chosen."""
    _own_division(request)
    response = HttpResponse(services.template_of_pool(), content_type=sheets.XLSX)
    response["Content-Disposition"] = 'attachment; filename="cultivation-template.xlsx"'
    return response
