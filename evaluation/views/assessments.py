"""Annual assessments: the list, one report, the boxes part by part, the moves."""

from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, moment_of, saved_quietly, version_of
from evaluation import permissions, services
from evaluation.desk import ASSESSMENT_DESK
from evaluation.documents.assessments import blocks_of
from evaluation.forms.assessments import AssessmentFilter, BlockForm
from evaluation.lifecycle import ASSESSMENT
from evaluation.models import Assessment
from evaluation.selectors import assessments as selectors
from evaluation.views.engagements import require
from evaluation.views.reporting import section_lines
from institutes.views.lists import is_inside
from institutes.views.standing import case_context
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "evaluation/_assessment_card.html"
EDIT = "evaluation/assessment_edit.html"
UNPROCESSABLE = 422


@require_safe
def assessment_list(request: HttpRequest) -> HttpResponse:
    """The assessments this person may read, the latest year first."""
    require(permissions.may_read_assessments(request.user))
    context = listed(request, selectors.assessments_visible_to(request.user), AssessmentFilter)
    inside, today = is_inside(request.user), clock.today()
    rows = [
        {
            "case": row,
            "words": ASSESSMENT.label(row.state, for_applicant=inside),
            "holder": holders.of_case(row, ASSESSMENT),
            "days_left": calendar.working_days_left(today, row.due_on) if row.due_on else None,
            "late": row.is_late(today),
            "grade": _grade(request.user, row),
        }
        for row in context["page"]
    ]
    return render(request, "evaluation/assessment_list.html", context | {"rows": rows})


def _grade(user, row: Assessment) -> str:
    return row.get_grade_display() if row.grade and permissions.may_read_grade(user, row) else ""


@downloads.table("assessments", "年度考核")
def assessment_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    require(permissions.may_read_assessments(request.user))
    rows = AssessmentFilter(
        request.GET, queryset=selectors.assessments_visible_to(request.user), request=request
    ).qs
    head = [_("年度"), _("研究院"), _("证书编号"), _("报告编号"), _("依托单位"), _("归口"), _("填报截止")]
    head += [_("报送日期"), _("逾期"), _("状态"), _("当前办理"), _("办理时限"), _("等次"), _("公布日期")]
    today = clock.today()
    return exports.Sheet(head, rows, lambda row: _cells(request.user, row, today))


def _cells(user, row: Assessment, today) -> list:
    about = [row.year, row.institute, row.institute.recognition.certificate_number, row.number, row.host]
    sent = [row.due_by, row.submitted_on, _("是") if row.is_late(today) else _("否")]
    standing = [ASSESSMENT.label(row.state), holders.of_case(row, ASSESSMENT), row.due_on]
    return [*about, row.division, *sent, *standing, _grade(user, row), row.published_on]


def _subject(request: HttpRequest, pk: int) -> Assessment:
    return get_object_or_404(selectors.assessments_visible_to(request.user), pk=pk)


@require_safe
def assessment(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: its figures and where they come from, who has it, what offices said, what comes next."""
    subject = _subject(request, pk)
    offers = ASSESSMENT_DESK.offers(request.user, subject)
    return render(request, "evaluation/assessment.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of an assessment."""
    return answer_move(request, ASSESSMENT_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject: Assessment, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    context, user = case_context(request, ASSESSMENT_DESK, subject, offers), request.user
    fills_in = permissions.may_fill_in_assessment(user, subject)
    reads = permissions.may_read_figures(user, subject)
    values = selectors.figures_of(subject).values if reads else {}
    former, sides = selectors.former_of(subject), selectors.sides_read_by(user)
    former = former if former and _sees(user, former) else None
    reads_all = reads and len(sides) > 1
    return context | {
        "parts": blocks_of(subject, sides=sides, former=former) if reads else [],
        "fills_in": fills_in,
        "reads_report": reads,
        "reads_grade": permissions.may_read_grade(user, subject),
        "missing": selectors.missing_of(subject) if context["is_inside"] and fills_in else [],
        "leaps": selectors.leaps_of(subject, values) if reads_all else [],
        "late": subject.is_late(clock.today()),
        "former": former,
        "papers": context["papers"] if len(sides) > 1 else [],
        "first_block": subject.edition.terms["blocks"][0]["code"],
        **_flag(request, subject),
    }


def _sees(user, former: Assessment) -> bool:
    return selectors.assessments_visible_to(user).filter(pk=former.pk).exists()


def _flag(request: HttpRequest, subject: Assessment) -> dict:
    """What the years speak against the recognition, and where a person proposes to end it."""
    institute = subject.institute
    facts = selectors.facts_for_revocation(institute, clock.today())
    if not facts:
        return {"at_stake": ""}
    revocation, address = selectors.revocation_of(institute), ""
    over = institute.recognition.is_over
    if revocation is None and not over and permissions.may_flag_for_assessments(request.user):
        said = {"institute": institute.pk, "cause": selectors.FAILED_ASSESSMENTS, "facts": facts}
        address = f"{reverse('institutes:revocation-new')}?{urlencode(said)}"
    officer = request.user.holds(*selectors.OFFICERS)
    return {"at_stake": facts, "flag_url": address, "revocation": revocation if officer else None}


# --- what the unit fills in -----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def assessment_edit(request: HttpRequest, pk: int, block: str) -> HttpResponse:
    """One part of the report, saved while it is filled in; a plain form works as well."""
    subject = _subject(request, pk)
    require(permissions.may_write_assessment(request.user, subject))
    codes = [one["code"] for one in subject.edition.terms["blocks"]]
    if block not in codes:
        raise Http404
    if request.method != "POST":
        require(permissions.may_fill_in_assessment(request.user, subject))
        return _edit(request, subject, block, BlockForm(assessment=subject, block=block))
    return _saved(request, subject, block, codes)


def _saved(request: HttpRequest, subject: Assessment, block: str, codes: list[str]) -> HttpResponse:
    """What was sent is kept; the next part follows, or a quiet word to whoever saves while writing."""
    quiet = "X-Autosave" in request.headers
    only = request.POST.getlist("changed") if quiet else None
    form = BlockForm(request.POST, assessment=subject, block=block, only=only)
    if not form.is_valid() and not quiet:
        return _edit(request, subject, block, form, status=UNPROCESSABLE)
    saved_at = services.save_assessment(
        assessment=subject,
        entries=form.cleaned_data,
        seen=moment_of(request.POST.get("version", "")),
        by=request.user,
    )
    if quiet:
        return saved_quietly(form, saved_at)
    stays = request.POST.get("go") == "stay" or block == codes[-1]
    return redirect(
        "evaluation:assessment-edit", subject.pk, block if stays else codes[codes.index(block) + 1]
    )


def _edit(
    request: HttpRequest, subject: Assessment, block: str, form: BlockForm, *, status: int = 200
) -> HttpResponse:
    known = selectors.figures_of(subject)
    here = next(one for one in blocks_of(subject) if one["code"] == block)
    boxes = {box["code"] for box in selectors.boxes_of(subject) if box["block"] == block}
    faults = [fault for fault in selectors.faults_of(subject, known.values, by="unit") if fault.code in boxes]
    context = {
        "subject": subject,
        "form": form,
        "version": version_of(subject.saved_at),
        "part": here,
        "given": [row for row in here["rows"] if row["source"].get("origin") == "achievements"],
        "others": [row for row in here["rows"] if row["filled_by"] != "unit"],
        "taken_over": [
            row for row in here["rows"] if row["source"].get("origin") in ("former", "book") and row["value"]
        ],
        "faults": [] if form.is_bound else [fault for fault in faults if known.values.get(fault.code)],
        "leaps": [fault for fault in selectors.leaps_of(subject, known.values) if fault.code in boxes],
        **section_lines(subject, known.values, block),
    }
    return render(request, EDIT, context, status=status)
