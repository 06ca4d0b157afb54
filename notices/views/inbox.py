"""A person's own messages."""

from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import model_to_dict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from notices import selectors, services
from notices.forms import NoticeFilter, PreferenceForm, ReadAllForm
from records import clock

PER_PAGE = 25
UNPROCESSABLE = 422


@require_safe
def notice_list(request):
    """What waits to be read first; what is about one subject stands together."""
    form = NoticeFilter(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    rows = selectors.search_notices(request.user, text=asked.get("q", ""), show=asked.get("show", ""))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    unread = selectors.unread_count(request.user)
    context = {"form": form, "page": page, "parts": by_subject(page.object_list), "unread": unread}
    context["drawn_at"] = clock.now().isoformat()
    return render(request, "notices/notice_list.html", context)


def by_subject(notices) -> list[dict]:
    """The rows of a page in parts (unread, the others), each in groups of one subject, in the order of the newest."""
    parts = []
    for is_calling, rows in groupby(notices, lambda notice: notice.is_calling):
        groups: dict = {}
        for row in rows:
            groups.setdefault((row.subject_type, row.subject_id), []).append(row)
        parts.append({"is_calling": is_calling, "groups": list(groups.values())})
    return parts


@require_http_methods(["GET", "HEAD", "POST"])
def preference(request):
    """How this person wants their mail."""
    chosen = selectors.preference_of(request.user)
    form = PreferenceForm(request.POST or None, initial=model_to_dict(chosen))
    if form.is_valid():
        services.choose_mail(by=request.user, **form.cleaned_data)
        messages.success(request, _("消息设置已保存。"))
        return redirect("notices:preference")
    status = UNPROCESSABLE if form.is_bound else 200
    context = {"form": form, "mobile": request.user.mobile_masked}
    return render(request, "notices/preference.html", context, status=status)


@require_safe
def notice(request, pk):
    """One message. Reading the page writes nothing; the button that leads on notes that it was read."""
    found = get_object_or_404(selectors.notices_of(request.user), pk=pk)
    return render(request, "notices/notice.html", {"notice": found})


@require_POST
def notice_open(request, pk):
    """Note that the message was read, and go on to what it is about, or back to the list."""
    found = get_object_or_404(selectors.notices_of(request.user), pk=pk)
    services.mark_read(notice=found, by=request.user)
    return redirect(found.link if "follow" in request.POST and found.link else "notices:notice-list")


@require_POST
def read_group(request, pk):
    """Note that everything about the subject of this message was read."""
    found = get_object_or_404(selectors.notices_of(request.user), pk=pk)
    count = services.mark_subject_read(notice=found, by=request.user)
    messages.success(
        request, _("已将“{name}”的 {n} 条消息标为已读。").format(name=found.subject_label, n=count)
    )
    return redirect("notices:notice-list")


@require_POST
def read_all(request):
    """Note that everything was read that had come when the list was drawn."""
    form = ReadAllForm(request.POST)
    until = form.cleaned_data["until"] if form.is_valid() else None
    count = services.mark_all_read(by=request.user, until=until)
    messages.success(request, _("已将 {n} 条消息标为已读。").format(n=count))
    return redirect("notices:notice-list")
