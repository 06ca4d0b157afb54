"""Reads of calls: which a person sees, who is told of one, what the portal's own outages say about its last day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from institutes.book.calls import KINDS
from institutes.enums import ApplicationState, CallState
from institutes.models import (
    Call,
    CallExtension,
    RecognitionEdition,
)
from institutes.selectors.sides import BUREAU, UNIT
from notices.enums import ExtensionState
from records import availability
from records.availability import Outage
from records.models import Attachment

GUIDE = "guide"
"""The kind under which the files of the guide are attached to a call."""
COUNTY_TOLD = Role.COUNTY_STAFF


def handles_calls(user: User) -> bool:
    """Whether this person sees calls before they are published."""
    return bool(user.is_authenticated and (user.is_system or user.holds(*BUREAU, Role.AUDITOR)))


def calls_visible_to(user: User) -> QuerySet[Call]:
    """Published calls for everybody, strangers included; drafts for the bureau and the auditor."""
    rows = Call.objects.select_related("edition", "drafted_by", "published_by")
    return rows if handles_calls(user) else rows.filter(state=CallState.PUBLISHED)


def extensions_visible_to(user: User) -> QuerySet[CallExtension]:
    """Extensions that were published for everybody; those that wait or were given up for bureau and auditor."""
    rows = CallExtension.objects.select_related("call__edition", "drafted_by", "published_by")
    return rows if handles_calls(user) else rows.filter(state=ExtensionState.PUBLISHED)


def extensions_of(call: Call, user: User) -> QuerySet[CallExtension]:
    """The extensions of this call that the person may read, the latest first."""
    return extensions_visible_to(user).filter(call=call)


def within_window(rows: QuerySet[Call], window: str, *, at: datetime) -> QuerySet[Call]:
    """Published calls by where the moment lies to their window; any other word narrows by state."""
    match window:
        case "open":
            return rows.filter(state=CallState.PUBLISHED, opens_at__lte=at, closes_at__gt=at)
        case "upcoming":
            return rows.filter(state=CallState.PUBLISHED, opens_at__gt=at)
        case "over":
            return rows.filter(state=CallState.PUBLISHED, closes_at__lte=at)
        case _:
            return rows.filter(state=window)


def guide_files(call: Call) -> list[Attachment]:
    """The files of the guide as they are now."""
    rows = Attachment.objects.about(call).current().filter(kind=GUIDE)
    return list(rows.select_related("uploaded_by").order_by("pk"))


def former_guide_files(call: Call) -> list[Attachment]:
    """Files of the guide that were replaced or taken out, the latest first."""
    rows = Attachment.objects.about(call).filter(kind=GUIDE)
    former = rows.filter(Q(replaced_by__isnull=False) | Q(removed_at__isnull=False))
    return list(former.select_related("uploaded_by").order_by("-pk"))


def edition_in_force(on: date) -> RecognitionEdition:
    """The rules of recognition on that day."""
    return RecognitionEdition.objects.in_force("recognition", on)


def editions_for_calls() -> QuerySet[RecognitionEdition]:
    """The rules by which a call of any kind may go, the latest first."""
    kinds = {kind.edition for kind in KINDS.values()}
    return RecognitionEdition.objects.filter(kind__in=kinds).order_by("-valid_from")


# --- who is told ----------------------------------------------------------------------------------------------------


def _active(roles: Iterable[str]) -> QuerySet[User]:
    return User.objects.active().filter(memberships__role__in=roles, memberships__state="active").distinct()


def everybody_who_applies() -> QuerySet[User]:
    """Fillers and administrators of all units, and the clerks of the counties."""
    return _active([*UNIT, COUNTY_TOLD])


@dataclass(frozen=True, slots=True)
class Audience:
    """How many a message about a call reaches."""

    units: int
    people_of_units: int
    counties: int
    people_of_counties: int


def audience() -> Audience:
    """Whom the publication of a call reaches, counted."""
    return Audience(*_counted(UNIT), *_counted([COUNTY_TOLD]))


def _counted(roles: Iterable[str]) -> tuple[int, int]:
    people = _active(roles)
    offices = people.values("memberships__organisation").distinct().count()
    return offices, people.count()


def people_with_drafts(call: Call) -> QuerySet[User]:
    """Fillers and administrators of the units whose book in this call was not received yet."""
    hosts = call.applications.filter(
        state__in=[ApplicationState.DRAFT, ApplicationState.UNIT_REVIEW], received_at__isnull=True
    ).values("host")
    return (
        User.objects.active()
        .filter(memberships__role__in=UNIT, memberships__state="active", memberships__organisation__in=hosts)
        .distinct()
    )


def people_of_counties() -> QuerySet[User]:
    """The clerks of all counties."""
    return _active([COUNTY_TOLD])


# --- outages on the last day ----------------------------------------------------------------------------------------


def outages_of(call: Call, *, at: datetime) -> list[Outage]:
    """How long the portal was down from the beginning of the call's last working day to its end."""
    last = timezone.localdate(call.closes_at)
    return availability.outages_of_last_day(last=last, since=call.opens_at, until=min(call.closes_at, at))


def was_down_too_long(call: Call, *, at: datetime) -> list[Outage]:
    """The outages on the last day, where together they are more than the edition bears; else none."""
    found = outages_of(call, at=at)
    return found if availability.minutes_of(found) > int(call.edition.terms["outage"]["minutes_max"]) else []


def calls_that_may_have_suffered(*, at: datetime) -> list[Call]:
    """Published calls that close soon or closed a short while ago, for which no extension is under way."""
    near = Call.objects.published().filter(
        closes_at__gt=at - timedelta(days=30), closes_at__lt=at + timedelta(days=15)
    )
    return [
        call
        for call in near.select_related("edition").prefetch_related("extensions")
        if not any(
            one.closes_from == call.closes_at
            and (one.state != ExtensionState.DISCARDED or one.outage_minutes)
            for one in call.extensions.all()
        )
    ]
