"""What the queue calls. A message is a doorbell only: the rows say what is to be done."""

from celery import shared_task

from records.alone import alone


@shared_task
def deliver_pending() -> int:
    """Send what waits in the outbox."""
    from notices import services

    return services.deliver_pending()


@shared_task
def post_bulletins() -> int:
    """Let group robots say the sums of the day."""
    from notices import services

    return services.post_bulletins()


@shared_task
def remind_due() -> int:
    """Remind whoever holds what is due."""
    from notices import services
    from records import clock

    return services.remind_due(on=clock.today())


@shared_task
def tell_of_registrations() -> int:
    """Tell counties and units what the register says about registrations."""
    from notices import services

    return services.tell_of_registrations()


@shared_task
def issue_public_notice(pk: int) -> None:
    """Make the paper of a public notice."""
    from notices import services
    from notices.models import PublicNotice

    services.issue_public_notice(notice=PublicNotice.objects.get(pk=pk))


@shared_task
def issue_letter(event_id: int) -> None:
    """Make the letter that a line of the register promises."""
    from notices import services
    from records.models import AuditEvent

    services.issue_letter(event=AuditEvent.objects.get(pk=event_id))


@shared_task
@alone
def issue_missing_papers() -> int:
    """Make the papers that fell between a commit and the queue."""
    from notices import services

    return services.issue_missing_papers() + services.issue_missing_letters()


@shared_task
def sweep_outages() -> int:
    """Offer a later last day for publicities on whose last working day the portal was down for too long."""
    from notices import services

    return services.offer_publicity_extensions()


@shared_task
def keep_register_head() -> None:
    """Keep the head of the register for the day that is over."""
    from notices import services

    services.keep_register_head()
