"""Lists of officers and units: applications, institutes."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import holders
from institutes import selectors
from institutes.forms.filters import ApplicationFilter, InstituteFilter
from institutes.lifecycle import APPLICATION
from institutes.selectors.applications import promised_by_county
from institutes.selectors.provincial import with_level
from records import calendar, clock, downloads, exports
from records.pages import page_of

PER_PAGE = 25
ENDINGS = ("revoked_at", "withdrawn_at", "suspended_at")
# What a row shows, and nothing else: a case has seventy columns, its call the rules of a whole edition.
OF_APPLICATION = ("host", "division", "chain", "agency")
IN_APPLICATION_ROW = ("number", "institute_name", "state", *(f"{one}__name" for one in OF_APPLICATION))
OF_INSTITUTE = ("host", "division", "chain", "recognition")
IN_INSTITUTE_ROW = (
    "name",
    *(f"{one}__name" for one in OF_INSTITUTE[:3]),
    *(f"recognition__{one}" for one in ("certificate_number", "recognised_on", *ENDINGS)),
)


@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """The applications this person may see, as they are filtered and sorted."""
    found = ApplicationFilter(
        request.GET, queryset=selectors.applications_visible_to(request.user), request=request
    )
    shown = found.qs.select_related(None).select_related(*OF_APPLICATION).only(*IN_APPLICATION_ROW)
    page = page_of(shown, request.GET, per_page=PER_PAGE)
    inside = is_inside(request.user)
    context = {
        "filter": found,
        "page": page,
        "rows": [row_of(one, inside) for one in page],
        "inside": inside,
        "decides": request.user.holds(*selectors.DECIDERS),
        "reads_summaries": request.user.holds(*selectors.SUMMARY_READERS),
        "promised": promised_by_county(found.qs) if found.data.get("promised") and not inside else None,
    }
    return render(request, "institutes/application_list.html", context)


def is_inside(user) -> bool:
    """Whether the reader is of a unit only: states are said in its words."""
    return bool(user.roles) and set(user.roles) <= set(selectors.UNIT)


def row_of(application, inside: bool) -> dict:
    """A row of the list, with the words that this reader reads."""
    due_on, paused = application.due_on, application.due_paused_on is not None
    return {
        "subject": application,
        "words": APPLICATION.label(application.state, for_applicant=inside),
        "holder": holders.of_case(application, APPLICATION, unit_named=True),
        "due_on": due_on,
        "days_left": calendar.working_days_left(clock.today(), due_on) if due_on and not paused else None,
        "paused": paused,
    }


@downloads.table("applications", "认定申报")
def application_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    found = ApplicationFilter(
        request.GET, queryset=selectors.applications_visible_to(request.user), request=request
    )
    inside = is_inside(request.user)
    labels = (_("研究院名称"), _("受理号"), _("依托单位"), _("归口"), _("产业链"), _("状态"))
    head = [*labels, _("当前办理"), _("办理时限")]
    return exports.Sheet(head, found.qs, lambda one: _cells(row_of(one, inside)))


def _cells(row: dict) -> list:
    subject = row["subject"]
    named = [subject, subject.number, subject.shown_host, subject.shown_division, subject.chain]
    return [*named, row["words"], row["holder"], row["due_on"]]


@require_safe
def institute_list(request: HttpRequest) -> HttpResponse:
    """The register of institutes, as far as this person's role reaches."""
    found = _institutes(request)
    shown = found.qs.select_related(None).select_related(*OF_INSTITUTE).only(*IN_INSTITUTE_ROW)
    page = page_of(shown, request.GET, per_page=PER_PAGE)
    page.object_list = with_level(page.object_list)
    return render(request, "institutes/institute_list.html", {"filter": found, "page": page})


@downloads.table("institutes", "研究院")
def institute_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the register shows, all pages of it."""
    labels = (_("研究院名称"), _("证书编号"), _("依托单位"), _("归口"), _("产业链"), _("认定日期"))
    head = [*labels, _("院长"), _("建设期至"), _("状态"), _("级别")]
    found = _institutes(request).qs
    return exports.Sheet(head, found, spread=lambda some: map(_institute_cells, with_level(some)))


def _institute_cells(one) -> list:
    recognition = one.recognition
    named = [one.name, recognition.certificate_number, one.host, one.division, one.chain]
    return [
        *named,
        recognition.recognised_on,
        one.director,
        one.build_to,
        recognition.standing.label,
        one.level.label,
    ]


def _institutes(request: HttpRequest) -> InstituteFilter:
    rows = selectors.institutes_visible_to(request.user)
    return InstituteFilter(request.GET, queryset=rows, request=request)
