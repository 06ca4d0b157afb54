"""Changes of running projects: the list, drafting, one request with what stands beside what is asked for, the moves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from institutes.views.lists import is_inside
from institutes.views.standing import file_line, paper_line
from projects import selectors, services
from projects.desk import PROJECT_CHANGE_DESK
from projects.enums.changes import ProjectChangeFile, ProjectChangeKind
from projects.forms.changes import ProjectChangeFilter, ProjectChangeForm
from projects.lifecycle.change import PROJECT_CHANGE
from projects.models import Project, ProjectChange
from projects.permissions import changes as may
from projects.services.change_faults import is_the_units_own
from projects.services.changes import EVIDENCE, missing_evidence
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "projects/_change_card.html"
FORM = "projects/change_form.html"


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def may_list(user) -> bool:
    """Whether changes of projects are this person's business at all."""
    return user.is_authenticated and user.holds(*selectors.READERS_OF_CHANGES)


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """The requests this person may read, the latest first."""
    _require(may_list(request.user))
    context = listed(request, selectors.project_changes_visible_to(request.user), ProjectChangeFilter)
    inside, today = is_inside(request.user), clock.today()
    rows = [
        {
            "case": row,
            "words": PROJECT_CHANGE.label(row.state, for_applicant=inside),
            "holder": holders.of_case(row, PROJECT_CHANGE),
            "days_left": calendar.working_days_left(today, row.due_on) if row.due_on else None,
        }
        for row in context["page"]
    ]
    more = {"rows": rows, "may_draft": may.may_draft_project_changes(request.user)}
    return render(request, "projects/change_list.html", context | more)


@downloads.table("project-changes", "项目变更")
def change_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    _require(may_list(request.user))
    rows = selectors.project_changes_visible_to(request.user)
    found = ProjectChangeFilter(request.GET, queryset=rows, request=request).qs
    head = [_("项目编号"), _("项目名称"), _("变更事项"), _("申请编号"), _("牵头单位"), _("归口"), _("理由")]
    head += [_("调剂金额（元）"), _("延长月数"), _("县级意见"), _("状态"), _("当前办理"), _("办理时限")]
    head += [_("起草时间"), _("报送时间"), _("办结时间")]
    return exports.Sheet(head, found, _cells)


def _cells(row: ProjectChange) -> list:
    about = [row.project.number, row.project, row.get_kind_display(), row.number, row.host, row.division]
    said = [row.grounds, row.shifted or "", row.months or "", row.get_county_position_display()]
    standing = [PROJECT_CHANGE.label(row.state), holders.of_case(row, PROJECT_CHANGE), row.due_on]
    moments = (row.drafted_at, row.handed_in_at, row.decided_at)
    return [*about, *said, *standing, *(f"{localtime(at):%Y-%m-%d}" if at else "" for at in moments)]


def _subject(request: HttpRequest, pk: int) -> ProjectChange:
    return get_object_or_404(selectors.project_changes_visible_to(request.user), pk=pk)


def _asked_to_change(request: HttpRequest) -> tuple[str, QuerySet[Project], Project | None]:
    """What kind of change of which project is asked for, and among which projects one can choose."""
    sent = request.POST or request.GET
    own, named = selectors.projects_to_change(request.user), str(sent.get("project", ""))
    return sent.get("kind", ""), own, own.filter(pk=named).first() if named.isdigit() else None


@require_http_methods(["GET", "HEAD", "POST"])
def change_new(request: HttpRequest) -> HttpResponse:
    """Draft a request: first for which project and what for, then its boxes. The project may come from its page."""
    _require(may.may_draft_project_changes(request.user))
    kind, own, project = _asked_to_change(request)
    if kind not in ProjectChangeKind.values or project is None:
        kinds = [(one, EVIDENCE[one]) for one in ProjectChangeKind]
        context = {"kinds": kinds, "own": own, "project": project}
        return render(request, FORM, context, status=422 if request.POST else 200)
    started = {"project": project.pk}
    form = ProjectChangeForm(
        request.POST or None, request.FILES or None, user=request.user, kind=kind, initial=started
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, kind=ProjectChangeKind(kind).label, project=project)
    change = services.draft_project_change(**form.cleaned_data, by=request.user)
    messages.success(request, _("草稿已保存，核对后送单位管理员报送。"))
    return redirect(change)


@require_http_methods(["GET", "HEAD", "POST"])
def change_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a request anew that is still a draft."""
    subject = _subject(request, pk)
    _require(may.may_revise_project_change(request.user, subject))
    form = ProjectChangeForm(
        request.POST or None,
        request.FILES or None,
        user=request.user,
        change=subject,
        initial={"grounds": subject.grounds},
    )
    if request.method != "POST" or not form.is_valid():
        return show_form(request, FORM, form, subject=subject, kind=subject.get_kind_display())
    return redirect(
        services.revise_project_change(project_change=subject, **form.cleaned_data, by=request.user)
    )


@require_safe
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: what stands beside what is asked for, what proves it, who has it."""
    subject = _subject(request, pk)
    offers = PROJECT_CHANGE_DESK.offers(request.user, subject)
    return render(request, "projects/change.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def change_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a request."""
    return answer_move(request, PROJECT_CHANGE_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject: ProjectChange, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    user, labels = request.user, dict(ProjectChangeFile.choices)
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    holder = holders.of_case(subject, PROJECT_CHANGE)
    return {
        "subject": subject,
        "offers": offers,
        "holder": holder,
        "days_left": calendar.working_days_left(clock.today(), subject.due_on) if subject.due_on else None,
        "next_step": primary[0] if primary else "",
        "events": _events(user, subject, holder),
        "rows": selectors.change_as_it_stands(subject),
        "files": [file_line(row, str(labels[row.kind])) for row in selectors.change_files(subject)],
        "missing": [kind.label for kind in missing_evidence(subject)] if subject.is_open else [],
        "may_edit": may.may_revise_project_change(user, subject),
        "units_own": subject.is_open and is_the_units_own(subject),
        "self_share": subject.edition.terms["change"]["budget_self_share_max"],
        "moved_before": selectors.moved_alone_before(subject),
        "reads_finding": may.may_read_finding(user, subject),
        "papers": [paper_line(row) for row in selectors.change_papers(subject)],
    }


def _events(user, subject: ProjectChange, holder: str) -> list[dict]:
    lines = PROJECT_CHANGE_DESK.lines(user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    if subject.is_open:
        label = PROJECT_CHANGE.label(subject.state, for_applicant=may.is_inside(user, subject))
        events.append({"what": label, "who": holder, "at": subject.due_on, "state": "now"})
    return events
