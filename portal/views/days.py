"""The table of holidays and make-up days: everybody who signs in may read it, the system administrator edits it.

Every change is shown before it is made: which days, and which open deadlines move from when to when.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import may
from notices.services import change_working_days
from portal.forms import DayForm, YearForm
from portal.selectors import days as table
from records import clock, downloads, exports
from records.models import CalendarChange, DayOverride
from records.services import DayEntry, preview_days

EDIT = "records.edit_calendar"
UNPROCESSABLE = 422
CHANGES_SHOWN = 10
PER_PAGE = 50


def _require(user) -> None:
    if not may(user, EDIT):
        raise PermissionDenied


@require_http_methods(["GET", "HEAD", "POST"])
def day_list(request):
    """A year's exceptions; POST enters one."""
    editable = may(request.user, EDIT)
    if request.method == "POST":
        _require(request.user)
    form = DayForm(request.POST or None)
    if form.is_valid():
        return _show_or_change(request, form.entries, form.cleaned_data["source"], back=reverse("days"))
    context = table.year_of(request.GET.get("year", ""), today=clock.today())
    if editable:
        context["changes"] = table.changes()[:CHANGES_SHOWN]
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "portal/days.html", {**context, "form": form, "editable": editable}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def day_import(request):
    """A whole year by the State Council's notice."""
    _require(request.user)
    form = YearForm(request.POST or None, initial={"year": clock.today().year + 1})
    if form.is_valid():
        back = reverse("day-import")
        return _show_or_change(request, form.entries, form.cleaned_data["source"], back=back)
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "portal/day_import.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def day_remove(request, pk):
    """Says what follows when a day is taken back; POST takes it back."""
    _require(request.user)
    row = get_object_or_404(DayOverride, pk=pk)
    entry = DayEntry(row.day, None, "")
    return _show_or_change(
        request, [entry], _("撤销：{source}").format(source=row.source)[:120], back=reverse("days")
    )


def _show_or_change(request, entries: list[DayEntry], source: str, *, back: str):
    """The change as it would be, to be confirmed; once confirmed, the change as it was made."""
    if request.method == "POST" and "confirmed" in request.POST:
        change = change_working_days(days=entries, source=source, by=request.user)
        told = (
            _("工作日历已调整，改期事项的办理人已收到消息。")
            if change.moves.exists()
            else _("工作日历已调整。")
        )
        messages.success(request, told)
        return redirect(change)
    preview = preview_days(days=entries)
    context = {"preview": preview, "lines": table.lines_of_preview(preview), "source": source, "back": back}
    kept = {name: value for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
    return render(request, "portal/day_preview.html", {**context, "kept": kept})


@require_safe
def day_change(request, pk):
    """A change as it was made: its days, and what moved with it."""
    _require(request.user)
    change = get_object_or_404(table.changes(), pk=pk)
    page = Paginator(table.moves_of(change), PER_PAGE).get_page(request.GET.get("page"))
    lines = [table.line_of(move) for move in page.object_list]
    return render(request, "portal/day_change.html", {"change": change, "page": page, "lines": lines})


@downloads.table("deadlines-moved", "随工作日历移动的期限")
def day_change_export(request, pk) -> exports.Sheet:
    """Everything that moved with a change, as a table."""
    _require(request.user)
    moves = table.moves_of(get_object_or_404(CalendarChange, pk=pk))
    head = [_("事项"), _("类别"), _("环节"), _("办理人"), _("原期限"), _("新期限")]
    return exports.Sheet(head, moves, _cells, name=f"deadlines-moved-{pk}")


def _cells(move) -> list:
    line, deadline = table.line_of(move), move.deadline
    about = [deadline.subject_label, line["matter"], deadline.label, line["holder"]]
    return [*about, move.due_from, move.due_to]
