"""Enterprises on the map of chains: entered, corrected, in another role, off the map; each by a document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import Division, User
from accounts.policy import uscc_faults
from institutes.lifecycle import CHAIN
from institutes.models import ChainMember, ChainSegment, ChainSource, IndustryChain
from institutes.services.chains import change_of, present_member, take_source
from records import clock
from records.errors import Conflict, Incomplete, Reason


@dataclass(frozen=True, slots=True)
class Entry:
    """An enterprise to be entered."""

    segment: ChainSegment
    name: str
    uscc: str
    division: Division | None
    role: str
    since: date


@transaction.atomic
def enter_member(
    *,
    chain: IndustryChain,
    segment: ChainSegment,
    name: str,
    uscc: str,
    role: str,
    since: date,
    by: User,
    division: Division | None = None,
    source: ChainSource | None = None,
    source_title: str = "",
    source_number: str = "",
    source_file: UploadedFile | None = None,
    at: datetime | None = None,
) -> ChainMember:
    """Enter an enterprise as leader or backbone of a segment, by the document that says so."""
    entry = Entry(segment, name.strip(), uscc, division, role, since)
    data = {"enterprise": entry.name, "segment": segment.name, "role": role}
    CHAIN.move(chain, "enter_member", by=by, at=at, data=data)
    Conflict.unless_empty(faults_of_entry(chain, entry))
    document = take_source(source=source, title=source_title, number=source_number, file=source_file, by=by)
    return _store(entry, document)


def _store(entry: Entry, source: ChainSource) -> ChainMember:
    return ChainMember.objects.create(
        segment=entry.segment,
        name=entry.name,
        uscc=entry.uscc,
        division=entry.division,
        role=entry.role,
        since=entry.since,
        source=source,
    )


def faults_of_entry(chain: IndustryChain, entry: Entry) -> list[Reason]:
    """Everything that speaks against entering it."""
    found = [Reason(text, field="uscc") for text in uscc_faults(entry.uscc)]
    if not chain.segments.filter(pk=entry.segment.pk, is_active=True).exists():
        found.append(Reason(f"环节“{entry.segment.name}”不在“{chain}”的在用环节中。", field="segment"))
    if entry.since > clock.today():
        found.append(Reason("起始日期不能晚于今天。", field="since"))
    if entry.segment.members.filter(uscc=entry.uscc, until__isnull=True).exists():
        found.append(Reason(f"“{entry.name}”已在“{entry.segment.name}”环节中。", field="uscc"))
    return found


@transaction.atomic
def enter_members(
    *,
    chain: IndustryChain,
    entries: Sequence[Entry],
    by: User,
    source: ChainSource | None = None,
    source_title: str = "",
    source_number: str = "",
    source_file: UploadedFile | None = None,
    at: datetime | None = None,
) -> list[ChainMember]:
    """Enter a whole list by one document, or nothing of it: raises ``Conflict`` with every fault of every entry."""
    CHAIN.move(chain, "import_members", by=by, at=at, data={"count": len(entries)})
    if not entries:
        raise Incomplete(Reason("没有可导入的企业。", field="file"))
    faults = [
        Reason(f"{entry.name}：{fault}", field="file")
        for entry in entries
        for fault in faults_of_entry(chain, entry)
    ]
    Conflict.unless_empty([*faults, *_twice(entries)])
    document = take_source(source=source, title=source_title, number=source_number, file=source_file, by=by)
    return [_store(entry, document) for entry in entries]


def _twice(entries: Iterable[Entry]) -> list[Reason]:
    seen, found = set[tuple[int, str]](), list[Reason]()
    for entry in entries:
        key = (entry.segment.pk, entry.uscc)
        if key in seen:
            found.append(Reason(f"{entry.name}：在名单的同一环节中出现了两次。", field="file"))
        seen.add(key)
    return found


@transaction.atomic
def revise_member(
    *,
    chain: IndustryChain,
    member: ChainMember,
    name: str,
    since: date,
    reason: str,
    by: User,
    division: Division | None = None,
    at: datetime | None = None,
) -> ChainMember:
    """Mend what was typed wrong: name, county, first day. Role and segment are changed from a day on, not mended."""
    new = {"name": name.strip(), "division": division, "since": since}
    data = {"enterprise": member.name, **change_of(member, new)}
    CHAIN.move(chain, "revise_member", by=by, at=at, reason=reason, data=data)
    member = present_member(chain, member)
    if since > clock.today():
        raise Conflict(Reason("起始日期不能晚于今天。", field="since"))
    for column, value in new.items():
        setattr(member, column, value)
    member.save(update_fields=list(new))
    return member


@transaction.atomic
def change_role(
    *,
    chain: IndustryChain,
    member: ChainMember,
    role: str,
    since: date,
    by: User,
    source: ChainSource | None = None,
    source_title: str = "",
    source_number: str = "",
    source_file: UploadedFile | None = None,
    at: datetime | None = None,
) -> ChainMember:
    """Let an enterprise stand in another role from a day on; the former role keeps its days."""
    data = {"enterprise": member.name, "role": role, "since": since.isoformat()}
    CHAIN.move(chain, "change_role", by=by, at=at, data=data)
    member = present_member(chain, member)
    Conflict.unless_empty(_faults_ofchange_of(member, role, since))
    document = take_source(source=source, title=source_title, number=source_number, file=source_file, by=by)
    member.until = since - timedelta(days=1)
    member.save(update_fields=["until"])
    entry = Entry(member.segment, member.name, member.uscc, member.division, role, since)
    return _store(entry, document)


def _faults_ofchange_of(member: ChainMember, role: str, since: date) -> list[Reason]:
    found = []
    if member.role == role:
        found.append(Reason(f"“{member.name}”已是{member.get_role_display()}。", field="role"))
    if since > clock.today():
        found.append(Reason("变更日期不能晚于今天。", field="since"))
    if since <= member.since:
        found.append(Reason(f"变更日期须晚于原地位的起始日期 {member.since:%Y-%m-%d}。", field="since"))
    return found


@transaction.atomic
def end_member(
    *,
    chain: IndustryChain,
    member: ChainMember,
    until: date,
    reason: str,
    by: User,
    at: datetime | None = None,
) -> ChainMember:
    """Take an enterprise off a segment with its last day; the row stays."""
    data = {"enterprise": member.name, "until": until.isoformat()}
    CHAIN.move(chain, "end_member", by=by, at=at, reason=reason, data=data)
    member = present_member(chain, member)
    if until > clock.today():
        raise Conflict(Reason("移出日期不能晚于今天。", field="until"))
    if until < member.since:
        raise Conflict(Reason(f"移出日期不能早于起始日期 {member.since:%Y-%m-%d}。", field="until"))
    member.until = until
    member.save(update_fields=["until"])
    return member
