"""Proposals: the list, one case with what it holds and who has it, the book for reading, the moves."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import holders
from accounts.views.common import listed
from institutes.book import read as read_book
from institutes.book.setting import with_frozen_names
from institutes.views.annexes import shown_all
from institutes.views.lists import is_inside
from institutes.views.standing import paper_line
from notices.selectors import item_as_shown, item_of
from projects import book, permissions, selectors
from projects.desk import PROPOSAL_DESK
from projects.enums import ProposalState
from projects.forms.proposals import ProposalFilter
from projects.lifecycle import PROPOSAL
from projects.models import Proposal
from projects.services.unit import as_reason, missing_of
from records import calendar, clock, downloads, exports
from records.moves import answer_move

CARD = "projects/_proposal_card.html"


@require_safe
def proposal_list(request: HttpRequest) -> HttpResponse:
    """The proposals this person may read, the latest first."""
    if not permissions.may_read_proposals(request.user):
        raise PermissionDenied
    context = listed(request, selectors.proposals_visible_to(request.user), ProposalFilter)
    inside, today = is_inside(request.user), clock.today()
    rows = [
        {
            "case": row,
            "words": PROPOSAL.label(row.state, for_applicant=inside),
            "holder": holders.of_case(row, PROPOSAL),
            "days_left": calendar.working_days_left(today, row.due_on) if row.due_on else None,
            "score": row.score if _reads_score(request.user, row) else None,
        }
        for row in context["page"]
    ]
    return render(request, "projects/proposal_list.html", context | {"rows": rows})


def _reads_score(user, row: Proposal) -> bool:
    return row.score is not None and permissions.may_read_decision(user, row) and not row.is_blinded


@downloads.table("project-proposals", "联合攻关项目申报")
def proposal_export(request: HttpRequest) -> exports.Sheet:
    """Exactly what the list shows, all pages of it."""
    if not permissions.may_read_proposals(request.user):
        raise PermissionDenied
    rows = selectors.proposals_visible_to(request.user)
    found = ProposalFilter(request.GET, queryset=rows, request=request).qs
    head = [_("申报编号"), _("项目名称"), _("项目编号"), _("牵头单位"), _("研究院"), _("归口"), _("指南方向")]
    head += [_("产业链"), _("负责人"), _("申请（元）"), _("自筹（元）"), _("实施期限（月）"), _("专家得分")]
    head += [_("支持（元）"), _("状态"), _("当前办理"), _("办理时限"), _("报送时间")]
    return exports.Sheet(head, found, lambda row: _cells(row, request.user))


def _cells(row: Proposal, user) -> list:
    if row.is_blinded:
        named = [row.number, row.alias, "", "", "", "", row.topic, row.topic and row.topic.chain, ""]
    else:
        named = [row.number, row.title, row.project_number, row.host, row.institute, row.division]
        named += [row.topic, row.topic and row.topic.chain, row.leader_name]
    money = [row.asked, row.own, row.months]
    judged = [row.score if _reads_score(user, row) else None, row.grant]
    handed = f"{localtime(row.handed_in_at):%Y-%m-%d %H:%M}" if row.handed_in_at else ""
    standing = [PROPOSAL.label(row.state), holders.of_case(row, PROPOSAL), row.due_on, handed]
    return [*named, *money, *judged, *standing]


@require_safe
def proposal(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: what it is, where it stands, who has it, what comes next."""
    subject = get_object_or_404(selectors.proposals_visible_to(request.user), pk=pk)
    offers = PROPOSAL_DESK.offers(request.user, subject)
    return render(request, "projects/proposal.html", card_context(request, subject, offers))


@require_http_methods(["GET", "HEAD", "POST"])
def proposal_move(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Take one move of a proposal."""
    return answer_move(request, PROPOSAL_DESK, pk, action, card=CARD, context=card_context)


def card_context(request: HttpRequest, subject: Proposal, offers) -> dict:
    """What the card shows, on its page and as the answer to a move."""
    user, inside = request.user, permissions.is_inside(request.user, subject)
    reads = permissions.may_read_lookups(user, subject)
    fills = permissions.may_fill(user, subject)
    primary = [offer.label for offer in offers if offer.primary and offer.allowed]
    decided = permissions.may_read_decision(user, subject)
    return {
        "subject": subject,
        "offers": offers,
        "holder": holders.of_case(subject, PROPOSAL),
        "days_left": calendar.working_days_left(clock.today(), subject.due_on) if subject.due_on else None,
        "next_step": primary[0] if primary else "",
        "events": _events(request, subject, inside),
        "inside": inside,
        "blinded": subject.is_blinded,
        "fills": fills,
        "missing": [as_reason(subject, fault) for fault in missing_of(subject)] if fills else [],
        "looks_up": permissions.may_look_up(user, subject),
        "reads": reads,
        "lookups": selectors.lookups_of(subject) if reads else [],
        "hints": selectors.hints_about(subject) if reads else [],
        "shows_county": bool(subject.opined_at) and (bool(subject.signed_at) or reads),
        "shows_formal": bool(subject.checked_at) and (reads or bool(subject.confirmed_at)),
        "checklist": _checklist(subject) if reads else [],
        "shows_review": bool(subject.reviewed_at) and decided,
        "lines": list(subject.budget_lines.all()) if not subject.is_blinded else [],
        "shows_budget": bool(subject.budgeted_at) and permissions.may_read_budget_review(user, subject),
        "shows_decision": bool(subject.decided_at),
        "publicity": _publicity(subject),
        "project": _project_of(user, subject),
        "stages": _stages(subject),
        "papers": [] if subject.is_blinded else [paper_line(row) for row in selectors.papers_about(subject)],
    }


def _events(request: HttpRequest, subject: Proposal, inside: bool) -> list[dict]:
    lines = PROPOSAL_DESK.lines(request.user, subject)
    events = [{"what": one.label, "who": one.actor, "at": one.at, "reason": one.reason} for one in lines]
    if not PROPOSAL.states[subject.state].final:
        label = PROPOSAL.label(subject.state, for_applicant=inside)
        holder = holders.of_case(subject, PROPOSAL)
        events.append({"what": label, "who": holder, "at": subject.due_on, "state": "now"})
    return events


def _checklist(subject: Proposal) -> list[dict]:
    labels = {one["code"]: one["label"] for one in subject.call.edition.terms["checklist"]}
    return [mark | {"label": labels.get(mark["code"], mark["code"])} for mark in subject.formal_marks]


def _publicity(subject: Proposal) -> dict | None:
    item = item_of(subject) if subject.decided_at and subject.grant else None
    return item_as_shown(item, on=clock.today()) | {"notice": item.notice} if item else None


def _project_of(user, subject: Proposal):
    """What became of it, where this person may read that."""
    if subject.project_number is None:
        return None
    return selectors.projects_visible_to(user).filter(proposal=subject).first()


def _stages(subject: Proposal):
    if subject.state != ProposalState.APPROVED:
        return []
    project = getattr(subject, "project", None)
    return project.stages.all() if project else []


@require_safe
def proposal_book(request: HttpRequest, pk: int) -> HttpResponse:
    """The book for reading: the draft for the unit, else as it was handed in; ``?version=`` shows an earlier one."""
    subject = get_object_or_404(selectors.proposals_visible_to(request.user), pk=pk)
    if not permissions.may_read_book(request.user, subject):
        raise PermissionDenied
    return render(request, "projects/proposal_book.html", _book_of(request, subject))


def _book_of(request: HttpRequest, subject: Proposal) -> dict:
    """The book with its versions and annexes, hidden as far as this reader must not see."""
    versions = list(subject.versions.order_by("number"))
    wanted = request.GET.get("version", "")
    own = permissions.is_inside(request.user, subject)
    shown = next((one for one in versions if str(one.number) == wanted), None)
    if shown is None and not (own and subject.is_editable):
        shown = versions[-1] if versions else None
    answers = shown.answers if shown else book.answers_of_draft(subject)
    declared = book.of_edition(subject.call.form_edition)
    setting = with_frozen_names(book.setting_of(subject), answers)
    labels = {annex.code: str(annex.label) for annex in declared.annexes}
    return {
        "subject": subject,
        "versions": versions,
        "shown": shown,
        "chapters": read_book(declared, answers, setting, discreet=not own),
        "files": shown_all(selectors.files_of(subject), labels),
    }
