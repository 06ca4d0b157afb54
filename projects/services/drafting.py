"""The unit fills in a proposal: begin, save section by section, name the leader, attach the annexes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from institutes.book.core import Section
from institutes.models import Institute
from institutes.services.saving import save_answers
from projects import book, selectors
from projects.enums import OFFICE_FILES
from projects.lifecycle import PROPOSAL
from projects.models import ProjectCall, Proposal, ProposalSection
from projects.services.calls import window_words
from records import attachments, audit, clock, deadlines
from records.crypto import blind_index
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, NotEligible, Reason, TooLate
from records.lifecycle import lock
from records.models import Attachment

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


@transaction.atomic
def begin_proposal(
    *, call: ProjectCall, institute: Institute, by: User, at: datetime | None = None
) -> Proposal:
    """Open a draft in a call that is open now, for the host of an institute that stands.

    There is no limit on how many a host begins (四(七)). Raises ``TooLate`` or ``NotEligible`` with every reason.
    """
    now = clock.database_now()
    at = at or now
    if not call.is_open(now):
        raise TooLate(window_words(call, now))
    proposal = Proposal(
        call=call,
        institute=institute,
        host=institute.host,
        division=institute.division,
        begun_at=at,
        begun_by=by,
    )
    NotEligible.unless_empty(
        [*selectors.barriers(proposal, on=timezone.localdate(at)), *_of_host(institute.host)]
    )
    proposal.save()
    PROPOSAL.begin(proposal, by=by, at=at, due_on=timezone.localdate(call.closes_at), call=call.number)
    return proposal


def _of_host(host: Organisation) -> list[Reason]:
    return [] if host.is_confirmed else [Reason("单位注册尚未经县级科技管理部门确认，确认后方可申报。")]


@transaction.atomic
def save_proposal_section(
    *,
    proposal: Proposal,
    section: str,
    changes: Mapping[str, object],
    version: int | str,
    by: User,
    own_may_stand: bool = False,
    at: datetime | None = None,
) -> ProposalSection:
    """Store what was changed in a section since ``version``: ``changes`` by path, and nothing else.

    As ``save_section`` of the application book: nothing that somebody else wrote is overwritten unseen.
    """
    at = at or clock.now()
    lock(proposal)
    refuse_unless_editable(proposal)
    declared = _declared(proposal, section)
    row, _new = ProposalSection.objects.get_or_create(
        proposal=proposal, code=section, defaults={"saved_at": at, "saved_by": by}
    )
    if save_answers(
        row,
        declared,
        changes,
        version=version,
        setting=book.setting_of(proposal),
        by=by,
        own_may_stand=own_may_stand,
        at=at,
    ):
        keep_figures(proposal)
    return row


def _declared(proposal: Proposal, code: str) -> Section:
    declared = book.of_edition(proposal.call.form_edition).section(code)
    if declared is None:
        raise Conflict(f"申报书中没有“{code}”这一部分。")
    return declared


def refuse_unless_editable(proposal: Proposal) -> None:
    """Raise ``IllegalMove`` where the book is locked."""
    if not proposal.is_editable:
        words = PROPOSAL.label(proposal.state, for_applicant=True)
        raise IllegalMove(
            Reason(f"申报书现为“{words}”，内容已锁定，不能修改。", url=proposal.get_absolute_url())
        )


def keep_figures(proposal: Proposal) -> None:
    """Bring the columns up to what the answers say: title, topic, leader, term, sums."""
    figures = book.figures_of(book.answers_of_draft(proposal), proposal.call.edition.terms)
    former = proposal.title
    proposal.title, proposal.topic_id, proposal.months = figures.title, figures.topic, figures.months
    proposal.leader_name, proposal.asked, proposal.own = figures.leader, figures.grant, figures.own
    proposal.save(update_fields=["title", "topic", "months", "leader_name", "asked", "own"])
    if proposal.title != former:
        deadlines.relabel(proposal)


# --- the leader -------------------------------------------------------------------------------------------------------


@transaction.atomic
def name_leader(*, proposal: Proposal, id_number: str, by: User, at: datetime | None = None) -> Proposal:
    """Keep the leader's identity number, encrypted; by its fingerprint a person is found in other projects.

    Raises ``Incomplete`` for what is no such number. The register keeps that it was entered, never what.
    """
    at = at or clock.now()
    lock(proposal)
    refuse_unless_editable(proposal)
    number = re.sub(r"\s", "", id_number).upper()
    if problem := identity_fault(number):
        raise Incomplete(Reason(problem, field="id_number"))
    proposal.leader_id, proposal.leader_mark = number, blind_index(number)
    proposal.save(update_fields=["leader_id", "leader_mark"])
    audit.record("projects.proposal.name_leader", proposal, by=by, at=at)
    return proposal


def identity_fault(number: str) -> str:
    """What is wrong with a resident's identity number; empty where its check character is right."""
    if not re.fullmatch(r"\d{17}[\dX]", number):
        return "请填写 18 位居民身份证号码。"
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return "" if _CHECKS[total % 11] == number[-1] else "身份证号码的校验位不对，请核对。"


# --- annexes ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def attach_proposal_files(
    *, proposal: Proposal, kind: str, uploads: Sequence[UploadedFile], by: User
) -> list[Attachment]:
    """Take in annexes of one kind while the book may be edited: all of them, or none, with every fault."""
    lock(proposal)
    refuse_unless_editable(proposal)
    if book.of_edition(proposal.call.form_edition).annex(kind) is None:
        raise BadFile(Reason(f"申报书没有“{kind}”这类附件。", field="kind"))
    limits = proposal.call.edition.upload_limits
    faults = [
        replace(fault, text=f"{attachments.clean_name(upload.name or '')}：{fault.text}")
        for upload in uploads
        for fault in attachments.faults_of(upload, limits=limits)
    ]
    BadFile.unless_empty(faults)
    return [
        attachments.attach_file(subject=proposal, kind=kind, upload=upload, by=by, limits=limits)
        for upload in uploads
    ]


@transaction.atomic
def remove_proposal_file(*, proposal: Proposal, attachment: Attachment, by: User) -> None:
    """Take an annex out while the book may be edited; its bytes stay on record."""
    lock(proposal)
    refuse_unless_editable(proposal)
    if attachment.kind in OFFICE_FILES:
        raise BadFile(Reason("这是主管部门的材料，不能删除。", field="kind"))
    if attachment.removed_at is None:
        attachments.remove_file(attachment=attachment, subject=proposal, by=by)
