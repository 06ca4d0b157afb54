"""Reports of agencies: the list, beginning one, its words, its page, its paper and its table."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, moment_of, saved_quietly, show_form, version_of
from evaluation import documents, permissions, services
from evaluation.desk import REPORT_DESK
from evaluation.forms.reports import DraftReportForm, ReportFilter, TextsForm
from evaluation.lifecycle import REPORT
from evaluation.models import AgencyReport
from evaluation.selectors import reports as selectors
from evaluation.views.engagements import KINDS, require
from institutes.selectors import calls_visible_to
from institutes.views.standing import paper_line
from records import calendar, clock, downloads, exports, sheets
from records import documents as paper_office
from records.moves import answer_move
from records.views import send_bytes

CARD = "evaluation/_report_card.html"
EDIT = "evaluation/report_edit.html"
UNPROCESSABLE = 422


def _days_left(due_on) -> int | None:
    return calendar.working_days_left(clock.today(), due_on) if due_on else None


@require_safe
def report_list(request: HttpRequest) -> HttpResponse:
    """The reports this person may read, the latest first."""
    require(permissions.may_read_reports(request.user))
    context = listed(request, selectors.reports_visible_to(request.user), ReportFilter)
    rows = [
        {"report": row, "holder": holders.of_case(row, REPORT), "days_left": _days_left(row.due_on)}
        for row in context["page"]
    ]
    due = selectors.batches_to_report(request.user)
    return render(request, "evaluation/report_list.html", context | {"rows": rows, "to_report": due})


@downloads.table("agency-reports", "评审报告")
def report_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    require(permissions.may_read_reports(request.user))
    rows = ReportFilter(request.GET, queryset=selectors.reports_visible_to(request.user), request=request).qs
    head = [_("批次"), _("第三方机构"), _("合同编号"), _("状态"), _("当前办理")]
    head += [_("办理时限"), _("提交时间"), _("接收时间")]
    return exports.Sheet(head, rows, _cells)


def _cells(row: AgencyReport) -> list:
    about = [row.batch.call, row.agency, row.batch.engagement.number]
    standing = [REPORT.label(row.state), holders.of_case(row, REPORT), row.due_on]
    return [
        *about,
        *standing,
        *(f"{localtime(at):%Y-%m-%d}" if at else "" for at in (row.handed_at, row.accepted_at)),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def report_new(request: HttpRequest) -> HttpResponse:
    """Begin the report on a batch."""
    require(permissions.may_plan_visits(request.user))
    named = {"batch": request.GET.get("batch")}
    form = DraftReportForm(request.POST or None, user=request.user, initial=named)
    if request.method != "POST" or not form.is_valid():
        return show_form(request, "evaluation/report_form.html", form)
    report = services.draft_report(**form.cleaned_data, by=request.user)
    messages.success(request, _("已按评审数据生成初稿，请修改完善后提交。"))
    return redirect("evaluation:report-edit", report.pk)


@require_safe
def report_of_call(request: HttpRequest, pk: int) -> HttpResponse:
    """The report on a call; where there are several, or none yet, the list narrowed to it."""
    require(permissions.may_read_reports(request.user))
    rows = selectors.reports_visible_to(request.user).filter(batch__call=pk)
    if len(found := list(rows[:2])) == 1:
        return redirect(found[0])
    call = get_object_or_404(calls_visible_to(request.user), pk=pk)
    return redirect(f"{reverse('evaluation:report-list')}?{urlencode({'q': call.number})}")


@require_safe
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """One report: its words, its figures, what was asked and answered."""
    subject = get_object_or_404(selectors.reports_visible_to(request.user), pk=pk)
    offers = REPORT_DESK.offers(request.user, subject)
    return render(request, "evaluation/report.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def report_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a report."""
    return answer_move(request, REPORT_DESK, pk, action, card=CARD, context=card_context)


def shown(subject: AgencyReport, user) -> tuple[dict, dict]:
    """Words and figures: as they stand now for whoever writes them, else of the last version handed over."""
    version = selectors.latest_version(subject)
    if version and not permissions.may_write_report(user, subject):
        return version.texts, version.facts
    return subject.texts, selectors.facts_of(subject.batch)


def card_context(request: HttpRequest, subject, offers) -> dict:
    """What the card of a report shows, on its page and as the answer to a move."""
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    texts, facts = shown(subject, request.user)
    holder = holders.of_case(subject, REPORT)
    lines = REPORT_DESK.lines(request.user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    if not REPORT.states[subject.state].final:
        label = REPORT.label(subject.state)
        events.append({"what": label, "who": holder, "at": subject.due_on, "state": "now"})
    return {
        "subject": subject,
        "offers": offers,
        "holder": holder,
        "days_left": _days_left(subject.due_on),
        "next_step": primary[0] if primary else "",
        "events": events,
        "writes": permissions.may_write_report(request.user, subject),
        "paper": documents.agency_report(subject, texts, facts),
        "facts": facts,
        "versions": list(subject.versions.all()),
        "questions": list(selectors.questions_of(subject)),
        "papers": [paper_line(row) for row in selectors.papers_about_report(subject)],
    }


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The words, saved while they are written; a plain form works as well."""
    subject = get_object_or_404(selectors.reports_visible_to(request.user), pk=pk)
    require(permissions.AGENCY(request.user, subject))
    if request.method != "POST":
        return _edit(request, subject, TextsForm(report=subject))
    quiet = "X-Autosave" in request.headers
    only = request.POST.getlist("changed") if quiet else None
    form = TextsForm(request.POST, report=subject, only=only)
    if not form.is_valid() and not quiet:
        return _edit(request, subject, form, status=UNPROCESSABLE)
    seen = moment_of(request.POST.get("version", ""))
    saved_at = services.save_report(report=subject, entries=form.cleaned_data, seen=seen, by=request.user)
    return saved_quietly(form, saved_at) if quiet else redirect(subject)


def _edit(request: HttpRequest, subject: AgencyReport, form: TextsForm, *, status: int = 200) -> HttpResponse:
    context = {"subject": subject, "form": form, "version": version_of(subject.saved_at)}
    return render(request, EDIT, context, status=status)


@require_safe
def report_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The report as its paper will look; nothing is stored."""
    subject = get_object_or_404(selectors.reports_visible_to(request.user), pk=pk)
    context = documents.agency_report(subject, *shown(subject, request.user))
    content = paper_office.make_pdf(documents.AGENCY_REPORT, context)
    return send_bytes(content, name=f"{subject}（预览）.pdf", content_type="application/pdf")


@require_safe
def report_table(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The ranking with scores, opinions and visits, to work on in a spreadsheet."""
    subject = get_object_or_404(selectors.reports_visible_to(request.user), pk=pk)
    if kind not in KINDS:
        raise Http404
    facts = shown(subject, request.user)[1]
    visits = {one["number"]: one for one in facts["visits"]}
    head = [_("名次"), _("评审组"), _("受理号"), _("研究院名称"), _("得分"), _("分差"), _("结论")]
    head += [_("专家组意见"), _("考察日期"), _("考察专家"), _("与申报材料"), _("考察情况")]
    rows = (_ranked(row, visits.get(row["number"], {})) for row in facts["ranking"])
    return sheets.answer(kind, name=f"agency-report-{pk}", head=head, rows=rows)


def _ranked(row: dict, visit: dict) -> list:
    result = _("合格") if row["passed"] else _("未达到合格线")
    about = [row["place"], row["code"], row["number"], row["name"], row["score"], row["spread"], result]
    said = {True: _("一致"), False: _("不一致"), None: ""}[visit.get("consistent")]
    found = [visit.get("day", ""), visit.get("experts", ""), said, visit.get("findings", "")]
    return [*about, row["opinion"], *found]
