"""The roles this room asks for by side, the agencies a person works at, and which of them are engaged."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, Q, QuerySet

from accounts.models import Organisation, User
from accounts.roles import UNIT as UNIT
from accounts.roles import Role

COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_LEAD)
BUREAU = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER)
DECIDERS = (Role.BUREAU_APPROVER,)
DECISION_READERS = (*BUREAU, Role.AUDITOR)


def agencies_of(user: User) -> list[int]:
    """The agencies this person works at."""
    return sorted({m.organisation_id for m in user.memberships_active if m.role == Role.AGENCY})


@dataclass(frozen=True, slots=True)
class Engagements:
    """What the room that engages agencies says of them, on a day.

    ``covering(on, call=…, agency=…)``: whether a row's agency is engaged for the row's call; the arguments name
    the columns. ``agencies(calls, on)``: to whom a case of one of those calls can be handed.
    """

    covering: Callable[..., Exists]
    agencies: Callable[..., QuerySet[Organisation]]


_TOLD: dict[str, Engagements] = {}


def learn_engagements(engagements: Engagements) -> None:
    """Let the room that engages agencies say for what; until then none is engaged for anything."""
    _TOLD["engagements"] = engagements


def covered(on: date, *, call: str = "call_id", agency: str = "agency_id") -> Exists | Q:
    """Whether a row's agency is engaged for the row's call on that day."""
    told = _TOLD.get("engagements")
    return told.covering(on, call=call, agency=agency) if told else Q(pk__in=[])


def agencies_engaged_for(calls: Collection[int], on: date) -> QuerySet[Organisation]:
    """The agencies to whom a case of one of the calls, by their keys, can be handed on that day."""
    told = _TOLD.get("engagements")
    return told.agencies(calls, on) if told else Organisation.objects.none()
