"""Importing a list of enterprises: the template, what the file says row by row, and then all of it or nothing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institutes import selectors, services
from institutes.desk import CHAIN_DESK
from institutes.forms.chains import ConfirmImportForm, ReadForm
from institutes.services import chain_import as reading
from institutes.views.chains import KINDS, require
from records import sheets

PAGE = "institutes/chain_import.html"


def _chain_to_import(request: HttpRequest, pk: int):
    subject = get_object_or_404(selectors.chains_visible_to(request.user), pk=pk)
    require(CHAIN_DESK.may(request.user, "import_members", subject))
    return subject


def _shown(subject) -> dict:
    return {"subject": subject, "columns": reading.HEAD, "outside": reading.OUTSIDE}


@require_http_methods(["GET", "HEAD", "POST"])
def chain_import(request: HttpRequest, pk: int) -> HttpResponse:
    """POST reads the file and shows what it says; nothing is stored before that was confirmed."""
    subject = _chain_to_import(request, pk)
    CHAIN_DESK.refuse_if_barred(user=request.user, subject=subject, action="import_members")
    form = ReadForm(request.POST or None, request.FILES or None, subject=subject, user=request.user)
    context = _shown(subject) | {"form": form}
    if not form.is_valid():
        return render(request, PAGE, context, status=422 if form.is_bound else 200)
    sheet = services.read_members(chain=subject, upload=form.cleaned_data["file"])
    confirm = ConfirmImportForm(chain=subject, user=request.user).sign(sheet.entries)
    shown = context | {"sheet": sheet, "confirm": None if sheet.faults else confirm}
    return render(request, PAGE, shown, status=422 if sheet.faults else 200)


@require_POST
def chain_import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter what was shown, by the document that is named."""
    subject = _chain_to_import(request, pk)
    confirm = ConfirmImportForm(request.POST, request.FILES, chain=subject, user=request.user)
    if not confirm.is_valid():
        shown = reading.Sheet(confirm.cleaned_data.get("entries", []), [])
        return render(request, PAGE, _shown(subject) | {"sheet": shown, "confirm": confirm}, status=422)
    entered = services.enter_members(chain=subject, **confirm.cleaned_data, by=request.user)
    messages.success(request, _("已导入 {n} 家企业。").format(n=len(entered)))
    return redirect(subject)


@require_safe
def chain_template(request: HttpRequest, pk: int) -> HttpResponse:
    """The table to fill in: its head, and lists of what can be chosen."""
    subject = _chain_to_import(request, pk)
    response = HttpResponse(reading.template_of(subject), content_type=sheets.XLSX)
    response["Content-Disposition"] = f'attachment; filename="{subject.code}-template.xlsx"'
    return response


@require_safe
def chain_members(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Who stands on the chain, in the columns of the template."""
    subject = get_object_or_404(selectors.chains_visible_to(request.user), pk=pk)
    if kind not in KINDS:
        raise Http404
    rows = (reading.cells_of(row) for row in selectors.members_of_chains([subject]))
    return sheets.answer(kind, name=subject.code, head=reading.HEAD, rows=rows)
