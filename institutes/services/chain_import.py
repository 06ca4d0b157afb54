"""A list of enterprises from a spreadsheet: every fault at its row and column, before anything is stored."""

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import UploadedFile

from accounts.models import Division, User
from accounts.policy import normalised_uscc, uscc_faults
from institutes.enums import ChainRole
from institutes.models import ChainMember, ChainSegment, ChainSource, IndustryChain
from institutes.services.chain_members import Entry, enter_members
from institutes.services.tables import Fault, places_of, text_of
from records import clock, workbooks
from records.errors import BadFile, Reason

HEAD: tuple[str, ...] = ("环节", "企业名称", "统一社会信用代码", "所在县（市、区）", "产业链地位", "列入日期")
OUTSIDE = "市外"
MOST_ROWS = 2000
FIRST_SERIAL = date(1899, 12, 30)
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:\s+0?0:00(?::00)?)?")
ROLES = {"链主": ChainRole.LEADER, "骨干": ChainRole.BACKBONE} | {str(role.label): role for role in ChainRole}


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a spreadsheet says: the entries, or what keeps them from being entered."""

    entries: list[Entry]
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class _Known:
    """What cells are looked up in, read once."""

    segments: Mapping[str, ChainSegment]
    divisions: Mapping[str, Division]
    present: frozenset[tuple[int, str]]
    today: date


def read_members(*, chain: IndustryChain, upload: UploadedFile) -> Sheet:
    """Read a list of members of ``chain``. Stores nothing. Raises ``BadFile`` where the file cannot be read at all."""
    rows = workbooks.read(upload)
    if len(rows) > MOST_ROWS:
        raise BadFile(Reason(f"表格超过 {MOST_ROWS} 行，请分几次导入。", field="file"))
    places = places_of(rows[0] if rows else [], HEAD)
    entries, faults, known = list[Entry](), list[Fault](), _known_of(chain)
    seen: dict[tuple[int, str], int] = {}
    for number, row in enumerate(rows[1:], 2):
        cells = {column: row[place] if place < len(row) else "" for column, place in places.items()}
        if not any(text_of(cell) for cell in cells.values()):
            continue
        found = _faults_of(cells, number, known)
        if not found:
            entry = _entry_of(cells, known)
            key = (entry.segment.pk, entry.uscc)
            if key in seen:
                found = [Fault(number, HEAD[2], f"与第 {seen[key]} 行重复。")]
            seen.setdefault(key, number)
            entries.append(entry)
        faults += found
    if not entries and not faults:
        raise BadFile(Reason("表格中没有企业，请在表头下方逐行填写。", field="file"))
    return Sheet(entries, faults)


def day_of(cell: object) -> date | None:
    """The day that a cell says: a date, days as a spreadsheet counts them, or as people write it; else None."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    if isinstance(cell, int | float):
        return FIRST_SERIAL + timedelta(days=int(cell)) if 20_000 < cell < 80_000 else None
    found = DAY.fullmatch(text_of(cell))
    year, month, day = (int(part) for part in found.groups()) if found else (0, 0, 0)
    is_day = year and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]
    return date(year, month, day) if is_day else None


def template_of(chain: IndustryChain) -> bytes:
    """The table to fill in, with lists of what can be chosen."""
    segments = tuple(chain.segments.filter(is_active=True).values_list("name", flat=True))
    counties = (*Division.objects.active().values_list("name", flat=True), OUTSIDE)
    choices = {HEAD[0]: segments, HEAD[3]: counties, HEAD[4]: tuple(str(label) for label in ChainRole.labels)}
    columns = [workbooks.Column(head, choices=choices.get(head, ()), width=24) for head in HEAD]
    return workbooks.write(str(chain), columns, leading=(), rows=())


def _known_of(chain: IndustryChain) -> _Known:
    segments = {segment.name: segment for segment in chain.segments.filter(is_active=True)}
    standing = ChainMember.objects.present().filter(segment__chain=chain).values_list("segment_id", "uscc")
    divisions = {division.name: division for division in Division.objects.all()}
    return _Known(segments, divisions, frozenset(standing), clock.today())


def _faults_of(cells: Mapping[str, object], row: int, known: _Known) -> list[Fault]:
    """Everything that is wrong in a row."""
    segment, name, code, county, role, since = (cells[column] for column in HEAD)
    uscc, day = normalised_uscc(text_of(code)), day_of(since)
    found = {
        HEAD[0]: "" if text_of(segment) in known.segments else _unknown(segment, "、".join(known.segments)),
        HEAD[1]: "" if text_of(name) else "请填写企业名称。",
        HEAD[2]: " ".join(uscc_faults(uscc)),
        HEAD[3]: ""
        if text_of(county) in (*known.divisions, OUTSIDE)
        else f"没有这个县（市、区）；不在本市的请填“{OUTSIDE}”。",
        HEAD[4]: "" if text_of(role) in ROLES else "请填“链主企业”或“骨干企业”。",
        HEAD[5]: "" if day else "请填日期，例如 2026-03-01。",
    }
    if len(text_of(name)) > 100:
        found[HEAD[1]] = "企业名称不超过 100 字。"
    if day and day > known.today:
        found[HEAD[5]] = "不能晚于今天。"
    place = known.segments.get(text_of(segment))
    if place and not found[HEAD[2]] and (place.pk, uscc) in known.present:
        found[HEAD[2]] = f"该企业已在“{place.name}”环节中。"
    return [Fault(row, column, text) for column, text in found.items() if text]


def _unknown(segment: object, known: str) -> str:
    return f"没有环节“{text_of(segment)}”；本产业链的环节：{known}。" if text_of(segment) else "请填写环节。"


def _entry_of(cells: Mapping[str, object], known: _Known) -> Entry:
    segment, name, code, county, role, since = (cells[column] for column in HEAD)
    return Entry(
        segment=known.segments[text_of(segment)],
        name=text_of(name),
        uscc=normalised_uscc(text_of(code)),
        division=known.divisions.get(text_of(county)),
        role=ROLES[text_of(role)],
        since=day_of(since) or known.today,
    )


def import_members(
    *,
    chain: IndustryChain,
    file: UploadedFile,
    by: User,
    source: ChainSource | None = None,
    source_title: str = "",
    source_number: str = "",
    source_file: UploadedFile | None = None,
    at: datetime | None = None,
) -> list[ChainMember]:
    """Enter every enterprise of a spreadsheet, or none: raises ``BadFile`` with each fault at its row and column."""
    sheet = read_members(chain=chain, upload=file)
    BadFile.unless_empty(Reason(str(fault), field="file") for fault in sheet.faults)
    return enter_members(
        chain=chain,
        entries=sheet.entries,
        source=source,
        source_title=source_title,
        source_number=source_number,
        source_file=source_file,
        by=by,
        at=at,
    )


def cells_of(member: ChainMember) -> list[object]:
    """A member in the columns of the template."""
    place = member.division.name if member.division else OUTSIDE
    return [member.segment.name, member.name, member.uscc, place, member.get_role_display(), member.since]
