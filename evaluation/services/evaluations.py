"""Evaluation, the unit's part: its words, its evidence, its objections to figures; handed up, handed in, taken back."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from evaluation.documents.performance import REPORT
from evaluation.enums.performance import EvaluationFile, EvaluationState
from evaluation.lifecycle import EVALUATION
from evaluation.models import Evaluation
from evaluation.notifications.performance import tell_of_evaluation
from evaluation.selectors.performance import evidence_of, figures_now, missing_of_evaluation
from evaluation.services.papers import issue_after_commit
from evaluation.services.side_by_side import changed_in, others_since, refuse_clashes, who_and_when
from institutes.services.opinions import NO_OPINION
from records import attachments, audit, calendar, clock, numbering
from records.errors import BadFile, Clash, IllegalMove, Incomplete, Reason
from records.lifecycle import lock
from records.models import Attachment, AuditEvent

NOT_SAID_YET: dict[str, Any] = {
    **NO_OPINION,
    "filled": {},
    "tax_note": "",
    "tax_filled_at": None,
    "tax_filled_by": None,
    "finance_note": "",
    "finance_filled_at": None,
    "finance_filled_by": None,
}
"""What offices said to a report that was returned: the next one they judge anew, the register keeps it."""


def take_step(
    evaluation: Evaluation, action: str, *, by: User, at: datetime, reason: str = "", **more: Any
) -> AuditEvent:
    """One move: the table, the register, whoever has to know."""
    event = EVALUATION.move(evaluation, action, by=by, at=at, reason=reason.strip(), **more)
    tell_of_evaluation(evaluation, event)
    return event


def due_with_unit(evaluation: Evaluation, at: datetime) -> dict[str, Any]:
    """Until when the unit has it back: the day of the round, or some working days where that comes later."""
    days = evaluation.time_limit("supplement") or 0
    return {"due_on": max(evaluation.ends_on, calendar.add_working_days(timezone.localdate(at), days))}


# --- what the unit prepares -----------------------------------------------------------------------------------------


@transaction.atomic
def save_self_report(
    *,
    evaluation: Evaluation,
    entries: Mapping[str, str],
    by: User,
    seen: datetime | None = None,
    at: datetime | None = None,
) -> datetime:
    """Keep what was written: words by dimension (``text_…``), objections to figures (``doubt_…``).

    ``seen``: when this person last looked. Raises ``StaleVersion`` with both texts where somebody else wrote in the
    same box since; what others wrote in other boxes stays.
    """
    at = at or clock.now()
    lock(evaluation)
    refuse_unless_with_unit(evaluation)
    _refuse_to_overwrite(evaluation, entries, by, seen)
    changed = changed_in(entries=entries, before={name: entry_of(evaluation, name) for name in entries})
    dimensions = {part["code"] for part in evaluation.edition.terms["dimensions"]}
    indicators = {one["code"] for one in evaluation.edition.terms["indicators"]}
    for name, text in entries.items():
        kind, _, code = name.partition("_")
        if kind == "text" and code in dimensions:
            evaluation.texts[code] = text
        elif kind == "doubt" and code in indicators:
            _doubt(evaluation, code, text.strip())
    evaluation.saved_at, evaluation.saved_by = at, by
    evaluation.save(update_fields=["texts", "doubts", "saved_at", "saved_by"])
    audit.record("evaluation.evaluation.save", evaluation, by=by, at=at, fields=changed)
    return at


def _doubt(evaluation: Evaluation, code: str, text: str) -> None:
    """Keep or drop an objection; said otherwise, it is to be answered anew."""
    known = evaluation.doubts.get(code, {})
    if not text:
        evaluation.doubts.pop(code, None)
    elif known.get("note") != text:
        evaluation.doubts[code] = {"note": text, "answer": ""}


def refuse_unless_with_unit(evaluation: Evaluation) -> None:
    """Raise ``IllegalMove`` unless the unit still writes."""
    if evaluation.state != EvaluationState.SELF_REPORT:
        now = EVALUATION.label(evaluation.state)
        raise IllegalMove(f"“{evaluation}”现为“{now}”，自评材料不能再改。")


def entry_of(evaluation: Evaluation, name: str) -> str:
    """What stands under a name of the form."""
    kind, _, code = name.partition("_")
    if kind == "doubt":
        return evaluation.doubts.get(code, {}).get("note", "")
    return evaluation.texts.get(code, "")


def _refuse_to_overwrite(
    evaluation: Evaluation, entries: Mapping[str, str], by: User, seen: datetime | None
) -> None:
    """Of what others wrote since this person looked, only the same boxes clash; the others are kept side by side."""
    last = others_since(subject=evaluation, by=by, seen=seen)
    terms = evaluation.edition.terms
    labels = {one["code"]: one["label"] for one in (*terms["indicators"], *terms["dimensions"])}
    clashes = []
    for name in sorted(set(entries) & set(last)):
        code, mine, theirs = name.partition("_")[2], entries[name], entry_of(evaluation, name)
        if theirs != mine:
            who, when = who_and_when(line=last[name])
            clashes.append(Clash(name, labels.get(code, code), mine, theirs, by=who, at=when))
    refuse_clashes(subject=evaluation, clashes=clashes)


@transaction.atomic
def attach_evidence(*, evaluation: Evaluation, uploads: Sequence[UploadedFile], by: User) -> list[Attachment]:
    """Take in the evidence that the unit brings."""
    lock(evaluation)
    refuse_unless_with_unit(evaluation)
    limits = evaluation.institute.recognition.edition.upload_limits
    BadFile.unless_empty(
        [fault for upload in uploads for fault in attachments.faults_of(upload, limits=limits)]
    )
    return [
        attachments.attach_file(
            subject=evaluation, kind=EvaluationFile.EVIDENCE, upload=upload, limits=limits, by=by
        )
        for upload in uploads
    ]


@transaction.atomic
def remove_evidence(*, evaluation: Evaluation, attachment: Attachment, by: User) -> None:
    """Take a file out again while the report is being prepared; the register keeps that it was there."""
    lock(evaluation)
    refuse_unless_with_unit(evaluation)
    if not evidence_of(evaluation).filter(pk=attachment.pk).exists():
        raise Incomplete(Reason("该材料已不在案卷中，请刷新页面。", field="file"))
    attachments.remove_file(attachment=attachment, subject=evaluation, by=by)


# --- handed up, handed in, taken back -------------------------------------------------------------------------------


@transaction.atomic
def hand_up_evaluation(*, evaluation: Evaluation, by: User, at: datetime | None = None) -> Evaluation:
    """Give the report to the unit's administrator. Raises ``Incomplete`` with all that is missing."""
    take_step(evaluation, "hand_up", by=by, at=at or clock.now())
    Incomplete.unless_empty(missing_of_evaluation(evaluation))
    return evaluation


@transaction.atomic
def send_back_evaluation(
    *, evaluation: Evaluation, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """Let the report be mended inside the unit."""
    at = at or clock.now()
    take_step(evaluation, "send_back", by=by, at=at, reason=reason, **due_with_unit(evaluation, at))
    return evaluation


@transaction.atomic
def hand_in_evaluation(*, evaluation: Evaluation, by: User, at: datetime | None = None) -> Evaluation:
    """Hand the self-report in, in the unit's name: the figures of this moment are the ones that offices check."""
    at = at or clock.now()
    lock(evaluation)
    if EVALUATION.allows(evaluation, "hand_in"):
        Incomplete.unless_empty(missing_of_evaluation(evaluation))
    day, evaluation.filled = timezone.localdate(at), {}
    figures = figures_now(evaluation)
    chain = evaluation.institute.chain
    number = evaluation.number or numbering.take_number(
        "evaluation.evaluation", pattern=evaluation.edition.terms["numbers"]["evaluation"], year=day.year
    )
    event = take_step(
        evaluation,
        "hand_in",
        by=by,
        at=at,
        data={"paper": _promise(evaluation, number)},
        number=number,
        figures=figures,
        chain_kind=chain.kind if chain else "",
        handed_in_at=at,
        handed_in_by=by,
        **NOT_SAID_YET,
    )
    issue_after_commit(event)
    return evaluation


def _promise(evaluation: Evaluation, number: str) -> dict[str, str]:
    """The paper of the report: handed in anew, it is a paper of its own under the same number."""
    before = AuditEvent.objects.about(evaluation).filter(verb="evaluation.evaluation.hand_in").count()
    suffix = f"_{before + 1}" if before else ""
    return {"kind": f"{REPORT}{suffix}", "number": f"{number}{suffix.replace('_', '-')}"}


@transaction.atomic
def recall_evaluation(
    *, evaluation: Evaluation, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """Take the report back from the county to mend it."""
    at = at or clock.now()
    take_step(evaluation, "recall", by=by, at=at, reason=reason, **due_with_unit(evaluation, at))
    return evaluation
