"""Reads of calls: which a person sees, and the rules in force on a day."""

from datetime import date

from django.db.models import QuerySet

from accounts.models import User
from accounts.roles import Role
from institutes.enums import CallState
from institutes.models import (
    Call,
    RecognitionEdition,
)
from institutes.selectors.sides import BUREAU


def calls_visible_to(user: User) -> QuerySet[Call]:
    """Published calls for everybody who signs in; drafts for the bureau and the auditor."""
    rows = Call.objects.select_related("edition", "drafted_by", "published_by")
    if not user.is_authenticated:
        return rows.none()
    if user.is_system or user.holds(*BUREAU, Role.AUDITOR):
        return rows
    return rows.filter(state=CallState.PUBLISHED)


def edition_in_force(on: date) -> RecognitionEdition:
    """The rules of recognition on that day."""
    return RecognitionEdition.objects.in_force("recognition", on)
