"""A person's calendar: the month, the list, and the secret address for calendar programs."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.selectors import feed_of, reader_of_feed
from accounts.services import close_feed, open_feed
from portal import ical
from portal.selectors import agenda
from records import clock

DAYS_BACK, DAYS_AHEAD = 30, 400


@require_safe
def calendar(request):
    """The month that was asked for, as squares and as a list."""
    today = clock.today()
    first = agenda.month_asked(request.GET.get("month", ""), today=today)
    return render(request, "portal/calendar.html", agenda.month_of(request.user, first, on=today))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_feed(request):
    """Whether there is an address; POST makes a new one and says it this once."""
    address = ""
    if request.method == "POST":
        address = settings.PORTAL_URL + reverse("calendar-file", args=[open_feed(user=request.user)])
    context = {"feed": feed_of(request.user), "address": address}
    return render(request, "portal/calendar_feed.html", context)


@require_POST
def calendar_feed_close(request):
    """Make the address void."""
    close_feed(user=request.user)
    messages.success(request, _("订阅地址已作废。"))
    return redirect("calendar-feed")


@never_cache
@login_not_required
@require_safe
def calendar_file(request, secret):
    """What calendar programs fetch, by the secret alone."""
    reader = reader_of_feed(secret)
    if reader is None:
        raise Http404
    now = clock.now()
    on = clock.today()
    first, last = on - timedelta(days=DAYS_BACK), on + timedelta(days=DAYS_AHEAD)
    entries = agenda.entries_between(reader, first, last, on=on)
    content = ical.feed(entries, name=_("产研院平台期限"), site=settings.PORTAL_URL, now=now)
    answer = HttpResponse(content, content_type=ical.CONTENT_TYPE)
    answer["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return answer
