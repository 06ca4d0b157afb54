"""Evaluation, what offices find: the county's opinion, tax and finance, look-ups, false items, an accident."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import User
from evaluation.enums.performance import EvaluationFile, EvaluationState
from evaluation.lifecycle import EVALUATION
from evaluation.models import Evaluation, EvaluationCheck
from evaluation.policy import performance as policy
from evaluation.selectors.performance import figures_now, indicators_filled_by, unanswered_doubts
from evaluation.services.evaluations import due_with_unit, take_step
from institutes.services.lookups import PROOFS, lookup_columns
from institutes.services.opinions import FOUND, faults_of_opinion, opined, signed
from records import attachments, audit, clock
from records.errors import Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, lock


@transaction.atomic
def county_return_evaluation(
    *, evaluation: Evaluation, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """The county has the unit mend its report; the unit hands it in anew."""
    at = at or clock.now()
    take_step(evaluation, "county_return", by=by, at=at, reason=reason, **due_with_unit(evaluation, at))
    return evaluation


@transaction.atomic
def give_evaluation_opinion(
    *,
    evaluation: Evaluation,
    position: str,
    opinion: str,
    by: User,
    answers: Mapping[str, str] | None = None,
    at: datetime | None = None,
) -> Evaluation:
    """The county's clerk drafts its opinion and answers every objection to a figure; its leader signs."""
    at = at or clock.now()
    lock(evaluation)
    doubts = {code: dict(said) for code, said in evaluation.doubts.items()}
    for code, answer in (answers or {}).items():
        if code in doubts:
            doubts[code]["answer"] = answer.strip()
    evaluation.doubts = doubts
    found = faults_of_opinion(position, opinion, FOUND)
    labels = {one["code"]: one["label"] for one in evaluation.edition.terms["indicators"]}
    found += [
        Reason(f"单位对“{labels[code]}”的数据提出异议，请答复。", field=f"answer_{code}")
        for code in unanswered_doubts(evaluation)
    ]
    Incomplete.unless_empty(found)
    stamps = opined(position, opinion, by=by, at=at) | {"doubts": doubts}
    take_step(evaluation, "give_opinion", by=by, at=at, **stamps)
    return evaluation


@transaction.atomic
def return_evaluation_opinion(
    *, evaluation: Evaluation, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """The county's leader has the opinion written anew."""
    take_step(evaluation, "return_opinion", by=by, at=at or clock.now(), reason=reason)
    return evaluation


@transaction.atomic
def sign_evaluation_opinion(*, evaluation: Evaluation, by: User, at: datetime | None = None) -> Evaluation:
    """Sign the county's opinion and send the report on to the tax bureau. Another than who drafted it."""
    at = at or clock.now()
    take_step(evaluation, "sign", by=by, at=at, **signed(by=by, at=at))
    return evaluation


# --- tax and finance ------------------------------------------------------------------------------------------------


@transaction.atomic
def fill_tax_figures(
    *,
    evaluation: Evaluation,
    by: User,
    values: Mapping[str, object] | None = None,
    note: str = "",
    at: datetime | None = None,
) -> Evaluation:
    """The tax bureau enters the figures that are its own; the unit cannot."""
    at = at or clock.now()
    lock(evaluation)
    filled = evaluation.filled | _filled(evaluation, "tax", values or {})
    stamps: Stamps = {"filled": filled, "tax_note": note.strip(), "tax_filled_at": at, "tax_filled_by": by}
    take_step(evaluation, "fill_tax", by=by, at=at, **stamps)
    return evaluation


@transaction.atomic
def fill_finance_figures(
    *,
    evaluation: Evaluation,
    note: str,
    by: User,
    values: Mapping[str, object] | None = None,
    at: datetime | None = None,
) -> Evaluation:
    """Finance says how the money was used, and enters what the edition leaves to it: the figures stand from here."""
    at = at or clock.now()
    lock(evaluation)
    if not note.strip():
        raise Incomplete(Reason("请写明财政资金到位、使用和专账核算的核查意见。", field="note"))
    evaluation.filled = evaluation.filled | _filled(evaluation, "finance", values or {})
    stamps: Stamps = {
        "filled": evaluation.filled,
        "figures": figures_now(evaluation),
        "finance_note": note.strip(),
        "finance_filled_at": at,
        "finance_filled_by": by,
    }
    take_step(evaluation, "fill_finance", by=by, at=at, **stamps)
    return evaluation


def _filled(evaluation: Evaluation, office: str, values: Mapping[str, object]) -> dict[str, dict]:
    """What an office entered, indicator by indicator; each that is its own needs a number, nought as well."""
    found, faults = {}, []
    for one in indicators_filled_by(evaluation, office):
        try:
            value = Decimal(str(values.get(one["code"], "")))
        except InvalidOperation:
            faults.append(Reason(f"请填写“{one['label']}”，没有的填 0。", field=f"value_{one['code']}"))
            continue
        if value < 0:
            faults.append(Reason(f"“{one['label']}”不能小于 0。", field=f"value_{one['code']}"))
        found[one["code"]] = {"value": str(value), "by": office}
    Incomplete.unless_empty(faults)
    return found


@transaction.atomic
def refill_figures(
    *, evaluation: Evaluation, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """Have tax and finance enter their figures anew."""
    cleared: Stamps = dict.fromkeys(
        ("tax_filled_at", "tax_filled_by", "finance_filled_at", "finance_filled_by")
    )
    take_step(evaluation, "refill", by=by, at=at or clock.now(), reason=reason, **cleared)
    return evaluation


# --- the bureau checks ----------------------------------------------------------------------------------------------


@transaction.atomic
def record_evaluation_check(
    *,
    evaluation: Evaluation,
    item: str,
    result: str,
    checked_on: date,
    source: str,
    evidence: UploadedFile | None,
    by: User,
    note: str = "",
    at: datetime | None = None,
) -> EvaluationCheck:
    """Enter what a look-up of the host brought. A later one of the same list stands in its place; both stay."""
    at = at or clock.now()
    lock(evaluation)
    if evaluation.state != EvaluationState.CHECKING:
        now = EVALUATION.label(evaluation.state)
        raise IllegalMove(f"“{evaluation}”现为“{now}”，不能登记信用查询。")
    columns = lookup_columns(
        evaluation,
        items={one["code"] for one in evaluation.edition.terms["lookups"]},
        kind=EvaluationFile.PROOF,
        limits=evaluation.institute.recognition.edition.upload_limits,
        item=item,
        result=result,
        checked_on=checked_on,
        source=source,
        evidence=evidence,
        note=note,
        by=by,
        at=at,
    )
    check = EvaluationCheck.objects.create(evaluation=evaluation, **columns)
    said = {"item": item, "result": result, "checked_on": checked_on.isoformat()}
    audit.record("evaluation.evaluation.record_check", evaluation, by=by, at=at, **said)
    return check


@transaction.atomic
def return_evaluation(
    *, evaluation: Evaluation, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """The bureau has the unit mend its report; it goes through county, tax and finance once more."""
    at = at or clock.now()
    take_step(evaluation, "return", by=by, at=at, reason=reason, **due_with_unit(evaluation, at))
    return evaluation


@transaction.atomic
def mark_false_item(
    *, evaluation: Evaluation, item: str, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """Find the figure of an indicator false: it earns nothing, and why stands beside it."""
    lock(evaluation)
    labels = {one["code"]: one["label"] for one in evaluation.edition.terms["indicators"]}
    if item not in labels:
        raise Incomplete(Reason("请选择指标。", field="item"))
    if any(one["item"] == item for one in evaluation.deductions):
        raise Conflict(f"“{labels[item]}”已认定不实。")
    line = {
        "code": policy.FALSE_ITEM,
        "words": f"“{labels[item]}”数据不实：{reason.strip()}",
        "points": "0",
        "item": item,
    }
    kept: Stamps = {"deductions": [*evaluation.deductions, line]}
    take_step(
        evaluation, "mark_false", by=by, at=at or clock.now(), reason=reason, data={"item": item}, **kept
    )
    return evaluation


@transaction.atomic
def clear_false_item(
    *, evaluation: Evaluation, item: str, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """Take back that a figure is false."""
    lock(evaluation)
    left = [one for one in evaluation.deductions if one["item"] != item]
    if len(left) == len(evaluation.deductions):
        raise Incomplete(Reason("该指标没有认定不实。", field="item"))
    kept: Stamps = {"deductions": left}
    take_step(
        evaluation, "clear_false", by=by, at=at or clock.now(), reason=reason, data={"item": item}, **kept
    )
    return evaluation


@transaction.atomic
def cap_evaluation(
    *,
    evaluation: Evaluation,
    reason: str,
    evidence: UploadedFile | None,
    by: User,
    at: datetime | None = None,
) -> Evaluation:
    """Hold the grade down for a major accident: never better than the edition says, with the proof."""
    lock(evaluation)
    if evidence is None:
        raise Incomplete(Reason("请上传事故认定材料。", field="evidence"))
    limits = evaluation.institute.recognition.edition.upload_limits
    found = attachments.faults_of(evidence, among=PROOFS, limits=limits)
    Incomplete.unless_empty([replace(fault, field="evidence") for fault in found])
    kept: Stamps = {
        "cap": evaluation.edition.terms["grading"]["accident_cap"],
        "cap_reason": reason.strip(),
    }
    take_step(evaluation, "cap", by=by, at=at or clock.now(), reason=reason, **kept)
    attachments.attach_file(
        subject=evaluation, kind=EvaluationFile.ACCIDENT, upload=evidence, by=by, limits=limits
    )
    return evaluation


@transaction.atomic
def lift_cap(*, evaluation: Evaluation, reason: str, by: User, at: datetime | None = None) -> Evaluation:
    """Take back that an accident holds the grade down."""
    lock(evaluation)
    if not evaluation.cap:
        raise Conflict("没有对等次作过限定。")
    take_step(evaluation, "lift_cap", by=by, at=at or clock.now(), reason=reason, cap="", cap_reason="")
    return evaluation
