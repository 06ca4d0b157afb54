"""The experts' part of a proposal for a joint project (四(六), domain B6), as a kind of review: blind, by its book."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from evaluation.enums import ReviewKind
from evaluation.kinds import Case, Kind, Material, Result, register
from evaluation.policy import Parties
from evaluation.selectors.engagements import agencies_engaged_for_kind
from institutes.book import hider, with_frozen_names
from institutes.book import read as read_book
from institutes.book.hiding import hidden
from projects import book
from projects import selectors as programme
from projects.enums import ProposalState
from projects.models import Proposal
from projects.services import change_project_agency, record_project_review, reopen_project_review
from records import clock
from records.models import Attachment


def handed_to(user: User) -> QuerySet[Proposal]:
    """Those which this person's agency was entrusted with, while it is engaged for such reviews."""
    engaged = agencies_engaged_for_kind(ReviewKind.PROJECT, clock.today()).values("pk")
    rows = programme.proposals_visible_to(user).filter(agency_id__in=programme.agencies_of(user))
    return rows.filter(agency_id__in=engaged)


def describe(proposal: Proposal) -> Case:
    return Case(
        title=proposal.title or str(proposal),
        number=proposal.number or "",
        host=proposal.host,
        division=proposal.division,
        agency=proposal.agency,
        chain=proposal.topic.chain if proposal.topic else None,
    )


def read(proposal: Proposal, *, blind: bool) -> Material:
    """The book as it was last handed in, and its annexes; nothing where none was handed in."""
    version = programme.latest_version(proposal)
    if version is None:
        return Material(list, Attachment.objects.none, {})
    declared, answers = book.of_edition(proposal.call.form_edition), version.answers
    setting = with_frozen_names(book.setting_of(proposal), answers)
    if not blind:
        return Material(
            lambda: read_book(declared, answers, setting, discreet=True),
            lambda: programme.files_of(proposal),
            {},
        )
    hide = hider(book.replacements_for(declared, proposal, answers))
    return Material(
        chapters=lambda: [
            hidden(chapter, hide) for chapter in read_book(declared, answers, setting, blind=True)
        ],
        annexes=lambda: programme.files_of(proposal),
        needles=book.needles_for(declared, proposal, answers),
        hide=hide,
    )


def parties(proposal: Proposal) -> Parties:
    """Whom its experts must have nothing to do with: the leading unit, its partners, everybody the book names."""
    version = programme.latest_version(proposal)
    answers = version.answers if version else {}
    partners = answers.get("partners", {}).get("partners") or ()
    team = answers.get("leader", {}).get("people") or ()
    units = {proposal.host.name, *proposal.institute.co_builders}
    units |= {row["name"] for row in partners if row.get("name")} | {
        row["unit"] for row in team if row.get("unit")
    }
    leading = {proposal.leader_name, proposal.host.legal_rep, proposal.institute.director}
    people = {*leading, *(row.get("name", "") for row in team)}
    codes = {proposal.host.uscc, *(row.get("uscc", "") for row in partners)}
    return Parties(
        units=frozenset(units),
        people=frozenset(name for name in people if name),
        codes=frozenset(code for code in codes if code),
    )


def conclude(proposal: Proposal, result: Result, /, *, by: User, at: datetime) -> Proposal:
    return record_project_review(
        proposal=proposal,
        score=result.score,
        passed=result.passed,
        opinion=result.opinion,
        tie_break=result.tie_break,
        by=by,
        at=at,
    )


def reopen(proposal: Proposal, /, *, reason: str, by: User, at: datetime) -> Proposal:
    return reopen_project_review(proposal=proposal, reason=reason, by=by, at=at)


def redo_barred(proposal: Proposal) -> str:
    """Why the experts' result cannot be taken back any more, in words; empty where it can."""
    if proposal.state == ProposalState.BUDGET_REVIEW:
        return ""
    return "该申报已完成预算评审或已办结，专家评审结果不能再撤回。"


def change_agency(
    proposal: Proposal, /, *, agency: Organisation, reason: str, by: User, at: datetime
) -> Proposal:
    return change_project_agency(proposal=proposal, agency=agency, reason=reason, by=by, at=at)


PROJECT_REVIEW = register(
    Kind(
        code=ReviewKind.PROJECT.value,
        label=ReviewKind.PROJECT.label,
        model=Proposal,
        under_review=Q(state=ProposalState.REVIEWING),
        handed_to=handed_to,
        describe=describe,
        read=read,
        parties=parties,
        conclude=conclude,
        page="projects:project-proposal",
        passed=_("通过专家评审，进入预算评审"),
        failed=_("未达到评审合格线，申报结束"),
        follows=_(
            "按评审办法计算总分，写入项目申报案卷，并出具评审结果表\n"
            "通过的由财务专家评审预算，再由市科技局排序审议；未通过的结束并告知单位\n汇总后不能再修改"
        ),
        withdrawn=_("项目申报已撤回或终止，评审随之终止。"),
        clause="四(六)",
        reopen=reopen,
        redo_barred=redo_barred,
        change_agency=change_agency,
    )
)
