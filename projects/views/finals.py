"""Final acceptances: the list, one case with targets and money as judged, what the unit prepares, the moves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import holders
from accounts.views.common import listed, show_form
from institutes.views.lists import is_inside
from institutes.views.standing import file_line, paper_line
from projects import permissions, selectors, services
from projects.desk import FINAL_DESK
from projects.enums.final import FinalFile
from projects.forms.finals import FinalFilesForm, FinalFilter, FinalSummaryForm
from projects.lifecycle.final import FINAL
from projects.models import ProjectFinal
from projects.permissions import finals as may
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "projects/_final_card.html"


def _require(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def may_list(user) -> bool:
    """Whether final acceptances are this person's business at all."""
    return user.is_authenticated and user.holds(*selectors.READERS_OF_FINALS)


@require_safe
def final_list(request: HttpRequest) -> HttpResponse:
    """The final acceptances this person may read, the latest first."""
    _require(may_list(request.user))
    context = listed(request, selectors.finals_visible_to(request.user), FinalFilter)
    inside, today = is_inside(request.user), clock.today()
    rows = [
        {
            "case": row,
            "words": FINAL.label(row.state, for_applicant=inside),
            "holder": holders.of_case(row, FINAL),
            "days_left": calendar.working_days_left(today, row.due_on) if row.due_on else None,
            "late": row.is_overdue(today),
        }
        for row in context["page"]
    ]
    return render(request, "projects/final_list.html", context | {"rows": rows})


@downloads.table("project-finals", "结题验收")
def final_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    _require(may_list(request.user))
    rows = selectors.finals_visible_to(request.user)
    found = FinalFilter(request.GET, queryset=rows, request=request).qs
    head = [_("项目编号"), _("项目名称"), _("事项"), _("结题编号"), _("牵头单位"), _("归口"), _("应申请日")]
    head += [_("状态"), _("当前办理"), _("办理时限"), _("申请时间"), _("办结时间")]
    return exports.Sheet(head, found, _cells)


def _cells(row: ProjectFinal) -> list:
    about = [row.project.number, row.project, row.title, row.number, row.host, row.division, row.due_by]
    standing = [FINAL.label(row.state), holders.of_case(row, FINAL), row.due_on]
    days = [f"{localtime(at):%Y-%m-%d}" if at else "" for at in (row.handed_in_at, row.decided_at)]
    return [*about, *standing, *days]


def _subject(request: HttpRequest, pk: int) -> ProjectFinal:
    return get_object_or_404(selectors.finals_visible_to(request.user), pk=pk)


@require_safe
def final(request: HttpRequest, pk: int) -> HttpResponse:
    """One final acceptance: what was reached and spent, who has it, what comes next."""
    subject = _subject(request, pk)
    offers = FINAL_DESK.offers(request.user, subject)
    return render(request, "projects/final.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def final_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a final acceptance."""
    return answer_move(request, FINAL_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject: ProjectFinal, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    user = request.user
    inside, reads = may.is_inside(user, subject), may.may_read_material(user, subject)
    prepares = may.may_prepare(user, subject)
    targets = selectors.targets_as_judged(subject) if reads else []
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    return {
        "subject": subject,
        "offers": offers,
        "holder": holders.of_case(subject, FINAL),
        "days_left": calendar.working_days_left(clock.today(), subject.due_on) if subject.due_on else None,
        "next_step": primary[0] if primary else "",
        "events": _events(request, subject, inside),
        "prepares": prepares,
        "missing": selectors.final_missing(subject) if prepares else [],
        "reads": reads,
        "targets": targets,
        "verdict": selectors.final_verdict(subject, targets),
        "money": selectors.money_as_judged(subject) if reads else [],
        "is_frozen": targets is subject.comparison,
        "parts": parts_of(subject) if reads else [],
        "files": files_of(subject) if reads else [],
        "shows_county": may.may_read_county(user, subject),
        "shows_review": bool(subject.reviewed_at) and may.may_read_review(user, subject),
        "shows_outcome": bool(subject.outcome) and may.may_read_proposal(user, subject),
        "successor": ProjectFinal.objects.filter(former=subject).first() if subject.decided_at else None,
        "opens_project": selectors.projects_visible_to(user).filter(pk=subject.project_id).exists(),
        "papers": [paper_line(row) for row in selectors.final_papers(subject)],
    }


def _events(request: HttpRequest, subject: ProjectFinal, inside: bool) -> list[dict]:
    lines = FINAL_DESK.lines(request.user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    if not FINAL.states[subject.state].final:
        label = FINAL.label(subject.state, for_applicant=inside)
        holder = holders.of_case(subject, FINAL)
        events.append({"what": label, "who": holder, "at": subject.due_on, "state": "now"})
    return events


def parts_of(subject: ProjectFinal) -> list[dict]:
    """The unit's words, part by part."""
    return [
        {"label": part["label"], "text": subject.texts.get(part["code"], "")}
        for part in subject.edition.terms["final_parts"]
    ]


def files_of(subject: ProjectFinal) -> list[dict]:
    """What the unit brought, with what it is."""
    labels = dict(FinalFile.choices)
    return [file_line(row, str(labels[row.kind])) for row in selectors.final_files(subject)]


# --- what the unit prepares -------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def final_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's words, and what was reached of each target."""
    subject = _subject(request, pk)
    _require(permissions.FILLER(request.user, subject))
    form = FinalSummaryForm(request.POST or None, final=subject)
    if request.method == "POST" and form.is_valid():
        services.save_final(final=subject, **form.facts(), by=request.user)
        messages.success(request, _("已保存。"))
        return redirect("projects:final-files", pk)
    _require(may.may_prepare(request.user, subject))
    return show_form(request, "projects/final_edit.html", form, subject=subject)


@require_http_methods(["GET", "HEAD", "POST"])
def final_files(request: HttpRequest, pk: int) -> HttpResponse:
    """What the unit brings: what is there, more of it."""
    subject = _subject(request, pk)
    _require(permissions.FILLER(request.user, subject))
    form = FinalFilesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found = services.attach_final_files(final=subject, **form.cleaned_data, by=request.user)
        messages.success(request, _("已上传“%(name)s”。") % {"name": "、".join(one.name for one in found)})
        return redirect("projects:final-files", pk)
    _require(may.may_prepare(request.user, subject))
    labels = dict(FinalFile.choices)
    held = [
        {"file": row, "line": file_line(row, str(labels[row.kind]))} for row in selectors.final_files(subject)
    ]
    return show_form(request, "projects/final_files.html", form, subject=subject, held=held)


@require_POST
def final_file_remove(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Take a file out again."""
    subject = _subject(request, pk)
    _require(permissions.FILLER(request.user, subject))
    attachment = get_object_or_404(selectors.final_files(subject), pk=file)
    services.remove_final_file(final=subject, attachment=attachment, by=request.user)
    messages.success(request, _("已删除“%(name)s”。") % {"name": attachment.name})
    return redirect("projects:final-files", pk)
