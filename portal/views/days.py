"""The table of holidays and make-up days: everybody who signs in may read it, the system administrator edits it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import may
from portal.forms import DayForm
from portal.selectors import days as table
from records import clock
from records.models import DayOverride
from records.services import enter_day, remove_day

EDIT = "records.edit_calendar"
UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
def day_list(request):
    """A year's exceptions; POST enters one."""
    editable = may(request.user, EDIT)
    if request.method == "POST" and not editable:
        raise PermissionDenied
    form = DayForm(request.POST or None)
    if form.is_valid():
        entered = enter_day(**form.cleaned_data, by=request.user)
        messages.success(request, _("已登记；{n} 项期限随之重算。").format(n=len(entered.moved)))
        return redirect(f"{request.path}?year={entered.day.day.year}")
    context = table.year_of(request.GET.get("year", ""), today=clock.today())
    status = UNPROCESSABLE if form.is_bound else 200
    return render(request, "portal/days.html", {**context, "form": form, "editable": editable}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def day_remove(request, pk):
    """Says what follows when a day is taken back; POST takes it back."""
    if not may(request.user, EDIT):
        raise PermissionDenied
    row = get_object_or_404(DayOverride, pk=pk)
    if request.method != "POST":
        return render(request, "portal/day_remove.html", {"row": row, **table.without(row)})
    moved = remove_day(row=row, by=request.user)
    messages.success(request, _("已删除，该日恢复为按星期计算；{n} 项期限随之重算。").format(n=len(moved)))
    return redirect(f"{reverse('days')}?year={row.day.year}")
