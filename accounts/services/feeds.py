"""Secret addresses for calendar programs: made, and made void, by the person alone."""

import secrets
from datetime import datetime

from django.db import transaction

from accounts.models import CalendarFeed, User
from accounts.selectors import digest_of_feed
from records import audit, clock

BYTES = 32


@transaction.atomic
def open_feed(*, user: User, at: datetime | None = None) -> str:
    """A new secret for this person; the one before is void. It is said once and stored nowhere."""
    at, secret = at or clock.now(), secrets.token_urlsafe(BYTES)
    CalendarFeed.objects.update_or_create(
        user=user, defaults={"digest": digest_of_feed(secret), "made_at": at}
    )
    audit.record("accounts.user.open_feed", user, by=user, at=at)
    return secret


@transaction.atomic
def close_feed(*, user: User, at: datetime | None = None) -> None:
    """Make the secret of this person void; nothing happens where there is none."""
    deleted, _ = CalendarFeed.objects.filter(user=user).delete()
    if deleted:
        audit.record("accounts.user.close_feed", user, by=user, at=at or clock.now())
