"""The pool of experts, for those who draw from it and those who follow."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.roles import Role
from evaluation import selectors
from evaluation.enums import Seat

PER_PAGE = 30


@require_safe
def expert_list(request):
    if not request.user.holds(*selectors.OFFICERS, Role.AGENCY):
        raise PermissionDenied
    text, seat = request.GET.get("q", "").strip(), request.GET.get("seat", "")
    rows = selectors.search_experts(selectors.experts_visible_to(request.user), text=text, seat=seat)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "text": text, "seat": seat, "seats": Seat.choices}
    return render(request, "evaluation/expert_list.html", context)


@require_safe
def expert(request, pk):
    subject = get_object_or_404(selectors.experts_visible_to(request.user), pk=pk)
    return render(request, "evaluation/expert.html", {"subject": subject})
