"""The form that says to which account an award goes: promised with the move, made after the commit."""

import logging
from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
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


def promise(award: Award, account: PayeeAccount, *, at: datetime) -> dict:
    """What the register keeps of the form to come: see :func:`promise_all`."""
    return promise_all([award], account, at=at)[0]


def promise_all(awards: Sequence[Award], account: PayeeAccount, *, at: datetime) -> list[dict]:
    """For each award: the number of its form, taken now, the account, and who of the unit has confirmed it, when.

    So the form says what held then, even where the unit confirms anew before it is drawn.
    """
    if not awards:
        return []
    day = timezone.localdate(at)
    pattern = GrantEdition.number_pattern(KIND, on=day)
    numbers = numbering.take_numbers(KIND, pattern=pattern, year=day.year, many=len(awards))
    return [
        {
            "account": account.pk,
            "confirmed_by": award.confirmed_by_id,
            "confirmed_at": award.confirmed_at.isoformat() if award.confirmed_at else "",
            "paper": {"kind": KIND, "number": number},
        }
        for award, number in zip(awards, numbers, strict=True)
    ]


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


def _confirmer(award: Award, event: AuditEvent) -> User | None:
    """Who of the unit had confirmed when the form was promised; lines from before that was kept say it no more."""
    return User.objects.filter(pk=event.data.get("confirmed_by", award.confirmed_by_id)).first()


def _issue(event: AuditEvent) -> Document:
    """The form of another account replaces the former, which is made first."""
    award = Award.objects.select_related("institute").get(pk=event.subject_id)
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
            context=account_confirmation(award, account, event, confirmed_by=_confirmer(award, event)),
            number=event.data["paper"]["number"],
            by=event.actor,
            at=event.at,
            replaces=_issue(former) if former else None,
        )
    )
