"""What the queue calls. A message is a doorbell: the rows say what is to be done, and done twice it is done once."""

from datetime import timedelta

from celery import shared_task

from records import clock
from records.alone import alone

# What a doorbell should have rung for within this time is looked for by the sweep.
PATIENCE = timedelta(minutes=5)


@shared_task(ignore_result=True)
def issue_paper(event_id: int) -> None:
    """Make the paper that a line of the register promises."""
    from institutes import services

    if event := services.promise_of(event_id=event_id):
        services.issue_paper(event=event)


@shared_task
@alone
def sweep_certificates() -> int:
    """Make the papers, certificates among them, that no task made."""
    from institutes import services

    return services.issue_missing_papers(before=clock.now() - PATIENCE)


@shared_task
def sweep_publicity() -> int:
    """Recognise what has run its days with no objection open, unless the portal may be down at this moment."""
    from institutes import services
    from records import availability

    return 0 if availability.is_silent(at=clock.now()) else services.recognise_what_has_run()


@shared_task
def sweep_supplements() -> int:
    """Close applications whose supplement did not come in time."""
    from institutes import services

    return services.lapse_supplements()


@shared_task
def sweep_outages() -> int:
    """Offer a later end for calls on whose last working day the portal was down for too long."""
    from institutes import services

    return services.offer_extensions()


@shared_task
def sweep_cultivation() -> int:
    """Move entries of the pool on that fell behind their applications."""
    from institutes import services

    return services.move_entries_on()


@shared_task
def sweep_milestones() -> int:
    """Let the clocks of the build periods' stages be those that are not reached."""
    from institutes import services

    return services.follow_milestones()


@shared_task
def sweep_statements() -> int:
    """Let revocations go on whose unit let its days for a statement run out."""
    from institutes import services

    return services.lapse_statements()
