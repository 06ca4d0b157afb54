"""What ends with an institute: what it still asked for, and a stop that no longer has a meaning."""

from datetime import datetime

from accounts.models import User
from accounts.services import system_user
from institutes import notifications
from institutes.enums import ProgressState
from institutes.lifecycle import ACHIEVEMENT, CHANGE, PROGRESS, SUSPENSION
from institutes.models import Change, ProgressReport, Recognition, Suspension
from institutes.selectors import achievements as reads
from institutes.services.milestones import close_milestones
from institutes.services.offerings import lapse_offerings_of
from institutes.services.provincial import lapse_filings_of
from records import audit

STOP = ("suspended_at", "suspended_by", "suspended_until")


def end_what_is_open(
    recognition: Recognition, reason: str, *, by: User, at: datetime, but: Change | None = None
) -> None:
    """Close what is open about an institute that is none any more. The caller holds its lock."""
    changes = Change.objects.open().filter(institute=recognition.institute).order_by("pk")
    for change in changes.exclude(pk=but.pk if but else None):
        event = CHANGE.move(change, "lapse", by=system_user(), at=at, reason=reason)
        notifications.tell_of_change(change, event)
    for achievement in reads.open_achievements_of(recognition.institute):
        event = ACHIEVEMENT.move(achievement, "lapse", by=system_user(), at=at, reason=reason)
        notifications.tell_of_achievement(achievement, event)
    close_milestones(recognition.institute.milestones.all(), at=at)
    lapse_filings_of(recognition.institute, reason, at=at)
    lapse_offerings_of(recognition.institute, reason, at=at)
    for suspension in Suspension.objects.live().filter(institute=recognition.institute):
        SUSPENSION.move(
            suspension, "end", by=system_user(), at=at, reason=reason, ended_at=at, ended_by=system_user()
        )
    asked = ProgressReport.objects.filter(institute=recognition.institute, state=ProgressState.QUESTIONED)
    for report in asked.order_by("pk"):
        event = PROGRESS.move(report, "close", by=system_user(), at=at, reason=reason)
        notifications.tell_of_progress(report, event)
    lift_stop(recognition, by=by, at=at)


def lift_stop(recognition: Recognition, *, by: User, at: datetime) -> None:
    """Take the stop off the recognition."""
    if recognition.suspended_at is None:
        return
    for column in STOP:
        setattr(recognition, column, None)
    recognition.save(update_fields=STOP)
    audit.record("institutes.recognition.lift_stop", recognition, by=by, at=at)
