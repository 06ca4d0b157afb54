"""The register for outsiders: its daily heads, and the fingerprint of every line, which say nothing of what it says."""

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import QuerySet

from portal.selectors.open_data.columns import count
from portal.selectors.open_data.shape import Cell, Column, Dataset, State, fingerprint_of
from records import heads
from records.models import RegisterHead


def _heads(on: date, since: datetime | None, most: int | None) -> Iterator[list[Cell]]:
    rows: QuerySet[RegisterHead] = RegisterHead.objects.order_by("day")
    if since:
        rows = rows.filter(kept_at__gte=since)
    for row in rows[:most].iterator():
        yield [row.day, row.position, row.lines, row.seal, row.kept_at]


def _lines(on: date, since: datetime | None, most: int | None) -> Iterator[list[Cell]]:
    known = RegisterHead.objects.filter(kept_at__lt=since).order_by("-day").first() if since else None
    for line in heads.fingerprints(after=known.position if known else 0, most=most):
        yield [line.position, line.day, line.mark]


def _changed() -> State:
    last = heads.last_head()
    return State(fingerprint_of(last.seal), last.kept_at) if last else State(fingerprint_of(), None)


HEADS = Dataset(
    name="register-heads",
    title="办理登记簿日链头",
    about="办理登记簿每天终了时的封签。请定期下载、自行保存：日后登记簿以前的内容如被改动，封签就对不上。",
    keywords=("登记簿", "日链头", "防篡改"),
    clause="二(三)4",
    key=("day",),
    cells=_heads,
    changed=_changed,
    columns=(
        Column("day", "日期", "date"),
        count("position", "累计条数", unit="条", meaning="当日终了时登记簿末条的序号"),
        count("lines", "当日新增", unit="条", meaning="前一个日链头以来新增"),
        Column("seal", "封签", meaning="到末条为止全部登记指纹的链式 SHA-256"),
        Column("kept_at", "封存时间", "datetime"),
    ),
)

LINES = Dataset(
    name="register-lines",
    title="办理登记簿指纹",
    about="登记簿每条登记的指纹，供与日链头核对。指纹经当日密钥加盲，看不出、也猜不出登记的内容。",
    keywords=("登记簿", "指纹", "防篡改"),
    clause="二(三)4",
    key=("position",),
    cells=_lines,
    changed=_changed,
    columns=(
        count("position", "序号", unit="条"),
        Column("day", "封存于", "date", meaning="哪一天的日链头首次封存了它"),
        Column("fingerprint", "指纹", meaning="SHA-256，不含登记的内容"),
    ),
)
