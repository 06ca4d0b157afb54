"""What the timetable rings for, rung by hand: the tests say when."""

from django.utils.module_loading import import_string

from portal.celery import TIMETABLE
from records import integrity
from tests.journeys.walk import Walk


def sweep(walk: Walk, *names: str) -> None:
    """What the timetable rings for, or only the tasks named."""
    for name in names or TIMETABLE:
        import_string(name)()


def unsound(walk: Walk) -> list[str]:
    """What the nightly check would find once the timetable has had its day."""
    with walk.hour(20):
        sweep(walk)
        return [finding for _invariant, findings in integrity.run() for finding in findings]
