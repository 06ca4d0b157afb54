"""The cultivation pool of a county (五(三)): staff surveys, keeps and helps; the leader lets in and lets go."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import Division, User
from accounts.policy import uscc_faults
from institutes import notifications, selectors
from institutes.enums import PoolState
from institutes.lifecycle import CULTIVATION
from institutes.models import (
    ChainSegment,
    CultivationEntry,
    CultivationMeasure,
    IndustryChain,
    RecognitionEdition,
)
from institutes.services.cultivation_links import catch_up
from records import attachments, audit, calendar, clock, deadlines
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import Stamps, Taking, lock

MEASURE_FILE = "cultivation_measure"
CLAUSE = "五(三)"
HELPED = (PoolState.CULTIVATING, PoolState.PREPARING, PoolState.APPLIED)
"""States in which help is put on record."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a county says about an enterprise in its pool."""

    name: str
    uscc: str
    chain: IndustryChain
    segment: ChainSegment | None
    direction: str
    intended_year: int
    contact_person: str
    contact_phone: str
    grounds: str = ""

    def columns(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in self.__slots__}
        return {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}


ASKED = (
    ("name", "企业名称"),
    ("direction", "培育方向"),
    ("contact_person", "联系人"),
    ("contact_phone", "联系电话"),
)


@transaction.atomic
def draft_entry(
    *,
    division: Division,
    name: str,
    uscc: str,
    chain: IndustryChain,
    direction: str,
    intended_year: int,
    contact_person: str,
    contact_phone: str,
    by: User,
    segment: ChainSegment | None = None,
    grounds: str = "",
    at: datetime | None = None,
) -> CultivationEntry:
    """Put an enterprise down as surveyed. Raises ``Incomplete`` or ``Conflict`` with every reason."""
    candidate = Candidate(
        name, uscc, chain, segment, direction, intended_year, contact_person, contact_phone, grounds
    )
    at = at or clock.now()
    _refuse(division, candidate, at=at)
    return _store(division, [candidate], by=by, at=at)[0]


@transaction.atomic
def draft_entries(
    *, division: Division, candidates: Sequence[Candidate], by: User, at: datetime | None = None
) -> list[CultivationEntry]:
    """Put down a whole list, or nothing of it: raises ``Conflict`` with every fault of every enterprise."""
    at = at or clock.now()
    if not candidates:
        raise Incomplete(Reason("没有可导入的企业。", field="file"))
    known, leads = selectors.open_codes_in(division), selectors.leading_codes_in(division)
    faults, seen = list[Reason](), set[str]()
    for candidate in candidates:
        found = faults_of(candidate, known=known, leads=leads, on=timezone.localdate(at))
        if candidate.uscc in seen:
            found.append(Reason("在名单中出现了两次。"))
        seen.add(candidate.uscc)
        faults += [Reason(f"{candidate.name}：{fault.text}", field="file") for fault in found]
    Conflict.unless_empty(faults)
    return _store(division, candidates, by=by, at=at)


def _refuse(division: Division, candidate: Candidate, *, at: datetime, own: str = "") -> None:
    """Raise everything that speaks against it; ``own`` is the code under which it stands already."""
    columns = candidate.columns()
    Incomplete.unless_empty(
        Reason(f"请填写{label}。", field=column) for column, label in ASKED if not columns[column]
    )
    known = selectors.open_codes_in(division) - {own}
    leads = selectors.leading_codes_in(division)
    Conflict.unless_empty(faults_of(candidate, known=known, leads=leads, on=timezone.localdate(at)))


def faults_of(candidate: Candidate, *, known: set[str], leads: set[str], on: date) -> list[Reason]:
    """What speaks against an enterprise: its code, where it stands already, chain and year."""
    found = [Reason(text, field="uscc") for text in uscc_faults(candidate.uscc)]
    if candidate.uscc in known:
        found.append(Reason("该企业已在本县（市、区）培育库中，请在原记录上继续办理。", field="uscc"))
    if candidate.uscc in leads:
        words = "该企业已牵头认定研究院，不需再入库；后续管理见“研究院”。"
        found.append(Reason(words, field="uscc", clause=CLAUSE))
    if not candidate.chain.is_active:
        found.append(Reason(f"产业链“{candidate.chain}”已停用，请另选。", field="chain"))
    if candidate.segment and candidate.segment.chain_id != candidate.chain.pk:
        found.append(Reason("所选环节不属于所选产业链。", field="segment"))
    if candidate.intended_year < on.year:
        found.append(Reason(f"拟申报年度不能早于 {on.year} 年。", field="intended_year"))
    return found


def _store(
    division: Division, candidates: Sequence[Candidate], *, by: User, at: datetime
) -> list[CultivationEntry]:
    edition = RecognitionEdition.objects.in_force("recognition", timezone.localdate(at))
    written = {"division": division, "edition": edition, "drafted_at": at, "drafted_by": by}
    entries = [CultivationEntry(**written, **candidate.columns()) for candidate in candidates]
    CULTIVATION.begin_all([Taking(one, data={"uscc": one.uscc}) for one in entries], by=by, at=at)
    return entries


@transaction.atomic
def revise_entry(
    *,
    entry: CultivationEntry,
    name: str,
    uscc: str,
    chain: IndustryChain,
    direction: str,
    intended_year: int,
    contact_person: str,
    contact_phone: str,
    by: User,
    segment: ChainSegment | None = None,
    grounds: str = "",
    at: datetime | None = None,
) -> CultivationEntry:
    """Mend what is said about an enterprise. Its code stays once the leader has let it in."""
    at = at or clock.now()
    lock(entry)
    _must_be_open(entry, "内容不能再改")
    candidate = Candidate(
        name, uscc, chain, segment, direction, intended_year, contact_person, contact_phone, grounds
    )
    if entry.entered_at and uscc != entry.uscc:
        raise Conflict(Reason("已入库企业的统一社会信用代码不能更改；填错的请退出后重新入库。", field="uscc"))
    if intended_year == entry.intended_year:  # a year that has passed since may stand
        year = max(intended_year, timezone.localdate(at).year)
        _refuse(entry.division, replace(candidate, intended_year=year), at=at, own=entry.uscc)
    else:
        _refuse(entry.division, candidate, at=at, own=entry.uscc)
    columns = candidate.columns()
    changed = sorted(column for column, value in columns.items() if getattr(entry, column) != value)
    for column in changed:
        setattr(entry, column, columns[column])
    entry.save(update_fields=changed)
    audit.record("institutes.cultivationentry.revise", entry, by=by, at=at, changed=changed)
    deadlines.relabel(entry)
    return entry


def _must_be_open(entry: CultivationEntry, words: str) -> None:
    if not entry.is_open:
        raise IllegalMove(f"“{entry}”现为“{CULTIVATION.label(entry.state)}”，{words}。")


# --- what was done for it ---------------------------------------------------------------------------------------------


@transaction.atomic
def record_measure(
    *,
    entry: CultivationEntry,
    done_on: date,
    what: str,
    provider: str,
    by: User,
    file: UploadedFile | None = None,
    at: datetime | None = None,
) -> CultivationMeasure:
    """Put on record what was done for an enterprise; the time until the next is counted from here."""
    at = at or clock.now()
    lock(entry)
    if entry.state not in HELPED:
        now = CULTIVATION.label(entry.state)
        raise IllegalMove(f"“{entry}”现为“{now}”，入库后至认定前才登记帮扶措施。")
    Incomplete.unless_empty(_faults_of_measure(entry, done_on, what, provider, at))
    if file is not None:
        BadFile.unless_empty(attachments.faults_of(file))
    proof = attachments.attach_file(subject=entry, kind=MEASURE_FILE, upload=file, by=by) if file else None
    measure = CultivationMeasure.objects.create(
        entry=entry,
        done_on=done_on,
        what=what.strip(),
        provider=provider.strip(),
        file=proof,
        recorded_at=at,
        recorded_by=by,
    )
    audit.record(
        "institutes.cultivationentry.record_measure",
        entry,
        by=by,
        at=at,
        done_on=done_on.isoformat(),
        measure=measure.pk,
    )
    _count_anew(entry, at=at)
    return measure


def _faults_of_measure(
    entry: CultivationEntry, done_on: date, what: str, provider: str, at: datetime
) -> list[Reason]:
    found = list[Reason]()
    if not what.strip():
        found.append(Reason("请写明帮扶措施。", field="what"))
    if not provider.strip():
        found.append(Reason("请写明由谁办理。", field="provider"))
    if done_on > timezone.localdate(at):
        found.append(Reason("帮扶日期不能晚于今天。", field="done_on"))
    return found


def _count_anew(entry: CultivationEntry, *, at: datetime) -> None:
    """From the last measure on, staff has as long again as the edition says."""
    state = CULTIVATION.states[entry.state]
    days = entry.time_limit(state.limit) if state.limit else None
    last = selectors.last_measure_on(entry)
    if days is not None and last is not None:
        deadlines.open_for(
            entry, label=state.label, role=state.role, at=at, due_on=calendar.add_working_days(last, days)
        )


# --- moves ------------------------------------------------------------------------------------------------------------


def _take(
    entry: CultivationEntry, action: str, *, by: User, at: datetime, reason: str = "", **stamps: Any
) -> CultivationEntry:
    """One move: the table, the register, whoever has to know."""
    event = CULTIVATION.move(entry, action, by=by, at=at, reason=reason, **stamps)
    notifications.tell_of_entry(entry, event)
    return entry


@transaction.atomic
def propose_entry(*, entry: CultivationEntry, by: User, at: datetime | None = None) -> CultivationEntry:
    """Ask the county's leader to let the enterprise in."""
    at = at or clock.now()
    _take(entry, "propose_entry", by=by, at=at, proposed_at=at, proposed_by=by)
    if not entry.grounds.strip():
        raise Incomplete(Reason("请先在“修改信息”中写明入库理由，再提请入库。", field="grounds"))
    return entry


@transaction.atomic
def return_entry(
    *, entry: CultivationEntry, reason: str, by: User, at: datetime | None = None
) -> CultivationEntry:
    """Let staff survey the enterprise further."""
    return _take(entry, "return_entry", by=by, at=at or clock.now(), reason=reason)


@transaction.atomic
def confirm_entry(*, entry: CultivationEntry, by: User, at: datetime | None = None) -> CultivationEntry:
    """Let the enterprise in; another person than who asked. One that has applied already goes on at once."""
    at = at or clock.now()
    _take(entry, "confirm_entry", by=by, at=at, entered_at=at, entered_by=by)
    catch_up(entry, at=at)
    return entry


@transaction.atomic
def drop_entry(
    *, entry: CultivationEntry, reason: str, by: User, at: datetime | None = None
) -> CultivationEntry:
    """Leave a surveyed enterprise out of the pool; it stays on record with the reason."""
    at = at or clock.now()
    return _take(entry, "drop", by=by, at=at, reason=reason, left_at=at, left_by=by)


@transaction.atomic
def prepare_entry(*, entry: CultivationEntry, by: User, at: datetime | None = None) -> CultivationEntry:
    """Count the enterprise among those that will apply next."""
    at = at or clock.now()
    _take(entry, "prepare", by=by, at=at)
    _count_anew(entry, at=at)
    return entry


@transaction.atomic
def resume_entry(
    *, entry: CultivationEntry, reason: str, by: User, at: datetime | None = None
) -> CultivationEntry:
    """Go on cultivating an enterprise that will not apply yet."""
    at = at or clock.now()
    _take(entry, "resume", by=by, at=at, reason=reason)
    _count_anew(entry, at=at)
    return entry


@transaction.atomic
def propose_exit(
    *, entry: CultivationEntry, reason: str, by: User, at: datetime | None = None
) -> CultivationEntry:
    """Ask the county's leader to let the enterprise go."""
    at = at or clock.now()
    return _take(entry, "propose_exit", by=by, at=at, reason=reason, leaving_at=at, leaving_by=by)


@transaction.atomic
def refuse_exit(
    *, entry: CultivationEntry, reason: str, by: User, at: datetime | None = None
) -> CultivationEntry:
    """Keep the enterprise in the pool."""
    at = at or clock.now()
    stamps: Stamps = {"leaving_at": None, "leaving_by": None}
    return _take(entry, "refuse_exit", by=by, at=at, reason=reason, **stamps)


@transaction.atomic
def confirm_exit(*, entry: CultivationEntry, by: User, at: datetime | None = None) -> CultivationEntry:
    """Let the enterprise go; another person than who asked. It may be surveyed anew later."""
    at = at or clock.now()
    return _take(entry, "confirm_exit", by=by, at=at, left_at=at, left_by=by)
