"""What the clock asks of the roof."""

import logging

from celery import shared_task

from portal import probe, tallies
from records import availability, integrity

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def check_integrity() -> None:
    """Every invariant of the house, each finding an error in the log: an alarm, never a repair."""
    for invariant, findings in integrity.run():
        for finding in findings:
            log.error("%s %s: %s", invariant.code, invariant.words, finding)


@shared_task(ignore_result=True)
def note_availability() -> None:
    """Once a minute: where the web server answers, the portal's own record of being up goes on."""
    if probe.web_answers():
        availability.note_up()
    else:
        log.error("The web server at AVAILABILITY_URL does not answer; the time counts as an outage.")


@shared_task(ignore_result=True)
def fold_tallies() -> None:
    """Put the parts of the sums together that the last minutes have written."""
    tallies.fold()
