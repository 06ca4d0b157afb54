"""Confirming, approving, stopping and ending awards. Locks: Budget → PayeeAccount → Award."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from funding import notifications, permissions, policy, selectors
from funding.enums import LIVE_PAYEE_STATES, AwardState, EntryKind, PayeeState, programme_of
from funding.lifecycle import AWARD
from funding.models import Award, Budget, GrantEdition, PayeeAccount
from funding.selectors.holdbacks import failures_against
from funding.services import account_papers
from funding.services.bars import hold_units
from funding.services.keys import was_done
from funding.services.ledger import post, shift
from funding.services.payees import UNCONFIRMED, pass_accounts
from records import attachments, clock, deadlines
from records.errors import (
    BadFile,
    Conflict,
    IllegalMove,
    Incomplete,
    NotEligible,
    OverBudget,
    Reason,
    Refusal,
    SamePerson,
    TooLate,
)
from records.lifecycle import lock
from records.models import AuditEvent

WAIVER = "waiver_statement"


@transaction.atomic
def confirm_award(*, award: Award, account: PayeeAccount, by: User, at: datetime | None = None) -> Award:
    """The unit wants the money, on this account. With an account already verified the award goes on at once.

    Confirming the same account again changes nothing. Raises ``TooLate`` after the day set, by the
    database's clock; ``Conflict`` where the account is another unit's or no longer of use.
    """
    at = at or clock.database_now()
    lock(account)
    lock(award)
    if award.account_id == account.pk and award.state in (
        AwardState.ACCOUNT_CHECK,
        AwardState.PENDING_APPROVAL,
    ):
        return award
    _check_lawful(award, "confirm", by)
    _check_in_time(award, at)
    _check_usable(award, account, LIVE_PAYEE_STATES)
    event = AWARD.move(award, "confirm", by=by, at=at, account=account, confirmed_at=at, confirmed_by=by)
    if account.state == PayeeState.VERIFIED:
        pass_accounts([award], account, at=at)
    notifications.tell_of_award(award, event)
    return award


def _check_lawful(award: Award, action: str, by: User) -> None:
    """Refuse by the table first: it says best what has changed since the page was opened."""
    for refusal in AWARD.blocks(award, action, by):
        raise refusal


def _check_in_time(award: Award, at: datetime) -> None:
    deadline = deadlines.current(award)
    if deadline and deadline.due_on and timezone.localdate(at) > deadline.due_on:
        day = f"{deadline.due_on.year}年{deadline.due_on.month}月{deadline.due_on.day}日"
        raise TooLate(f"确认期限为{day}，现已超过，按规定视为放弃。如有特殊情况请联系市科技局。")


def _check_usable(award: Award, account: PayeeAccount, states: tuple[str, ...]) -> None:
    found = []
    if account.organisation_id != award.host_id:
        found.append(Reason("收款账户须为依托单位本单位账户。", field="account"))
    if account.state not in states:
        found.append(Reason("所选账户不能使用（未通过核对或已停用），请另选账户。", field="account"))
    Conflict.unless_empty(found)


@transaction.atomic
def waive_award(
    *,
    award: Award,
    statement: str,
    sealed: UploadedFile | None,
    by: User,
    at: datetime | None = None,
) -> Award:
    """The unit gives the money up: its administrator hands in a statement under the unit's seal. Final.

    Raises ``NotEligible`` for anybody but an administrator of the unit, ``Incomplete`` without reason or file.
    """
    at, statement = at or clock.now(), statement.strip()
    lock(award)
    _check_lawful(award, "waive", by)
    if not permissions.AWARD_WHO["waive"](by, award):
        raise NotEligible("放弃领取须由依托单位的单位管理员办理。")
    found = []
    if not statement:
        found.append(Reason("请说明放弃领取的理由。", field="statement"))
    if sealed is None:
        found.append(Reason("请上传加盖单位公章的放弃声明。", field="sealed"))
    if found or sealed is None:
        raise Incomplete(*found)
    BadFile.unless_empty(attachments.faults_of(sealed))
    kept = attachments.attach_file(subject=award, kind=WAIVER, upload=sealed, by=by)
    stamps: dict[str, Any] = {"ended_at": at, "ended_by": by}
    stamps |= {"waiver_statement": statement, "waiver_file": kept}
    event = AWARD.move(award, "waive", by=by, at=at, reason=statement, **stamps)
    notifications.tell_of_award(award, event)
    return award


@transaction.atomic(durable=True)
def approve_award(*, award: Award, budget: Budget, key: UUID, by: User, at: datetime | None = None) -> Award:
    """Commit the award's amount out of ``budget``. The same approval again changes nothing, nor the same ``key``.

    Raises ``OverBudget`` with what is left, ``SamePerson`` for whoever handled it, ``NotEligible`` after a
    revocation or a failed year, ``Conflict`` where account or budget cannot be used: everything at once.
    """
    at = at or clock.now()
    if was_done(key, "approve", award, by=by, at=at, budget=budget):
        return award
    hold_units([award.host_id])
    lock(budget)
    account = _locked_account(award)
    lock(award)
    if award.state == AwardState.APPROVED and (award.approved_by_id, award.budget_id) == (by.pk, budget.pk):
        return award
    _check_lawful(award, "approve", by)
    _check_approvable(award, budget, account, by, at)
    before = budget.used_percent
    shift(budget, committed=award.amount)
    data = {"amount": str(award.amount), "budget": budget.pk}
    stamps: dict[str, Any] = {"approved_at": at, "approved_by": by, "budget": budget}
    event = AWARD.move(award, "approve", by=by, at=at, data=data, **stamps)
    on = timezone.localdate(at)
    post(EntryKind.COMMIT, budget=budget, award=award, amount=award.amount, by=by, at=at, on=on)
    notifications.tell_of_award(award, event)
    line = int(Decimal(GrantEdition.paying_out(on)["budget"]["warn_percent"]))
    if policy.crosses(before, budget.used_percent, line=line):
        notifications.warn_of_budget(budget, event, line=line)
    return award


def _locked_account(award: Award) -> PayeeAccount | None:
    """The account that the award names, locked before the award; whether it still is that one is asked after."""
    rows = PayeeAccount.objects.without_number().select_for_update(of=("self",), no_key=True)
    return rows.filter(awards=award.pk).first()


def _check_approvable(
    award: Award, budget: Budget, account: PayeeAccount | None, by: User, at: datetime
) -> None:
    """Raise the refusal that weighs most, with the reasons of all."""
    found: list[Refusal] = []
    if award.amount > budget.left:
        short = award.amount - budget.left
        way_out, url, link = _way_out(budget, by)
        text = f"{budget}可用额度 {budget.left:,.2f} 元，本项需 {award.amount:,.2f} 元，差 {short:,.2f} 元。{way_out}"
        found.append(OverBudget(Reason(text, field="budget", url=url, link=link)))
    if award.barrier:
        found.append(NotEligible(Reason(f"{award.barrier}，不能拨付资金。", clause="四(二)")))
    if failed := failures_against([award], timezone.localdate(at)):
        found.append(NotEligible(*failed))
    if account and account.account_name != award.host.name:
        words = "收款账户名称与单位现名称不一致（单位已更名），请退回单位提交新账户。"
        found.append(Conflict(Reason(words, field="account")))
    if account is None or account.pk != award.account_id or account.state != PayeeState.VERIFIED:
        found.append(Conflict(Reason("收款账户已变更或停用，请退回单位重新确认。", field="account")))
    if budget.programme != (programme := programme_of(award.kind)):
        found.append(Conflict(Reason(f"该预算不用于{programme.label}。", field="budget")))
    if budget.year != timezone.localdate(at).year:
        found.append(Conflict(Reason(f"只能使用本年度预算，所选为 {budget.year} 年度。", field="budget")))
    if found:
        raise type(found[0])(*(reason for refusal in found for reason in refusal.reasons))


def _way_out(budget: Budget, by: User) -> tuple[str, str, str]:
    """What this person can do about a budget that is too small: words, a page, and what is found there."""
    if permissions.may_keep_budgets(by):
        return "请追加预算后再批准。", reverse("funding:budget-adjust", args=[budget.pk]), "追加预算"
    return "请商市财政局追加预算，追加后再批准。", budget.get_absolute_url(), "查看预算使用情况"


@transaction.atomic
def send_back_award(*, award: Award, reason: str, by: User, at: datetime | None = None) -> Award:
    """Do not approve: the unit confirms once more, and the account is checked once more."""
    at = at or clock.now()
    event = AWARD.move(award, "send_back", by=by, at=at, reason=reason.strip(), **UNCONFIRMED)
    notifications.tell_of_award(award, event)
    return award


@transaction.atomic
def change_account(*, award: Award, account: PayeeAccount, by: User, at: datetime | None = None) -> Award:
    """Let an approved award go to another account of the unit, once that was verified (after a return, say)."""
    at = at or clock.now()
    lock(account)
    lock(award)
    if award.account_id == account.pk and award.state == AwardState.APPROVED:
        return award
    _check_lawful(award, "change_account", by)
    _check_usable(award, account, (PayeeState.VERIFIED,))
    if award.ordered != award.paid:
        raise Conflict("有资金正在拨付途中，须待其到账或退汇后才能变更收款账户。")
    if award.approved_by_id in (account.first_checked_by_id, account.verified_by_id):
        raise SamePerson("不相容岗位分离：该账户由批准本项资金的人员核对，须由他人重新核对。")
    stamps: dict[str, Any] = {
        "account": account,
        "account_first_checked_by": account.first_checked_by,
        "account_verified_by": account.verified_by,
        "account_verified_at": account.verified_at,
    }
    data = {"last4": account.last4, **account_papers.promise(award, account, at=at)}
    event = AWARD.move(award, "change_account", by=by, at=at, data=data, **stamps)
    account_papers.issue_after_commit(event)
    notifications.tell_of_award(award, event)
    return award


@transaction.atomic
def suspend_award(*, award: Award, reason: str, by: User, at: datetime | None = None) -> Award:
    """Stop an award. What was committed stays committed; nothing more is ordered or paid."""
    at = at or clock.now()
    event = AWARD.move(
        award, "suspend", by=by, at=at, reason=reason.strip(), suspended_at=at, suspended_by=by
    )
    notifications.tell_of_award(award, event)
    return award


@transaction.atomic
def resume_award(*, award: Award, reason: str, by: User, at: datetime | None = None) -> Award:
    """Let an award go on that was stopped before its approval: from the unit's confirmation."""
    at = at or clock.now()
    lock(award)
    if award.budget_id is not None:
        raise IllegalMove("该资金暂缓前已经批准，请办理“恢复拨付”。")
    _refuse_after_a_failure(award, at)
    stamps: dict[str, Any] = {**UNCONFIRMED, "suspended_at": None, "suspended_by": None}
    event = AWARD.move(award, "resume", by=by, at=at, reason=reason.strip(), **stamps)
    notifications.tell_of_award(award, event)
    return award


@transaction.atomic
def resume_payment(*, award: Award, reason: str, by: User, at: datetime | None = None) -> Award:
    """Let an award go on that was stopped after its approval, if the institute is still recognised."""
    at = at or clock.now()
    lock(award)
    if award.budget_id is None:
        raise IllegalMove("该资金暂缓前尚未批准，请办理“恢复办理”。")
    if award.barrier:
        raise NotEligible(Reason(f"{award.barrier}，不能恢复拨付。", clause="四(二)"))
    _refuse_after_a_failure(award, at)
    stamps: dict[str, Any] = {"suspended_at": None, "suspended_by": None}
    event = AWARD.move(award, "resume_payment", by=by, at=at, reason=reason.strip(), **stamps)
    tell_once(award, event, at=at)
    return award


def _refuse_after_a_failure(award: Award, at: datetime) -> None:
    """What waits for a better grade of the institute goes on by that grade alone (I-18)."""
    NotEligible.unless_empty(failures_against([award], timezone.localdate(at)))


def close_if_done(award: Award, *, at: datetime) -> None:
    """Close an approved award whose last yuan was receipted, and tell the unit. The caller holds its lock."""
    if event := _close_if_done(award, at=at):
        notifications.tell_of_award(award, event)


def tell_once(award: Award, event: AuditEvent, *, at: datetime) -> None:
    """Tell of a deed, and in the same message of the end where nothing was left to wait for but the deed."""
    _close_if_done(award, at=at)
    notifications.tell_of_award(award, event)


def _close_if_done(award: Award, *, at: datetime) -> AuditEvent | None:
    if award.state != AwardState.APPROVED or award.left_to_pay:
        return None
    if selectors.live_orders(award).exclude(state="receipted").exists():
        return None
    by = system_user()
    return AWARD.move(award, "close", by=by, at=at, ended_at=at, ended_by=by)
