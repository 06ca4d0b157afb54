"""Three-year evaluations: the list, one case with its figures, what the unit prepares, what the bureau looks up."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import holders
from accounts.roles import Role
from accounts.views.common import MALFORMED, listed, moment_of, saved_quietly, show_form, version_of
from evaluation import services
from evaluation.desk import EVALUATION_DESK
from evaluation.documents.performance import parts_of_report, rows_of_figures
from evaluation.forms.performance import EvaluationFilter, EvaluationLookupForm, EvidenceForm, SelfReportForm
from evaluation.lifecycle import EVALUATION
from evaluation.models import Evaluation
from evaluation.permissions import performance as permissions
from evaluation.selectors import performance as selectors
from evaluation.selectors.explain import explained_to
from evaluation.views.cases import lookup_lines, panel_shown
from evaluation.views.engagements import require
from institutes.views.lists import is_inside
from institutes.views.standing import case_context, file_line
from records import calendar, clock, downloads, exports
from records.moves import answer_move

OFFICES_AND_UNITS = frozenset(
    {
        *(Role.ENT_FILLER, Role.ENT_ADMIN, Role.COUNTY_STAFF, Role.COUNTY_LEAD),
        *(Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.FINANCE, Role.AUDITOR),
    }
)

CARD = "evaluation/_evaluation_card.html"
EDIT = "evaluation/evaluation_edit.html"
FILES = "evaluation/evaluation_files.html"
LOOKUPS = "evaluation/evaluation_lookups.html"


@require_safe
def evaluation_list(request: HttpRequest) -> HttpResponse:
    """The evaluations this person may read, the latest first."""
    require(permissions.may_read_evaluations(request.user))
    context = listed(request, selectors.evaluations_visible_to(request.user), EvaluationFilter)
    inside, today = is_inside(request.user), clock.today()
    rows = [
        {
            "case": row,
            "words": EVALUATION.label(row.state, for_applicant=inside),
            "holder": holders.of_case(row, EVALUATION),
            "days_left": calendar.working_days_left(today, row.due_on) if row.due_on else None,
            "late": row.is_overdue(today),
            "reads_result": permissions.may_read_result(request.user, row),
        }
        for row in context["page"]
    ]
    return render(request, "evaluation/evaluation_list.html", context | {"rows": rows})


@downloads.table("evaluations", "绩效评价")
def evaluation_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    require(permissions.may_read_evaluations(request.user))
    seen = selectors.evaluations_visible_to(request.user)
    rows = EvaluationFilter(request.GET, queryset=seen, request=request).qs
    head = [_("研究院"), _("证书编号"), _("报告编号"), _("事项"), _("评价年度"), _("依托单位"), _("归口")]
    head += [_("状态"), _("当前办理"), _("办理时限"), _("报送时间"), _("总分"), _("等次"), _("公布时间")]
    return exports.Sheet(head, rows, lambda row: _cells(row, permissions.may_read_result(request.user, row)))


def _cells(row: Evaluation, reads_result: bool) -> list:
    about = [row.institute, row.institute.recognition.certificate_number, row.number, row.title]
    standing = [EVALUATION.label(row.state), holders.of_case(row, EVALUATION), row.due_on]
    handed_in, released = (
        f"{localtime(at):%Y-%m-%d}" if at else "" for at in (row.handed_in_at, row.released_at)
    )
    result = [row.total, row.grade_label] if reads_result else ["", ""]
    return [*about, row.round.year, row.host, row.division, *standing, handed_in, *result, released]


def _subject(request: HttpRequest, pk: int) -> Evaluation:
    return get_object_or_404(selectors.evaluations_visible_to(request.user), pk=pk)


@require_safe
def evaluation(request: HttpRequest, pk: int) -> HttpResponse:
    """One evaluation: figures with their rows, what was said, who has it, what comes next."""
    subject = _subject(request, pk)
    offers = EVALUATION_DESK.offers(request.user, subject)
    return render(request, "evaluation/evaluation.html", evaluation_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of an evaluation."""
    return answer_move(request, EVALUATION_DESK, pk, action, card=CARD, context=evaluation_context)


def evaluation_context(request: HttpRequest, subject: Evaluation, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    context, user = case_context(request, EVALUATION_DESK, subject, offers), request.user
    reads = permissions.may_read_report(user, subject)
    writes, inside = permissions.may_write_report(user, subject), context["is_inside"]
    officer = user.holds(*selectors.OFFICES)
    return context | {
        "rows": figure_rows(subject, user) if reads else [],
        "parts": parts_of_report(subject) if reads else [],
        "files": [file_line(row) for row in selectors.evidence_of(subject)] if reads else [],
        "missing": selectors.missing_of_evaluation(subject) if inside and writes else [],
        "writes": writes,
        "reads_report": reads,
        "checks": permissions.may_check(user, subject),
        "lookups": lookup_lines(selectors.checks_of(subject)) if not inside else [],
        "is_officer": officer,
        "reads_result": permissions.may_read_result(user, subject) and bool(subject.grade),
        "reads_review": bool(subject.reviewed_at)
        and (officer or bool(subject.released_at) or _is_agency(user)),
        "reads_institute": not _is_agency(user),
        "explains": explained_to(user).filter(pk=subject.pk).exists(),
        "is_late": subject.is_overdue(clock.today()),
        "panel": panel_shown(selectors.panel_of_evaluation(subject), user),
        "former_url": subject.former.get_absolute_url() if subject.former else "",
        "successor": Evaluation.objects.filter(former=subject).first() if subject.released_at else None,
        **_flag(request, subject),
    }


def _is_agency(user) -> bool:
    return user.holds(Role.AGENCY)


def figure_rows(subject: Evaluation, user) -> list[dict]:
    """The figures with the pages of the rows they rest on."""
    rows = rows_of_figures(subject, selectors.figures_of_evaluation(subject))
    for row in rows:
        row["sources"] = [one | {"url": source_url(one, user)} for one in row["sources"]]
    return rows


SOURCE_PAGES = {
    "achievement": ("institutes:achievement", OFFICES_AND_UNITS | {Role.TAX}),
    "assessment": ("evaluation:assessment", OFFICES_AND_UNITS | {Role.TAX}),
    "project": ("projects:approved", OFFICES_AND_UNITS),
    "earlier": ("institutes:earlier", OFFICES_AND_UNITS - {Role.FINANCE}),
}
"""The page of a row that a figure rests on, by its type, and who reads such rows."""


def source_url(source: dict, user) -> str:
    """The page of a row that a figure rests on; empty where it has none, or none for this reader."""
    page, readers = SOURCE_PAGES.get(source["type"], ("", ()))
    return reverse(page, args=[source["id"]]) if page and user.holds(*readers) else ""


def _flag(request: HttpRequest, subject: Evaluation) -> dict:
    """What the evaluation found against the recognition, and where a person proposes to end it."""
    facts = selectors.grounds_for_revocation(subject, clock.today())
    if not facts:
        return {"grounds": ""}
    revocation, address = selectors.revocation_after(subject), ""
    over = subject.institute.recognition.is_over
    if revocation is None and not over and permissions.may_propose_revocation(request.user, subject):
        said = {"institute": subject.institute_id, "cause": selectors.FAILED_EVALUATION, "facts": facts}
        address = f"{reverse('institutes:revocation-new')}?{urlencode(said)}"
    officer = request.user.holds(*selectors.OFFICERS)
    return {"grounds": facts, "flag_url": address, "revocation": revocation if officer else None}


# --- what the unit prepares -----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Figures to look through, words to write, saved while they are written; a plain form works as well."""
    subject = _subject(request, pk)
    require(permissions.FILLER(request.user, subject))
    if request.method != "POST":
        require(permissions.may_write_report(request.user, subject))
        return _edit(request, subject, SelfReportForm(evaluation=subject))
    quiet = "X-Autosave" in request.headers
    only = request.POST.getlist("changed") if quiet else None
    form = SelfReportForm(request.POST, evaluation=subject, only=only)
    if not form.is_valid() and not quiet:
        return _edit(request, subject, form, status=MALFORMED)
    seen = moment_of(request.POST.get("version", ""))
    saved_at = services.save_self_report(
        evaluation=subject, entries=form.cleaned_data, seen=seen, by=request.user
    )
    return saved_quietly(form, saved_at) if quiet else redirect("evaluation:evaluation-files", pk)


def _edit(
    request: HttpRequest, subject: Evaluation, form: SelfReportForm, *, status: int = 200
) -> HttpResponse:
    rows = figure_rows(subject, request.user)
    parts = [
        {
            "label": part["label"],
            "box": form[f"text_{part['code']}"],
            "rows": [
                row | {"box": form[f"doubt_{row['code']}"]}
                for row in rows
                if row["dimension"] == part["label"] and not row["is_expert"]
            ],
        }
        for part in subject.edition.terms["dimensions"]
    ]
    context = {"subject": subject, "form": form, "parts": parts, "version": version_of(subject.saved_at)}
    return render(request, EDIT, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_files(request: HttpRequest, pk: int) -> HttpResponse:
    """What the unit brings: what is there, more of it."""
    subject = _subject(request, pk)
    require(permissions.FILLER(request.user, subject))
    form = EvidenceForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found = services.attach_evidence(evaluation=subject, **form.cleaned_data, by=request.user)
        messages.success(request, _("已上传“%(name)s”。") % {"name": "、".join(one.name for one in found)})
        return redirect("evaluation:evaluation-files", pk)
    require(permissions.may_write_report(request.user, subject))
    held = [{"file": row, "line": file_line(row)} for row in selectors.evidence_of(subject)]
    return show_form(request, FILES, form, subject=subject, held=held)


@require_POST
def evaluation_file_remove(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Take a file out again."""
    subject = _subject(request, pk)
    require(permissions.FILLER(request.user, subject))
    attachment = get_object_or_404(selectors.evidence_of(subject), pk=file)
    services.remove_evidence(evaluation=subject, attachment=attachment, by=request.user)
    messages.success(request, _("已删除“%(name)s”。") % {"name": attachment.name})
    return redirect("evaluation:evaluation-files", pk)


@require_http_methods(["GET", "HEAD", "POST"])
def evaluation_lookups(request: HttpRequest, pk: int) -> HttpResponse:
    """Look-ups of the host in the lists of the edition, and a further one."""
    subject = _subject(request, pk)
    require(permissions.CLERK(request.user, subject))
    form = EvaluationLookupForm(request.POST or None, request.FILES or None, evaluation=subject)
    if request.method == "POST" and form.is_valid():
        services.record_evaluation_check(evaluation=subject, **form.cleaned_data, by=request.user)
        messages.success(request, _("已登记查询结果。"))
        return redirect("evaluation:evaluation-lookups", pk)
    require(permissions.may_check(request.user, subject))
    return show_form(
        request, LOOKUPS, form, subject=subject, lookups=lookup_lines(selectors.checks_of(subject))
    )
