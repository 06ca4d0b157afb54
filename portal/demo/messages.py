"""What the people of the demo have read: everything but what the last days brought."""

from datetime import date

from accounts.models import User
from notices.models import Notice
from notices.services import mark_all_read
from portal.demo.steps import Days

FRESH_DAYS = 3


def read_older(*, today: date) -> None:
    """Let everybody have read what they were told until a few days ago, as people who go to work every day do."""
    until = Days(today).ago(FRESH_DAYS, hour=17)
    for reader in User.objects.filter(pk__in=Notice.objects.unread().values("recipient")):
        mark_all_read(by=reader, until=until, at=until)
