"""Mid-term checks: the list, one check with stages and money as checked, what the unit reports, the moves."""

from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from institutes.views.lists import is_inside
from institutes.views.standing import file_line, paper_line
from projects import permissions, selectors, services
from projects.desk import MIDTERM_DESK
from projects.enums.ending import EndingKind
from projects.enums.midterm import MidtermFile
from projects.forms.midterms import MidtermFilesForm, MidtermFilter, MidtermReportForm
from projects.lifecycle.midterm import MIDTERM
from projects.models import ProjectMidterm
from projects.permissions import endings as may_end
from projects.permissions import midterms as may
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "projects/_midterm_card.html"
MIDTERM_FAILED = "midterm_failed"
"""The ground of the edition for ending a project after its mid-term check."""


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def may_list(user) -> bool:
    """Whether mid-term checks are this person's business at all."""
    return user.is_authenticated and user.holds(*selectors.READERS_OF_MIDTERMS)


@require_safe
def midterm_list(request: HttpRequest) -> HttpResponse:
    """The mid-term checks this person may read, the latest first."""
    _require(may_list(request.user))
    context = listed(request, selectors.midterms_visible_to(request.user), MidtermFilter)
    inside, today = is_inside(request.user), clock.today()
    rows = [
        {
            "case": row,
            "words": MIDTERM.label(row.state, for_applicant=inside),
            "holder": holders.of_case(row, MIDTERM),
            "days_left": calendar.working_days_left(today, row.due_on) if row.due_on else None,
            "late": row.is_overdue(today),
        }
        for row in context["page"]
    ]
    return render(request, "projects/midterm_list.html", context | {"rows": rows})


@downloads.table("project-midterms", "中期检查")
def midterm_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    _require(may_list(request.user))
    rows = selectors.midterms_visible_to(request.user)
    found = MidtermFilter(request.GET, queryset=rows, request=request).qs
    head = [_("项目编号"), _("项目名称"), _("检查编号"), _("牵头单位"), _("归口"), _("应报送日"), _("状态")]
    head += [_("当前办理"), _("办理时限"), _("报送时间"), _("审定时间")]
    return exports.Sheet(head, found, _cells)


def _cells(row: ProjectMidterm) -> list:
    about = [row.project.number, row.project, row.number, row.host, row.division, row.due_by]
    standing = [MIDTERM.label(row.state), holders.of_case(row, MIDTERM), row.due_on]
    days = [f"{localtime(at):%Y-%m-%d}" if at else "" for at in (row.handed_in_at, row.decided_at)]
    return [*about, *standing, *days]


def _subject(request: HttpRequest, pk: int) -> ProjectMidterm:
    return get_object_or_404(selectors.midterms_visible_to(request.user), pk=pk)


@require_safe
def midterm(request: HttpRequest, pk: int) -> HttpResponse:
    """One mid-term check: what was reached and spent, who has it, what comes next."""
    subject = _subject(request, pk)
    offers = MIDTERM_DESK.offers(request.user, subject)
    return render(request, "projects/midterm.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def midterm_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a mid-term check."""
    return answer_move(request, MIDTERM_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject: ProjectMidterm, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    user, today = request.user, clock.today()
    reads, prepares = may.may_read_report(user, subject), may.may_prepare_midterm(user, subject)
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    holder = holders.of_case(subject, MIDTERM)
    return {
        "subject": subject,
        "offers": offers,
        "holder": holder,
        "days_left": calendar.working_days_left(today, subject.due_on) if subject.due_on else None,
        "days_late": (today - subject.due_by).days if subject.is_overdue(today) else 0,
        "next_step": primary[0] if primary else "",
        "events": _events(user, subject, holder),
        "prepares": prepares,
        "missing": selectors.midterm_missing(subject) if prepares else [],
        "reads": reads,
        "stages": stages_of(subject) if reads else [],
        "money": selectors.money_as_checked(subject) if reads else [],
        "parts": parts_of(subject) if reads else [],
        "files": files_of(subject) if reads else [],
        "shows_review": bool(subject.reviewed_at) and may.may_read_review(user, subject),
        "shows_outcome": bool(subject.outcome) and may.may_read_proposal(user, subject),
        "opens_project": selectors.projects_visible_to(user).filter(pk=subject.project_id).exists(),
        "papers": [paper_line(row) for row in selectors.midterm_papers(subject)],
        "end_url": _where_to_end(user, subject),
    }


def _where_to_end(user, subject: ProjectMidterm) -> str:
    """Where the clerk proposes to end the project that a check was to end, with ground and facts; else nothing."""
    project = subject.project
    if selectors.terminable(project) != subject or not may_end.may_propose(user, project):
        return ""
    facts = f"中期检查（{subject.number}）意见为建议终止：{subject.grounds}"
    query = urlencode({"kind": EndingKind.TERMINATE, "ground": MIDTERM_FAILED, "facts": facts})
    return f"{reverse('projects:approved-end', args=[project.pk])}?{query}"


def _events(user, subject: ProjectMidterm, holder: str) -> list[dict]:
    lines = MIDTERM_DESK.lines(user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    if subject.is_open:
        label = MIDTERM.label(subject.state, for_applicant=may.is_inside(user, subject))
        events.append({"what": label, "who": holder, "at": subject.due_on, "state": "now"})
    return events


def stages_of(subject: ProjectMidterm) -> list[dict]:
    """The stages as they are checked, each with its day."""
    rows = selectors.stages_as_checked(subject)
    return [row | {"day": date.fromisoformat(row["due_on"])} for row in rows]


def parts_of(subject: ProjectMidterm) -> list[dict]:
    """The unit's words, part by part."""
    return [
        {"label": part["label"], "text": subject.texts.get(part["code"], "")}
        for part in subject.edition.terms["midterm_parts"]
    ]


def files_of(subject: ProjectMidterm) -> list[dict]:
    """What the unit brought, with what it is."""
    labels = dict(MidtermFile.choices)
    return [file_line(row, str(labels[row.kind])) for row in selectors.midterm_files(subject)]


# --- what the unit reports --------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def midterm_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's words on one page, what it brings below."""
    subject = _subject(request, pk)
    _require(permissions.FILLER(request.user, subject))
    form = MidtermReportForm(request.POST or None, midterm=subject)
    if request.method == "POST" and form.is_valid():
        services.save_midterm(midterm=subject, texts=form.texts(), by=request.user)
        messages.success(request, _("已保存。"))
        return redirect("projects:midterm-edit", pk)
    _require(may.may_prepare_midterm(request.user, subject))
    return _show(request, form, MidtermFilesForm(), subject)


@require_http_methods(["POST"])
def midterm_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring more of what proves it."""
    subject = _subject(request, pk)
    _require(permissions.FILLER(request.user, subject))
    form = MidtermFilesForm(request.POST, request.FILES)
    if not form.is_valid():
        _require(may.may_prepare_midterm(request.user, subject))
        return _show(request, MidtermReportForm(midterm=subject), form, subject)
    found = services.attach_midterm_files(midterm=subject, **form.cleaned_data, by=request.user)
    messages.success(request, _("已上传“%(name)s”。") % {"name": "、".join(one.name for one in found)})
    return redirect("projects:midterm-edit", pk)


def _show(request: HttpRequest, form, files_form, subject: ProjectMidterm) -> HttpResponse:
    bound = form if form.is_bound else files_form
    context = {"report_form": form, "files_form": files_form, "subject": subject, "files": files_of(subject)}
    return show_form(request, "projects/midterm_edit.html", bound, **context)
