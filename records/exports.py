"""Long tables as files: ordered by a person, written by a job a piece at a time, kept for a while.

Each step writes the next rows behind the last and commits them as a piece of the file together with how far the job is:
whoever takes it up after a crash goes on behind that, and no row stands in the file twice. The rows are those of the
moment of the order, as whoever ordered them may read them at the moment of each step.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models, transaction
from django.db.models import Max
from django.utils.functional import Promise

from records import clock, jobs, sheets
from records.errors import Conflict, Reason
from records.lifecycle import lock
from records.models import Job, JobPiece, JobState
from records.models.job import OVER

PREFIX = "export-"
ROWS_PER_STEP = 1000
KEPT = timedelta(days=30)
"""For how long a file is kept; whoever needs it later orders it anew."""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that may be too long for one answer.

    ``rows``: what a person may read of it, as they asked, keyed by ``pk``. ``may``: whether they may have it at all.
    """

    kind: str
    title: str | Promise
    head: Sequence[str | Promise]
    may: Callable[[Any], bool]
    rows: Callable[[Any, Mapping[str, str]], models.QuerySet]
    cells: Callable[[Any], sheets.Row]


_TABLES: dict[str, Table] = {}


def register(table: Table) -> Table:
    """Let a room offer a table of its own."""
    _TABLES[table.kind] = table
    jobs.register(PREFIX + table.kind, write_some)
    return table


@transaction.atomic
def order_export(*, table: Table, asked: Mapping[str, str], by) -> Job:
    """Order the file of what ``by`` asked for; a worker writes it, and the page of the job tells how far it is."""
    lock(by)
    found = table.rows(by, asked)
    total, last = found.count(), found.aggregate(last=Max("pk"))["last"]
    if not total:
        raise Conflict(Reason("没有符合条件的内容，无可导出。"))
    mine = Job.objects.about(by).filter(kind=PREFIX + table.kind).exclude(state__in=OVER)
    if running := mine.first():
        words = "您的上一次导出还没有完成，请等待、继续或停止后再导出。"
        raise Conflict(Reason(words, url=running.get_absolute_url(), link="查看进度"))
    return jobs.order(
        kind=PREFIX + table.kind,
        subject=by,
        title=f"导出{table.title}",
        total=total,
        data={"asked": dict(asked), "last": last, "unit": "条"},
        by=by,
    )


def table_of(job: Job) -> Table | None:
    """Which table a job writes; None for a job that writes none."""
    return _TABLES.get(job.kind.removeprefix(PREFIX)) if job.kind.startswith(PREFIX) else None


def may_fetch(user, job: Job) -> bool:
    """Whether this person may have the file: who ordered it, as long as they may read the table, while it is kept."""
    table = table_of(job)
    is_there = job.state == JobState.DONE and job.pieces.exists()
    return table is not None and is_there and job.begun_by_id == user.pk and table.may(user)


def write_some(job: Job) -> jobs.Progress:
    """Write the next rows behind those written last."""
    table = _TABLES[job.kind.removeprefix(PREFIX)]
    if not table.may(job.begun_by):
        raise Conflict("下达人已无权查看这些内容，导出中断。")
    found = table.rows(job.begun_by, job.data["asked"])
    rows = list(found.filter(pk__gt=job.position, pk__lte=job.data["last"]).order_by("pk")[:ROWS_PER_STEP])
    rows = rows[: job.total - job.done]
    if not rows:
        return jobs.Progress(0, job.position)
    JobPiece.objects.create(job=job, position=rows[-1].pk, text=sheets.csv_text(map(table.cells, rows)))
    return jobs.Progress(len(rows), rows[-1].pk)


def content_of(job: Job) -> Iterator[str]:
    """The file from its first line to its last, read a piece at a time."""
    table = table_of(job)
    yield from sheets.csv_lines(table.head if table else (), ())
    yield from job.pieces.order_by("position").values_list("text", flat=True).iterator(chunk_size=1)


@transaction.atomic
def forget_old_files() -> int:
    """Remove the files of jobs that ended long ago; the jobs stay. Returns how many pieces went."""
    old = JobPiece.objects.filter(job__finished_at__lt=clock.now() - KEPT)
    return old.delete()[0]
