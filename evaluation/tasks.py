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
    from evaluation import services

    if event := services.promise_of(event_id=event_id):
        services.issue_paper(event=event)


@shared_task
@alone
def sweep_papers() -> int:
    """Make the papers that no task made."""
    from evaluation import services

    return services.issue_missing_papers(before=clock.now() - PATIENCE)


@shared_task(ignore_result=True)
def scan_package(package_id: int) -> None:
    """Search a package that was begun, and freeze it where nothing has to be looked at."""
    from evaluation import services
    from evaluation.models import BlindPackage

    services.search_package(package=BlindPackage.objects.select_related("panel").get(pk=package_id))


@shared_task
def sweep_packages() -> int:
    """Begin and search the packages that no task has."""
    from evaluation.services import sweeps

    return sweeps.sweep_packages()


@shared_task(ignore_result=True)
def issue_visit_sheet(event_id: int) -> None:
    """Make the sheet of a site visit that a line of the register promises."""
    from evaluation import services

    if event := services.visit_promise(event_id=event_id):
        services.issue_visit_sheet(event=event)


@shared_task(ignore_result=True)
def issue_report(event_id: int) -> None:
    """Make the paper of an agency's report that a line of the register promises."""
    from evaluation import services

    if event := services.report_promise(event_id=event_id):
        services.issue_report(event=event)


@shared_task
@alone
def sweep_reports() -> int:
    """Begin the reports that are due by now; make the papers of reports that no task made."""
    from evaluation.services import sweeps

    return sweeps.begin_due_reports() + sweeps.issue_missing_reports(before=clock.now() - PATIENCE)


@shared_task
@alone
def sweep_evaluation_reports() -> int:
    """Make the reports of evaluations and rounds that were released and have none."""
    from evaluation.services import sweeps

    return sweeps.sweep_evaluation_reports()


@shared_task
@alone
def sweep_visits() -> int:
    """Cancel visits to applications that no longer wait for one, and make the sheets that no task made."""
    from evaluation.services import sweeps

    return sweeps.sweep_visits(before=clock.now() - PATIENCE)


@shared_task
def sweep_panels() -> int:
    """End the panels whose application was withdrawn; send those too far apart into their discussion."""
    from evaluation.services import sweeps

    return sweeps.cancel_panels_without_case() + sweeps.flag_panels()


@shared_task
def sweep_draws() -> int:
    """Write the deciding line where the moment of a pledge has come and the register stands still."""
    from evaluation.services import sweeps

    return sweeps.mark_moments_of_draws()


@shared_task
def sweep_invitations() -> int:
    """Let the next in order step in where an invitation was not answered in time."""
    from evaluation import services

    return services.lapse_assignments()


@shared_task
def sweep_engagements() -> int:
    """End the engagements whose last day is behind us."""
    from evaluation import services

    return services.expire_engagements()


@shared_task
def sweep_acceptances() -> int:
    """Open acceptances that are lacking, end those without institute, follow the others, tell whose time ends."""
    from evaluation import services
    from evaluation.services import sweeps

    opened = len(services.open_acceptances())
    return opened + sweeps.lapse_acceptances() + sweeps.follow_institutes() + sweeps.tell_of_periods()


@shared_task
def sweep_assessments() -> int:
    """Open last year's assessments that are lacking, end those without institute, let the others follow theirs."""
    from evaluation import services
    from evaluation.services import sweeps

    opened = len(services.open_assessments())
    return opened + sweeps.lapse_assessments() + sweeps.follow_assessed_institutes()


@shared_task
def sweep_performance() -> int:
    """Keep cycles, open the round that is due, end evaluations without institute, tell whose report is late."""
    from evaluation.services import sweeps

    return sweeps.sweep_performance()
