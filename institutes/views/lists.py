"""Lists of officers and units: applications, what waits for the decision, institutes."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from institutes import selectors, services
from institutes.forms.filters import ApplicationFilter, InstituteFilter
from institutes.forms.officers import ShortlistManyForm
from institutes.lifecycle import APPLICATION
from records import calendar, clock, sheets

PER_PAGE = 30
KINDS = ("csv", "xlsx")


@require_safe
def application_list(request: HttpRequest) -> HttpResponse:
    """The applications this person may see, as they are filtered and sorted."""
    found = ApplicationFilter(
        request.GET, queryset=selectors.applications_visible_to(request.user), request=request
    )
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    inside = is_inside(request.user)
    context = {
        "filter": found,
        "page": page,
        "rows": [row_of(one, inside) for one in page],
        "inside": inside,
        "decides": request.user.holds(*selectors.DECIDERS),
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
        "holder": holders.of_case(application, APPLICATION),
        "due_on": due_on,
        "days_left": calendar.working_days_between(clock.today(), due_on) if due_on and not paused else None,
        "paused": paused,
    }


@require_safe
def application_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Exactly what the list shows, all pages of it."""
    if kind not in KINDS:
        raise Http404
    found = ApplicationFilter(
        request.GET, queryset=selectors.applications_visible_to(request.user), request=request
    )
    inside = is_inside(request.user)
    labels = (_("研究院名称"), _("受理号"), _("依托单位"), _("归口"), _("产业链"), _("状态"))
    head = [*labels, _("当前办理"), _("办理时限")]
    rows = (_cells(row_of(one, inside)) for one in found.qs)
    return sheets.answer(kind, name="applications", head=head, rows=rows)


def _cells(row: dict) -> list:
    subject = row["subject"]
    named = [subject, subject.number, subject.shown_host, subject.shown_division, subject.chain]
    return [*named, row["words"], row["holder"], row["due_on"]]


@require_http_methods(["GET", "HEAD", "POST"])
def decision_list(request: HttpRequest) -> HttpResponse:
    """What waits for the bureau's decision, ranked; POST shortlists what is ticked, on one public notice."""
    if not request.user.holds(*selectors.DECISION_READERS):
        raise PermissionDenied
    if request.method != "POST":
        return _show_decision(request, ShortlistManyForm(user=request.user))
    if not request.user.holds(*selectors.DECIDERS):
        raise PermissionDenied
    form = ShortlistManyForm(request.POST, user=request.user)
    if not form.is_valid():
        return _show_decision(request, form, status=422)
    notice = services.shortlist_applications(**form.cleaned_data, by=request.user)
    messages.success(
        request, _("已公示：{title}，编号 {number}。").format(title=notice.title, number=notice.number)
    )
    return redirect(notice)


def _show_decision(request: HttpRequest, form: ShortlistManyForm, *, status: int = 200) -> HttpResponse:
    year, rows = clock.today().year, list(selectors.ranked_for_decision(request.user))
    band = selectors.edition_in_force(clock.today()).terms["yearly_band"]
    taken = selectors.places_taken(year)
    ticked = {str(value) for value in form["applications"].value() or []}
    context = {
        "form": form,
        "rows": [
            {"place": place, "ticked": str(one.pk) in ticked, **row_of(one, inside=False)}
            for place, one in enumerate(rows, 1)
        ],
        "compared_first": selectors.compared_first(rows),
        "decides": request.user.holds(*selectors.DECIDERS),
        "year": year,
        "band": band,
        "band_words": f"{band['min']}–{band['max']}",
        "taken": taken,
        "tone": "overdue" if taken >= band["block_at"] else "soon" if taken >= band["warn_at"] else "",
    }
    return render(request, "institutes/decision_list.html", context, status=status)


@require_safe
def institute_list(request: HttpRequest) -> HttpResponse:
    """The register of institutes, as far as this person's role reaches."""
    found = _institutes(request)
    page = Paginator(found.qs, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "institutes/institute_list.html", {"filter": found, "page": page})


@require_safe
def institute_export(request: HttpRequest, kind: str) -> HttpResponse:
    """Exactly what the register shows, all pages of it."""
    if kind not in KINDS:
        raise Http404
    labels = (_("研究院名称"), _("证书编号"), _("依托单位"), _("归口"), _("产业链"), _("认定日期"))
    head = [*labels, _("院长"), _("建设期至")]
    rows = (_institute_cells(one) for one in _institutes(request).qs)
    return sheets.answer(kind, name="institutes", head=head, rows=rows)


def _institute_cells(one) -> list:
    recognition = one.recognition
    named = [one.name, recognition.certificate_number, one.host, one.division, one.chain]
    return [*named, recognition.recognised_on, one.director, one.build_to]


def _institutes(request: HttpRequest) -> InstituteFilter:
    rows = selectors.institutes_visible_to(request.user)
    return InstituteFilter(request.GET, queryset=rows, request=request)
