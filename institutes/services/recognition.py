"""Recognition: what has run its days with a clear way becomes an institute, with a number of its own."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import system_user
from institutes import notifications
from institutes.lifecycle import APPLICATION
from institutes.models import Application, Institute, Recognition
from institutes.selectors import WITH_NOTICE, plan_of, publicity_run_out
from institutes.services.build import begin_build
from institutes.services.cultivation_links import follow
from institutes.services.effects import begin_tenures
from institutes.services.papers import issue_after_commit
from notices.selectors import is_way_clear
from notices.services import conclude_publicity
from records import clock, numbering
from records.errors import Conflict, Reason, Refusal
from records.lifecycle import lock

SERIES = "certificate"
IN_BATCH = "batch"
logger = logging.getLogger(__name__)


@transaction.atomic
def recognise_application(*, application: Application, by: User, at: datetime | None = None) -> Recognition:
    """Recognise what was published without a founded objection, and take the certificate's number.

    The certificate is made after the commit; where the edition hands certificates out in batches, with the batch.

    Raises ``Conflict`` while the notice runs or an objection is open.
    """
    at = at or clock.now()
    lock(application)
    for refusal in APPLICATION.blocks(application, "recognise", by):
        raise refusal
    conclude_publicity(subject=application, by=by, at=at)
    institute = _create_institute(application)
    recognition = _create_recognition(application, institute, by=by, at=at)
    begin_tenures(institute, recognition.recognised_on)
    begin_build(institute, application, at=at)
    in_batch = recognition.edition.terms["certificates"]["papers"] == IN_BATCH
    data = {
        "institute": institute.pk,
        "paper": {"kind": SERIES, "number": recognition.certificate_number},
        **({WITH_NOTICE: True} if in_batch else {}),
    }
    event = APPLICATION.move(
        application, "recognise", by=by, at=at, data=data, recognised_at=at, recognised_by=by
    )
    follow(application, at=at)
    notifications.tell_of_move(application, event)
    if not in_batch:
        issue_after_commit(event)
    return recognition


def _create_institute(application: Application) -> Institute:
    plan = plan_of(application)
    if application.chain is None:
        raise Conflict(Reason(f"“{application}”没有所属产业链，不能认定。", clause="四(一)"))
    return Institute.objects.create(
        name=application.institute_name,
        host=application.host,
        division=application.division,
        chain=application.chain,
        co_builders=plan.co_builders,
        director=plan.director,
        build_from=plan.build_from,
        build_to=plan.build_to,
    )


def _create_recognition(
    application: Application, institute: Institute, *, by: User, at: datetime
) -> Recognition:
    day, edition = timezone.localdate(at), application.call.edition
    sequence = numbering.next_number(SERIES, day.year)
    pattern = edition.terms["numbers"][SERIES]
    return Recognition.objects.create(
        institute=institute,
        application=application,
        edition=edition,
        certificate_number=numbering.format_number(pattern, year=day.year, n=sequence),
        year=day.year,
        sequence=sequence,
        recognised_on=day,
        recognised_at=at,
        recognised_by=by,
    )


def recognise_what_has_run(*, at: datetime | None = None) -> int:
    """Recognise every application whose notice ended with a clear way; returns how many.

    Each in a transaction of its own: one that meets an obstacle holds up no other.
    """
    at = at or clock.now()
    ready = publicity_run_out(timezone.localdate(at))
    return sum(_recognise_if_clear(application, at=at) for application in ready)


def _recognise_if_clear(application: Application, *, at: datetime) -> bool:
    """Recognise it unless something stands in the way; what came up since it was read is left to the next sweep."""
    if not is_way_clear(application, on=timezone.localdate(at)):
        return False
    try:
        recognise_application(application=application, by=system_user(), at=at)
    except Refusal as refusal:
        logger.warning("Application %s was not recognised: %s (%s)", application.pk, refusal, refusal.code)
        return False
    return True
