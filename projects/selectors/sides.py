"""The roles this room asks for by side, and which agencies are engaged for its reviews."""

from collections.abc import Callable
from datetime import date

from django.db.models import QuerySet

from accounts.models import Organisation
from accounts.roles import Role
from institutes.selectors.sides import BUREAU, COUNTY, UNIT, agencies_of

__all__ = [
    "BUREAU",
    "COUNTY",
    "OFFICERS",
    "READERS",
    "UNIT",
    "agencies_for_finals",
    "agencies_for_midterms",
    "agencies_for_review",
    "agencies_of",
    "learn_agencies",
    "learn_agencies_for_finals",
    "learn_agencies_for_midterms",
]

OFFICERS = (*BUREAU, Role.AUDITOR)
READERS = (*UNIT, *COUNTY, *BUREAU, Role.AGENCY, Role.FINANCE, Role.AUDITOR)
"""Whose business the programme is at all."""
_TOLD: dict[str, Callable[[date], QuerySet[Organisation]]] = {}


def learn_agencies(engaged: Callable[[date], QuerySet[Organisation]]) -> None:
    """Let the room that engages agencies say which are engaged to review proposals on a day."""
    _TOLD["agencies"] = engaged


def agencies_for_review(on: date) -> QuerySet[Organisation]:
    """The agencies that may be entrusted with a proposal on that day; until told so, none."""
    told = _TOLD.get("agencies")
    return told(on) if told else Organisation.objects.none()


def learn_agencies_for_finals(engaged: Callable[[date], QuerySet[Organisation]]) -> None:
    """Let the room that engages agencies say which are engaged for final acceptances on a day."""
    _TOLD["finals"] = engaged


def agencies_for_finals(on: date) -> QuerySet[Organisation]:
    """The agencies that may be entrusted with a final acceptance on that day; until told so, none."""
    told = _TOLD.get("finals")
    return told(on) if told else Organisation.objects.none()


def learn_agencies_for_midterms(engaged: Callable[[date], QuerySet[Organisation]]) -> None:
    """Let the room that engages agencies say which are engaged for mid-term checks on a day."""
    _TOLD["midterms"] = engaged


def agencies_for_midterms(on: date) -> QuerySet[Organisation]:
    """The agencies that may be entrusted with a mid-term check on that day; until told so, none."""
    told = _TOLD.get("midterms")
    return told(on) if told else Organisation.objects.none()
