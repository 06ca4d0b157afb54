"""账户确认表: to which account an award goes, who of the unit named it, which two people of the bureau checked it."""

from datetime import datetime

from django.utils import timezone

from accounts.models import User
from funding.enums import ACCOUNT_PROOF
from funding.models import Award, PayeeAccount
from institutes.documents import ISSUER, in_words
from records.amounts import in_capitals
from records.models import Attachment, AuditEvent

TITLE = "扶持资金收款账户确认表"
TEMPLATE = "funding/print/account_confirmation.html"
DIGITS_OF_HASH = 16


def account_confirmation(
    award: Award, account: PayeeAccount, event: AuditEvent, *, confirmed_by: User | None
) -> dict:
    """What stands on it, as of the move that fixed the account. The number is masked, as on every paper."""
    proof = Attachment.objects.about(account).current().filter(kind=ACCOUNT_PROOF).order_by("pk").last()
    return {
        "issuer": ISSUER,
        "number": event.data["paper"]["number"],
        "issued_on": in_words(event.at),
        "heading": TITLE,
        "award": award.number or "",
        "institute": award.institute.name,
        "unit": account.organisation.name,
        "uscc": account.organisation.uscc,
        "kind": award.get_kind_display(),
        "citation": award.citation,
        "amount": f"{award.amount:,.2f}",
        "capitals": in_capitals(award.amount),
        "account": [
            ["户名", account.account_name],
            ["开户银行", account.bank],
            ["开户网点", account.branch],
            ["联行号", account.cnaps],
            ["账号", account.number_masked],
            ["开户证明", f"{proof.name}（校验码 {proof.sha256[:DIGITS_OF_HASH]}…）" if proof else ""],
        ],
        "hands": _hands(award, account, event, confirmed_by),
    }


def _hands(
    award: Award, account: PayeeAccount, event: AuditEvent, confirmed_by: User | None
) -> list[list[str]]:
    """Who did what, when: the unit (or who changed the account later), the first check, the second."""
    said = event.data.get("confirmed_at")
    confirmed_at = datetime.fromisoformat(said) if said else award.confirmed_at
    named = ["单位确认", confirmed_by, confirmed_at, "确认领取，户名与单位名称一致。"]
    if not event.verb.endswith(".pass_account"):
        named = ["变更登记", event.actor, event.at, event.reason or "收款账户变更为本账户。"]
    hands = (
        named,
        ["账户初核", account.first_checked_by, account.first_checked_at, "与开户证明核对一致。"],
        ["账户复核", account.verified_by, account.verified_at, "复核无误，可用于收款。"],
    )
    return [
        [
            label,
            opinion,
            person.name if person else "",
            f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "",
        ]
        for label, person, at, opinion in hands
    ]
