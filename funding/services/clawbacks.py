"""Taking money back (追回, domain B8), up to the decision: suspected, investigated, the unit heard, decided by another.

Locks: the turn of the unit (decision alone), ``Budget`` → ``Award`` → ``Clawback``, number.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from funding import policy
from funding.enums import ClawbackState, EntryKind
from funding.lifecycle import CLAWBACK
from funding.models import Award, Clawback, GrantEdition
from funding.notifications.clawbacks import tell_of_clawback
from funding.selectors import clawbacks as reads
from funding.selectors import standing
from funding.services.bars import hold_units
from funding.services.clawback_papers import issue_after_commit, promise
from funding.services.keys import was_done
from funding.services.ledger import locked_budget, post, shift
from projects.selectors import end_in_words, recognised_of
from records import attachments, calendar, clock, numbering
from records.errors import BadFile, Conflict, Incomplete, Reason, TooLate
from records.lifecycle import lock

EVIDENCE = "evidence"
STATEMENT = "statement"
CANDIDATE = "研究院认定在拨付后不满规定年限被撤销，系统列为追回线索。"


@transaction.atomic
def suspect_clawback(
    *,
    award: Award,
    ground: str,
    facts: str,
    by: User,
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> Clawback:
    """Enter a suspicion that paid money has to come back, for one of the grounds of the edition. One per award."""
    at = at or clock.now()
    day = timezone.localdate(at)
    edition = reads.edition_of_clawbacks(day)
    lock(award)
    Incomplete.unless_empty(_suspicion_faults(award, edition, ground, facts))
    if other := Clawback.objects.open().filter(award=award).first():
        words = "该项资金已有一件追回案件在办。"
        raise Conflict(Reason(words, field="award", url=other.get_absolute_url(), link="查看在办案件"))
    if not reads.base_of(award):
        raise Conflict(
            Reason("该项资金没有已拨付且未追回的金额。", field="award", url=award.get_absolute_url())
        )
    clawback = Clawback.objects.create(
        number=numbering.take_number(
            "funding.clawback", pattern=edition.terms["numbers"]["case"], year=day.year
        ),
        award=award,
        institute_id=award.institute_id,
        host_id=award.host_id,
        division_id=award.division_id,
        edition=edition,
        ground=ground,
        facts=facts.strip(),
        suspected_at=at,
        suspected_by=by,
    )
    event = CLAWBACK.begin(clawback, by=by, at=at, ground=ground)
    attach(clawback, files, kind=EVIDENCE, by=by)
    tell_of_clawback(clawback, event)
    return clawback


def _suspicion_faults(award: Award, edition: GrantEdition, ground: str, facts: str) -> list[Reason]:
    found = []
    if ground not in {one["code"] for one in edition.terms["grounds"]}:
        found.append(Reason("请选择追回情形。", field="ground"))
    if ground == "revoked" and not standing.may_be_clawed_back(
        award.recognition, standing.last_paid_on(award)
    ):
        words = "该研究院没有在拨付后规定年限内被撤销认定，请选择其他情形。"
        found.append(Reason(words, field="ground"))
    if ground == reads.TERMINATED and not reads.unspent_of(award):
        words = "该项资金没有提前结束且有结余的联合攻关项目，请选择其他情形。"
        found.append(Reason(words, field="ground"))
    if not facts.strip():
        found.append(Reason("请写明事实和线索来源。", field="facts"))
    return found


def suspect_ended_projects(*, at: datetime | None = None) -> list[Clawback]:
    """Enter a case for what every joint project that ended without being accepted has left of its grant, once each."""
    at, found = at or clock.now(), list[Clawback]()
    for award in reads.awards_of_ended_projects():
        if case := _suspect_ended_project(award=award, at=at):
            found.append(case)
    return found


@transaction.atomic
def _suspect_ended_project(*, award: Award, at: datetime) -> Clawback | None:
    """None where everything that was paid was spent, or somebody was faster."""
    lock(award)
    if not reads.awards_of_ended_projects().filter(pk=award.pk).exists() or not reads.unspent_of(award):
        return None
    return suspect_clawback(
        award=award, ground=reads.TERMINATED, facts=_facts_of_end(award), by=system_user(), at=at
    )


def _facts_of_end(award: Award) -> str:
    project = award.project
    if project is None or project.ended_at is None:
        raise ValueError("no project that has ended")
    return (
        f"联合攻关项目“{project}”（{project.number}）于{_in_words(timezone.localdate(project.ended_at))}"
        f"{end_in_words(project)}。已拨付财政资金 {award.paid:,.2f} 元，认定支出 {recognised_of(project):,.2f} 元，"
        f"结余 {reads.unspent_of(award):,.2f} 元应当退回。"
    )


def suspect_candidates(*, at: datetime | None = None) -> list[Clawback]:
    """Enter a case for every award whose institute was revoked soon after the money. Repeating it adds nothing."""
    at, by = at or clock.now(), system_user()
    return [
        suspect_clawback(award=award, ground="revoked", facts=CANDIDATE, by=by, at=at)
        for award in reads.candidates_without_case()
    ]


def attach(case: Any, files: Sequence[UploadedFile], *, kind: str, by: User) -> None:
    """Keep what was brought with a case."""
    BadFile.unless_empty([fault for upload in files for fault in attachments.faults_of(upload)])
    for upload in files:
        attachments.attach_file(subject=case, kind=kind, upload=upload, by=by)


@transaction.atomic
def investigate_clawback(*, clawback: Clawback, by: User, at: datetime | None = None) -> Clawback:
    """Take the suspicion up."""
    event = CLAWBACK.move(clawback, "investigate", by=by, at=at or clock.now())
    tell_of_clawback(clawback, event)
    return clawback


@transaction.atomic
def propose_clawback(
    *,
    clawback: Clawback,
    ground: str,
    facts: str,
    amount: Decimal,
    by: User,
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> Clawback:
    """Say what was found, for which ground, and how much is to come back: the whole of what was paid or a part."""
    at = at or clock.now()
    award = clawback.award
    lock(award)
    base = reads.base_of(award)
    found = _suspicion_faults(award, clawback.edition, ground, facts)
    found += [Reason(fault, field="amount") for fault in policy.claim_faults(amount, base=base)]
    if ground == reads.TERMINATED and amount > (left := reads.unspent_of(award)) > 0:
        found.append(Reason(f"项目结余为 {left:,.2f} 元，追回金额不能超过结余。", field="amount"))
    lock(clawback)
    for refusal in CLAWBACK.blocks(clawback, "propose", by):
        raise refusal
    Incomplete.unless_empty(found)
    stamps: dict[str, Any] = {
        "ground": ground,
        "facts": facts.strip(),
        "base": base,
        "amount": amount,
        "proposed_at": at,
        "proposed_by": by,
    }
    event = CLAWBACK.move(clawback, "propose", by=by, at=at, data={"amount": str(amount)}, **stamps)
    attach(clawback, files, kind=EVIDENCE, by=by)
    tell_of_clawback(clawback, event)
    return clawback


@transaction.atomic
def send_back_clawback(*, clawback: Clawback, reason: str, by: User, at: datetime | None = None) -> Clawback:
    """Let it be investigated further."""
    cleared: dict[str, Any] = dict.fromkeys(("proposed_at", "proposed_by", "amount", "base"))
    event = CLAWBACK.move(
        clawback, "send_back", by=by, at=at or clock.now(), reason=reason.strip(), **cleared
    )
    tell_of_clawback(clawback, event)
    return clawback


@transaction.atomic
def notify_of_clawback(*, clawback: Clawback, by: User, at: datetime | None = None) -> Clawback:
    """Send the notice of intent: from the next day the unit has its days to state its case."""
    at = at or clock.now()
    lock(clawback)
    for refusal in CLAWBACK.blocks(clawback, "notify", by):
        raise refusal
    day = timezone.localdate(at)
    until = calendar.add_working_days(day, clawback.time_limit("statement") or 0)
    data = {
        "paper": promise(clawback, "clawback_intent", on=day),
        "statement_until": until.isoformat(),
        "amount": str(clawback.amount),
    }
    stamps: dict[str, Any] = {"noticed_at": at, "noticed_by": by, "statement_until": until}
    event = CLAWBACK.move(clawback, "notify", by=by, at=at, data=data, due_on=until, **stamps)
    tell_of_clawback(clawback, event)
    issue_after_commit(event)
    return clawback


@transaction.atomic
def state_on_clawback(
    *,
    clawback: Clawback,
    statement: str,
    by: User,
    files: Sequence[UploadedFile] = (),
    at: datetime | None = None,
) -> Clawback:
    """The unit states its case, once, within its days by the database's clock."""
    at = at or clock.database_now()
    if not statement.strip():
        raise Incomplete(Reason("请填写陈述申辩意见；没有异议的，请写明“无异议”。", field="statement"))
    lock(clawback)
    for refusal in CLAWBACK.blocks(clawback, "state", by):
        raise refusal
    if reads.is_late(clawback, at):
        last = _in_words(clawback.statement_until)
        raise TooLate(f"陈述申辩期限为{last}，现已超过，按规定视为放弃。如有新的情况请书面联系市科技局。")
    stamps: dict[str, Any] = {"statement": statement.strip(), "stated_at": at, "stated_by": by}
    event = CLAWBACK.move(clawback, "state", by=by, at=at, **stamps)
    attach(clawback, files, kind=STATEMENT, by=by)
    tell_of_clawback(clawback, event)
    return clawback


def _in_words(day: date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def lapse_clawback_statements(*, at: datetime | None = None) -> int:
    """Let go on what the unit let its days run out for; returns how many."""
    at = at or clock.now()
    due = reads.statements_run_out(timezone.localdate(at))
    return sum(_lapse_statement(clawback=clawback, at=at) for clawback in due)


@transaction.atomic
def _lapse_statement(*, clawback: Clawback, at: datetime) -> bool:
    lock(clawback)
    if clawback.state != ClawbackState.NOTICE_OF_INTENT or not reads.is_late(clawback, at):
        return False
    event = CLAWBACK.move(clawback, "lapse_statement", by=system_user(), at=at)
    tell_of_clawback(clawback, event)
    return True


@transaction.atomic(durable=True)
def decide_clawback(
    *,
    clawback: Clawback,
    amount: Decimal,
    minute_number: str,
    decision: str,
    key: UUID,
    by: User,
    at: datetime | None = None,
) -> Clawback:
    """Decide by a meeting how much comes back, no more than the unit was notified of, with an entry of the ledger.

    Another than who proposed it. From here nothing else is approved, ordered or paid for the unit until it is repaid.
    """
    at = at or clock.now()
    minute_number, decision = minute_number.strip(), decision.strip()
    terms: dict[str, Any] = {"amount": amount, "minute_number": minute_number, "decision": decision}
    if was_done(key, "decide", clawback, by=by, at=at, **terms):
        return clawback
    hold_units([clawback.host_id], alone=True)
    award = clawback.award
    budget = locked_budget(award)
    lock(award)
    lock(clawback)
    for refusal in CLAWBACK.blocks(clawback, "decide", by):
        raise refusal
    base, day = reads.base_of(award), timezone.localdate(at)
    Incomplete.unless_empty(_decision_faults(clawback, base, terms))
    percent = policy.decimal_of(clawback.edition.terms["repayment"].get("interest_percent", "0"))
    since = reads.last_paid_on(award)
    interest = policy.interest_on(amount, percent=percent, since=since, until=day)
    data = {
        "paper": promise(clawback, "clawback_decision", on=day),
        "amount": str(amount),
        "interest": str(interest),
        "minute": minute_number,
    }
    stamps: dict[str, Any] = {**terms, "base": base, "interest": interest, "decided_at": at, "decided_by": by}
    event = CLAWBACK.move(clawback, "decide", by=by, at=at, data=data, **stamps)
    shift(award, claimed=amount)
    post(
        EntryKind.CLAIM,
        budget=budget,
        award=award,
        clawback=clawback,
        amount=clawback.total,
        by=by,
        at=at,
        on=day,
    )
    tell_of_clawback(clawback, event)
    issue_after_commit(event)
    return clawback


def _decision_faults(clawback: Clawback, base: Decimal, terms: dict[str, Any]) -> list[Reason]:
    found = [Reason(fault, field="amount") for fault in policy.claim_faults(terms["amount"], base=base)]
    if clawback.amount is not None and terms["amount"] > clawback.amount:
        text = f"决定金额不能超过告知书所载的 {clawback.amount:,.2f} 元；需要增加的，请另行告知单位。"
        found.append(Reason(text, field="amount"))
    if not terms["minute_number"]:
        found.append(Reason("请填写会议纪要号。", field="minute_number"))
    if not terms["decision"]:
        found.append(Reason("请写明对陈述申辩的采纳情况和决定理由。", field="decision"))
    return found


@transaction.atomic
def drop_clawback(*, clawback: Clawback, reason: str, by: User, at: datetime | None = None) -> Clawback:
    """Do not claim it back. A unit that was notified gets a letter that says so; one that was not hears nothing."""
    at = at or clock.now()
    lock(clawback)
    for refusal in CLAWBACK.blocks(clawback, "drop", by):
        raise refusal
    noticed = clawback.noticed_at is not None and bool(reason.strip())
    data = {"paper": promise(clawback, "clawback_closing", on=timezone.localdate(at))} if noticed else {}
    stamps: dict[str, Any] = {"drop_reason": reason.strip(), "dropped_at": at, "dropped_by": by}
    event = CLAWBACK.move(clawback, "drop", by=by, at=at, data=data, reason=reason.strip(), **stamps)
    tell_of_clawback(clawback, event)
    if noticed:
        issue_after_commit(event)
    return clawback
