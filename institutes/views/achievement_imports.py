"""Importing achievements as drafts: the template, what the file says row by row, and then all of it or nothing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from institutes import permissions, services
from institutes.forms.achievement_imports import AchievementFileForm, ConfirmAchievementsForm
from institutes.services.achievement_import import HEAD, Sheet
from institutes.views.chains import require
from records import sheets

PAGE = "institutes/achievement_import.html"


@require_http_methods(["GET", "HEAD", "POST"])
def achievement_import(request: HttpRequest) -> HttpResponse:
    """POST reads the file and shows what it says; nothing is stored before that was confirmed."""
    require(permissions.may_draft_achievements(request.user))
    form = AchievementFileForm(request.POST or None, request.FILES or None, user=request.user)
    context = {"form": form, "columns": HEAD}
    if not form.is_valid():
        return render(request, PAGE, context, status=422 if form.is_bound else 200)
    institute = form.cleaned_data["institute"]
    sheet = services.read_achievements(institute=institute, upload=form.cleaned_data["file"], by=request.user)
    confirm = ConfirmAchievementsForm(user=request.user).sign(institute, sheet.rows)
    shown = context | {
        "sheet": sheet,
        "institute": institute,
        "rows": confirm.shown(sheet.rows),
        "confirm": None if sheet.faults else confirm,
    }
    return render(request, PAGE, shown, status=422 if sheet.faults else 200)


@require_POST
def achievement_import_confirm(request: HttpRequest) -> HttpResponse:
    """Enter what was shown, as drafts."""
    require(permissions.may_draft_achievements(request.user))
    confirm = ConfirmAchievementsForm(request.POST, user=request.user)
    if not confirm.is_valid():
        form = AchievementFileForm(user=request.user)
        shown = {"form": form, "columns": HEAD, "sheet": Sheet([], []), "expired": confirm}
        return render(request, PAGE, shown, status=422)
    entered = services.draft_achievements(**confirm.cleaned_data["rows"], by=request.user)
    messages.success(request, _("已导入 {n} 项成果草稿，逐项上传佐证材料后报送。").format(n=len(entered)))
    return redirect("institutes:achievement-list")


@require_safe
def achievement_template(request: HttpRequest) -> HttpResponse:
    """The table to fill in: its head, and the list of kinds."""
    require(permissions.may_draft_achievements(request.user))
    response = HttpResponse(services.template_of_achievements(), content_type=sheets.XLSX)
    response["Content-Disposition"] = 'attachment; filename="achievements-template.xlsx"'
    return response
