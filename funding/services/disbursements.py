"""Following ordered money to the unit. Locks: Budget → PayeeAccount → Award → Disbursement → NumberSeries.

Every command is safe to repeat: the same key, and the same person with the same terms, gets the same row.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from funding import notifications
from funding.enums import DisbursementFile, DisbursementState, EntryKind
from funding.lifecycle import DISBURSEMENT
from funding.models import Award, Budget, Disbursement, PayeeAccount
from funding.services.awards import close_if_done
from funding.services.bars import hold_units
from funding.services.keys import was_done
from funding.services.ledger import locked_budget, place_of, post, shift
from records import attachments, clock
from records.errors import BadFile, Conflict, Incomplete, NotEligible, Reason
from records.lifecycle import lock


@transaction.atomic(durable=True)
def county_receive(
    *,
    disbursement: Disbursement,
    received_on: date,
    amount: Decimal,
    slip: UploadedFile,
    key: UUID,
    by: User,
    at: datetime | None = None,
) -> Disbursement:
    """The county's finance has the money, by a paper: from here the days of retention are counted."""
    at = at or clock.now()
    terms: dict[str, Any] = {"received_on": received_on, "received_amount": amount}
    if was_done(key, "receive", disbursement, by=by, at=at, **terms, slip=slip):
        return disbursement
    budget, award = lock_path(disbursement)
    if _is_repeat(disbursement, DisbursementState.COUNTY_RECEIVED, "received_by_id", by, terms):
        return disbursement
    _check_lawful(disbursement, "receive", by)
    first = disbursement.issued_on
    Incomplete.unless_empty(
        _faults(disbursement, "received_on", received_on, amount, since=first, word="下达", at=at)
    )
    check_file(slip)
    event = DISBURSEMENT.move(disbursement, "receive", by=by, at=at, received_at=at, received_by=by, **terms)
    post_of(EntryKind.RECEIVE, disbursement, award, budget, by=by, at=at, on=received_on)
    attachments.attach_file(subject=disbursement, kind=DisbursementFile.ARRIVAL, upload=slip, by=by)
    notifications.tell_of_disbursement(disbursement, event)
    return disbursement


@transaction.atomic(durable=True)
def pay_unit(
    *,
    disbursement: Disbursement,
    paid_on: date,
    amount: Decimal,
    bank_reference: str,
    voucher: UploadedFile,
    key: UUID,
    by: User,
    at: datetime | None = None,
) -> Disbursement:
    """The unit was paid, by a voucher. Refused while the award is suspended or after a revocation."""
    at, bank_reference = at or clock.now(), bank_reference.strip()
    terms: dict[str, Any] = {"paid_on": paid_on, "paid_amount": amount, "bank_reference": bank_reference}
    if was_done(key, "pay", disbursement, by=by, at=at, **terms, voucher=voucher):
        return disbursement
    hold_units([disbursement.host_id])
    budget, award = lock_path(disbursement)
    if _is_repeat(disbursement, DisbursementState.PAID, "paid_by_id", by, terms):
        return disbursement
    _check_lawful(disbursement, "pay", by)
    _check_payable(disbursement)
    since, word = (
        (disbursement.issued_on, "下达") if disbursement.direct_pay else (disbursement.received_on, "到账")
    )
    found = _faults(disbursement, "paid_on", paid_on, amount, since=since, word=word, at=at)
    Incomplete.unless_empty(found + _reference_faults(bank_reference))
    check_file(voucher)
    source = place_of(disbursement)
    event = DISBURSEMENT.move(disbursement, "pay", by=by, at=at, paid_at=at, paid_by=by, **terms)
    shift(award, paid=disbursement.amount)
    shift(budget, paid=disbursement.amount)
    post_of(EntryKind.PAY, disbursement, award, budget, by=by, at=at, on=paid_on, pair=(source, "paid"))
    attachments.attach_file(subject=disbursement, kind=DisbursementFile.VOUCHER, upload=voucher, by=by)
    notifications.tell_of_disbursement(disbursement, event)
    return disbursement


def _check_payable(disbursement: Disbursement) -> None:
    """Refuse what stands in the way of it (``Disbursement.barrier``), with the way out."""
    words, recognition = disbursement.barrier, disbursement.award.recognition
    if not words:
        return
    if words == disbursement.account_barrier:
        way_out = "请办理退汇，待变更收款账户后重新列入计划。"
    elif recognition.is_over:
        way_out = "请办理退汇。"
    else:
        way_out = "待其消除后再办理，或者办理退汇。"
    clause = "四(二)" if recognition.barrier else ""
    raise NotEligible(Reason(f"{words}，不能拨付到企；{way_out}", clause=clause))


def _reference_faults(bank_reference: str) -> list[Reason]:
    if not bank_reference:
        return [Reason("请填写银行回单编号。", field="bank_reference")]
    if Disbursement.objects.filter(bank_reference=bank_reference).exists():
        return [Reason("该银行回单编号已登记在另一笔拨付上，请核对。", field="bank_reference")]
    return []


@transaction.atomic(durable=True)
def confirm_receipt(
    *,
    disbursement: Disbursement,
    receipted_on: date,
    amount: Decimal,
    by: User,
    receipt: UploadedFile | None = None,
    at: datetime | None = None,
) -> Disbursement:
    """The unit has the money and shows its receipt; with the last instalment the award is closed."""
    at = at or clock.now()
    _, award = lock_path(disbursement)
    terms: dict[str, Any] = {"receipted_on": receipted_on, "receipt_amount": amount}
    if _is_repeat(disbursement, DisbursementState.RECEIPTED, "receipted_by_id", by, terms):
        return disbursement
    _check_lawful(disbursement, "confirm_receipt", by)
    since = disbursement.paid_on
    found = _faults(disbursement, "receipted_on", receipted_on, amount, since=since, word="拨付", at=at)
    if receipt is None:
        found.append(Reason("请上传银行回单或加盖财务章的收据。", field="receipt"))
    Incomplete.unless_empty(found)
    check_file(receipt)
    event = DISBURSEMENT.move(
        disbursement, "confirm_receipt", by=by, at=at, receipted_at=at, receipted_by=by, **terms
    )
    if receipt is not None:
        attachments.attach_file(subject=disbursement, kind=DisbursementFile.RECEIPT, upload=receipt, by=by)
    notifications.tell_of_disbursement(disbursement, event)
    close_if_done(award, at=at)
    return disbursement


# --- what all of them do --------------------------------------------------------------------------------------------


def lock_path(disbursement: Disbursement) -> tuple[Budget, Award]:
    """Lock the budget, the account, the award and the disbursement, in this order."""
    award = Award.objects.select_related("institute", "host", "division", "recognition").get(
        pk=disbursement.award_id
    )
    budget = locked_budget(award)
    accounts = PayeeAccount.objects.without_number().select_for_update(of=("self",), no_key=True)
    disbursement.account = accounts.get(pk=disbursement.account_id)
    lock(award)
    lock(disbursement)
    disbursement.award = award
    return budget, award


def _check_lawful(disbursement: Disbursement, action: str, by: User) -> None:
    for refusal in DISBURSEMENT.blocks(disbursement, action, by):
        raise refusal
    if words := disbursement.ending_words:
        raise Conflict(f"“{disbursement}”{words}；复核前不能办理其他手续。")


def _is_repeat(disbursement: Disbursement, state: str, actor: str, by: User, terms: dict) -> bool:
    """Whether ``by`` did just this before. With other terms it is a ``Conflict``."""
    if disbursement.state != state or getattr(disbursement, actor) != by.pk:
        return False
    if any(getattr(disbursement, name) != value for name, value in terms.items()):
        raise Conflict(
            f"“{disbursement}”已登记为“{disbursement.get_state_display()}”，且登记内容不同，不能重复登记。"
        )
    return True


def _faults(
    disbursement: Disbursement,
    field: str,
    day: date,
    amount: Decimal,
    *,
    since: date | None,
    word: str,
    at: datetime,
) -> list[Reason]:
    """What is wrong with a day and an amount that somebody reports."""
    found = []
    if since is not None and day < since:
        found.append(
            Reason(f"日期不能早于{word}日期 {since.year}年{since.month}月{since.day}日。", field=field)
        )
    if day > timezone.localdate(at):
        found.append(Reason("日期不能晚于今天。", field=field))
    if amount != disbursement.amount:
        text = f"金额须与下达金额一致：应为 {disbursement.amount:,.2f} 元，填写 {amount:,.2f} 元。"
        found.append(Reason(text, field="amount"))
    return found


def check_file(upload: UploadedFile | None) -> None:
    """Refuse a file that is not what it must be, before anything else is done."""
    if upload is not None:
        BadFile.unless_empty(attachments.faults_of(upload))


def post_of(
    kind: EntryKind,
    disbursement: Disbursement,
    award: Award,
    budget: Budget,
    *,
    by: User,
    at: datetime,
    on: date,
    pair: tuple | None = None,
) -> None:
    """Enter what happened to a disbursement: all of its amount, from one place to the next."""
    post(
        kind,
        budget=budget,
        award=award,
        disbursement=disbursement,
        amount=disbursement.amount,
        by=by,
        at=at,
        on=on,
        pair=pair,
    )
