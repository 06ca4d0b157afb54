"""The form that says to which account an award goes: promised with the move, made after the commit."""

import logging
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from funding import tasks
from funding.documents.accounts import TEMPLATE, TITLE, account_confirmation
from funding.models import Award, GrantEdition, PayeeAccount
from funding.selectors.papers import AWARD_TYPE, promises_unkept
from records import numbering
from records.documents import Paper, issue
from records.models import AuditEvent, Document
from records.pdf import RenderFailed

log = logging.getLogger(__name__)
KIND = "account_confirmation"


def promise(account: PayeeAccount, *, at: datetime) -> dict:
    """What the register keeps of the form to come: its number, taken now, and the account it is about."""
    day = timezone.localdate(at)
    pattern = GrantEdition.number_pattern(KIND, on=day)
    number = numbering.take_number(KIND, pattern=pattern, year=day.year)
    return {"account": account.pk, "paper": {"kind": KIND, "number": number}}


def issue_after_commit(event: AuditEvent) -> None:
    """Have the form that ``event`` promises made once the deed is committed."""
    transaction.on_commit(partial(tasks.issue_account_paper.delay, event.pk), robust=True)


def issue_account_paper(*, event_id: int) -> Document | None:
    """Make the form that a line of the register promises; a second call returns it."""
    found = _promises().filter(pk=event_id).first()
    return _issue(found) if found else None


def issue_missing_account_papers(*, before: datetime) -> list[Document]:
    """Make the forms promised before that moment that no task made."""
    made: list[Document] = []
    for event in promises_unkept(AWARD_TYPE, before=before).select_related("actor"):
        try:
            made.append(_issue(event))
        except RenderFailed:
            log.exception("the form of event %s was not made; the next sweep tries again", event.pk)
    return made


def _promises() -> QuerySet[AuditEvent]:
    rows = AuditEvent.objects.filter(subject_type=AWARD_TYPE, data__paper__kind=KIND)
    return rows.select_related("actor").order_by("pk")


def _issue(event: AuditEvent) -> Document:
    """The form of another account replaces the former, which is made first."""
    award = Award.objects.select_related("institute", "confirmed_by").get(pk=event.subject_id)
    people = ("organisation", "first_checked_by", "verified_by")
    accounts = PayeeAccount.objects.without_number().select_related(*people)
    account = accounts.get(pk=event.data["account"])
    former = _promises().filter(subject_id=event.subject_id, pk__lt=event.pk).last()
    return issue(
        Paper(
            kind=KIND,
            subject=award,
            title=f"{TITLE}：{award}",
            template=TEMPLATE,
            context=account_confirmation(award, account, event),
            number=event.data["paper"]["number"],
            by=event.actor,
            at=event.at,
            replaces=_issue(former) if former else None,
        )
    )
