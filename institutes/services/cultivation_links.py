"""The pool follows the applications by itself: handed in, recognised, or ended and back to cultivation."""

import logging
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects

from accounts.services import system_user
from institutes import notifications, selectors
from institutes.enums import CLOSED_STATES, ApplicationState, PoolState
from institutes.lifecycle import APPLICATION, CULTIVATION, IN_POOL
from institutes.models import Application, CultivationEntry
from records import clock
from records.errors import Refusal
from records.lifecycle import lock

logger = logging.getLogger(__name__)


def follow(application: Application, *, at: datetime) -> None:
    """Carry the enterprise's entry along; called under the application's lock, in the same transaction."""
    follow_all([application], at=at)


def follow_all(applications: Sequence[Application], *, at: datetime) -> None:
    """The same for applications that moved at the same moment."""
    prefetch_related_objects(applications, "host")
    entries = list(selectors.entries_moved_by(applications))
    for application in applications:
        unit = (application.host.uscc, application.division_id)
        for entry in entries:
            if entry.application_id == application.pk or (entry.uscc, entry.division_id) == unit:
                _move_on(entry, application, at=at)


def catch_up(entry: CultivationEntry, *, at: datetime) -> None:
    """Where the enterprise has applied already, its entry goes on at once."""
    if application := selectors.application_carrying(entry):
        _move_on(entry, application, at=at)


def _move_on(entry: CultivationEntry, application: Application, *, at: datetime) -> None:
    lock(entry)
    is_over = application.state in CLOSED_STATES
    if entry.state in IN_POOL and application.received_at and not is_over:
        _take(entry, "apply", at=at, application=application)
    if entry.state != PoolState.APPLIED or entry.application_id != application.pk:
        return
    if application.state == ApplicationState.RECOGNISED:
        _take(entry, "recognise", at=at)
    elif is_over:
        reason = f"《{application}》{APPLICATION.label(application.state)}"
        _take(entry, "fall_back", at=at, reason=reason, application=None)


def _take(entry: CultivationEntry, action: str, *, at: datetime, reason: str = "", **stamps: Any) -> None:
    stamps |= {"leaving_at": None, "leaving_by": None} if entry.leaving_at else {}
    event = CULTIVATION.move(entry, action, by=system_user(), at=at, reason=reason, **stamps)
    notifications.tell_of_entry(entry, event)


@transaction.atomic
def move_entry_on(*, entry: CultivationEntry, at: datetime | None = None) -> None:
    """Let one entry catch up with its application, whatever it missed."""
    at = at or clock.now()
    if entry.application is not None:
        _move_on(entry, entry.application, at=at)
    catch_up(entry, at=at)


def move_entries_on() -> int:
    """Find entries that fell behind, each in a transaction of its own; returns how many there were."""
    found = list(selectors.entries_left_behind().select_related("application"))
    for entry in found:
        try:
            move_entry_on(entry=entry)
        except Refusal as refusal:
            logger.warning("Entry %s did not move on: %s (%s)", entry.pk, refusal, refusal.code)
    return len(found)
