"""Accounts of units: named by the unit, checked by one person, verified by another."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from accounts.models import Organisation, User
from accounts.services import system_user
from funding import notifications, policy
from funding.enums import ACCOUNT_PROOF, PAID_STATES, AwardState, PayeeState
from funding.lifecycle import AWARD, PAYEE
from funding.models import Award, PayeeAccount
from funding.services import account_papers
from records import attachments, audit, clock
from records.crypto import blind_index
from records.errors import BadFile, Conflict, Incomplete, Reason
from records.lifecycle import lock
from records.turns import take_turns

UNCONFIRMED: dict[str, Any] = {
    "account": None,
    "confirmed_at": None,
    "confirmed_by": None,
    "account_first_checked_by": None,
    "account_verified_at": None,
    "account_verified_by": None,
}


@transaction.atomic
def submit_payee_account(
    *,
    organisation: Organisation,
    account_name: str,
    bank: str,
    branch: str,
    number: str,
    cnaps: str,
    proof: UploadedFile | None,
    by: User,
    at: datetime | None = None,
) -> PayeeAccount:
    """Name an account of ``organisation`` for checking by the bureau. The same account twice is one row.

    Raises ``Incomplete`` with everything that is wrong with it, ``BadFile``, or ``Conflict`` where the number
    stands already with other details.
    """
    at = at or clock.now()
    terms: dict[str, Any] = {
        "account_name": account_name.strip(),
        "bank": bank.strip(),
        "branch": branch.strip(),
        "cnaps": cnaps.strip(),
    }
    number = "".join(number.split())
    Incomplete.unless_empty(_faults(organisation, terms, number, proof))
    if proof is not None:
        BadFile.unless_empty(attachments.faults_of(proof))
    _take_turns(organisation)
    index = blind_index(number)
    if earlier := PayeeAccount.objects.live().filter(organisation=organisation, number_index=index).first():
        return _same(earlier, terms)
    account = PayeeAccount.objects.create(
        organisation=organisation,
        **terms,
        number=number,
        number_index=index,
        last4=number[-4:],
        submitted_at=at,
        submitted_by=by,
    )
    event = PAYEE.begin(account, by=by, at=at, bank=account.bank, last4=account.last4)
    if proof is not None:
        _name_plainly(proof)
        attachments.attach_file(subject=account, kind=ACCOUNT_PROOF, upload=proof, by=by)
    notifications.tell_of_payee(account, event)
    return account


def _name_plainly(proof: UploadedFile) -> None:
    """People put account numbers into names of files, and names go into the register: give it a plain one."""
    suffix = (proof.name or "").rpartition(".")[2].lower()
    proof.name = f"开户证明.{suffix}"


def _faults(
    organisation: Organisation, terms: dict[str, str], number: str, proof: UploadedFile | None
) -> list[Reason]:
    found = [Reason(text, field="cnaps") for text in policy.bank_code_faults(terms["cnaps"])]
    found += [Reason(text, field="number") for text in policy.account_number_faults(number)]
    if not policy.same_name(terms["account_name"], organisation.name):
        text = f"账户名称须与单位名称完全一致，应为“{organisation.name}”。"
        found.append(Reason(text, field="account_name"))
    found += [
        Reason(f"请填写{label}。", field=name)
        for name, label in (("bank", "开户银行"), ("branch", "开户网点"))
        if not terms[name]
    ]
    if proof is None:
        found.append(Reason("请上传开户证明（基本存款账户信息或开户许可证）。", field="proof"))
    return found


def _same(account: PayeeAccount, terms: dict[str, str]) -> PayeeAccount:
    if any(getattr(account, name) != value for name, value in terms.items()):
        raise Conflict("该账号已提交过，但开户行等信息不同。请等待核对结果，或由市科技局退回后重新提交。")
    return account


@transaction.atomic
def first_check_account(*, account: PayeeAccount, by: User, at: datetime | None = None) -> PayeeAccount:
    """The first of two people has compared the account with its proof. The first one's second call does nothing."""
    at = at or clock.now()
    lock(account)
    if account.state == PayeeState.FIRST_CHECKED and account.first_checked_by_id == by.pk:
        return account
    event = PAYEE.move(account, "first_check", by=by, at=at, first_checked_at=at, first_checked_by=by)
    notifications.tell_of_payee(account, event)
    return account


@transaction.atomic
def verify_account(*, account: PayeeAccount, by: User, at: datetime | None = None) -> PayeeAccount:
    """Another person confirms the check: the account may receive money, and awards that waited for it move on.

    The unit's former account is replaced, and what is on its way to it stops. Raises ``SamePerson`` for whoever made
    the first check.
    """
    at = at or clock.now()
    _take_turns(account.organisation)
    former = PayeeAccount.objects.select_for_update(of=("self",), no_key=True).filter(
        organisation_id=account.organisation_id, state=PayeeState.VERIFIED
    )
    replaced = list(former.order_by("pk"))
    lock(account)
    if account.state == PayeeState.VERIFIED and account.verified_by_id == by.pk:
        return account
    for refusal in PAYEE.blocks(account, "verify", by):
        raise refusal
    for old in replaced:
        _supersede(old, by=by, at=at)
    event = PAYEE.move(account, "verify", by=by, at=at, verified_at=at, verified_by=by)
    notifications.tell_of_payee(account, event)
    pass_accounts(_waiting_for(account), account, at=at)
    return account


def _supersede(account: PayeeAccount, *, by: User, at: datetime) -> None:
    event = PAYEE.move(account, "supersede", by=by, at=at, superseded_at=at, superseded_by=by)
    running = account.disbursements.live().exclude(state__in=PAID_STATES)
    for disbursement in running.select_related(
        "host", "division", "award__institute", "award__project"
    ).order_by("pk"):
        disbursement.account = account
        notifications.warn_of_stop(disbursement, event)


def pass_accounts(awards: Sequence[Award], account: PayeeAccount, *, at: datetime) -> None:
    """Let awards whose account is verified go on to approval, with the two checkers stamped on them."""
    promises = account_papers.promise_all(awards, account, at=at)
    for award, promised in zip(awards, promises, strict=True):
        event = AWARD.move(
            award,
            "pass_account",
            by=system_user(),
            at=at,
            data=promised,
            account_first_checked_by=account.first_checked_by,
            account_verified_by=account.verified_by,
            account_verified_at=account.verified_at,
        )
        account_papers.issue_after_commit(event)
        notifications.tell_of_award(award, event)


@transaction.atomic
def reject_account(
    *, account: PayeeAccount, reason: str, by: User, at: datetime | None = None
) -> PayeeAccount:
    """Send the account back with a reason; awards that waited for it are with the unit again."""
    at, reason = at or clock.now(), reason.strip()
    event = PAYEE.move(account, "reject", by=by, at=at, reason=reason, rejected_at=at, rejected_by=by)
    notifications.tell_of_payee(account, event)
    for award in _waiting_for(account):
        moved = AWARD.move(award, "fail_account", by=system_user(), at=at, reason=reason, **UNCONFIRMED)
        notifications.tell_of_award(award, moved)
    return account


@transaction.atomic
def reveal_account(*, account: PayeeAccount, reason: str, by: User, at: datetime | None = None) -> str:
    """The full number, for a reason that goes into the register together with who asked."""
    if not reason.strip():
        raise Incomplete(Reason("查看完整账号须说明理由。", field="reason"))
    audit.record(
        "funding.payeeaccount.reveal", account, by=by, at=at, reason=reason.strip(), last4=account.last4
    )
    return PayeeAccount.objects.only("number").get(pk=account.pk).number


def _waiting_for(account: PayeeAccount) -> list[Award]:
    rows = Award.objects.select_for_update(of=("self",), no_key=True)
    return list(rows.filter(account=account, state=AwardState.ACCOUNT_CHECK).order_by("pk"))


def _take_turns(organisation: Organisation) -> None:
    """What concerns the accounts of one unit is done one after the other, so that the second finds the first."""
    take_turns(f"funding.payee.{organisation.pk}")
