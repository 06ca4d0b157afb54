"""A list of candidates from a spreadsheet: every fault at its row and column, before anything is stored."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile

from accounts.models import Division, User
from accounts.policy import normalised_uscc, uscc_faults
from institutes import selectors
from institutes.models import ChainSegment, CultivationEntry, IndustryChain
from institutes.services.cultivation import Candidate, draft_entries
from institutes.services.tables import Fault, places_of, text_of
from records import clock, workbooks
from records.errors import BadFile, Reason

HEAD: tuple[str, ...] = (
    "企业名称",
    "统一社会信用代码",
    "产业链",
    "环节",
    "培育方向",
    "拟申报年度",
    "联系人",
    "联系电话",
    "入库理由",
)
NAME, CODE, CHAIN, SEGMENT, DIRECTION, YEAR, PERSON, PHONE, GROUNDS = HEAD
LONGEST = {NAME: 100, DIRECTION: 200, PERSON: 50, PHONE: 30, GROUNDS: 1000}
MAY_BE_EMPTY = frozenset({SEGMENT, GROUNDS})
MOST_ROWS = 2000


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a spreadsheet says: the candidates, or what keeps them from being put down."""

    candidates: list[Candidate]
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class _Known:
    """What cells are looked up in, read once."""

    chains: Mapping[str, IndustryChain]
    segments: Mapping[tuple[str, str], ChainSegment]
    present: set[str]
    leads: set[str]
    today: date


def read_candidates(*, division: Division, upload: UploadedFile) -> Sheet:
    """Read a list for a county's pool. Stores nothing. Raises ``BadFile`` where the file cannot be read at all."""
    rows = workbooks.read(upload)
    if len(rows) > MOST_ROWS:
        raise BadFile(Reason(f"表格超过 {MOST_ROWS} 行，请分几次导入。", field="file"))
    places, known = places_of(rows[0] if rows else [], HEAD), _known_of(division)
    candidates, faults, seen = list[Candidate](), list[Fault](), dict[str, int]()
    for number, row in enumerate(rows[1:], 2):
        cells = {column: text_of(row[at]) if at < len(row) else "" for column, at in places.items()}
        if not any(cells.values()):
            continue
        found = _faults_of(cells, number, known)
        code = normalised_uscc(cells[CODE])
        if code in seen:
            found.append(Fault(number, CODE, f"与第 {seen[code]} 行重复。"))
        seen.setdefault(code, number)
        faults += found
        candidates += [] if found else [_candidate(cells, known)]
    if not candidates and not faults:
        raise BadFile(Reason("表格中没有企业，请在表头下方逐行填写。", field="file"))
    return Sheet(candidates, faults)


def _known_of(division: Division) -> _Known:
    chains = {chain.name: chain for chain in IndustryChain.objects.active()}
    segments = ChainSegment.objects.active().select_related("chain")
    return _Known(
        chains,
        {(segment.chain.name, segment.name): segment for segment in segments},
        selectors.open_codes_in(division),
        selectors.leading_codes_in(division),
        clock.today(),
    )


def _faults_of(cells: Mapping[str, str], row: int, known: _Known) -> list[Fault]:
    """Everything that is wrong in a row, one fault for a cell."""
    found = {
        column: "" if cells[column] or column in MAY_BE_EMPTY else f"请填写{column}。" for column in HEAD
    }
    for column, longest in LONGEST.items():
        if len(cells[column]) > longest:
            found[column] = f"{column}不超过 {longest} 字。"
    code = normalised_uscc(cells[CODE])
    if cells[CODE]:
        found[CODE] = _fault_of_code(code, known)
    if cells[CHAIN] and cells[CHAIN] not in known.chains:
        found[CHAIN] = f"没有产业链“{cells[CHAIN]}”；可填：{'、'.join(known.chains)}。"
    elif cells[SEGMENT] and (cells[CHAIN], cells[SEGMENT]) not in known.segments:
        found[SEGMENT] = f"“{cells[CHAIN]}”没有环节“{cells[SEGMENT]}”；可以留空。"
    if cells[YEAR]:
        found[YEAR] = _fault_of_year(cells[YEAR], known.today)
    return [Fault(row, column, text) for column, text in found.items() if text]


def _fault_of_code(code: str, known: _Known) -> str:
    if faults := uscc_faults(code):
        return " ".join(faults)
    if code in known.present:
        return "该企业已在本县（市、区）培育库中。"
    return "该企业已牵头认定研究院，不需再入库。" if code in known.leads else ""


def _fault_of_year(said: str, today: date) -> str:
    digits = said.removesuffix("年").strip()
    if not (digits.isascii() and digits.isdigit() and len(digits) == 4):
        return f"请填四位年份，例如 {today.year}。"
    return f"不能早于 {today.year} 年。" if int(digits) < today.year else ""


def _candidate(cells: Mapping[str, str], known: _Known) -> Candidate:
    return Candidate(
        name=cells[NAME],
        uscc=normalised_uscc(cells[CODE]),
        chain=known.chains[cells[CHAIN]],
        segment=known.segments.get((cells[CHAIN], cells[SEGMENT])),
        direction=cells[DIRECTION],
        intended_year=int(cells[YEAR].removesuffix("年").strip()),
        contact_person=cells[PERSON],
        contact_phone=cells[PHONE],
        grounds=cells[GROUNDS],
    )


def import_candidates(
    *, division: Division, file: UploadedFile, by: User, at: datetime | None = None
) -> list[CultivationEntry]:
    """Put down every enterprise of a spreadsheet, or none: raises ``BadFile`` with each fault at its place."""
    sheet = read_candidates(division=division, upload=file)
    BadFile.unless_empty(Reason(str(fault), field="file") for fault in sheet.faults)
    return draft_entries(division=division, candidates=sheet.candidates, by=by, at=at)


def template_of_pool() -> bytes:
    """The table to fill in, with lists of what can be chosen."""
    choices = {
        CHAIN: tuple(IndustryChain.objects.active().values_list("name", flat=True)),
        SEGMENT: tuple(dict.fromkeys(ChainSegment.objects.active().values_list("name", flat=True))),
    }
    columns = [workbooks.Column(head, choices=choices.get(head, ()), width=24) for head in HEAD]
    return workbooks.write("培育库", columns, leading=(), rows=())
