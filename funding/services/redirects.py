"""An award whose institute has another host now goes over to it. Locks: PayeeAccount → Award."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from funding import notifications, selectors
from funding.lifecycle import AWARD
from funding.models import Award
from funding.services import account_papers
from funding.services.payees import UNCONFIRMED
from records import clock
from records.errors import Conflict, IllegalMove, SamePerson
from records.lifecycle import lock
from records.models import AuditEvent


@transaction.atomic
def redirect_award(*, award: Award, reason: str, by: User, at: datetime | None = None) -> Award:
    """Let the present host take up what its forerunner was entitled to, before it was approved: it confirms anew.

    Raises ``Conflict`` where the host is the same, or where money was ordered already: that goes to whom it was
    ordered for.
    """
    at = at or clock.now()
    lock(award)
    if award.budget_id is not None:
        raise IllegalMove("该资金已经批准，请按已批准的资金办理。")
    _check_redirectable(award)
    event = _move(award, "redirect", UNCONFIRMED, reason=reason, by=by, at=at)
    notifications.tell_of_award(award, event)
    return award


@transaction.atomic
def redirect_approved_award(*, award: Award, reason: str, by: User, at: datetime | None = None) -> Award:
    """Let what was approved and not ordered go to the present host, on an account of it that was verified.

    What was committed stays committed. Raises ``Conflict`` where the host has no such account yet.
    """
    at = at or clock.now()
    host = award.institute.host
    account = selectors.verified_account_of(host)
    if account is not None:
        lock(account)
    lock(award)
    if award.budget_id is None:
        raise IllegalMove("该资金尚未批准，请按未批准的资金办理。")
    _check_redirectable(award)
    if account is None or account.organisation_id != award.institute.host_id:
        raise Conflict(f"{host}还没有已核实的收款账户，请其先提交账户，由两人核对后再办理。")
    if award.approved_by_id in (account.first_checked_by_id, account.verified_by_id):
        raise SamePerson("不相容岗位分离：该账户由批准本项资金的人员核对，须由他人重新核对。")
    stamps: dict[str, Any] = {
        "account": account,
        "account_first_checked_by": account.first_checked_by,
        "account_verified_by": account.verified_by,
        "account_verified_at": account.verified_at,
    }
    data = {"last4": account.last4, **account_papers.promise(award, account, at=at)}
    event = _move(award, "redirect_approved", stamps, reason=reason, by=by, at=at, data=data)
    account_papers.issue_after_commit(event)
    notifications.tell_of_award(award, event)
    return award


def _move(
    award: Award,
    action: str,
    stamps: dict[str, Any],
    *,
    reason: str,
    by: User,
    at: datetime,
    data: dict | None = None,
) -> AuditEvent:
    """Let it go over, with the former host in the register; a stop of the award ends with it."""
    host = award.institute.host
    said = {"former_host": award.host.name, "host": host.name, **(data or {})}
    over: dict[str, Any] = {
        **stamps,
        "host": host,
        "division": award.institute.division,
        "suspended_at": None,
        "suspended_by": None,
    }
    return AWARD.move(award, action, by=by, at=at, reason=reason.strip(), data=said, **over)


def _check_redirectable(award: Award) -> None:
    if award.host_id == award.institute.host_id:
        raise Conflict("依托单位没有变更，不需要改由其他单位领取。")
    if award.ordered:
        raise Conflict("本项资金已下达原依托单位，不能改由其他单位领取。")
    if words := award.recognition.barrier:
        raise Conflict(f"该研究院的{words}，不能办理。")
