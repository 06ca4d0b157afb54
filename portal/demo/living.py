"""Days of the demo that pass within minutes: the clock goes on, and the timetable is kept minute by minute.

Nothing is invented. Each task runs at the moments at which the timetable would have rung for it, and finds what a
worker would have found then; sweeps that look every few minutes look every half hour. Whoever signs in meanwhile, or
afterwards, finds the portal on the day on which its clock stands.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from time import sleep

from celery import current_app
from celery.schedules import crontab
from django.utils import timezone

from notices.enums import DeliveryStatus
from notices.models import Delivery
from portal.celery import TIMETABLE
from records import availability, clock

MINUTE = timedelta(minutes=1)
NOTED_EVERY, SWEPT_EVERY = 2, 30
"""Minutes after which the portal notes that it is up, and after which whatever has no hour of its own runs."""
POST = ("accounts.tasks.send_waiting_letters", "notices.tasks.deliver_pending")
"""What carries the word of whatever else has just run."""
PATIENCE = 300
"""Tenths of a second for which somebody else's message is waited for."""
SEEN_TO = "portal.tasks.note_availability"


def live(until: datetime, *, say: Callable[[str], None]) -> list[str]:
    """Let the demo's time pass until then; returns what went wrong on the way."""
    current_app.loader.import_default_modules()
    faults: list[str] = []
    day = clock.today()
    for moment, tasks in rings(clock.now(), until):
        let_others_finish()
        clock.go_to(max(moment, clock.now()))
        if tasks:
            faults += run(tasks, moment)
        else:
            availability.note_up()
        if (today := timezone.localdate(moment)) != day:
            say(f"{day:%Y-%m-%d %a}")
            day = today
    clock.go_to(max(until, clock.now()))
    return faults


def let_others_finish() -> None:
    """Wait while a worker beside us sends: after a jump its message would count as abandoned, and leave twice."""
    for _attempt in range(PATIENCE):
        if not Delivery.objects.filter(status=DeliveryStatus.SENDING).exists():
            return
        sleep(0.1)


def rings(since: datetime, until: datetime) -> Iterator[tuple[datetime, list[str]]]:
    """Moment by moment after ``since`` what is to be run then; nothing but a sign of life where the list is empty."""
    moment = timezone.localtime(since).replace(second=0, microsecond=0) + MINUTE
    while moment <= until:
        tasks = due_at(moment)
        if tasks or moment.minute % NOTED_EVERY == 0:
            yield moment, tasks
        moment += MINUTE


def due_at(moment: datetime) -> list[str]:
    """The tasks for which the timetable rings in this minute, whatever they tell carried off at once."""
    found = [name for name, when in TIMETABLE.items() if name not in POST and _rings_at(name, when, moment)]
    return [*found, *POST] if found else []


def _rings_at(name: str, when: object, moment: datetime) -> bool:
    if isinstance(when, float):
        return name != SEEN_TO and moment.minute % SWEPT_EVERY == 0
    return any(_is_time(each, moment) for each in (when if isinstance(when, tuple) else (when,)))


def _is_time(when: crontab, moment: datetime) -> bool:
    return (
        moment.minute in when.minute
        and moment.hour in when.hour
        and moment.day in when.day_of_month
        and moment.month in when.month_of_year
        and moment.isoweekday() % 7 in when.day_of_week
    )


def run(tasks: list[str], moment: datetime) -> list[str]:
    """Run them one after the other, as a worker would: one that fails does not keep the others."""
    availability.note_up()
    faults = []
    for name in tasks:
        try:
            current_app.tasks[name]()
        except Exception as error:
            faults.append(f"{moment:%Y-%m-%d %H:%M} {name}: {type(error).__name__}: {error}")
    return faults
