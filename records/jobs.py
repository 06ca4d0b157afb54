"""Long work in small committed steps.

A job is ordered in the transaction of what orders it, and done by a worker step by step: each step makes the next
few things behind ``position`` and commits them together with how far it is. A worker that is killed loses the step
it was in and nothing else; a sweep takes up what nobody works on. The row's lock is what a worker holds while it
works, so two of them never make the same thing.

What the worker does stands in the register under the name of whoever ordered it.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from time import monotonic

from django.db import models, transaction

from records import clock, tasks
from records.errors import Refusal
from records.lifecycle import JOB
from records.models import Job, JobState
from records.models.subject import subject_type

logger = logging.getLogger(__name__)
STINT = 120.0
"""Seconds after which a worker lays long work down and rings for it anew: no message is held until the queue takes it
for lost, and no job keeps all others waiting."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What one step made: how many, and the key of the last. ``count`` 0: nothing is left to make."""

    count: int
    position: int


Step = Callable[[Job], Progress]
Hearer = Callable[[Job, str], None]
DONE, FAILED = "done", "failed"
_WORK: dict[str, Step] = {}
_HEARERS: list[Hearer] = []


def register(kind: str, step: Step) -> None:
    """Let a room say how jobs of ``kind`` are done. ``step`` runs in a transaction, and may run again after a kill.

    It does those whose kind goes on behind a hyphen as well.
    """
    _WORK[kind] = step


def hear(hearer: Hearer) -> None:
    """Let a room above hear how jobs end: called with the job and the news, within the transaction of what happened."""
    _HEARERS.append(hearer)


def spread(job: Job, news: str) -> None:
    """Let those who hear of jobs know."""
    for hearer in _HEARERS:
        hearer(job, news)


def _work_of(kind: str) -> Step | None:
    return _WORK.get(kind) or _WORK.get(kind.partition("-")[0])


@transaction.atomic
def order(
    *, kind: str, subject: models.Model, title: str, total: int, by, data: Mapping | None = None
) -> Job:
    """Order ``total`` things of ``kind`` about ``subject``; a worker is rung for after the commit."""
    if _work_of(kind) is None:
        raise LookupError(f"Nobody does jobs of the kind {kind}.")
    job = Job.objects.create(
        kind=kind,
        subject_type=subject_type(subject),
        subject_id=subject.pk,
        subject_label=str(subject)[:200],
        title=title,
        total=total,
        data=dict(data or {}),
        begun_at=clock.now(),
        begun_by=by,
    )
    JOB.begin(job, by=by)
    _ring(job.pk)
    return job


def _ring(job_id: int) -> None:
    transaction.on_commit(partial(tasks.run_job.delay, job_id), robust=True)


@transaction.atomic
def resume_job(*, job: Job, by) -> Job:
    """Let a job that failed go on behind what it made."""
    JOB.move(job, "resume", by=by, error="")
    _ring(job.pk)
    return job


@transaction.atomic
def cancel_job(*, job: Job, reason: str, by) -> Job:
    """Stop a job; what it made stays."""
    now = clock.now()
    JOB.move(job, "cancel", by=by, at=now, reason=reason, finished_at=now)
    return job


def run(job_id: int) -> None:
    """Take steps until nothing is left, another has it, it was stopped, a step failed, or the stint is over."""
    if _work_on(job_id, until=monotonic() + STINT):
        _ring(job_id)


def run_waiting() -> int:
    """Take up every job that is not finished; returns how many. One that is worked on is left alone."""
    end = monotonic() + STINT
    waiting = list(Job.objects.at_work().order_by("pk").values_list("pk", flat=True))
    for pk in waiting:
        _work_on(pk, until=end)
    return len(waiting)


def _work_on(job_id: int, *, until: float) -> bool:
    """Take steps one by one; returns whether more of them may be left."""
    while take_step(job_id):
        if monotonic() >= until:
            return True
    return False


def take_step(job_id: int) -> bool:
    """Take one step and commit it; returns whether another may follow."""
    try:
        with transaction.atomic():
            job = _claim(job_id)
            return job is not None and _step(job)
    except Exception as error:
        # Whatever went wrong is ours and is told where the job is shown; what was committed stays.
        logger.exception("Job %s failed", job_id)
        _fail(job_id, error)
        return False


def _claim(job_id: int) -> Job | None:
    """The job, locked, unless it is over or another worker has it."""
    free = Job.objects.at_work().select_for_update(of=("self",), no_key=True, skip_locked=True)
    return free.filter(pk=job_id).select_related("begun_by").first()


def _step(job: Job) -> bool:
    if job.state == JobState.QUEUED:
        JOB.move(job, "start", by=job.begun_by)
    work = _work_of(job.kind)
    if work is None:
        raise LookupError(f"Nobody does jobs of the kind {job.kind}.")
    progress = work(job)
    if not progress.count:
        now = clock.now()
        JOB.move(job, "finish", by=job.begun_by, at=now, finished_at=now)
        spread(job, DONE)
        return False
    job.done, job.position = job.done + progress.count, progress.position
    job.save(update_fields=["done", "position"])
    return True


def _words_of(error: Exception) -> str:
    """What people are told: the reasons of a refusal; of our own faults only their kind, for the log has the rest."""
    if isinstance(error, Refusal):
        return str(error)[:500]
    return f"系统内部错误（{type(error).__name__}），详情已记入运行日志，请联系系统管理员。"


@transaction.atomic
def _fail(job_id: int, error: Exception) -> None:
    job = _claim(job_id)
    if job is not None:
        words = _words_of(error)
        JOB.move(job, "fail", by=job.begun_by, reason=words, error=words)
        spread(job, FAILED)
