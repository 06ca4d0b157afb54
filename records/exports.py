"""Tables as files to take away: at once where they are short, else ordered, written by a job and kept for a while.

Every list offers its rows here under a name. A file that is ordered holds the rows of that moment, in the order in
which they were asked for: a first step notes their keys, each further step writes the next thousand and commits them
together with how far the job is. Whoever takes it up after a crash goes on behind that, and no row stands in the file
twice. What whoever ordered it may no longer read at the moment of a step, or no longer fits what was asked, stays out.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Max
from django.http import Http404, QueryDict
from django.utils import timezone
from django.utils.functional import Promise

from records import audit, clock, jobs, sheets
from records.errors import Conflict, Reason
from records.lifecycle import lock
from records.models import Job, JobPiece, JobState
from records.models.job import OVER

WORK, PREFIX = "export", "export-"
FETCHED, FORGOTTEN = "fetched", "forgotten"
ROWS_PER_STEP = 1000
PIECES_AT_ONCE = 200
LOST = "下达人已无权查看这些内容，导出中断。"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is drawn for: a person, and what they asked for in its address. A request is one, too."""

    user: Any
    GET: QueryDict
    method: str = "GET"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as one person may read it.

    ``cells`` says what stands in the line of a row; ``spread`` gives the lines of some rows where these have several,
    or where they are looked up together. ``name`` is that of the file, where it is not the table's.
    """

    head: Sequence[str | Promise]
    rows: models.QuerySet
    cells: Callable[[Any], sheets.Row] = list
    spread: Callable[[Iterable], Iterable[sheets.Row]] | None = None
    name: str = ""

    @property
    def is_long(self) -> bool:
        """Whether it has more rows than one answer gives."""
        most = settings.EXPORT_DIRECT_ROWS
        return self.rows.order_by().values("pk")[: most + 1].count() > most

    def lines(self, rows: Iterable) -> Iterable[sheets.Row]:
        """What stands in the file for these rows."""
        return self.spread(rows) if self.spread else map(self.cells, rows)


@dataclass(frozen=True, slots=True)
class Table:
    """A list that can be taken away. ``drawn`` refuses whoever may not read it, as its page does."""

    name: str
    title: str | Promise
    drawn: Callable[..., Sheet]

    def fits(self, within: Mapping[str, object]) -> bool:
        """Whether these are what the address of the list names besides the person."""
        try:
            inspect.signature(self.drawn).bind(None, **within)
        except TypeError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Order:
    """What is ordered: which table, ``asked`` as in the address of its list, ``within`` what, as which kind of file."""

    table: Table
    kind: str = "csv"
    asked: QueryDict = field(default_factory=QueryDict)
    within: Mapping[str, Any] = field(default_factory=dict)

    def sheet_for(self, user) -> Sheet:
        """The rows as this person may read them now."""
        return self.table.drawn(Asked(user, self.asked), **self.within)


_TABLES: dict[str, Table] = {}


def register(table: Table) -> Table:
    """Let a list be taken away under the name of ``table``."""
    _TABLES[table.name] = table
    return table


def tables() -> Mapping[str, Table]:
    """All of them. They stand beside their lists, which a worker has not read yet."""
    import_module(settings.ROOT_URLCONF)
    return _TABLES


@transaction.atomic
def order_export(*, order: Order, by) -> Job:
    """Order a file for ``by``; a worker writes it, and the page of the job tells how far it is."""
    lock(by)
    sheet = order.sheet_for(by)
    total, last = sheet.rows.count(), sheet.rows.order_by().aggregate(last=Max("pk"))["last"]
    if not total:
        raise Conflict(Reason("没有符合条件的内容，无可导出。"))
    if order.kind == "xlsx" and total > sheets.MOST_ROWS:
        raise Conflict(Reason(f"Excel 一张表最多 {sheets.MOST_ROWS} 行，请筛选后再导出，或导出 CSV。"))
    kind = PREFIX + order.table.name
    if running := Job.objects.about(by).filter(kind=kind).exclude(state__in=OVER).first():
        words = "您的上一次导出还没有完成，请等待、继续或停止后再导出。"
        raise Conflict(Reason(words, url=running.get_absolute_url(), link="查看进度"))
    data = {"asked": order.asked.urlencode(), "within": dict(order.within), "format": order.kind}
    data |= {"head": [str(cell) for cell in sheet.head], "last": last, "offices": by.offices, "unit": "条"}
    return jobs.order(
        kind=kind,
        subject=by,
        title=f"导出{order.table.title}",
        total=total,
        data=data,
        by=by,
    )


def order_of(job: Job) -> Order | None:
    """What a job was ordered to write; None for a job that writes no table."""
    table = tables().get(job.kind.removeprefix(PREFIX)) if job.kind.startswith(PREFIX) else None
    if table is None or "offices" not in job.data:
        return None
    return Order(table, job.data["format"], QueryDict(job.data["asked"]), job.data["within"])


def _sheet_of(job: Job, user) -> Sheet | None:
    """The table of a job as this person may read it today; None where they may not, or not all that they might then.

    Rights rest on offices: whoever left one of those of the day of the order reads other rows now, or none.
    """
    order = order_of(job)
    if order is None or not set(job.data["offices"]) <= set(user.offices):
        return None
    try:
        return order.sheet_for(user)
    except (PermissionDenied, Http404):
        return None


def may_fetch(user, job: Job) -> bool:
    """Whether this person may have the file: who ordered it, as long as they may read the table, while it is kept."""
    if job.begun_by_id != user.pk or job.state != JobState.DONE:
        return False
    return job.pieces.exists() and _sheet_of(job, user) is not None


def write_some(job: Job) -> jobs.Progress:
    """Write the next rows behind those written last; the first step notes which they are."""
    sheet = _sheet_of(job, job.begun_by)
    if sheet is None:
        raise Conflict(LOST)
    if not job.position:
        _note_keys(job, sheet.rows)
    piece = job.pieces.filter(position__gt=job.position).order_by("position").first()
    if piece is None:
        return jobs.Progress(0, job.position)
    rows = {row.pk: row for row in sheet.rows.filter(pk__in=piece.keys)}
    lines = sheet.lines([rows[key] for key in piece.keys if key in rows])
    piece.text = sheets.rows_xml(lines) if job.data["format"] == "xlsx" else sheets.csv_text(lines)
    piece.save(update_fields=["text"])
    return jobs.Progress(len(piece.keys), piece.position)


def _note_keys(job: Job, rows: models.QuerySet) -> None:
    """Note which rows the file will hold, in their order: those that were there when it was ordered."""
    found = rows.filter(pk__lte=job.data["last"]).values_list("pk", flat=True)
    keys = list(dict.fromkeys(found.iterator(chunk_size=10_000)))
    pieces = (
        JobPiece(job=job, position=place, keys=keys[first : first + ROWS_PER_STEP])
        for place, first in enumerate(range(0, len(keys), ROWS_PER_STEP), start=1)
    )
    JobPiece.objects.bulk_create(pieces, batch_size=PIECES_AT_ONCE)
    job.total = len(keys)
    job.save(update_fields=["total"])


@transaction.atomic
def fetch_file(*, job: Job, by) -> Iterator[bytes]:
    """The file from its first byte to its last, for whoever may have it; that it was taken away is written down."""
    if not may_fetch(by, job):
        raise Conflict("文件不可下载：尚未生成、已超过保留期限，或您已无权查看这些内容。")
    audit.record("records.job.fetch", job, by=by)
    jobs.spread(job, FETCHED)
    return content_of(job)


def content_of(job: Job) -> Iterator[bytes]:
    """The file, read a piece at a time."""
    pieces = job.pieces.order_by("position").values_list("text", flat=True).iterator(chunk_size=1)
    if job.data["format"] == "xlsx":
        return sheets.xlsx_parts(job.data["head"], pieces)
    return (text.encode() for text in chain(sheets.csv_lines(job.data["head"], ()), pieces))


def kept() -> timedelta:
    """For how long a file is kept; whoever needs it later orders it anew."""
    return timedelta(days=settings.EXPORTS_KEPT_DAYS)


def kept_until(job: Job) -> date:
    """The last day on which the file of a job that is done can be fetched."""
    return timezone.localdate((job.finished_at or clock.now()) + kept())


@transaction.atomic
def forget_old_files() -> int:
    """Remove the files of jobs that ended long ago; the jobs stay. Returns how many pieces went."""
    old = JobPiece.objects.filter(job__finished_at__lt=clock.now() - kept())
    for job in Job.objects.filter(pk__in=old.values("job")):
        jobs.spread(job, FORGOTTEN)
    return old.delete()[0]


jobs.register(WORK, write_some)
