"""The register's daily head: kept every night, and sent to the auditors, who keep it outside of the portal."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.roles import Role
from accounts.selectors import people_in
from notices import notifications
from notices.services.telling import tell
from records import clock, heads
from records.models import RegisterHead


@transaction.atomic
def keep_register_head(*, at: datetime | None = None) -> RegisterHead | None:
    """Keep the head of the register for the day that is over, and tell the auditors; None where that was done.

    Asked again on the same day, it does nothing. Days on which nobody asked have no head of their own: the next one
    binds their lines.
    """
    now = at or clock.now()
    yesterday = timezone.localdate(now) - timedelta(days=1)
    head = heads.keep(day=yesterday, at=now)
    if head:
        words = notifications.register_head_kept(head)
        tell(recipients=people_in(Role.AUDITOR), subject=head, at=now, **words)
    return head
