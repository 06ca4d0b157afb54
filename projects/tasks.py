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
    from projects import services

    if event := services.promise_of(event_id=event_id):
        services.issue_paper(event=event)


@shared_task
@alone
def sweep_papers() -> int:
    """Make the papers that no task made."""
    from projects import services

    return services.issue_missing_papers(before=clock.now() - PATIENCE)


@shared_task
def sweep_publicities() -> int:
    """Approve what has run its days with no objection open, unless the portal may be down at this moment."""
    from projects import services
    from records import availability

    return 0 if availability.is_silent(at=clock.now()) else services.settle_publicities()


@shared_task
def sweep_supplements() -> int:
    """Close proposals whose supplement did not come in time."""
    from projects import services

    return services.lapse_project_supplements()


@shared_task
def sweep_ending_statements() -> int:
    """Go on with cases about projects whose unit let its days for a statement run out."""
    from projects import services

    return services.lapse_ending_statements()


@shared_task
def sweep_midterms() -> int:
    """Open the mid-term checks that are due, and close those of projects that ended."""
    from projects import services

    return services.open_midterms() + services.lapse_midterms()
