"""Achievements from a spreadsheet, to become drafts: every fault at its row and column, before anything is stored."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.policy import normalised_uscc
from institutes.enums import AchievementKind
from institutes.models import Achievement, Institute, RecognitionEdition
from institutes.selectors import achievements as reads
from institutes.services.achievement_faults import against_entering, against_stating
from institutes.services.achievements import Entry, fill, store_draft
from institutes.services.tables import Fault, places_of, text_of
from records import clock, workbooks
from records.amounts import WAN
from records.errors import BadFile, Conflict, Incomplete, Reason
from records.lifecycle import lock

HEAD: tuple[str, ...] = (
    "成果类型",
    "成果名称",
    "取得日期",
    "编号",
    "合作单位",
    "统一社会信用代码",
    "金额（万元）",
    "数量",
    "情况说明",
)
KIND, TITLE, DAY, NUMBER, PARTNER, USCC, AMOUNT, QUANTITY, DESCRIPTION = HEAD
COLUMN_OF = {
    "title": TITLE,
    "achieved_on": DAY,
    "number": NUMBER,
    "partner_name": PARTNER,
    "partner_uscc": USCC,
    "amount": AMOUNT,
    "quantity": QUANTITY,
}
LONGEST = {TITLE: 100, NUMBER: 60, PARTNER: 100, DESCRIPTION: 2000}
MOST_ROWS = 500
DAY_SAID = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00:00)?")
CENT = Decimal("0.01")
KINDS = {str(kind.label): kind.value for kind in AchievementKind if kind != AchievementKind.EXTERNAL_PROJECT}
"""What a row may be. Projects have boxes of their own and are entered one by one."""
Row = tuple[str, Entry]
"""The kind and what is said of it."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a spreadsheet says: the achievements, or what keeps them from being entered."""

    rows: list[Row]
    faults: list[Fault]


@dataclass(frozen=True, slots=True)
class _Rules:
    """By what rows are judged, read once."""

    institute: Institute
    edition: RecognitionEdition
    kinds: Mapping[str, dict]
    today: date
    reader: User


def read_achievements(*, institute: Institute, upload: UploadedFile, by: User) -> Sheet:
    """Read a list for an institute. Stores nothing. Raises ``BadFile`` where the file cannot be read at all."""
    table = workbooks.read(upload)
    if len(table) > MOST_ROWS:
        raise BadFile(Reason(f"表格超过 {MOST_ROWS} 行，请分几次导入。", field="file"))
    places, rules = places_of(table[0] if table else [], HEAD), _rules_for(institute, by)
    rows, faults, seen = list[Row](), list[Fault](), dict[str, int]()
    for number, cells in enumerate(table[1:], 2):
        said = {column: text_of(cells[at]) if at < len(cells) else "" for column, at in places.items()}
        if not any(said.values()):
            continue
        row, found = _read_row(said, number, rules, seen)
        faults += found
        rows += [row] if row and not found else []
    if not rows and not faults:
        raise BadFile(Reason("表格中没有成果，请在表头下方逐行填写。", field="file"))
    return Sheet(rows, faults)


def _rules_for(institute: Institute, reader: User) -> _Rules:
    today = clock.today()
    edition = reads.achievement_edition(today)
    return _Rules(institute, edition, reads.kinds_in(edition), today, reader)


def _read_row(
    said: Mapping[str, str], number: int, rules: _Rules, seen: dict[str, int]
) -> tuple[Row | None, list[Fault]]:
    """One row as it would be entered, and everything that is wrong in it."""
    faults = [
        Fault(number, column, f"{column}不超过 {longest} 字。")
        for column, longest in LONGEST.items()
        if len(said[column]) > longest
    ]
    kind = KINDS.get(said[KIND])
    if kind is None:
        return None, [*faults, Fault(number, KIND, f"请填写成果类型，可填：{'、'.join(KINDS)}。")]
    parsed, wrong = _parsed(said, number)
    faults += wrong
    entry = Entry(
        title=said[TITLE],
        number=said[NUMBER],
        partner_name=said[PARTNER],
        partner_uscc=normalised_uscc(said[USCC]),
        description=said[DESCRIPTION],
        **parsed,
    )
    known = {fault.column for fault in faults}
    stated, judged = _judged(kind, entry, rules)
    faults += [Fault(number, column, text) for column, text in judged if column not in known]
    if stated.mark:
        if stated.mark in seen:
            faults.append(Fault(number, _column_of_mark(stated), f"与第 {seen[stated.mark]} 行重复。"))
        seen.setdefault(stated.mark, number)
    return (kind, entry), faults


def _parsed(said: Mapping[str, str], number: int) -> tuple[dict, list[Fault]]:
    """Day, amount in yuan and quantity; a cell that is no such thing is a fault and counts as empty."""
    found, faults = {"achieved_on": None, "amount": None, "quantity": None}, list[Fault]()
    if match := DAY_SAID.fullmatch(said[DAY]):
        try:
            found["achieved_on"] = date(*map(int, match.groups()))  # type: ignore[assignment]
        except ValueError:
            faults.append(Fault(number, DAY, "没有这一天。"))
    elif said[DAY]:
        faults.append(Fault(number, DAY, "请填写日期，例如 2026-03-02。"))
    try:
        if said[AMOUNT]:
            yuan = Decimal(said[AMOUNT].replace(",", "")) * WAN
            found["amount"] = yuan.quantize(CENT)  # type: ignore[assignment]
    except InvalidOperation:
        faults.append(Fault(number, AMOUNT, "请填写数字，以万元为单位。"))
    if said[QUANTITY].isascii() and said[QUANTITY].isdigit():
        found["quantity"] = int(said[QUANTITY])  # type: ignore[assignment]
    elif said[QUANTITY]:
        faults.append(Fault(number, QUANTITY, "请填写整数。"))
    return found, faults


def _judged(kind: str, entry: Entry, rules: _Rules) -> tuple[Achievement, list[tuple[str, str]]]:
    """The row as an achievement, and what its kind has against it, by column."""
    stated = Achievement(institute=rules.institute, edition=rules.edition, kind=kind, terms=rules.kinds[kind])
    fill(stated, entry)
    faults = [(COLUMN_OF[one.field], one.text) for one in against_stating(stated, on=rules.today)]
    if faults:
        return stated, faults
    stated.mark = reads.mark_of_achievement(stated)
    if twin := reads.holding_mark(stated):
        place = reads.place_of_achievement(twin, rules.reader)
        faults.append((_column_of_mark(stated), place.words))
    return stated, faults


def _column_of_mark(stated: Achievement) -> str:
    return USCC if stated.terms["mark_from"] == "partner" else NUMBER


@transaction.atomic
def draft_achievements(
    *, institute: Institute, rows: Sequence[Row], by: User, at: datetime | None = None
) -> list[Achievement]:
    """Enter a whole list as drafts, or nothing of it. Evidence is brought one by one."""
    at = at or clock.now()
    if not rows:
        raise Incomplete(Reason("没有可导入的成果。", field="file"))
    lock(institute)
    Conflict.unless_empty(against_entering(institute))
    kinds = reads.kinds_in(reads.achievement_edition(timezone.localdate(at)))
    return [store_draft(institute, kind, entry, kinds=kinds, by=by, at=at) for kind, entry in rows]


def import_achievements(
    *, institute: Institute, file: UploadedFile, by: User, at: datetime | None = None
) -> list[Achievement]:
    """Enter every achievement of a spreadsheet, or none: raises ``BadFile`` with each fault at its place."""
    sheet = read_achievements(institute=institute, upload=file, by=by)
    BadFile.unless_empty(Reason(str(fault), field="file") for fault in sheet.faults)
    return draft_achievements(institute=institute, rows=sheet.rows, by=by, at=at)


def template_of_achievements() -> bytes:
    """The table to fill in, with the list of kinds to choose from."""
    columns = [
        workbooks.Column(head, choices=tuple(KINDS) if head == KIND else (), width=22) for head in HEAD
    ]
    return workbooks.write("成果", columns, leading=(), rows=())
