"""Evaluation, who scores it and who is not scored: agency and panel, deferral, deemed passed, not taking part."""

from dataclasses import replace
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from evaluation.enums.performance import EvaluationFile, EvaluationState, Exemption
from evaluation.kinds import Result
from evaluation.lifecycle import EVALUATION
from evaluation.models import Evaluation
from evaluation.selectors.performance import (
    absent_from,
    agencies_for_performance,
    checks_of,
    deferrals_of,
    has_performance_panel,
)
from evaluation.services.cycles import conclude_cycle
from evaluation.services.evaluations import due_with_unit, take_step
from institutes.services.lookups import PROOFS
from records import attachments, clock
from records.deadlines import day_in_words
from records.errors import Conflict, IllegalMove, Incomplete, NotEligible, Reason
from records.lifecycle import Stamps, lock


@transaction.atomic
def entrust_evaluation(
    *, evaluation: Evaluation, agency: Organisation, by: User, at: datetime | None = None
) -> Evaluation:
    """Entrust an agency with the experts' part. Raises ``Incomplete`` where a look-up of the host is lacking."""
    at = at or clock.now()
    lock(evaluation)
    if EVALUATION.allows(evaluation, "entrust"):
        Incomplete.unless_empty([*_lookups_lacking(evaluation), *_faults_of_agency(agency, at)])
    stamps: Stamps = {"agency": agency, "entrusted_at": at, "entrusted_by": by}
    take_step(evaluation, "entrust", by=by, at=at, data={"agency": agency.name}, **stamps)
    return evaluation


def _lookups_lacking(evaluation: Evaluation) -> list[Reason]:
    """Lists in which the host was not looked up since the report was handed in."""
    since = timezone.localdate(evaluation.handed_in_at) if evaluation.handed_in_at else None
    return [
        Reason(
            f"还没有查询“{row['item']['label']}”。",
            field=row["item"]["code"],
            url=f"{evaluation.get_absolute_url()}lookups/",
            link="去登记",
        )
        for row in checks_of(evaluation)
        if row["check"] is None or (since and row["check"].checked_on < since)
    ]


def _faults_of_agency(agency: Organisation, at: datetime) -> list[Reason]:
    if agencies_for_performance(timezone.localdate(at)).filter(pk=agency.pk).exists():
        return []
    words = f"“{agency}”没有覆盖三年绩效评价的有效评审委托，请先办理委托。"
    return [Reason(words, field="agency", clause="四(二)")]


@transaction.atomic
def entrust_evaluation_anew(
    *, evaluation: Evaluation, agency: Organisation, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """Entrust another agency, as long as the first has not opened a panel."""
    at = at or clock.now()
    lock(evaluation)
    if has_performance_panel(evaluation):
        raise Conflict("该评价已组建评审组；需要更换机构的，请在原评审委托中办理移交。")
    Incomplete.unless_empty(_faults_of_agency(agency, at))
    return take_over_evaluation(evaluation=evaluation, agency=agency, reason=reason, by=by, at=at)


@transaction.atomic
def take_over_evaluation(
    *, evaluation: Evaluation, agency: Organisation, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """Let another agency go on with it where its panel was handed over."""
    at = at or clock.now()
    stamps: Stamps = {"agency": agency, "entrusted_at": at, "entrusted_by": by}
    data = {"agency": agency.name}
    take_step(evaluation, "entrust_anew", by=by, at=at, reason=reason, data=data, **stamps)
    return evaluation


@transaction.atomic
def record_performance_review(
    *, evaluation: Evaluation, result: Result, by: User, at: datetime | None = None
) -> Evaluation:
    """Take down what the experts gave, item by item; the bureau grades."""
    at = at or clock.now()
    marks = {code: str(points) for code, points in result.marks.items()}
    lacking = {one["code"] for one in evaluation.edition.sheet} - set(marks)
    if lacking:
        raise Incomplete(Reason("专家评分不完整，缺少部分指标的得分。"))
    stamps: Stamps = {
        "marks": marks,
        "panel_score": result.score,
        "panel_opinion": result.opinion.strip(),
        "reviewed_at": at,
        "reviewed_by": by,
    }
    take_step(evaluation, "record_review", by=by, at=at, data={"score": str(result.score)}, **stamps)
    return evaluation


@transaction.atomic
def reopen_performance_review(
    *, evaluation: Evaluation, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """Take the experts' points back, so that the panel can come to others."""
    stamps: Stamps = dict.fromkeys(("panel_score", "reviewed_at", "reviewed_by"))
    stamps |= {"marks": {}, "panel_opinion": ""}
    take_step(evaluation, "reopen_review", by=by, at=at or clock.now(), reason=reason, **stamps)
    return evaluation


# --- not scored -----------------------------------------------------------------------------------------------------


@transaction.atomic
def propose_exemption(
    *,
    evaluation: Evaluation,
    exemption: str,
    reason: str,
    by: User,
    evidence: UploadedFile | None = None,
    at: datetime | None = None,
) -> Evaluation:
    """Propose to put the evaluation off, or to count it as passed for a provincial one. Another person confirms.

    Raises ``NotEligible`` where the cycle was put off as often as the edition allows.
    """
    at, found = at or clock.now(), []
    lock(evaluation)
    if exemption not in Exemption.values:
        found.append(Reason("请选择缓评或者视同合格。", field="exemption"))
    if not reason.strip():
        found.append(Reason("请写明理由和依据。", field="reason"))
    if exemption == Exemption.PROVINCIAL and evidence is None:
        found.append(Reason("请上传省级评价结果文件。", field="evidence"))
    Incomplete.unless_empty(found)
    most = int(evaluation.edition.terms["cycle"]["deferrals_max"])
    if exemption == Exemption.DEFERRAL and (evaluation.attempt > 1 or deferrals_of(evaluation) >= most):
        words = f"每个评估周期以缓评 {most} 次为限，整改后再评的不能缓评（系统默认，待确认）。"
        raise NotEligible(Reason(words, field="exemption"))
    if evidence is not None:
        _keep_evidence(evaluation, evidence, by)
    stamps: Stamps = {
        "exemption": exemption,
        "exemption_reason": reason.strip(),
        "exemption_proposed_at": at,
        "exemption_proposed_by": by,
    }
    data = {"exemption": exemption}
    take_step(evaluation, "propose_exemption", by=by, at=at, reason=reason, data=data, **stamps)
    return evaluation


def _keep_evidence(evaluation: Evaluation, evidence: UploadedFile, by: User) -> None:
    limits = evaluation.institute.recognition.edition.upload_limits
    found = attachments.faults_of(evidence, among=PROOFS, limits=limits)
    Incomplete.unless_empty([replace(fault, field="evidence") for fault in found])
    attachments.attach_file(
        subject=evaluation, kind=EvaluationFile.EXEMPTION, upload=evidence, by=by, limits=limits
    )


@transaction.atomic
def refuse_exemption(
    *, evaluation: Evaluation, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """Have it evaluated in this round all the same."""
    at = at or clock.now()
    cleared: Stamps = {
        "exemption": "",
        "exemption_reason": "",
        "exemption_proposed_at": None,
        "exemption_proposed_by": None,
    }
    due = due_with_unit(evaluation, at)
    take_step(evaluation, "refuse_exemption", by=by, at=at, reason=reason, **due, **cleared)
    return evaluation


@transaction.atomic
def defer_evaluation(*, evaluation: Evaluation, by: User, at: datetime | None = None) -> Evaluation:
    """Put the evaluation off: its cycle waits for the next round. Another than who proposed it."""
    at = at or clock.now()
    _confirm(evaluation, Exemption.DEFERRAL)
    take_step(evaluation, "defer", by=by, at=at, exempted_at=at, exempted_by=by)
    return evaluation


@transaction.atomic
def deem_evaluation(*, evaluation: Evaluation, by: User, at: datetime | None = None) -> Evaluation:
    """Count it as passed because the province evaluated it in the cycle; graded and published with its round."""
    at = at or clock.now()
    _confirm(evaluation, Exemption.PROVINCIAL)
    take_step(evaluation, "deem", by=by, at=at, exempted_at=at, exempted_by=by)
    return evaluation


def _confirm(evaluation: Evaluation, exemption: str) -> None:
    lock(evaluation)
    if evaluation.state == EvaluationState.EXEMPTION and evaluation.exemption != exemption:
        said = evaluation.get_exemption_display()
        raise Conflict(f"经办提出的是“{said}”，与本决定不一致；请退回经办。")


@transaction.atomic
def miss_evaluation(
    *, evaluation: Evaluation, reason: str, by: User, at: datetime | None = None
) -> Evaluation:
    """Enter that the institute did not take part. Whether its recognition ends is decided apart from that."""
    at = at or clock.now()
    lock(evaluation)
    first = absent_from(evaluation)
    if EVALUATION.allows(evaluation, "miss") and timezone.localdate(at) < first:
        raise IllegalMove(f"自{day_in_words(first)}起仍未提交自评报告的，才能登记未参加评价。")
    take_step(evaluation, "miss", by=by, at=at, reason=reason)
    conclude_cycle(evaluation.cycle, by=by, at=at)
    return evaluation
