"""Pages of the expert: commitment, package, sheet."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evaluation import documents, permissions, selectors, services
from evaluation.desk import ASSIGNMENT_DESK
from evaluation.enums import AssignmentState
from evaluation.forms import SheetForm
from records import calendar, clock, deadlines
from records.moves import answer_move

PER_PAGE = 30
UNPROCESSABLE = 422


@require_safe
def assignment_list(request):
    """What the expert was asked to judge, the open ones first."""
    rows = selectors.assignments_of(request.user)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "due": deadlines.current_of(page.object_list)}
    return render(request, "evaluation/assignment_list.html", context)


@require_safe
def assignment(request, pk):
    subject = get_object_or_404(selectors.assignments_visible_to(request.user), pk=pk)
    offers = ASSIGNMENT_DESK.offers(request.user, subject)
    return render(request, "evaluation/assignment.html", assignment_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_move(request, pk, action):
    return answer_move(
        request,
        ASSIGNMENT_DESK,
        pk,
        action,
        card="evaluation/_assignment_card.html",
        context=assignment_context,
    )


@require_POST
def sheet_save(request, pk):
    """Keep what was typed; answers the autosave with JSON and a plain form with the page."""
    subject = get_object_or_404(selectors.assignments_visible_to(request.user), pk=pk)
    if not permissions.may_read_package(request.user, subject):
        raise PermissionDenied
    form = SheetForm(request.POST, assignment=subject)
    if not form.is_valid():
        return _malformed(request, subject, form)
    quiet = "X-Autosave" in request.headers
    entries = form.entries(only=request.POST if quiet else None)
    saved_at = services.save_scores(assignment=subject, entries=entries, by=request.user)
    if quiet:
        return JsonResponse({"version": 0, "saved_at": f"{localtime(saved_at):%H:%M:%S}"})
    return redirect(subject)


def _malformed(request, subject, form):
    if "X-Autosave" in request.headers:
        return JsonResponse({"errors": form.errors}, status=UNPROCESSABLE)
    offers = ASSIGNMENT_DESK.offers(request.user, subject)
    context = {**assignment_context(request, subject, offers), "form": form}
    return render(request, "evaluation/assignment.html", context, status=UNPROCESSABLE)


def assignment_context(request, subject, offers) -> dict:
    """What the card of an assignment shows: the package and the sheet only to its expert, once committed."""
    deadline, reads = deadlines.current(subject), permissions.may_read_package(request.user, subject)
    own = subject.expert.user_id == request.user.pk
    return {
        "subject": subject,
        "offers": offers,
        "deadline": deadline,
        "days_left": calendar.working_days_between(clock.today(), deadline.due_on)
        if deadline and deadline.due_on
        else None,
        "own": own,
        "package": documents.package_of(subject) if reads else None,
        "form": SheetForm(assignment=subject) if reads else None,
        "editable": reads and subject.state == AssignmentState.COMMITTED,
        "watermark": documents.watermark(request.user, subject) if reads else "",
    }
