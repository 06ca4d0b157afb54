"""Ending a recognition: proposed with facts, the unit is heard, another person decides by a meeting's minute."""

from collections.abc import Sequence
from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from institutes import notifications, selectors
from institutes.enums import RevocationState
from institutes.lifecycle import REVOCATION
from institutes.models import Institute, RecognitionEdition, Revocation
from institutes.services.ending import end_what_is_open
from institutes.services.standing_papers import issue_after_commit, promise
from institutes.services.suspensions import EVIDENCE, attach_evidence, recognition_to_end
from records import audit, calendar, clock
from records.errors import Conflict, Incomplete, Reason, TooLate
from records.lifecycle import lock

STATEMENT = "statement"


@transaction.atomic
def propose_revocation(
    *,
    institute: Institute,
    cause: str,
    facts: str,
    by: User,
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> Revocation:
    """Propose to end a recognition for one of the causes of the edition. Rooms above call it with what they found."""
    at = at or clock.now()
    edition = RecognitionEdition.objects.in_force("recognition", timezone.localdate(at))
    found = []
    if cause not in {one["code"] for one in edition.terms["revocation_causes"]}:
        found.append(Reason("请选择撤销情形。", field="cause"))
    if not facts.strip():
        found.append(Reason("请写明事实和依据。", field="facts"))
    Incomplete.unless_empty(found)
    recognition_to_end(institute)
    if other := Revocation.objects.open().filter(institute=institute).first():
        words = "该研究院已有一件撤销认定在办。"
        raise Conflict(Reason(words, field="institute", url=other.get_absolute_url(), link="查看在办案件"))
    revocation = Revocation.objects.create(
        institute=institute,
        edition=edition,
        host_id=institute.host_id,
        division_id=institute.division_id,
        cause=cause,
        facts=facts.strip(),
        proposed_at=at,
        proposed_by=by,
    )
    event = REVOCATION.begin(revocation, by=by, at=at, cause=cause)
    attach_evidence(revocation, files, kind=EVIDENCE, by=by)
    notifications.tell_of_revocation(revocation, event)
    return revocation


@transaction.atomic
def notify_unit(*, revocation: Revocation, by: User, at: datetime | None = None) -> Revocation:
    """Send the notice of intent: the unit has days of its own to state its case. Another than who proposed it."""
    at = at or clock.now()
    recognition_to_end(revocation.institute)
    day = timezone.localdate(at)
    until = calendar.add_working_days(day, revocation.time_limit("revocation_statement") or 0)
    data = {
        "paper": promise(revocation, "revocation_intent", on=day),
        "statement_until": until.isoformat(),
    }
    event = REVOCATION.move(
        revocation,
        "notify",
        by=by,
        at=at,
        data=data,
        due_on=until,
        noticed_at=at,
        noticed_by=by,
        statement_until=until,
    )
    notifications.tell_of_revocation(revocation, event)
    issue_after_commit(event)
    return revocation


@transaction.atomic
def state_case(
    *,
    revocation: Revocation,
    statement: str,
    by: User,
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> Revocation:
    """The unit states its case, once, within its days by the database's clock."""
    at = at or clock.database_now()
    if not statement.strip():
        raise Incomplete(Reason("请填写陈述申辩意见；没有异议的，请写明“无异议”。", field="statement"))
    lock(revocation)
    for refusal in REVOCATION.blocks(revocation, "state", by):
        raise refusal
    last = revocation.statement_until
    if last and timezone.localdate(at) > last:
        day = f"{last.year}年{last.month}月{last.day}日"
        raise TooLate(f"陈述申辩期限为{day}，现已超过，按规定视为放弃。如有新的情况请书面联系市科技局。")
    event = REVOCATION.move(
        revocation, "state", by=by, at=at, statement=statement.strip(), stated_at=at, stated_by=by
    )
    attach_evidence(revocation, files, kind=STATEMENT, by=by)
    notifications.tell_of_revocation(revocation, event)
    return revocation


def lapse_statements(*, at: datetime | None = None) -> int:
    """Let go on what the unit let its days run out for; returns how many."""
    at = at or clock.now()
    due = selectors.statements_run_out(timezone.localdate(at))
    return sum(_lapse_statement(revocation=revocation, at=at) for revocation in due)


@transaction.atomic
def _lapse_statement(*, revocation: Revocation, at: datetime) -> bool:
    lock(revocation)
    last = revocation.statement_until
    if revocation.state != RevocationState.STATEMENT or last is None or timezone.localdate(at) <= last:
        return False
    event = REVOCATION.move(revocation, "lapse_statement", by=system_user(), at=at)
    notifications.tell_of_revocation(revocation, event)
    return True


@transaction.atomic
def revoke_recognition(
    *,
    revocation: Revocation,
    minute_number: str,
    decision: str,
    by: User,
    at: datetime | None = None,
) -> Revocation:
    """Revoke by a meeting's decision, with what was found of the unit's statement. What is open of it ends too.

    Another than who proposed it. The certificate says so where it is verified, the register at once.
    """
    at = at or clock.now()
    found = [] if minute_number.strip() else [Reason("请填写会议纪要号。", field="minute_number")]
    if not decision.strip():
        found.append(Reason("请写明认定的事实、对陈述申辩的采纳情况和决定理由。", field="decision"))
    Incomplete.unless_empty(found)
    recognition = recognition_to_end(revocation.institute)
    data = {
        "paper": promise(revocation, "revocation_decision", on=timezone.localdate(at)),
        "minute": minute_number.strip(),
    }
    event = REVOCATION.move(
        revocation,
        "revoke",
        by=by,
        at=at,
        data=data,
        reason=decision.strip(),
        minute_number=minute_number.strip(),
        decision=decision.strip(),
        decided_at=at,
        decided_by=by,
    )
    end_what_is_open(recognition, "认定已撤销。", by=by, at=at)
    recognition.revoked_at, recognition.revoked_by = at, by
    recognition.revocation_reason = f"{revocation.cause_label}。"
    recognition.save(update_fields=["revoked_at", "revoked_by", "revocation_reason"])
    audit.record("institutes.recognition.revoke", recognition, by=by, at=at, revocation=revocation.pk)
    notifications.tell_of_revocation(revocation, event)
    issue_after_commit(event)
    return revocation


@transaction.atomic
def drop_revocation(
    *, revocation: Revocation, reason: str, by: User, at: datetime | None = None
) -> Revocation:
    """Do not revoke. A unit that was notified gets a letter that says so; one that was not hears nothing."""
    at = at or clock.now()
    lock(revocation)
    noticed = revocation.noticed_at is not None
    day = timezone.localdate(at)
    data = {"paper": promise(revocation, "revocation_closing", on=day)} if noticed else {}
    event = REVOCATION.move(
        revocation,
        "drop",
        by=by,
        at=at,
        data=data,
        reason=reason.strip(),
        decision=reason.strip(),
        decided_at=at,
        decided_by=by,
    )
    notifications.tell_of_revocation(revocation, event)
    if noticed:
        issue_after_commit(event)
    return revocation
