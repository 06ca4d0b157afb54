"""Achievements (二(二), I-3): entered and handed in by the unit, verified by county and bureau, annulled by two."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import notifications
from institutes.enums import AchievementKind, AchievementState
from institutes.lifecycle import ACHIEVEMENT
from institutes.models import Achievement, Institute
from institutes.selectors import achievements as reads
from institutes.services.achievement_faults import (
    against_entering,
    against_handing_in,
    against_stating,
)
from institutes.services.achievement_hints import Answers, answer_hints, raise_hints
from records import attachments, audit, clock
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, Reason
from records.lifecycle import lock
from records.models import Attachment
from records.turns import take_turns

Files = Mapping[str, UploadedFile | Sequence[UploadedFile] | None]
COLUMNS = (
    "title",
    "number",
    "mark",
    "partner_name",
    "partner_uscc",
    "achieved_on",
    "amount",
    "quantity",
    "description",
    "level",
    "programme",
    "part",
    "ends_on",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is said about an achievement, apart from its kind; of this its kind asks for some."""

    title: str
    achieved_on: date | None
    number: str = ""
    partner_name: str = ""
    partner_uscc: str = ""
    amount: Decimal | None = None
    quantity: int | None = None
    description: str = ""
    level: str = ""
    programme: str = ""
    part: str = ""
    ends_on: date | None = None


@transaction.atomic
def draft_achievement(
    *,
    institute: Institute,
    kind: str,
    title: str,
    achieved_on: date,
    by: User,
    number: str = "",
    partner_name: str = "",
    partner_uscc: str = "",
    amount: Decimal | None = None,
    quantity: int | None = None,
    description: str = "",
    level: str = "",
    programme: str = "",
    part: str = "",
    ends_on: date | None = None,
    files: Files | None = None,
    at: datetime | None = None,
) -> Achievement:
    """Enter what an institute brought about. Raises ``Incomplete`` or ``Conflict`` with every reason."""
    at = at or clock.now()
    entry = Entry(
        *(title, achieved_on, number, partner_name, partner_uscc, amount, quantity, description),
        *(level, programme, part, ends_on),
    )
    lock(institute)
    achievement = store_draft(institute, kind, entry, by=by, at=at)
    _attach(achievement, files or {}, by=by)
    return achievement


def store_draft(
    institute: Institute,
    kind: str,
    entry: Entry,
    *,
    by: User,
    at: datetime,
    kinds: Mapping[str, dict] | None = None,
) -> Achievement:
    """One draft, by the rules in force now. The caller holds the institute's lock, and may have read the rules."""
    if kind not in AchievementKind.values:
        raise Incomplete(Reason("请选择成果类型。", field="kind"))
    Conflict.unless_empty(against_entering(institute))
    edition = reads.achievement_edition(timezone.localdate(at))
    achievement = Achievement(
        institute=institute,
        edition=edition,
        host_id=institute.host_id,
        division_id=institute.division_id,
        kind=kind,
        terms=(kinds or reads.kinds_in(edition))[kind],
        drafted_at=at,
        drafted_by=by,
    )
    _write(achievement, entry, on=timezone.localdate(at))
    achievement.save()
    ACHIEVEMENT.begin(achievement, by=by, at=at, kind=kind, title=achievement.title)
    return achievement


@transaction.atomic
def revise_achievement(
    *,
    achievement: Achievement,
    title: str,
    achieved_on: date,
    by: User,
    number: str = "",
    partner_name: str = "",
    partner_uscc: str = "",
    amount: Decimal | None = None,
    quantity: int | None = None,
    description: str = "",
    level: str = "",
    programme: str = "",
    part: str = "",
    ends_on: date | None = None,
    files: Files | None = None,
    at: datetime | None = None,
) -> Achievement:
    """Change a draft; whoever does it becomes its drafter."""
    at = at or clock.now()
    lock(achievement)
    if achievement.state != AchievementState.DRAFT:
        raise IllegalMove(f"“{achievement}”现为“{ACHIEVEMENT.label(achievement.state)}”，内容不能再改。")
    entry = Entry(
        *(title, achieved_on, number, partner_name, partner_uscc, amount, quantity, description),
        *(level, programme, part, ends_on),
    )
    _write(achievement, entry, on=timezone.localdate(at))
    achievement.drafted_at, achievement.drafted_by = at, by
    achievement.save(update_fields=[*COLUMNS, "drafted_at", "drafted_by"])
    audit.record("institutes.achievement.revise", achievement, by=by, at=at, title=achievement.title)
    _attach(achievement, files or {}, by=by)
    return achievement


def _write(achievement: Achievement, entry: Entry, *, on: date) -> None:
    """Fill in what the kind asks for, and refuse what cannot be so."""
    fill(achievement, entry)
    Incomplete.unless_empty(against_stating(achievement, on=on))
    achievement.mark = reads.mark_of_achievement(achievement)


def fill(achievement: Achievement, entry: Entry) -> None:
    """Fill in what the kind asks for; what it does not ask for stays empty."""
    terms = achievement.terms
    achievement.title = entry.title.strip()
    if entry.achieved_on is not None:
        achievement.achieved_on = entry.achieved_on
    achievement.number = entry.number.strip() if terms["number_label"] else ""
    achievement.partner_name = entry.partner_name.strip() if terms["partner_label"] else ""
    achievement.partner_uscc = entry.partner_uscc.strip().upper() if terms["partner_label"] else ""
    achievement.amount = entry.amount if terms["amount_label"] else None
    achievement.quantity = entry.quantity if terms["quantity_label"] else None
    achievement.description = entry.description.strip()
    asks = terms.get("asks", ())
    achievement.level = entry.level if "level" in asks else ""
    achievement.programme = entry.programme.strip() if "programme" in asks else ""
    achievement.part = entry.part if "part" in asks else ""
    achievement.ends_on = entry.ends_on if "ends_on" in asks else None


def _attach(achievement: Achievement, files: Files, *, by: User) -> None:
    """Take in evidence: one file of a kind takes the place of the one before, “other” files are added."""
    limits = achievement.edition.upload_limits
    given = [
        (kind, upload)
        for kind, uploads in files.items()
        for upload in (uploads if isinstance(uploads, Sequence) else [uploads])
        if upload is not None
    ]
    BadFile.unless_empty(
        Reason(fault.text, field=f"file_{kind}", clause=fault.clause)
        for kind, upload in given
        for fault in attachments.faults_of(upload, limits=limits)
    )
    asked = {row["code"] for row in achievement.evidence}
    held = {row.kind: row for row in Attachment.objects.about(achievement).current()}
    for kind, upload in given:
        replaces = held.get(kind) if kind in asked else None
        attachments.attach_file(
            subject=achievement, kind=kind, upload=upload, replaces=replaces, limits=limits, by=by
        )


def _take(
    achievement: Achievement, action: str, *, by: User, at: datetime, reason: str = "", **stamps: Any
) -> Achievement:
    """One move: the table, the register, whoever has to know."""
    event = ACHIEVEMENT.move(achievement, action, by=by, at=at, reason=reason.strip(), **stamps)
    notifications.tell_of_achievement(achievement, event)
    return achievement


# --- the unit -------------------------------------------------------------------------------------------------------


@transaction.atomic
def hand_up_achievement(*, achievement: Achievement, by: User, at: datetime | None = None) -> Achievement:
    """Give the draft to the unit's administrator, with everything that proves it."""
    _take(achievement, "hand_up", by=by, at=at or clock.now())
    against_handing_in(achievement, by=by)
    return achievement


@transaction.atomic
def send_back_achievement(
    *, achievement: Achievement, reason: str, by: User, at: datetime | None = None
) -> Achievement:
    """Let the draft be mended inside the unit."""
    return _take(achievement, "send_back", by=by, at=at or clock.now(), reason=reason)


@transaction.atomic
def hand_in_achievement(*, achievement: Achievement, by: User, at: datetime | None = None) -> Achievement:
    """Hand it in to the county, in the unit's name; from now on it holds its number.

    Raises ``Conflict`` where another stands under the same number: one achievement counts once. What may be the same
    under another title is put down, for county and bureau to answer. Earlier findings of the county count no more.
    """
    at = at or clock.now()
    if achievement.mark:
        take_turns(f"institutes.achievement.{achievement.mark}")
    lock(achievement)
    if ACHIEVEMENT.allows(achievement, "hand_in"):  # else the table of moves has the better answer
        against_handing_in(achievement, by=by)
    _take(
        achievement,
        "hand_in",
        by=by,
        at=at,
        handed_in_at=at,
        handed_in_by=by,
        county_verified_at=None,
        county_verified_by=None,
        county_opinion="",
    )
    raise_hints(achievement, by=by, at=at)
    return achievement


@transaction.atomic
def withdraw_achievement(
    *, achievement: Achievement, reason: str, by: User, at: datetime | None = None
) -> Achievement:
    """The unit takes it back before it is verified; it stays on record with its reason."""
    return _take(achievement, "withdraw", by=by, at=at or clock.now(), reason=reason)


# --- county and bureau ----------------------------------------------------------------------------------------------


@transaction.atomic
def county_return_achievement(
    *, achievement: Achievement, reason: str, by: User, at: datetime | None = None
) -> Achievement:
    """The county has the unit mend it; the unit hands it in anew."""
    return _take(achievement, "county_return", by=by, at=at or clock.now(), reason=reason)


@transaction.atomic
def county_verify_achievement(
    *,
    achievement: Achievement,
    opinion: str,
    by: User,
    answers: Answers | None = None,
    at: datetime | None = None,
) -> Achievement:
    """The county finds it true, and answers what may be the same. Raises ``Conflict`` where it says that it is."""
    at = at or clock.now()
    if not opinion.strip():
        raise Incomplete(Reason("请写明核实了哪些情况。", field="opinion"))
    _take(
        achievement,
        "county_verify",
        by=by,
        at=at,
        county_opinion=opinion.strip(),
        county_verified_at=at,
        county_verified_by=by,
    )
    answer_hints(achievement, answers or {}, side="county", by=by, at=at)
    return achievement


@transaction.atomic
def return_achievement(
    *, achievement: Achievement, reason: str, by: User, at: datetime | None = None
) -> Achievement:
    """The bureau has the unit mend it; it goes through the county once more."""
    return _take(achievement, "return", by=by, at=at or clock.now(), reason=reason)


@transaction.atomic
def verify_achievement(
    *,
    achievement: Achievement,
    by: User,
    opinion: str = "",
    answers: Answers | None = None,
    at: datetime | None = None,
) -> Achievement:
    """Verify it, so that it counts from now on; another person than who verified it for the county."""
    at = at or clock.now()
    _take(achievement, "verify", by=by, at=at, opinion=opinion.strip(), verified_at=at, verified_by=by)
    answer_hints(achievement, answers or {}, side="bureau", by=by, at=at)
    return achievement


@transaction.atomic
def reject_achievement(
    *, achievement: Achievement, reason: str, by: User, at: datetime | None = None
) -> Achievement:
    """Do not count it; the unit reads why. Its number is free again."""
    at = at or clock.now()
    return _take(achievement, "reject", by=by, at=at, reason=reason, rejected_at=at, rejected_by=by)


# --- taking back what was verified ----------------------------------------------------------------------------------


@transaction.atomic
def propose_annulment(
    *, achievement: Achievement, grounds: str, by: User, at: datetime | None = None
) -> Achievement:
    """The first of two people of the bureau finds that a verified achievement was not true. It counts until decided."""
    at = at or clock.now()
    if not grounds.strip():
        raise Incomplete(Reason("请写明撤销的事实和依据。", field="grounds"))
    stamps = {"annulment_proposed_at": at, "annulment_proposed_by": by}
    return _take(
        achievement,
        "propose_annulment",
        by=by,
        at=at,
        reason=grounds,
        annulment_grounds=grounds.strip(),
        **stamps,
    )


@transaction.atomic
def annul_achievement(*, achievement: Achievement, by: User, at: datetime | None = None) -> Achievement:
    """Take it out of every count; another person than who proposed it. Its number is free again."""
    at = at or clock.now()
    lock(achievement)
    return _take(
        achievement,
        "annul",
        by=by,
        at=at,
        reason=achievement.annulment_grounds,
        annulled_at=at,
        annulled_by=by,
    )


@transaction.atomic
def keep_achievement(
    *, achievement: Achievement, reason: str, by: User, at: datetime | None = None
) -> Achievement:
    """Leave it verified; the proposal to annul it stays on record."""
    return _take(achievement, "keep", by=by, at=at or clock.now(), reason=reason)
