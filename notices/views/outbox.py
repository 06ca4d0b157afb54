"""The outbox, for whoever runs the portal: what waits, what failed and why, and trying it again."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import may
from notices import selectors, services
from notices.forms import DeliveryFilter
from notices.models import Delivery
from records import clock

MANAGE = "notices.manage_outbox"
PER_PAGE = 25


def _require(user) -> None:
    if not may(user, MANAGE):
        raise PermissionDenied


@require_safe
def delivery_list(request):
    """Failed ones first, then what waits the longest."""
    _require(request.user)
    found = DeliveryFilter(request.GET, queryset=selectors.outbox())
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    state = selectors.outbox_state(now=clock.now())
    return render(request, "notices/delivery_list.html", {"filter": found, "page": page, "state": state})


@require_POST
def delivery_retry(request, pk):
    """Try one again; the list stays as it was narrowed."""
    _require(request.user)
    services.retry_delivery(delivery=get_object_or_404(Delivery, pk=pk), by=request.user)
    messages.success(request, _("已重新列入发送队列。"))
    return redirect(f"{reverse('notices:delivery-list')}?{request.GET.urlencode()}")


@require_POST
def delivery_retry_all(request):
    """Try all of them again."""
    _require(request.user)
    count = services.retry_failed(by=request.user)
    messages.success(request, _("已将 {n} 条发送失败的消息重新列入发送队列。").format(n=count))
    return redirect("notices:delivery-list")
