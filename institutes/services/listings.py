"""Listing a unit for dishonesty: rooms above say for what and until when; the formal review and the county see it."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import Organisation, User
from institutes.models import IntegrityListing
from records import audit, clock
from records.errors import Conflict, Incomplete, Reason
from records.lifecycle import lock


@transaction.atomic
def list_unit(
    *,
    organisation: Organisation,
    reason: str,
    source: str,
    until: date,
    by: User,
    at: datetime | None = None,
) -> IntegrityListing:
    """Enter a unit in the list until a day. One paper lists once: the same again is the same entry."""
    at = at or clock.now()
    day = timezone.localdate(at)
    if until <= day:
        raise Incomplete(Reason("失信登记的截止日期须晚于今天。", field="until"))
    lock(organisation)
    if earlier := IntegrityListing.objects.filter(source=source).first():
        if (earlier.organisation_id, earlier.until) != (organisation.pk, until):
            raise Conflict(f"“{source}”已登记失信，且内容不同。")
        return earlier
    listing = IntegrityListing.objects.create(
        organisation=organisation,
        reason=reason.strip(),
        source=source,
        listed_on=day,
        until=until,
        listed_at=at,
        listed_by=by,
    )
    said = {"source": source, "until": until.isoformat(), "reason": listing.reason}
    audit.record("accounts.organisation.list_dishonest", organisation, by=by, at=at, **said)
    return listing
