"""What the clock asks of the roof."""

import logging

from celery import shared_task

from records import integrity

log = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def check_integrity() -> None:
    """Every invariant of the house, each finding an error in the log: an alarm, never a repair."""
    for invariant, findings in integrity.run():
        for finding in findings:
            log.error("%s %s: %s", invariant.code, invariant.words, finding)
