"""The queue: a doorbell that wakes the worker, and a timetable that rings it without being asked.

What is to be done is a row in PostgreSQL, and each task asks the rows. A lost message costs one period of the
timetable and nothing else; so a page never fails because the queue is away.
"""

import logging
import os
from pathlib import Path
from time import monotonic

import kombu
from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import worker_ready
from django.conf import settings
from django.utils import timezone
from kombu.exceptions import OperationalError

from portal import broker
from portal.checks import refuse_unfit_production
from records import clock

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
log = logging.getLogger(__name__)

MINUTE = 60.0

# task: when. Times of day are those of Shijiazhuang. Every task may run twice without doing twice.
TIMETABLE = {
    "accounts.tasks.send_waiting_letters": MINUTE,
    "notices.tasks.tell_of_registrations": 5 * MINUTE,
    "notices.tasks.issue_missing_papers": 5 * MINUTE,
    "funding.tasks.sweep_papers": 5 * MINUTE,
    "notices.tasks.deliver_pending": 0.5 * MINUTE,
    "records.tasks.sweep_jobs": MINUTE,
    "records.tasks.forget_old_files": crontab(hour=1, minute=10),
    # At the beginning of a working day, and later on it for what was missed; nobody is reminded in the night.
    "notices.tasks.remind_due": (crontab(hour=8, minute=30), crontab(hour="9-23", minute=5)),
    "notices.tasks.post_bulletins": crontab(minute=2),
    "notices.tasks.sweep_outages": 5 * MINUTE,
    "notices.tasks.keep_register_head": 10 * MINUTE,
    "institutes.tasks.sweep_publicity": 5 * MINUTE,
    "institutes.tasks.sweep_certificates": 5 * MINUTE,
    "institutes.tasks.sweep_supplements": crontab(minute=15),
    "institutes.tasks.sweep_outages": 5 * MINUTE,
    "portal.tasks.note_availability": MINUTE,
    "portal.tasks.fold_tallies": 5 * MINUTE,
    "institutes.tasks.sweep_cultivation": crontab(minute=45),
    "institutes.tasks.sweep_milestones": crontab(minute=10),
    "institutes.tasks.sweep_statements": crontab(minute=20),
    "projects.tasks.sweep_papers": 5 * MINUTE,
    "projects.tasks.sweep_publicities": 5 * MINUTE,
    "projects.tasks.sweep_supplements": crontab(minute=35),
    "projects.tasks.sweep_ending_statements": crontab(minute=50),
    "projects.tasks.sweep_midterms": crontab(hour=6, minute=40),
    "evaluation.tasks.sweep_papers": 5 * MINUTE,
    "evaluation.tasks.sweep_panels": 5 * MINUTE,
    "evaluation.tasks.sweep_visits": 5 * MINUTE,
    "evaluation.tasks.sweep_reports": 5 * MINUTE,
    "evaluation.tasks.sweep_evaluation_reports": 5 * MINUTE,
    "evaluation.tasks.sweep_engagements": 5 * MINUTE,
    "evaluation.tasks.sweep_packages": 5 * MINUTE,
    "evaluation.tasks.sweep_acceptances": 5 * MINUTE,
    "evaluation.tasks.sweep_assessments": 5 * MINUTE,
    "evaluation.tasks.sweep_performance": 5 * MINUTE,
    "evaluation.tasks.sweep_draws": MINUTE,
    "evaluation.tasks.sweep_invitations": 5 * MINUTE,
    "funding.tasks.propose_awards": 5 * MINUTE,
    "funding.tasks.make_instalments_due": 5 * MINUTE,
    "funding.tasks.hold_back_awards": 5 * MINUTE,
    "funding.tasks.sweep_exports": 5 * MINUTE,
    "funding.tasks.sweep_clawbacks": crontab(minute=25),
    "funding.tasks.lapse_awards": crontab(hour=0, minute=20),
    "funding.tasks.end_plan_publicities": crontab(hour=0, minute=15),
    "funding.tasks.warn_retention": crontab(hour=8, minute=20),
    "accounts.tasks.forget_old_visits": crontab(hour=0, minute=40),
    "accounts.tasks.expire_passwords": crontab(hour=0, minute=10),
    "portal.tasks.check_integrity": crontab(hour=2, minute=30),
}


# What takes minutes goes into a queue of its own, so that nobody's letter waits behind a batch of certificates. A paper
# that somebody waits for is drawn at once; the sweeps that look for what is missing may have many to draw.
INTERACTIVE, BULK = "interactive", "bulk"
LONG = (
    "records.tasks.*",
    "portal.tasks.check_integrity",
    "notices.tasks.issue_missing_papers",
    "institutes.tasks.sweep_certificates",
    "projects.tasks.sweep_papers",
    "evaluation.tasks.sweep_papers",
    "evaluation.tasks.sweep_visits",
    "evaluation.tasks.sweep_reports",
    "evaluation.tasks.sweep_evaluation_reports",
    "funding.tasks.sweep_papers",
)
ROUTES = {task: {"queue": BULK} for task in LONG}
SILENCE = 10.0
"""Seconds for which a queue that was away is not rung again, so that a page waits for it once and not ten times."""


class Doorbell(Task):
    """A task whose call survives the absence of the broker: the row waits, and the timetable finds it."""

    def apply_async(self, *args, **kwargs):
        if monotonic() < self.app.silent_until:
            return None
        try:
            return super().apply_async(*args, **kwargs)
        except OperationalError as error:
            self.app.silent_until = monotonic() + SILENCE
            log.warning("The queue is away; %s waits for the timetable: %s", self.name, error)
            return None


class Queue(Celery):
    """Celery, with the folders of the filesystem broker in place before the first message."""

    silent_until = 0.0

    def on_configure(self) -> None:
        refuse_unfit_production()
        for folder in settings.CELERY_BROKER_TRANSPORT_OPTIONS.values():
            if isinstance(folder, str):
                Path(folder).mkdir(parents=True, exist_ok=True)


def entries(timetable: dict) -> dict[str, dict]:
    """Celery's form of the timetable; a message that nobody took within its period is worthless."""
    found = {}
    for task, times in timetable.items():
        for place, when in enumerate(times if isinstance(times, tuple) else (times,)):
            expires = when if isinstance(when, float) else 60 * MINUTE
            found[f"{task}#{place}"] = {"task": task, "schedule": when, "options": {"expires": expires}}
    return found


broker.install()
app = Queue("portal", task_cls=Doorbell)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.beat_schedule = entries(TIMETABLE)
app.conf.beat_scheduler = "portal.beat:OneBeat"
app.conf.task_default_queue = INTERACTIVE
app.conf.task_queues = [
    kombu.Queue(name, kombu.Exchange(name), routing_key=name) for name in (INTERACTIVE, BULK)
]
app.conf.task_routes = ROUTES
app.autodiscover_tasks()


@worker_ready.connect
def catch_up(**_signal) -> None:
    """A worker that starts looks at once for what waited while there was none; what has its hour waits for it."""
    hour = timezone.localtime(clock.now()).hour
    for task, when in TIMETABLE.items():
        if _may_be_now(when, hour):
            app.send_task(task, expires=10 * MINUTE)


def _may_be_now(when: float | crontab | tuple[crontab, ...], hour: int) -> bool:
    """Whether what rings at these times may be looked for in this hour: what is looked for hour by hour only in the
    hours of its day, so that a worker that starts in the night reminds nobody."""
    if isinstance(when, tuple):
        return any(len(each.hour) > 1 and hour in each.hour for each in when)
    return not isinstance(when, crontab)
