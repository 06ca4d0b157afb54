"""Acceptances: the list, one case with its targets, what the unit prepares, what the bureau looks up, the moves."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import holders
from accounts.roles import Role
from accounts.views.common import listed, moment_of, saved_quietly, show_form, version_of
from evaluation import permissions, services
from evaluation.desk import ACCEPTANCE_DESK
from evaluation.documents.acceptances import parts_of, rows_of
from evaluation.enums import AcceptanceFile
from evaluation.forms.acceptances import AcceptanceFilter, FilesForm, LookupForm, SummaryForm
from evaluation.lifecycle import ACCEPTANCE
from evaluation.models import Acceptance
from evaluation.selectors import acceptances as selectors
from evaluation.views.cases import lookup_lines, panel_shown
from evaluation.views.engagements import require
from institutes.views.lists import is_inside
from institutes.views.standing import case_context, file_line
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "evaluation/_acceptance_card.html"
EDIT = "evaluation/acceptance_edit.html"
FILES = "evaluation/acceptance_files.html"
LOOKUPS = "evaluation/acceptance_lookups.html"
UNPROCESSABLE = 422


@require_safe
def acceptance_list(request: HttpRequest) -> HttpResponse:
    """The acceptances this person may read, the latest first."""
    require(permissions.may_read_acceptances(request.user))
    context = listed(request, selectors.acceptances_visible_to(request.user), AcceptanceFilter)
    inside, today = is_inside(request.user), clock.today()
    rows = [
        {
            "case": row,
            "words": ACCEPTANCE.label(row.state, for_applicant=inside),
            "holder": holders.of_case(row, ACCEPTANCE),
            "days_left": calendar.working_days_left(today, row.due_on) if row.due_on else None,
            "late": row.is_overdue(today),
        }
        for row in context["page"]
    ]
    return render(request, "evaluation/acceptance_list.html", context | {"rows": rows})


@downloads.table("acceptances", "建设期验收")
def acceptance_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    require(permissions.may_read_acceptances(request.user))
    rows = AcceptanceFilter(
        request.GET, queryset=selectors.acceptances_visible_to(request.user), request=request
    ).qs
    head = [_("研究院"), _("证书编号"), _("验收编号"), _("事项"), _("依托单位"), _("归口"), _("期满日")]
    head += [_("状态"), _("当前办理"), _("办理时限"), _("申请时间"), _("必达目标完成率"), _("办结时间")]
    return exports.Sheet(head, rows, _cells)


def _cells(row: Acceptance) -> list:
    share = selectors.verdict_of(row.comparison, row.edition).share if row.comparison else ""
    about = [row.institute, row.institute.recognition.certificate_number, row.number, row.title, row.host]
    standing = [ACCEPTANCE.label(row.state), holders.of_case(row, ACCEPTANCE), row.due_on]
    handed_in, decided = (
        f"{localtime(at):%Y-%m-%d}" if at else "" for at in (row.handed_in_at, row.decided_at)
    )
    return [*about, row.division, row.ends_on, *standing, handed_in, share, decided]


def _subject(request: HttpRequest, pk: int) -> Acceptance:
    return get_object_or_404(selectors.acceptances_visible_to(request.user), pk=pk)


@require_safe
def acceptance(request: HttpRequest, pk: int) -> HttpResponse:
    """One acceptance: targets beside what was reached, what was brought, who has it, what comes next."""
    subject = _subject(request, pk)
    offers = ACCEPTANCE_DESK.offers(request.user, subject)
    return render(request, "evaluation/acceptance.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def acceptance_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of an acceptance."""
    return answer_move(request, ACCEPTANCE_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject: Acceptance, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    context, user = case_context(request, ACCEPTANCE_DESK, subject, offers), request.user
    figures = selectors.figures_of(subject)
    officers, reads = user.holds(*selectors.OFFICERS), permissions.may_read_material(user, subject)
    prepares = permissions.may_prepare(user, subject)
    return context | {
        "rows": rows_of(figures),
        "verdict": selectors.verdict_of(figures, subject.edition),
        "is_frozen": figures is subject.comparison,
        "parts": parts_of(subject) if reads else [],
        "files": files_of(subject) if reads else [],
        "missing": selectors.missing_of(subject) if context["is_inside"] and prepares else [],
        "prepares": prepares,
        "reads_material": reads,
        "reads_build": not user.holds(Role.AGENCY),
        "looks_up": permissions.may_look_up(user, subject),
        "lookups": lookup_lines(selectors.lookups_of(subject)) if not context["is_inside"] else [],
        "reads_proposal": officers or bool(subject.decided_at),
        "reads_review": officers or bool(subject.decided_at) or user.holds(Role.AGENCY),
        "panel": panel_shown(selectors.panel_of_acceptance(subject), user),
        "former_url": subject.former.get_absolute_url() if subject.former else "",
        "successor": Acceptance.objects.filter(former=subject).first() if subject.decided_at else None,
        **_flag(request, subject),
    }


def _flag(request: HttpRequest, subject: Acceptance) -> dict:
    """What the system found against the recognition, and where a person proposes to end it."""
    facts = selectors.facts_for_revocation(subject, clock.today())
    if not facts:
        return {"late": ""}
    revocation, address = selectors.revocation_of(subject), ""
    over = subject.institute.recognition.is_over
    if revocation is None and not over and permissions.may_flag(request.user, subject):
        said = {"institute": subject.institute_id, "cause": selectors.FAILED_ACCEPTANCE, "facts": facts}
        address = f"{reverse('institutes:revocation-new')}?{urlencode(said)}"
    officer = request.user.holds(*selectors.OFFICERS)
    return {"late": facts, "flag_url": address, "revocation": revocation if officer else None}


def files_of(subject: Acceptance) -> list[dict]:
    """What the unit brought, with what it is."""
    labels = dict(AcceptanceFile.choices)
    return [file_line(row, str(labels[row.kind])) for row in selectors.unit_files_of(subject)]


# --- what the unit prepares -----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def acceptance_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The unit's words, saved while they are written; a plain form works as well."""
    subject = _subject(request, pk)
    require(permissions.FILLER(request.user, subject))
    if request.method != "POST":
        require(permissions.may_prepare(request.user, subject))
        return _edit(request, subject, SummaryForm(acceptance=subject))
    quiet = "X-Autosave" in request.headers
    only = request.POST.getlist("changed") if quiet else None
    form = SummaryForm(request.POST, acceptance=subject, only=only)
    if not form.is_valid() and not quiet:
        return _edit(request, subject, form, status=UNPROCESSABLE)
    seen = moment_of(request.POST.get("version", ""))
    saved_at = services.save_acceptance(
        acceptance=subject, entries=form.cleaned_data, seen=seen, by=request.user
    )
    return saved_quietly(form, saved_at) if quiet else redirect("evaluation:acceptance-files", pk)


def _edit(request: HttpRequest, subject: Acceptance, form: SummaryForm, *, status: int = 200) -> HttpResponse:
    context = {"subject": subject, "form": form, "version": version_of(subject.saved_at)}
    return render(request, EDIT, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def acceptance_files(request: HttpRequest, pk: int) -> HttpResponse:
    """What the unit brings: what is asked for, what is there, more of it."""
    subject = _subject(request, pk)
    require(permissions.FILLER(request.user, subject))
    form = FilesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        found = services.attach_acceptance_files(acceptance=subject, **form.cleaned_data, by=request.user)
        messages.success(request, _("已上传“%(name)s”。") % {"name": "、".join(one.name for one in found)})
        return redirect("evaluation:acceptance-files", pk)
    require(permissions.may_prepare(request.user, subject))
    labels = dict(AcceptanceFile.choices)
    held = [
        {"file": row, "line": file_line(row, str(labels[row.kind]))}
        for row in selectors.unit_files_of(subject)
    ]
    lacking = [reason for reason in selectors.missing_of(subject) if reason.field.startswith("file_")]
    return show_form(request, FILES, form, subject=subject, held=held, lacking=lacking)


@require_POST
def acceptance_file_remove(request: HttpRequest, pk: int, file: int) -> HttpResponse:
    """Take a file out again."""
    subject = _subject(request, pk)
    require(permissions.FILLER(request.user, subject))
    attachment = get_object_or_404(selectors.unit_files_of(subject), pk=file)
    services.remove_acceptance_file(acceptance=subject, attachment=attachment, by=request.user)
    messages.success(request, _("已删除“%(name)s”。") % {"name": attachment.name})
    return redirect("evaluation:acceptance-files", pk)


# --- what the bureau looks up ---------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def acceptance_lookups(request: HttpRequest, pk: int) -> HttpResponse:
    """Look-ups of the host in the lists of the edition, and a further one."""
    subject = _subject(request, pk)
    require(permissions.CLERK(request.user, subject))
    form = LookupForm(request.POST or None, request.FILES or None, acceptance=subject)
    if request.method == "POST" and form.is_valid():
        services.record_lookup(acceptance=subject, **form.cleaned_data, by=request.user)
        messages.success(request, _("已登记查询结果。"))
        return redirect("evaluation:acceptance-lookups", pk)
    require(permissions.may_look_up(request.user, subject))
    return show_form(
        request, LOOKUPS, form, subject=subject, lookups=lookup_lines(selectors.lookups_of(subject))
    )
