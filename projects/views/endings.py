"""Projects that are stopped or ended early: the list, proposing, applying, one case with its money and moves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from institutes.views.lists import is_inside
from institutes.views.standing import case_context, file_line, paper_line
from projects import permissions, selectors, services
from projects.desk import ENDING_DESK
from projects.enums.ending import EndingFile, EndingKind
from projects.forms.endings import EndingFilter, GiveUpForm, ProposeEndingForm
from projects.lifecycle.ending import ENDING
from projects.models import Project, ProjectEnding
from projects.permissions import endings as may
from projects.permissions.projects import may_list_expenses
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "projects/_ending_card.html"


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def may_list(user) -> bool:
    """Whether these cases are this person's business at all."""
    return user.is_authenticated and user.holds(*selectors.READERS_OF_ENDINGS)


@require_safe
def ending_list(request: HttpRequest) -> HttpResponse:
    """The cases this person may read, the latest first."""
    _require(may_list(request.user))
    context = listed(request, selectors.endings_visible_to(request.user), EndingFilter)
    inside, today = is_inside(request.user), clock.today()
    rows = [
        {
            "case": row,
            "words": ENDING.label(row.state, for_applicant=inside),
            "holder": holders.of_case(row, ENDING),
            "days_left": calendar.working_days_left(today, row.due_on) if row.due_on else None,
        }
        for row in context["page"]
    ]
    return render(request, "projects/ending_list.html", context | {"rows": rows})


@downloads.table("project-endings", "项目中止和终止")
def ending_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    _require(may_list(request.user))
    rows = selectors.endings_visible_to(request.user)
    found = EndingFilter(request.GET, queryset=rows, request=request).qs
    return exports.Sheet(_head(), found, lambda row: _cells(request.user, row))


def _head() -> list[str]:
    head = [_("案件编号"), _("项目编号"), _("项目名称"), _("类型"), _("情形"), _("牵头单位"), _("归口")]
    head += [_("状态"), _("当前办理"), _("办理时限"), _("提出时间"), _("审定时间")]
    return [*head, _("已拨付（元）"), _("认定支出（元）"), _("应退回（元）")]


def _cells(user, row: ProjectEnding) -> list:
    about = [row.number, row.project.number, row.project, row.title, row.ground_label, row.host, row.division]
    standing = [ENDING.label(row.state), holders.of_case(row, ENDING), row.due_on]
    days = [f"{localtime(at):%Y-%m-%d}" if at else "" for at in (row.proposed_at, row.decided_at)]
    shown = may.may_read_settlement(user, row)
    money = [row.received, row.recognised, row.balance] if shown else [""] * 3
    return [*about, *standing, *days, *money]


def _project(request: HttpRequest, pk: int) -> Project:
    return get_object_or_404(selectors.projects_visible_to(request.user), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def ending_new(request: HttpRequest, pk: int) -> HttpResponse:
    """The clerk proposes to stop the project or to end it; ground and facts may come from where it was found."""
    subject = _project(request, pk)
    _require(permissions.CLERK(request.user, subject))
    named = {name: request.GET.get(name) for name in ("kind", "ground", "facts")}
    form = ProposeEndingForm(request.POST or None, request.FILES or None, project=subject, initial=named)
    if request.method == "POST" and form.is_valid():
        found = propose(subject, form.cleaned_data, by=request.user)
        messages.success(request, _("已提出，由审批人员审核后发告知书。"))
        return redirect(found)
    _require(may.may_propose(request.user, subject))
    return show_form(request, "projects/ending_form.html", form, subject=subject)


def propose(project: Project, facts: dict, *, by) -> ProjectEnding:
    """The service that the kind chosen asks for."""
    facts = dict(facts)
    kind, until, measures = (facts.pop(name) for name in ("kind", "until", "measures"))
    if kind == EndingKind.TERMINATE:
        return services.propose_termination(project=project, **facts, by=by)
    stop = {"until": until, "measures": measures}
    return services.propose_project_suspension(project=project, **facts, **stop, by=by)


@require_http_methods(["GET", "HEAD", "POST"])
def ending_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit gives the project up itself, by its administrator."""
    subject = _project(request, pk)
    _require(permissions.ADMIN(request.user, subject))
    form = GiveUpForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found = services.apply_for_termination(project=subject, **form.cleaned_data, by=request.user)
        messages.success(request, _("已报送，市科技局将核查并核定经费。"))
        return redirect(found)
    _require(may.may_apply(request.user, subject))
    return show_form(request, "projects/ending_apply.html", form, subject=subject)


@require_safe
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    """One case: facts, what the unit says to them, its money as settled, the decision."""
    subject = get_object_or_404(selectors.endings_visible_to(request.user), pk=pk)
    offers = ENDING_DESK.offers(request.user, subject)
    return render(request, "projects/ending.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def ending_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a case."""
    return answer_move(request, ENDING_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject: ProjectEnding, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    user, labels = request.user, dict(EndingFile.choices)
    context = case_context(request, ENDING_DESK, subject, offers)
    files = [
        file_line(row, str(labels[row.kind]))
        for row in selectors.ending_files(subject)
        if ENDING_DESK.opens_files(user, subject, row.kind)
    ]
    settled = may.may_read_settlement(user, subject)
    return context | {
        "files": files,
        "papers": [paper_line(row) for row in selectors.ending_papers(subject)],
        "shows_settlement": settled,
        "received": selectors.received_of(subject.project),
        "lists_expenses": may_list_expenses(user, subject.project),
        "is_open": not ENDING.states[subject.state].final,
    }
