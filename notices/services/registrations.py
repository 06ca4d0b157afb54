"""Accounts stand below this room and cannot tell anybody: a sweep reads the register for them.

It tells counties and units of registrations, and colleagues that they were asked to stand in for somebody.
"""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Max, Model

from accounts.models import Deputy, Organisation, User
from accounts.roles import Role
from accounts.selectors import people_in
from notices import notifications
from notices.models import ReadingMark
from notices.services.telling import tell
from records.models import AuditEvent
from records.models.subject import subject_type

READER = "accounts.registrations"
_RECEIVED = ("accounts.organisation.begin", "accounts.organisation.resubmit")
_DEPUTY_NAMED, _DEPUTY_ENDED = "accounts.deputy.name", "accounts.deputy.end"
_CONFIRMED, _REFUSED = "accounts.organisation.confirm", "accounts.organisation.refuse"
_REGISTRATION = (*_RECEIVED, _CONFIRMED, _REFUSED)
BATCH = 500


@transaction.atomic
def tell_of_registrations() -> int:
    """Tell counties of new registrations, units of the answer, deputies of their task; returns how many lines it read.

    Reads by position in the chain, which follows the order of commits, so no line is passed over. Of each unit only
    the last word counts: nobody is asked to check what was answered while nobody listened.
    """
    mark, _ = ReadingMark.objects.select_for_update(of=("self",), no_key=True).get_or_create(reader=READER)
    verbs = (*_REGISTRATION, _DEPUTY_NAMED, _DEPUTY_ENDED)
    lines = AuditEvent.objects.filter(position__gt=mark.position, verb__in=verbs).order_by("position")[:BATCH]
    events = list(lines)
    organisations = Organisation.objects.in_bulk(_subjects(events, Organisation))
    said_last = _last_of(organisations)
    deputies = Deputy.objects.select_related("user", "deputy").in_bulk(_subjects(events, Deputy))
    for event in events:
        if event.verb in (_DEPUTY_NAMED, _DEPUTY_ENDED):
            _tell_deputy(event, deputies[event.subject_id])
        elif event.position == said_last[event.subject_id]:
            _tell_of(event, organisations[event.subject_id])
    if events:
        mark.position = events[-1].position or mark.position
        mark.save(update_fields=["position"])
    return len(events)


def _subjects(events: Iterable[AuditEvent], model: type[Model]) -> set[int]:
    return {event.subject_id for event in events if event.subject_type == subject_type(model)}


def _last_of(organisations: Iterable[int]) -> dict[int, int]:
    """The position of the last word about the registration of each of these units."""
    lines = AuditEvent.objects.filter(
        subject_type=subject_type(Organisation), subject_id__in=list(organisations)
    )
    lines = lines.filter(verb__in=_REGISTRATION, position__isnull=False)
    return dict(lines.order_by().values_list("subject_id").annotate(last=Max("position")))


def _tell_deputy(event: AuditEvent, deputy: Deputy) -> None:
    named = event.verb == _DEPUTY_NAMED
    words = (notifications.deputy_named if named else notifications.deputy_ended)(deputy)
    tell(recipients=[deputy.deputy], subject=deputy, occasion=str(event.pk), at=event.at, **words)


def _tell_of(event: AuditEvent, organisation: Organisation) -> None:
    if not organisation.is_unit:
        return
    if event.verb in _RECEIVED:
        words = notifications.registration_received(organisation)
        people: Iterable[User] = people_in(Role.COUNTY_STAFF, division_id=organisation.division_id)
    else:
        confirmed = event.verb == _CONFIRMED
        words = (notifications.registration_confirmed if confirmed else notifications.registration_refused)(
            organisation
        )
        people = User.objects.active().filter(pk=event.data.get("applied_by", organisation.applied_by_id))
    tell(recipients=people, subject=organisation, occasion=str(event.pk), at=event.at, **words)
