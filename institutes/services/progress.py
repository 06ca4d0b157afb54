"""How far the build period is: reported by the unit, asked about by officers, taken back if wrong."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import notifications, selectors
from institutes.lifecycle import PROGRESS
from institutes.models import (
    Commitment,
    Institute,
    Milestone,
    ProgressReport,
    ProgressValue,
    RecognitionEdition,
    StageReached,
)
from institutes.services.milestones import close_milestones
from records import attachments, clock
from records.amounts import grouped, in_wan
from records.deadlines import day_in_words
from records.errors import BadFile, Conflict, Incomplete, Reason
from records.lifecycle import lock

PROOF = "progress_proof"
ANSWER = "progress_answer"
Values = Mapping[str, Decimal]
Stages = Mapping[int, date]


@transaction.atomic
def report_progress(
    *,
    institute: Institute,
    as_of: date,
    by: User,
    values: Values,
    stages: Stages | None = None,
    note: str = "",
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> ProgressReport:
    """Report what was reached by ``as_of``: targets by their code (amounts in yuan), stages by their key.

    All values count from the beginning of the build period, so none is below what was reported for an earlier day.
    Raises ``Incomplete`` or ``Conflict`` with every reason.
    """
    at, stages = at or clock.now(), stages or {}
    lock(institute)
    if institute.recognition.is_over:
        raise Conflict(f"该研究院的{institute.recognition.barrier}，不再报告建设进展。")
    edition = RecognitionEdition.objects.in_force("recognition", timezone.localdate(at))
    asked = {one.code: one for one in institute.commitments.all()}
    left = {one.pk: one for one in selectors.stages_open(institute)}
    Incomplete.unless_empty(
        [
            *_faults_of_day(institute, as_of, at),
            *_faults_of_stages(institute, left, stages, as_of),
            *_lacking(institute, asked, values, stages, files, as_of),
        ]
    )
    Conflict.unless_empty(list(_steps_back(institute, asked, values, as_of)))
    report = ProgressReport.objects.create(
        institute=institute,
        edition=edition,
        host_id=institute.host_id,
        division_id=institute.division_id,
        as_of=as_of,
        note=note.strip(),
        reported_at=at,
        reported_by=by,
    )
    _write(report, asked, values, left, stages)
    close_milestones([left[pk] for pk in stages], at=at)
    event = PROGRESS.begin(report, by=by, at=at, as_of=as_of.isoformat())
    attach_proof(report, files, kind=PROOF, by=by)
    notifications.tell_of_progress(report, event)
    return report


def _write(
    report: ProgressReport,
    asked: Mapping[str, Commitment],
    values: Values,
    left: Mapping[int, Milestone],
    stages: Stages,
) -> None:
    ProgressValue.objects.bulk_create(
        ProgressValue(report=report, commitment=asked[code], value=value) for code, value in values.items()
    )
    StageReached.objects.bulk_create(
        StageReached(report=report, milestone=left[pk], reached_on=day) for pk, day in stages.items()
    )


def attach_proof(report: ProgressReport, files: Iterable[UploadedFile], *, kind: str, by: User) -> None:
    """Keep what shows it with the report, within the edition's limits."""
    limits, files = report.edition.upload_limits, list(files)
    BadFile.unless_empty(
        [fault for upload in files for fault in attachments.faults_of(upload, limits=limits)]
    )
    for upload in files:
        attachments.attach_file(subject=report, kind=kind, upload=upload, limits=limits, by=by)


# --- what is missing, what contradicts ----------------------------------------------------------------------------


def _faults_of_day(institute: Institute, as_of: date, at: datetime) -> Iterator[Reason]:
    if as_of > timezone.localdate(at):
        yield Reason("截止日期不能晚于今天。", field="as_of")
    if institute.build_from and as_of < institute.build_from:
        yield Reason(f"截止日期不能早于建设期开始的{day_in_words(institute.build_from)}。", field="as_of")


def _faults_of_stages(
    institute: Institute, left: Mapping[int, Milestone], stages: Stages, as_of: date
) -> Iterator[Reason]:
    for pk, day in stages.items():
        if pk not in left:
            yield Reason("该阶段已经报告完成，或者不是本院的建设阶段。", field=f"stage_{pk}")
        elif day > as_of:
            words = f"{left[pk].content}：完成日期不能晚于本次报告的截止日期。"
            yield Reason(words, field=f"stage_{pk}")
        elif institute.build_from and day < institute.build_from:
            yield Reason(f"{left[pk].content}：完成日期不能早于建设期开始。", field=f"stage_{pk}")


def _lacking(
    institute: Institute,
    asked: Mapping[str, Commitment],
    values: Values,
    stages: Stages,
    files: Sequence[UploadedFile],
    as_of: date,
) -> Iterator[Reason]:
    """What a report needs: something to say, and a proof of whatever is more than before."""
    if not values and not stages:
        yield Reason("请至少填写一项目标的累计完成数，或者一个阶段的完成日期。")
    for code, value in values.items():
        if code not in asked:
            yield Reason("这不是本院的建设目标。", field=f"value_{code}")
        elif value < 0:
            yield Reason(f"{asked[code].label}：累计完成数不能为负数；没有的填 0。", field=f"value_{code}")
    before = selectors.values_reported(institute, on=as_of)
    grows = any(value > before.get(code, Decimal(0)) for code, value in values.items())
    if (grows or stages) and not files:
        yield Reason("完成数增加或者阶段完成的，请上传证明材料（合同、证书、检测报告等）。", field="files")


def _steps_back(
    institute: Institute, asked: Mapping[str, Commitment], values: Values, as_of: date
) -> Iterator[Reason]:
    """What is counted from the beginning never falls: neither below an earlier report, nor above a later one."""
    rows = ProgressValue.objects.filter(
        report__in=institute.progress_reports.counting(), commitment__code__in=values
    )
    for row in rows.select_related("report", "commitment").order_by("commitment__position", "report__as_of"):
        value, day = values[row.commitment.code], row.report.as_of
        words = f"{row.commitment.label}：截至{day_in_words(day)}已报告 {_said(row)}"
        link = {"url": row.report.get_absolute_url(), "link": "查看该报告"}
        field = f"value_{row.commitment.code}"
        if day <= as_of and value < row.value:
            yield Reason(f"{words}，累计数不能减少；前次报错的，请先撤回。", field=field, **link)
        elif day > as_of and value > row.value:
            yield Reason(f"{words}，更早的日期不能多于此数；报错的，请先撤回。", field=field, **link)


def _said(row: ProgressValue) -> str:
    if row.commitment.is_amount:
        return f"{in_wan(row.value)} 万元"
    return f"{grouped(row.value)} {row.commitment.unit}"


# --- questions ------------------------------------------------------------------------------------------------------


@transaction.atomic
def question_progress(
    *, progress: ProgressReport, reason: str, by: User, at: datetime | None = None
) -> ProgressReport:
    """Ask the unit to explain what it reported; the figure stands with the question until then."""
    at = at or clock.now()
    event = PROGRESS.move(
        progress,
        "question",
        by=by,
        at=at,
        reason=reason.strip(),
        question=reason.strip(),
        questioned_at=at,
        questioned_by=by,
        answer="",
        answered_at=None,
        answered_by=None,
    )
    notifications.tell_of_progress(progress, event)
    return progress


@transaction.atomic
def answer_progress(
    *,
    progress: ProgressReport,
    answer: str,
    by: User,
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> ProgressReport:
    """The unit explains it, with further proof where it has any."""
    at = at or clock.now()
    if not answer.strip():
        raise Incomplete(Reason("请填写说明。", field="answer"))
    event = PROGRESS.move(
        progress, "answer", by=by, at=at, answer=answer.strip(), answered_at=at, answered_by=by
    )
    attach_proof(progress, files, kind=ANSWER, by=by)
    notifications.tell_of_progress(progress, event)
    return progress


@transaction.atomic
def withdraw_progress(
    *, progress: ProgressReport, reason: str, by: User, at: datetime | None = None
) -> ProgressReport:
    """Take a wrong report back: it counts no more, and stays on record with the reason."""
    at = at or clock.now()
    event = PROGRESS.move(
        progress, "withdraw", by=by, at=at, reason=reason.strip(), withdrawn_at=at, withdrawn_by=by
    )
    notifications.tell_of_progress(progress, event)
    return progress
