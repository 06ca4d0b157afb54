"""What an administrator does with messages that were given up."""

from django.db import transaction

from accounts.models import User
from notices.enums import DeliveryStatus
from notices.models import Delivery
from notices.services.telling import ring
from records import audit, clock
from records.errors import Conflict, Reason
from records.lifecycle import lock


@transaction.atomic
def retry_delivery(*, delivery: Delivery, by: User) -> Delivery:
    """Let a message that was given up be tried again from the first attempt on; who did so is recorded."""
    lock(delivery)
    if delivery.status != DeliveryStatus.FAILED:
        words = f"该消息现为“{delivery.get_status_display()}”，只有发送失败的可以重发。"
        raise Conflict(Reason(words))
    _put_back(delivery, by=by)
    return delivery


@transaction.atomic
def retry_failed(*, by: User, most: int = 500) -> int:
    """The same for all that failed, the oldest first; returns how many."""
    failed = Delivery.objects.failed().select_for_update(of=("self",), no_key=True, skip_locked=True)
    rows = list(failed.select_related("notice", "bulletin__robot__organisation").order_by("pk")[:most])
    for row in rows:
        _put_back(row, by=by)
    return len(rows)


def _put_back(delivery: Delivery, *, by: User) -> None:
    now = clock.now()
    error, delivery.status, delivery.attempts = delivery.last_error, DeliveryStatus.WAITING, 0
    delivery.next_try_at = now
    delivery.save(update_fields=["status", "attempts", "next_try_at"])
    audit.record("notices.delivery.retry", delivery, by=by, at=now, error=error)
    ring()
