"""The build period: how all institutes stand, one institute's targets and stages, its reports with their moves."""

from collections.abc import Iterable, Iterator
from datetime import date

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.common import listed, show_form
from institutes import permissions, selectors, services
from institutes.desk import PROGRESS_DESK
from institutes.forms.build import BuildFilter, ProgressFilter, ProgressForm, said
from institutes.models import Institute
from institutes.services.progress import ANSWER
from institutes.views.chains import require
from institutes.views.standing import case_context, case_list, case_sheet, file_line
from records import clock, downloads, exports
from records.moves import answer_move

CARD = "institutes/_progress_card.html"
FORM = "institutes/progress_form.html"


@require_safe
def build_list(request: HttpRequest) -> HttpResponse:
    """Every institute of this person's reach in or after its build period, the one that ends first at the top."""
    require(request.user.holds(*selectors.READERS))
    today = clock.today()
    context = listed(request, selectors.institutes_building(request.user, on=today), BuildFilter)
    standing = selectors.standings(context["page"], on=today)
    rows = [(one, standing[one.pk], (one.build_to - today).days) for one in context["page"]]
    return render(request, "institutes/build_list.html", context | {"rows": rows, "today": today})


@downloads.table("build", "建设期")
def build_export(request: HttpRequest) -> exports.Sheet:
    """Every target of every institute that the list shows, one a row."""
    require(request.user.holds(*selectors.READERS))
    today = clock.today()
    rows = selectors.institutes_building(request.user, on=today)
    found = BuildFilter(request.GET, queryset=rows, request=request).qs
    return exports.Sheet(_head(), found, spread=lambda some: _lines(some, today))


def _lines(institutes: Iterable[Institute], today: date) -> Iterator[list]:
    for one, targets in selectors.comparisons(institutes, on=today).items():
        yield from (_line(one, target) for target in targets)


def _head() -> list[str]:
    head = [_("研究院"), _("证书编号"), _("依托单位"), _("归口"), _("建设期至"), _("目标"), _("单位")]
    head += [
        _("原有"),
        _("第一年目标"),
        _("建设期目标"),
        _("累计完成"),
        _("已核实"),
        _("完成率（%）"),
        _("最近报告"),
    ]
    return head


def _line(one: Institute, target: selectors.TargetProgress) -> list:
    named = [one.name, one.recognition.certificate_number, one.host, one.division, one.build_to]
    asked = [target.label, target.unit, target.base, target.commitment.year_1, target.planned]
    return [*named, *asked, target.reported, target.verified, target.share, one.reported_on]


def _shown(institute: Institute) -> list[dict]:
    """The targets as the page says them: in the units that people type, each figure with its report."""
    today = clock.today()
    behind = selectors.reports_behind(institute, on=today)
    return [
        {
            "target": target,
            "unit": _("万元") if target.is_amount else target.unit,
            "base": said(target.commitment, target.base),
            "year_1": said(target.commitment, target.commitment.year_1),
            "planned": said(target.commitment, target.planned),
            "actual": said(target.commitment, target.reported),
            "verified": said(target.commitment, target.verified),
            "bar": min(int(target.share), 100),
            "report": behind.get(target.code),
        }
        for target in selectors.comparison(institute, on=today)
    ]


@require_safe
def build(request: HttpRequest, pk: int) -> HttpResponse:
    """What an institute promised beside what it has reached, its stages, its reports."""
    institute = get_object_or_404(selectors.institutes_visible_to(request.user), pk=pk)
    today = clock.today()
    targets, stages = _shown(institute), selectors.stages_of(institute, on=today)
    context = {
        "institute": institute,
        "recognition": institute.recognition,
        "targets": targets,
        "met": sum(row["target"].is_met for row in targets),
        "behind": sum(row["target"].is_behind for row in targets),
        "stages": stages,
        "done": sum(stage.reached_on is not None for stage in stages),
        "days": (institute.build_to - today).days if institute.build_to else None,
        "reports": selectors.progress_visible_to(request.user).filter(institute=institute),
        "may_report": _may_report(request.user, institute),
        "reads_reports": request.user.holds(*selectors.READERS),
    }
    return render(request, "institutes/build.html", context)


def _may_report(user, institute: Institute) -> bool:
    return permissions.may_report_progress(user, institute) and not institute.recognition.is_over


@require_http_methods(["GET", "HEAD", "POST"])
def progress_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Report how far the institute is. A report that adds nothing is not asked for."""
    institute = get_object_or_404(selectors.institutes_visible_to(request.user), pk=pk)
    require(permissions.may_report_progress(request.user, institute))
    stored = {"institute": institute.pk, "as_of": clock.today()}
    form = ProgressForm(
        request.POST or None, request.FILES or None, user=request.user, institute=institute, initial=stored
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, institute=institute)
    services.report_progress(**form.cleaned_data, by=request.user)
    messages.success(request, _("建设进展已报告，县级和市科技局可以查看。"))
    return redirect("institutes:institute-build", pk)


@require_safe
def progress_list(request: HttpRequest) -> HttpResponse:
    """The reports this person may read, the latest day first."""
    return case_list(request, PROGRESS_DESK, ProgressFilter, "institutes/progress_list.html")


@downloads.table("progress-reports", "建设进展报告")
def progress_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    head = [_("截止日期"), _("报告时间"), _("进展说明"), _("须说明的问题"), _("单位说明")]
    return case_sheet(request, PROGRESS_DESK, ProgressFilter, head, _cells)


def _cells(row) -> list:
    return [row.as_of, row.reported_at, row.note, row.question, row.answer]


@require_safe
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: its figures and stages, what shows them, what was asked and answered."""
    subject = get_object_or_404(selectors.progress_visible_to(request.user), pk=pk)
    offers = PROGRESS_DESK.offers(request.user, subject)
    return render(request, "institutes/progress.html", card_context(request, subject, offers))


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of a report shows, on its page and as the answer to a move."""
    rows = subject.values.select_related("commitment")
    values = [(row.commitment, said(row.commitment, row.value)) for row in rows]
    files = [
        file_line(row, _("说明附件") if row.kind == ANSWER else "") for row in selectors.files_of(subject)
    ]
    shown = {"values": values, "stages": subject.stages.select_related("milestone"), "files": files}
    return case_context(request, PROGRESS_DESK, subject, offers) | shown


@require_http_methods(["GET", "HEAD", "POST"])
def progress_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a report."""
    return answer_move(request, PROGRESS_DESK, pk, action, card=CARD, context=card_context)
