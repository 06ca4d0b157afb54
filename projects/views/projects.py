"""Approved projects: the list, one project with its contract, clauses side by side, signed copies, the moves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from institutes.selectors.achievements import achievements_visible_to
from institutes.views.lists import is_inside
from institutes.views.standing import case_context, file_line, paper_line
from projects import permissions, selectors, services
from projects.desk import PROJECT_DESK
from projects.enums.running import PartyRole, ProjectState
from projects.forms.projects import ClauseForm, CopyForm, ProjectFilter
from projects.lifecycle.project import PROJECT
from projects.models import Project
from projects.permissions import endings as may_end
from projects.permissions import projects as may
from projects.permissions.changes import may_ask_change
from projects.policy.execution import whole
from projects.services.contract_text import payments_of
from projects.views.changes import may_list as may_list_changes
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "projects/_project_card.html"


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def may_list(user) -> bool:
    """Whether approved projects are this person's business at all."""
    return user.is_authenticated and user.holds(*selectors.READERS_OF_PROJECTS)


@require_safe
def project_list(request: HttpRequest) -> HttpResponse:
    """The projects this person may read, the latest first."""
    _require(may_list(request.user))
    visible = selectors.with_what_is_owed(selectors.projects_visible_to(request.user))
    context = listed(request, visible, ProjectFilter)
    inside, today = is_inside(request.user), clock.today()
    rows = [
        {
            "case": row,
            "words": PROJECT.label(row.state, for_applicant=inside),
            "holder": holders.of_case(row, PROJECT),
            "days_left": calendar.working_days_left(today, row.due_on) if row.due_on else None,
            "overdue": row.is_overdue(today),
            "risks": selectors.risks_of(row, on=today),
        }
        for row in context["page"]
    ]
    return render(request, "projects/project_list.html", context | {"rows": rows})


@downloads.table("projects", "联合攻关项目")
def project_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    _require(may_list(request.user))
    rows = selectors.projects_visible_to(request.user)
    found = ProjectFilter(request.GET, queryset=rows, request=request).qs
    head = [_("项目编号"), _("项目名称"), _("立项年度"), _("牵头单位"), _("研究院"), _("归口"), _("产业链")]
    head += [_("负责人"), _("财政资金（元）"), _("自筹（元）"), _("开始"), _("结束"), _("任务书编号")]
    head += [_("签订日期"), _("状态"), _("当前办理"), _("办理时限")]
    return exports.Sheet(head, found, _cells)


def _cells(row: Project) -> list:
    named = [row.number, row.title, row.year, row.host, row.institute, row.division, row.chain]
    about = [row.leader_name, row.grant, row.own, row.starts_on, row.ends_on, row.contract_number]
    standing = [PROJECT.label(row.state), holders.of_case(row, PROJECT), row.due_on]
    return [*named, *about, row.contract_signed_on, *standing]


def _subject(request: HttpRequest, pk: int) -> Project:
    return get_object_or_404(selectors.projects_visible_to(request.user), pk=pk)


@require_safe
def project(request: HttpRequest, pk: int) -> HttpResponse:
    """One project: what it is, how its contract stands, who has it, what comes next."""
    subject = _subject(request, pk)
    offers = PROJECT_DESK.offers(request.user, subject)
    return render(request, "projects/project.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def project_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a project."""
    return answer_move(request, PROJECT_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject: Project, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    user, context = request.user, case_context(request, PROJECT_DESK, subject, offers)
    parties, rows = list(selectors.parties_of(subject)), selectors.execution_of(subject)
    negotiates = may.may_read_negotiation(user, subject)
    lacking = [party for party in parties if party.signed_on is None and party.role != PartyRole.BUREAU]
    return context | {
        "papers": [paper_line(row) for row in selectors.papers_of_project(subject)],
        "clauses": list(selectors.clauses_of(subject)) if negotiates or subject.contract_version else [],
        "negotiates": negotiates,
        "changes_clauses": may.may_change_clauses(user, subject),
        "parties": parties,
        "lacking": lacking if subject.state == ProjectState.SIGNING else [],
        "brings_copies": bool(_parties_to_sign(user, subject)),
        "targets": list(subject.targets.order_by("order")),
        "stages": stage_rows(user, subject),
        "execution": rows,
        "execution_whole": whole(rows),
        "runs": subject.contract_signed_on is not None,
        "finals": subject.finals.order_by("pk"),
        "results": achievements_visible_to(user).filter(source_number=subject.number).order_by("pk"),
        "endings": selectors.endings_visible_to(user).filter(project=subject).order_by("pk"),
        "proposes_end": may_end.may_propose(user, subject),
        "gives_up": may_end.may_apply(user, subject),
        **_payments(user, subject),
        **changes_of(user, subject),
        "midterm": selectors.midterms_visible_to(user).filter(project=subject).first(),
        "unsigned": subject.contract_signed_on is None and subject.sign_by < clock.today(),
        "overdue": subject.is_overdue(clock.today()),
        "risks": selectors.risks_of(subject, on=clock.today()),
    }


def changes_of(user, subject: Project) -> dict:
    """What the project was and became, and which changes are under way as far as this person may read them."""
    visible = selectors.project_changes_visible_to(user).filter(project=subject)
    return {
        "changes": list(selectors.history_of_changes(subject)),
        "open_changes": list(visible.open()) if may_list_changes(user) else [],
        "reads_changes": may_list_changes(user),
        "asks_change": may_ask_change(user, subject),
    }


def _payments(user, subject: Project) -> dict:
    """The instalments of the grant, and how far each has come, as this reader may follow it."""
    grant = selectors.grant_for(user, subject)
    legs = grant.legs if grant else {}
    rows = [(one, part, legs.get(number)) for number, (one, part) in enumerate(payments_of(subject), 1)]
    return {"payments": rows, "grant_case": grant.url if grant else ""}


def stage_rows(user, subject: Project) -> list[dict]:
    """Each stage with how it stands, what was reported and proved, and what this person can do about it."""
    files, today = selectors.stage_files(subject), clock.today()
    reports, confirms = may.may_report(user, subject), may.may_confirm_stages(user, subject)
    found = []
    for stage in subject.stages.order_by("due_on", "pk"):
        words, tone = stage.standing(today)
        held = files.get(selectors.proof_kind(stage), [])
        found.append(
            {
                "stage": stage,
                "words": words,
                "tone": tone,
                "files": [file_line(row) for row in held],
                "reports": reports and stage.confirmed_at is None,
                "checks": confirms and stage.reported_at is not None and stage.confirmed_at is None,
            }
        )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def clause_edit(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Change one clause in the turn of one's side, its earlier texts beside it."""
    subject = _subject(request, pk)
    _require(may.writes_contracts(request.user, subject))
    clause = get_object_or_404(subject.clauses, code=code)
    form = ClauseForm(request.POST or None, clause=clause)
    if request.method == "POST" and form.is_valid():
        services.change_clause(project=subject, clause=clause, **form.cleaned_data, by=request.user)
        messages.success(request, _("条款已修改，修改前的内容保留在旁。"))
        return redirect(f"{subject.get_absolute_url()}#contract")
    _require(may.may_change_clauses(request.user, subject))
    changes = clause.changes.select_related("changed_by").order_by("-number")
    return show_form(request, "projects/clause.html", form, subject=subject, clause=clause, changes=changes)


def _parties_to_sign(user, subject: Project):
    """Whose signed copies this person records now."""
    rows = subject.parties.order_by("order")
    if subject.state == ProjectState.SIGNING and permissions.FILLER(user, subject):
        return rows.exclude(role=PartyRole.BUREAU)
    if subject.state == ProjectState.COPIES_CHECK and permissions.CLERK(user, subject):
        return rows.filter(role=PartyRole.BUREAU)
    return rows.none()


@require_http_methods(["GET", "HEAD", "POST"])
def copies(request: HttpRequest, pk: int) -> HttpResponse:
    """What each party signed, and a further copy."""
    subject = _subject(request, pk)
    _require(may.writes_contracts(request.user, subject))
    own = subject.parties.filter(role=PartyRole.BUREAU)
    mine = own if permissions.CLERK(request.user, subject) else subject.parties.exclude(role=PartyRole.BUREAU)
    form = CopyForm(request.POST or None, request.FILES or None, parties=mine.order_by("order"))
    if request.method == "POST" and form.is_valid():
        found = services.record_copy(project=subject, **form.cleaned_data, by=request.user)
        messages.success(request, _("已登记%(party)s的签署文本。") % {"party": found})
        return redirect("projects:approved-copies", pk)
    _require(bool(_parties_to_sign(request.user, subject)))
    return show_form(
        request, "projects/copies.html", form, subject=subject, parties=selectors.parties_of(subject)
    )
