"""Posting letters: a row in the transaction of the deed, the mail after it, a sweep for what fell between."""

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from accounts import channels, notifications, tasks
from accounts.enums import LetterKind
from accounts.models import Letter, User
from records import clock

TRY_AGAIN_AFTER = timedelta(minutes=5)
MOST_ATTEMPTS = 8


@transaction.atomic
def post_letter(*, recipient: User, kind: LetterKind, by: User | None, at: datetime | None = None) -> Letter:
    """Owe ``recipient`` a letter and ring for its delivery after commit."""
    letter = Letter.objects.create(recipient=recipient, kind=kind, asked_at=at or clock.now(), asked_by=by)
    transaction.on_commit(partial(tasks.send_letter.delay, letter.pk))
    return letter


def send_letter(*, letter: Letter, at: datetime | None = None) -> bool:
    """Claim the letter, mail it with no transaction open, record that it went. Done twice, it mails once."""
    at = at or clock.now()
    if not _claim(letter, at=at):
        return False
    channels.send(notifications.message_of(letter))
    Letter.objects.filter(pk=letter.pk).update(sent_at=clock.now())
    return True


def _claim(letter: Letter, *, at: datetime) -> bool:
    """Take the letter in one statement: whoever comes second finds it taken."""
    waiting = Letter.objects.waiting(tried_before=at - TRY_AGAIN_AFTER).filter(attempts__lt=MOST_ATTEMPTS)
    taken = waiting.filter(pk=letter.pk, recipient__is_active=True)
    return taken.update(tried_at=at, attempts=letter.attempts + 1) == 1


def send_waiting_letters(*, at: datetime | None = None) -> int:
    """Send what a lost task left behind: letters that have waited long enough."""
    at = at or clock.now()
    waiting = Letter.objects.waiting(tried_before=at - TRY_AGAIN_AFTER).filter(attempts__lt=MOST_ATTEMPTS)
    overdue = waiting.filter(asked_at__lt=at - TRY_AGAIN_AFTER).select_related("recipient")
    return sum(send_letter(letter=letter, at=at) for letter in overdue[:500])
