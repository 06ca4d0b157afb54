"""Pages of the expert: commitment, package, sheet."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Role
from accounts.views.common import saved_quietly, version_of
from evaluation import documents, permissions, policy, selectors, services
from evaluation.desk import ASSIGNMENT_DESK
from evaluation.enums import READING_STATES
from evaluation.forms import SheetForm
from evaluation.services.late_conflicts import LATE
from evaluation.views import panelfile
from records import calendar, clock, deadlines
from records.moves import answer_move

PER_PAGE = 30
UNPROCESSABLE, FORBIDDEN = 422, 403
PAGE = "evaluation/assignment.html"
CARD = "evaluation/_assignment_card.html"


@require_safe
def assignment_list(request: HttpRequest) -> HttpResponse:
    """What the expert was asked to judge: the open ones first, by due date."""
    if not request.user.holds(Role.EXPERT):
        raise PermissionDenied
    page = Paginator(selectors.assignments_of(request.user), PER_PAGE).get_page(request.GET.get("page"))
    rows = [{"subject": one, "days_left": _days_left(one.due_on)} for one in page]
    expert = getattr(request.user, "expert", None)
    return render(request, "evaluation/assignment_list.html", {"page": page, "rows": rows, "expert": expert})


def _days_left(due_on) -> int | None:
    return calendar.working_days_left(clock.today(), due_on) if due_on else None


@never_cache
@require_safe
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """The commitment, then the package with its sheet: whatever is open to this person now."""
    subject = get_object_or_404(selectors.assignments_visible_to(request.user), pk=pk)
    offers = ASSIGNMENT_DESK.offers(request.user, subject)
    return render(request, PAGE, assignment_context(request, subject, offers))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assignment_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move; the sheet is shown once more before it is handed in."""
    if action == "lock" and request.method != "POST":
        return _review_sheet(request, pk)
    return answer_move(request, ASSIGNMENT_DESK, pk, action, card=CARD, context=assignment_context)


def _review_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """What would be locked, as it is saved, with everything that is still missing."""
    subject = get_object_or_404(selectors.assignments_visible_to(request.user), pk=pk)
    if not ASSIGNMENT_DESK.may(request.user, "lock", subject):
        raise PermissionDenied
    context = {
        "subject": subject,
        "offer": ASSIGNMENT_DESK.offer(request.user, "lock", subject),
        "back": subject.get_absolute_url(),
        "missing": selectors.unfinished(subject) if permissions.may_score(request.user, subject) else [],
        **_sheet(request, subject),
    }
    return render(request, "evaluation/lock.html", context)


@require_POST
def sheet_save(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was typed; the autosave is answered with JSON, a plain form with the page."""
    subject = get_object_or_404(selectors.assignments_visible_to(request.user), pk=pk)
    quiet = "X-Autosave" in request.headers
    if not permissions.may_read_package(request.user, subject):
        if quiet:
            return _shut_quietly(subject)
        raise PermissionDenied
    form = SheetForm(
        request.POST, assignment=subject, only=request.POST.getlist("changed") if quiet else None
    )
    if not form.is_valid() and not quiet:
        offers = ASSIGNMENT_DESK.offers(request.user, subject)
        context = {**assignment_context(request, subject, offers), "form": form, "rows": form.rows()}
        return render(request, PAGE, context, status=UNPROCESSABLE)
    saved_at = services.save_scores(assignment=subject, entries=form.entries(), by=request.user)
    return saved_quietly(form, saved_at) if quiet else redirect(_after_saving(request, subject))


def _shut_quietly(subject) -> JsonResponse:
    """The sheet is no longer this person's to write: the open page is to go, and what was typed with it.

    Of a package that was only taken back for another look, what was typed waits on the machine.
    """
    words = _("材料和评分表已停止查阅。") if subject.left_at else _("材料正在重新核对，暂不能评分。")
    return JsonResponse({"message": words, "forget": subject.left_at is not None}, status=FORBIDDEN)


def _after_saving(request: HttpRequest, subject) -> str:
    if request.POST.get("then") == "lock":
        return reverse("evaluation:assignment-move", args=[subject.pk, "lock"])
    return subject.get_absolute_url()


def assignment_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of an assignment shows: package and sheet only to its expert, once committed."""
    deadline = deadlines.current(subject)
    if subject.late_at and not subject.late_answer:
        deadline = deadlines.current(subject.panel, kind=LATE)
    own = subject.expert.user_id == request.user.pk
    others = selectors.open_assignments_of(request.user) if own else []
    return {
        "subject": subject,
        "offers": [offer for offer in offers if offer.action != "lock"],
        "deadline": deadline,
        "days_left": _days_left(deadline.due_on if deadline else None),
        "own": own,
        "waits": own and subject.state in READING_STATES and not selectors.is_frozen(subject.panel),
        "known": own or subject.committed_at or not selectors.hides_invited(request.user),
        "further": next((other for other in others if other.pk != subject.pk), None),
        "papers": [panelfile.paper_row(paper) for paper in selectors.papers_of(subject)],
        "grounds": subject.panel.edition.terms["recusal"],
        "late": _late(request.user, subject, own=own) if subject.late_at else None,
        **_sheet(request, subject),
    }


def _late(user, subject, *, own: bool) -> dict:
    """What was declared after the conclusion, in the expert's words and in figures, and what was decided."""
    said = {line.action: line for line in ASSIGNMENT_DESK.lines(user, subject)}
    declared, panel = said.get("declare"), subject.panel
    decided = said.get("redo") or said.get("keep_result")
    compared = not own and selectors.round_read_by(user, panel) is not None and subject.total is not None
    return {
        "words": declared.reason if declared else "",
        "decision": decided.reason if decided else "",
        "without": selectors.result_without(panel, subject) if compared else None,
        "pass_mark": panel.edition.terms["scoring"]["pass_mark"],
    }


def _file_row(subject, file) -> dict:
    """An annex as the expert sees it listed: by its number, without the name it was brought under."""
    url = reverse("evaluation:assignment-file", args=[subject.pk, file.number])
    return {"name": file.shown_name, "url": url, "size": file.attachment.size}


def _sheet(request: HttpRequest, subject) -> dict:
    """The package and the sheet, or nothing of either."""
    if not permissions.may_read_package(request.user, subject):
        return {"package": None, "form": None, "editable": False}
    form = SheetForm(assignment=subject)
    scores = selectors.scores_of(subject)
    earlier = selectors.own_earlier_scores(subject)
    rows = [row | {"earlier": earlier.get(row["dimension"]["code"])} for row in form.rows()]
    return {
        "package": documents.package_of(subject),
        "files": [_file_row(subject, file) for file in selectors.released_files(subject.panel)],
        "form": form,
        "rows": rows,
        "earlier_totals": selectors.own_earlier_totals(subject),
        "former": selectors.former_sheet(subject),
        "discussion": selectors.discussion_for(subject),
        "editable": permissions.may_score(request.user, subject),
        "total": policy.total_of(selectors.points_of(subject)),
        "version": version_of(max((score.saved_at for score in scores), default=None)),
        "watermark": documents.watermark(request.user, subject),
    }
