"""A year of assessments: how far it is, who lacks, its publication; and the results as everybody reads them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import show_form
from evaluation import permissions, services
from evaluation.documents.assessments import LIST
from evaluation.enums.assessment import AssessmentGrade, AssessmentState
from evaluation.forms.assessments import PublishForm
from evaluation.models import Assessment, AssessmentList
from evaluation.selectors import assessments as selectors
from evaluation.views.engagements import KINDS, require
from records import clock, sheets
from records.models import Document


def _known_year(year: int) -> None:
    if year not in selectors.years_of_assessments():
        raise Http404


@require_safe
def assessment_year(request: HttpRequest, year: int) -> HttpResponse:
    """How far a year is, as far as this reader sees: by state, by grade, who has not reported."""
    require(permissions.may_read_assessments(request.user))
    _known_year(year)
    rows = selectors.assessments_visible_to(request.user).filter(year=year)
    context = {
        "year": year,
        "years": selectors.years_of_assessments(),
        "lists": _lists(year),
        "publishes": permissions.may_publish_assessments(request.user),
    }
    context |= _standing(rows, year) | _of_officers(request, rows, year)
    return render(request, "evaluation/assessment_year.html", context)


def _standing(rows: QuerySet[Assessment], year: int) -> dict:
    """How many reports stand where, how many came late, and whose are lacking."""
    counts, today = selectors.counts_of_year(rows, year), clock.today()
    base = f"{reverse('evaluation:assessment-list')}?year={year}"
    lacking = rows.filter(state__in=("draft", "unit_review", "missing")).order_by("due_by", "pk")
    return {
        "total": sum(counts.values()),
        "states": [
            {"label": state.label, "n": counts[state], "url": f"{base}&state={state.value}"}
            for state in AssessmentState
            if counts.get(state)
        ],
        "late_url": f"{base}&late=late",
        "late": rows.late(today).count(),  # type: ignore[attr-defined]
        "lacking": [{"case": row, "late": row.is_late(today)} for row in lacking],
    }


def _of_officers(request: HttpRequest, rows: QuerySet[Assessment], year: int) -> dict:
    """Grades before they are published, and how many wait for it: the city's offices alone see them."""
    if not request.user.holds(*selectors.OFFICERS):
        return {"grades": [], "waiting": 0}
    grades = selectors.grades_of_year(rows, year)
    return {
        "grades": [(grade, grades.get(grade, 0)) for grade in AssessmentGrade],
        "waiting": selectors.to_publish(year).count(),
    }


def _lists(year: int | None = None) -> list[dict]:
    """What was published together, of a year or of all, each with its paper."""
    rows = selectors.lists_of(year)
    papers = Document.objects.filter(subject_type=selectors.LIST_TYPE, kind=LIST).in_force()
    by_list = {paper.subject_id: paper for paper in papers}
    return [{"row": row, "paper": by_list.get(row.pk)} for row in rows]


@require_http_methods(["GET", "HEAD", "POST"])
def assessment_publish(request: HttpRequest, year: int) -> HttpResponse:
    """See what will be published of a year, and publish it."""
    require(permissions.may_publish_assessments(request.user))
    _known_year(year)
    form = PublishForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        published = services.publish_assessments(year=year, **form.cleaned_data, by=request.user)
        messages.success(request, _("已公布：%(what)s。") % {"what": published})
        return redirect("evaluation:assessment-year", year)
    rows = selectors.assessments_visible_to(request.user).filter(year=year)
    context = {
        "year": year,
        "decided": selectors.to_publish(year),
        "silent": selectors.to_miss(year, clock.today()),
        "under_way": [row for row in rows.order_by("pk") if row.is_under_way],
    }
    return show_form(request, "evaluation/assessment_publish.html", form, **context)


# --- for everybody --------------------------------------------------------------------------------------------------


@login_not_required
@require_safe
def assessment_results(request: HttpRequest) -> HttpResponse:
    """The years whose results were published."""
    return render(request, "evaluation/assessment_results.html", {"lists": _lists()})


@login_not_required
@require_safe
def assessment_results_of(request: HttpRequest, year: int) -> HttpResponse:
    """The results of one year: who is graded as what, who did not report."""
    if not AssessmentList.objects.filter(year=year).exists():
        raise Http404
    context = {"year": year, "rows": selectors.published_rows(year), "lists": _lists(year)}
    return render(request, "evaluation/assessment_results_of.html", context)


@login_not_required
@require_safe
def assessment_results_export(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    """The results of one year as a table."""
    if kind not in KINDS or not AssessmentList.objects.filter(year=year).exists():
        raise Http404
    head = [_("研究院"), _("证书编号"), _("依托单位"), _("归口"), _("考核结果"), _("公布日期")]
    rows = (
        [
            row.institute,
            row.institute.recognition.certificate_number,
            row.host,
            row.division,
            row.get_grade_display() if row.is_decided else _("未提交年度报告"),
            row.published_on,
        ]
        for row in selectors.published_rows(year)
    )
    return sheets.answer(kind, name=f"assessment-results-{year}", head=head, rows=rows)
