"""Doorbells and sweeps. What is to be done stands in rows; each task may run twice without doing twice."""

from celery import shared_task

from records.alone import alone


@shared_task(ignore_result=True)
def propose_awards() -> None:
    """Propose what recognitions entitle to."""
    from funding import services

    services.propose_awards()


@shared_task(ignore_result=True)
def make_instalments_due() -> None:
    """Let instalments be paid whose condition has come."""
    from funding import services

    services.make_instalments_due()


@shared_task(ignore_result=True)
def lapse_awards() -> None:
    """End what was not confirmed in time or not ordered within its budget's year."""
    from funding import services

    services.lapse_awards()


@shared_task(ignore_result=True)
def hold_back_awards() -> None:
    """Let unpaid money of institutes that failed a year wait, and what may go on again go on."""
    from funding import services

    services.hold_back_awards()


@shared_task(ignore_result=True)
def export_plan(plan_id: int) -> None:
    """Send one plan's orders to the treasury, unless they went already."""
    from funding import services

    services.export_plan(plan_id=plan_id)


@shared_task(ignore_result=True)
def sweep_exports() -> None:
    """Plans whose doorbell was lost, or whose export broke off."""
    from funding import services

    services.sweep_exports()


@shared_task(ignore_result=True)
def issue_papers(plan_id: int) -> None:
    """Make the papers of one issued plan, unless they exist."""
    from funding import services

    services.issue_plan_papers(plan_id=plan_id)


@shared_task(ignore_result=True)
def issue_account_paper(event_id: int) -> None:
    """Make the form that says to which account an award goes, unless it exists."""
    from funding import services

    services.issue_account_paper(event_id=event_id)


@shared_task(ignore_result=True)
@alone
def sweep_papers() -> None:
    """Papers of plans, accounts and clawbacks that no task made."""
    from funding import services

    services.sweep_papers()


@shared_task(ignore_result=True)
def end_plan_publicities() -> None:
    """Tell finance of plans that were shown to the officers long enough."""
    from funding import services

    services.end_plan_publicities()


@shared_task(ignore_result=True)
def warn_retention() -> None:
    """Tell of money that counties have kept beyond a limit."""
    from funding import services

    services.warn_retention()


@shared_task(ignore_result=True)
def issue_clawback_paper(event_id: int) -> None:
    """Make the paper that a move of a clawback promises, unless it exists."""
    from funding import services

    services.issue_clawback_paper(event_id=event_id)


@shared_task(ignore_result=True)
def sweep_clawbacks() -> None:
    """Statements whose days ran out, money not repaid in time, institutes revoked soon after the money."""
    from funding import services

    services.sweep_clawbacks()
