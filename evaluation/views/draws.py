"""Draws as the public reads them: what was pledged, what was drawn, and how to check it."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from evaluation import selectors
from evaluation.enums import Seat
from records import clock

PER_PAGE = 30
INDENT = {"ensure_ascii": False, "indent": 1}


@login_not_required
@require_safe
def draw_list(request: HttpRequest) -> HttpResponse:
    """Every draw, the latest first: pledged and waiting, or drawn."""
    page = Paginator(selectors.public_draws(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "evaluation/draw_list.html", {"page": page, "total": page.paginator.count})


def _draw(code: str, round_: int):
    return get_object_or_404(selectors.public_draws(), panel__code=code, round=round_)


@login_not_required
@require_safe
def draw(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One draw: the pledge with its fingerprint, the moment, and what came of it. It names no person and no case."""
    subject = _draw(code, number)
    labels = dict(Seat.choices)
    facts = {ball["ball"]: ball for ball in subject.pledge["pool"]}
    context = {
        "subject": subject,
        "excluded": selectors.exclusions_in_words(subject.panel, subject),
        "kinds": [(label, sum(b["seat"] == seat for b in facts.values())) for seat, label in labels.items()],
        "chosen": [
            {**facts[ball], "n": n, "seat": labels[seat]} for n, (seat, ball) in enumerate(subject.chosen, 1)
        ],
        "seats": [{**row, "seat": labels[row["seat"]]} for row in selectors.seats_by_ball(subject)],
        "replayed": selectors.is_replayed(subject),
        "waits": subject.drawn_at is None and clock.now() < subject.draws_after,
    }
    return render(request, "evaluation/draw.html", context)


@login_not_required
@require_safe
def draw_record(request: HttpRequest, code: str, number: int) -> JsonResponse:
    """The record for programs: everything that is needed to draw again, with the standard library alone."""
    return JsonResponse(selectors.public_record(_draw(code, number)), json_dumps_params=INDENT)
