"""Filing for provincial recognition (四(五)): drafted by the unit, seen by its county, taken in by the bureau."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from institutes.enums.provincial import FilingState
from institutes.lifecycle import FILING
from institutes.models import Institute, ProvincialFiling
from institutes.notifications.provincial import tell_of_filing
from institutes.selectors import provincial as reads
from institutes.services.opinions import GROUNDS, faults_of_opinion, opined, signed
from records import attachments, audit, clock, numbering
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import lock
from records.models import Attachment, AuditEvent

Files = Mapping[str, UploadedFile | Sequence[UploadedFile] | None]
CLAUSE = "四(五)"
WORDS = ("proposed_name", "host_government", "grounds")


@transaction.atomic
def draft_filing(
    *,
    institute: Institute,
    proposed_name: str,
    host_government: str,
    grounds: str,
    by: User,
    files: Files | None = None,
    at: datetime | None = None,
) -> ProvincialFiling:
    """Draft the filing of an institute. Raises ``Incomplete`` or ``Conflict`` with every reason."""
    at = at or clock.now()
    lock(institute)
    filing = ProvincialFiling(
        institute=institute,
        edition=reads.provincial_edition(timezone.localdate(at)),
        host_id=institute.host_id,
        division_id=institute.division_id,
        drafted_at=at,
        drafted_by=by,
    )
    _write(filing, proposed_name=proposed_name, host_government=host_government, grounds=grounds)
    Conflict.unless_empty([*against_filing(filing), *_of_another(filing)])
    filing.save()
    FILING.begin(filing, by=by, at=at, proposed_name=filing.proposed_name)
    bring(filing, files or {}, by=by)
    return filing


@transaction.atomic
def revise_filing(
    *,
    filing: ProvincialFiling,
    proposed_name: str,
    host_government: str,
    grounds: str,
    by: User,
    files: Files | None = None,
    at: datetime | None = None,
) -> ProvincialFiling:
    """Change a filing that is still a draft, and bring files."""
    lock(filing)
    if filing.state != FilingState.DRAFT:
        raise IllegalMove("已送审的报备不能修改；需要修改的，请先退回或者撤回。")
    _write(filing, proposed_name=proposed_name, host_government=host_government, grounds=grounds)
    filing.drafted_at, filing.drafted_by = at or clock.now(), by
    filing.save(update_fields=[*WORDS, "drafted_at", "drafted_by"])
    audit.record("institutes.provincialfiling.revise", filing, by=by, at=filing.drafted_at)
    bring(filing, files or {}, by=by)
    return filing


def _write(filing: ProvincialFiling, **words: str) -> None:
    labels = {"proposed_name": "拟申报名称", "host_government": "拟落地政府", "grounds": "申报理由"}
    for name, value in words.items():
        setattr(filing, name, value.strip())
    Incomplete.unless_empty(
        Reason(f"请填写{labels[name]}。", field=name) for name in WORDS if not getattr(filing, name)
    )


def against_filing(filing: ProvincialFiling) -> Iterator[Reason]:
    """Why an institute cannot go on to the province now: its standing, another host than the one that filed."""
    institute = filing.institute
    recognition = getattr(institute, "recognition", None)
    if recognition is None:
        yield Reason("该研究院尚未获得市级认定，不能申报省级。", field="institute", clause=CLAUSE)
    elif recognition.barrier:
        yield Reason(f"该研究院的{recognition.barrier}，不能申报省级。", field="institute", clause=CLAUSE)
    if filing.host_id != institute.host_id:
        yield Reason("依托单位已变更，请撤回后由现依托单位重新报备。")


def _of_another(filing: ProvincialFiling) -> Iterator[Reason]:
    """There is one filing at a time, and none after the province's recognition."""
    other = reads.live_filing_of(filing.institute)
    if other is None:
        return
    if other.is_open:
        words, link = "该研究院已有一件省级申报在办，请在该件中办理。", "查看在办报备"
    else:
        times = filing.edition.terms["guards"]["rewards_max"]
        words = f"该研究院已获省级认定（{other.document_number}），奖励每家 {times} 次，不再报备。"
        link = "查看省级认定"
    yield Reason(words, field="institute", clause=CLAUSE, url=other.get_absolute_url(), link=link)


def bring(
    filing: ProvincialFiling, files: Files, *, by: User, fields: Mapping[Any, str] | None = None
) -> None:
    """Take in files by their kind; one of a kind takes the place of the one before, several stand beside it.

    ``fields`` says of each kind in which box of a form it came, where that is not called by the kind.
    """
    boxes = fields or {}
    limits = filing.edition.upload_limits
    given = [
        (kind, upload, not isinstance(uploads, Sequence))
        for kind, uploads in files.items()
        for upload in (uploads if isinstance(uploads, Sequence) else [uploads])
        if upload is not None
    ]
    BadFile.unless_empty(
        Reason(fault.text, field=boxes.get(kind, f"file_{kind}"), clause=fault.clause)
        for kind, upload, _single in given
        for fault in attachments.faults_of(upload, limits=limits)
    )
    held = {row.kind: row for row in Attachment.objects.about(filing).current()}
    for kind, upload, single in given:
        replaces = held.get(kind) if single else None
        attachments.attach_file(
            subject=filing, kind=kind, upload=upload, replaces=replaces, limits=limits, by=by
        )


def take(
    filing: ProvincialFiling,
    action: str,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    data: dict | None = None,
    due_on: Any = None,
    more: Mapping[str, object] | None = None,
    **stamps: Any,
) -> AuditEvent:
    """One move: the table, the register, whoever has to know. ``more`` are words for the notice."""
    event = FILING.move(
        filing, action, by=by, at=at, reason=reason.strip(), data=data, due_on=due_on, **stamps
    )
    tell_of_filing(filing, event, more=more or {})
    return event


# --- the unit ---------------------------------------------------------------------------------------------------------


def _check_complete(filing: ProvincialFiling) -> None:
    url = f"{filing.get_absolute_url()}edit/"
    Incomplete.unless_empty(
        Reason(f"请上传{kind.label}。", field=f"file_{kind.value}", url=url, link="补充材料")
        for kind in reads.files_lacking(filing)
    )
    Conflict.unless_empty(against_filing(filing))


@transaction.atomic
def hand_up_filing(*, filing: ProvincialFiling, by: User, at: datetime | None = None) -> ProvincialFiling:
    """Give the draft to the unit's administrator, with everything that belongs to it."""
    take(filing, "hand_up", by=by, at=at or clock.now())
    _check_complete(filing)
    return filing


@transaction.atomic
def send_back_filing(
    *, filing: ProvincialFiling, reason: str, by: User, at: datetime | None = None
) -> ProvincialFiling:
    """Let the draft be mended inside the unit."""
    take(filing, "send_back", by=by, at=at or clock.now(), reason=reason)
    return filing


@transaction.atomic
def hand_in_filing(*, filing: ProvincialFiling, by: User, at: datetime | None = None) -> ProvincialFiling:
    """Hand it in to the county, in the unit's name."""
    at = at or clock.now()
    take(filing, "hand_in", by=by, at=at, handed_in_at=at, handed_in_by=by)
    _check_complete(filing)
    return filing


@transaction.atomic
def withdraw_filing(
    *, filing: ProvincialFiling, reason: str, by: User, at: datetime | None = None
) -> ProvincialFiling:
    """The unit gives it up; it stays on record with its reason."""
    take(filing, "withdraw", by=by, at=at or clock.now(), reason=reason)
    return filing


def lapse_filings_of(institute: Institute, reason: str, *, at: datetime) -> None:
    """Whatever is under way ends with the institute. The caller holds its lock."""
    for filing in ProvincialFiling.objects.open().filter(institute=institute).order_by("pk"):
        take(filing, "lapse", by=system_user(), at=at, reason=reason)


# --- the county -------------------------------------------------------------------------------------------------------


@transaction.atomic
def county_return_filing(
    *, filing: ProvincialFiling, reason: str, by: User, at: datetime | None = None
) -> ProvincialFiling:
    """The county has the unit mend it; the unit hands it in anew."""
    take(filing, "county_return", by=by, at=at or clock.now(), reason=reason)
    return filing


@transaction.atomic
def draft_filing_opinion(
    *, filing: ProvincialFiling, position: str, opinion: str, by: User, at: datetime | None = None
) -> ProvincialFiling:
    """The county's clerk puts down how the county sees it; its leader signs."""
    Incomplete.unless_empty(faults_of_opinion(position, opinion, GROUNDS))
    at = at or clock.now()
    take(filing, "draft_opinion", by=by, at=at, **opined(position, opinion, by=by, at=at))
    return filing


@transaction.atomic
def return_filing_opinion(
    *, filing: ProvincialFiling, reason: str, by: User, at: datetime | None = None
) -> ProvincialFiling:
    """The county's leader has the opinion written anew; the period goes on."""
    deadline = reads.due_on_of_filing(filing)
    take(filing, "return_opinion", by=by, at=at or clock.now(), reason=reason, due_on=deadline)
    return filing


@transaction.atomic
def sign_filing_opinion(
    *, filing: ProvincialFiling, by: User, at: datetime | None = None
) -> ProvincialFiling:
    """The county's leader, another than who wrote it, gives the opinion; the bureau goes on either way."""
    at = at or clock.now()
    take(filing, "sign_opinion", by=by, at=at, **signed(by=by, at=at))
    return filing


# --- the filing -------------------------------------------------------------------------------------------------------


@transaction.atomic
def return_filing(
    *, filing: ProvincialFiling, reason: str, by: User, at: datetime | None = None
) -> ProvincialFiling:
    """The bureau has the unit mend it; it goes through the county once more."""
    take(filing, "return", by=by, at=at or clock.now(), reason=reason)
    return filing


@transaction.atomic
def accept_filing(*, filing: ProvincialFiling, by: User, at: datetime | None = None) -> ProvincialFiling:
    """Take the filing in (报备): from this day on the province may decide. The number is taken now.

    Raises ``Conflict`` where the institute's recognition is over or stopped.
    """
    at = at or clock.now()
    lock(filing.institute)
    lock(filing)
    for refusal in FILING.blocks(filing, "accept", by):
        raise refusal
    Conflict.unless_empty(against_filing(filing))
    day = timezone.localdate(at)
    pattern = filing.edition.terms["numbers"]["provincial_filing"]
    number = filing.number or numbering.take_number("provincial_filing", pattern=pattern, year=day.year)
    data, more = {"number": number}, {"number": number}
    take(
        filing,
        "accept",
        by=by,
        at=at,
        data=data,
        more=more,
        number=number,
        filed_on=day,
        filed_at=at,
        filed_by=by,
    )
    return filing
