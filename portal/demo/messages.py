"""What left for the people of the demo, and what they have read: everything but what the last days brought."""

from datetime import date

from django.db.models import F

from accounts.models import User
from notices.enums import DeliveryStatus
from notices.models import Delivery, Notice
from notices.services import mark_all_read, tell_of_registrations
from portal.demo.steps import Days
from records import clock

FRESH_DAYS = 3


def read_older(*, today: date) -> None:
    """Let everybody have read what they were told until a few days ago, as people who go to work every day do."""
    tell_of_registrations()
    until = Days(today).ago(FRESH_DAYS, hour=17)
    for reader in User.objects.filter(pk__in=Notice.objects.unread().values("recipient")):
        mark_all_read(by=reader, until=until, at=until)


def send_older(*, today: date) -> None:
    """Let mails and texts of the year have left when they were told, as they do where a worker runs; those of the last
    days leave when the demo's worker starts."""
    older = Delivery.objects.filter(
        status=DeliveryStatus.WAITING, next_try_at__lte=Days(today).ago(FRESH_DAYS, hour=17)
    )
    older.update(status=DeliveryStatus.SENT, attempts=1, sent_at=F("next_try_at"))
    Delivery.objects.open().update(next_try_at=clock.now())
