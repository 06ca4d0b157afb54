"""Yearly rounds for the offices of the city, and the cycles of the institutes."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import holders
from accounts.views.common import listed
from evaluation import services
from evaluation.desk import ROUND_DESK
from evaluation.enums.performance import EvaluationState
from evaluation.forms.performance import CycleFilter, RoundFilter
from evaluation.lifecycle import EVALUATION, ROUND
from evaluation.models import Cycle, Round
from evaluation.permissions import performance as permissions
from evaluation.policy.performance import top_places
from evaluation.policy.rules import bands_of, rules_of
from evaluation.selectors import cycles as cycle_selectors
from evaluation.selectors import performance_rounds as selectors
from evaluation.selectors.explain import may_weigh, papers_of_round
from evaluation.selectors.performance import evaluations_visible_to
from evaluation.views.engagements import require
from institutes.views.standing import paper_line
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "evaluation/_round_card.html"


@require_safe
def round_list(request: HttpRequest) -> HttpResponse:
    """The yearly rounds, the latest first; and whether one can be opened now."""
    require(permissions.may_read_rounds(request.user))
    context = listed(request, selectors.rounds_visible_to(request.user), RoundFilter)
    rows = [{"case": row, "holder": holders.of_case(row, ROUND)} for row in context["page"]]
    today = clock.today()
    can_open = permissions.may_open_round(request.user) and not Round.objects.filter(year=today.year).exists()
    waiting = cycle_selectors.due_cycles(today.year).count() if can_open else 0
    more = {"rows": rows, "can_open": can_open and waiting, "waiting": waiting, "year": today.year}
    return render(request, "evaluation/round_list.html", context | more)


@require_POST
def round_open(request: HttpRequest) -> HttpResponse:
    """Open this year's round before its day."""
    require(permissions.may_open_round(request.user))
    opened = services.open_round(year=clock.today().year, by=request.user)
    messages.success(request, _("%(round)s已启动。") % {"round": opened})
    return redirect(opened)


@downloads.table("rounds", "评价年度")
def round_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list of rounds shows."""
    require(permissions.may_read_rounds(request.user))
    seen = selectors.rounds_visible_to(request.user)
    rows = RoundFilter(request.GET, queryset=seen, request=request).qs
    head = [_("评价年度"), _("编号"), _("状态"), _("自评截止"), _("参加评价"), _("已公布")]
    return exports.Sheet(head, rows, _round_cells)


def _round_cells(row: Round) -> list:
    counts = [row.evaluation_count, row.graded_count]  # type: ignore[attr-defined]
    return [row.year, row.number, ROUND.label(row.state), row.report_due_on, *counts]


def _subject(request: HttpRequest, pk: int) -> Round:
    return get_object_or_404(selectors.rounds_visible_to(request.user), pk=pk)


@require_safe
def round_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One round: who is in and how far, what they would be graded, what comes next."""
    subject = _subject(request, pk)
    offers = ROUND_DESK.offers(request.user, subject)
    return render(request, "evaluation/round.html", round_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def round_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one deed for the whole round."""
    return answer_move(request, ROUND_DESK, pk, action, card=CARD, context=round_context)


def round_context(request: HttpRequest, subject: Round, offers) -> dict:
    """What the card of a round shows, on its page and as the answer to a deed."""
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    rows = list(selectors.evaluations_of(subject))
    preview = {row.evaluation.pk: row for row in selectors.preview_of(subject)}
    labels = {band.code: band.label for band in bands_of(subject.edition.terms)}
    places = selectors.places_in(rows, preview.values())
    grades = [row.grade for row in preview.values()] + [row.grade for row in rows if _has_grade(row)]
    due_on, today = subject.due_on, clock.today()
    return {
        "subject": subject,
        "offers": offers,
        "weighs": may_weigh(request.user),
        "next_step": "、".join(primary),
        "holder": holders.of_case(subject, ROUND),
        "days_left": calendar.working_days_left(today, due_on) if due_on else None,
        "rows": [_round_row(row, preview, labels, today) | {"place": places.get(row.pk)} for row in rows],
        "progress": selectors.progress_of(subject),
        "counts": selectors.grade_counts(subject, grades),
        "papers": [paper_line(row) for row in papers_of_round(subject)],
        "graded": len(grades),
        "waiting": selectors.not_ready(subject),
        "top": _top(subject, len(grades)),
        "events": [
            {"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason}
            for one in ROUND_DESK.lines(request.user, subject)
        ],
    }


def _has_grade(row) -> bool:
    return bool(row.grade) and row.state != EvaluationState.GRADING


def _round_row(row, preview: dict, labels: dict, today) -> dict:
    found = preview.get(row.pk)
    total, grade = (found.total, found.grade) if found else (row.total, row.grade)
    return {
        "case": row,
        "words": EVALUATION.label(row.state),
        "total": total,
        "grade": labels.get(grade, ""),
        "is_preview": found is not None,
        "late": row.is_overdue(today),
    }


def _top(subject: Round, count: int) -> dict | None:
    """How many may have the best grade, where the edition limits them."""
    rules = rules_of(subject.edition.terms)
    places = top_places(count, rules)
    return None if places is None else {"share": rules.top_share, "places": places}


# --- cycles ---------------------------------------------------------------------------------------------------------


@require_safe
def cycle_list(request: HttpRequest) -> HttpResponse:
    """The cycles of the institutes this person sees, the latest first."""
    require(permissions.may_read_cycles(request.user))
    context = listed(request, cycle_selectors.cycles_visible_to(request.user), CycleFilter)
    return render(request, "evaluation/cycle_list.html", context | {"rows": list(context["page"])})


@downloads.table("cycles", "评估周期")
def cycle_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list of cycles shows, all pages of it."""
    require(permissions.may_read_cycles(request.user))
    seen = cycle_selectors.cycles_visible_to(request.user)
    rows = CycleFilter(request.GET, queryset=seen, request=request).qs
    head = [_("研究院"), _("依托单位"), _("归口"), _("周期序号"), _("起始年度"), _("期满年度"), _("进展")]
    return exports.Sheet(head, rows, _cycle_cells)


def _cycle_cells(row: Cycle) -> list:
    about = [row.institute, row.institute.host, row.institute.division]
    return [*about, row.number, row.first_year, row.last_year, row.stage_label]


@require_safe
def cycle(request: HttpRequest, pk: int) -> HttpResponse:
    """One cycle with the evaluations of it that this person may read."""
    require(permissions.may_read_cycles(request.user))
    subject = get_object_or_404(cycle_selectors.cycles_visible_to(request.user), pk=pk)
    rows = [
        {"case": row, "reads_result": permissions.may_read_result(request.user, row)}
        for row in evaluations_visible_to(request.user).filter(cycle=subject)
    ]
    others = Cycle.objects.filter(institute=subject.institute_id).order_by("number")
    return render(request, "evaluation/cycle.html", {"subject": subject, "rows": rows, "cycles": others})
