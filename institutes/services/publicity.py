"""Objections to a published application: the decision on one moves the case, and its clock alone."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from institutes import notifications
from institutes.enums import ApplicationState
from institutes.lifecycle import APPLICATION
from institutes.models import Application
from institutes.selectors import APPLICATION_TYPE
from institutes.services.cultivation_links import follow
from institutes.services.papers import issue_after_commit, paper
from institutes.services.published import locked_case, published_as
from notices.enums import Finding
from notices.models import Objection
from notices.selectors import awaits_correction
from notices.services import (
    accept_objection,
    decide_objection,
    post_corrected,
    refuse_objection_acceptance,
)
from records import clock
from records.lifecycle import Stamps, lock
from records.models import AuditEvent, LifecycleSubject


@transaction.atomic
def take_up_objection(*, objection: Objection, by: User, at: datetime | None = None) -> Objection:
    """Accept an objection; the application it is about waits until it is decided, and nothing else does."""
    at = at or clock.now()
    application, _case = _lock_application(objection), locked_case(objection)
    accept_objection(objection=objection, by=by, at=at)
    if application and application.state == ApplicationState.PUBLICITY:
        data = {"objection": objection.number}
        event = APPLICATION.move(application, "raise_objection", by=by, at=at, data=data)
        notifications.tell_of_move(application, event)
    return objection


@transaction.atomic
def refuse_objection(*, objection: Objection, reply: str, by: User, at: datetime | None = None) -> Objection:
    """Do not take the objection up; what waited for it alone goes on."""
    at = at or clock.now()
    application, case = _lock_application(objection), locked_case(objection)
    refuse_objection_acceptance(objection=objection, reply=reply, by=by, at=at)
    _go_on(application, objection, by=by, at=at)
    _let_follow(case, objection, by=by, at=at)
    return objection


@transaction.atomic
def dismiss_objection(
    *, objection: Objection, by: User, reply: str = "", at: datetime | None = None
) -> Objection:
    """Find the objection unfounded: with the last one gone, the notice runs on for the days that were left."""
    at = at or clock.now()
    application, case = _lock_application(objection), locked_case(objection)
    decide_objection(objection=objection, outcome=Finding.DISMISS, reply=reply, by=by, at=at)
    _go_on(application, objection, by=by, at=at)
    _let_follow(case, objection, by=by, at=at)
    return objection


@transaction.atomic
def partly_uphold_objection(
    *, objection: Objection, by: User, reply: str = "", correction: str = "", at: datetime | None = None
) -> Objection:
    """Find the objection founded in part: with the last one gone, the case is published again as corrected."""
    at = at or clock.now()
    application, case = _lock_application(objection), locked_case(objection)
    decide_objection(
        objection=objection, outcome=Finding.PARTLY, reply=reply, correction=correction, by=by, at=at
    )
    _go_on(application, objection, by=by, at=at)
    _let_follow(case, objection, by=by, at=at)
    return objection


def _let_follow(case: LifecycleSubject | None, objection: Objection, *, by: User, at: datetime) -> None:
    """Publish a case of a room above again where that is due, and tell that room."""
    item, published = objection.item, published_as(objection)
    if case is None or published is None:
        return
    item.refresh_from_db()
    if awaits_correction(item):
        due_on = post_corrected(item=item, subject=case, by=by, at=at).last_day
        published.correct(case=case, objection=objection, due_on=due_on, by=by, at=at)


def _go_on(application: Application | None, objection: Objection, *, by: User, at: datetime) -> None:
    """Publish the application again where that is due, or let its notice run on once nothing stops it."""
    if application is None or application.state != ApplicationState.OBJECTION_HANDLING:
        return
    item = objection.item
    item.refresh_from_db()
    if awaits_correction(item):
        due_on = post_corrected(item=item, subject=application, by=by, at=at).last_day
        action = "correct_publicity"
    elif item.paused_on is None:
        due_on, action = item.ends_on, "dismiss_objection"
    else:
        return
    nth = AuditEvent.objects.filter(
        subject_type=APPLICATION_TYPE,
        subject_id=application.pk,
        data__paper__kind__startswith="objection_outcome",
    ).count()
    year = timezone.localdate(at).year
    data = {
        "objection": objection.number,
        "paper": paper(application, "objection_outcome", year=year, suffix=f"_{nth + 1}"),
    }
    event = APPLICATION.move(application, action, by=by, at=at, due_on=due_on, data=data)
    notifications.tell_of_move(application, event)
    issue_after_commit(event)


@transaction.atomic
def uphold_objection(
    *, objection: Objection, by: User, reply: str = "", at: datetime | None = None
) -> Objection:
    """Find the objection founded: the application is closed and leaves the notice."""
    at = at or clock.now()
    application, case = _lock_application(objection), locked_case(objection)
    decide_objection(objection=objection, outcome=Finding.UPHOLD, reply=reply, by=by, at=at)
    if application and application.state == ApplicationState.OBJECTION_HANDLING:
        _close(application, objection, by=by, at=at)
    if case is not None and (published := published_as(objection)):
        published.uphold(case=case, objection=objection, by=by, at=at)
    return objection


def _close(application: Application, objection: Objection, *, by: User, at: datetime) -> None:
    reason = f"公示期间收到的异议（{objection.number}）经核实成立。"
    data = {
        "objection": objection.number,
        "paper": paper(application, "result_notice", year=timezone.localdate(at).year),
    }
    stamps: Stamps = {"closed_at": at, "closed_by": by, "closing_reason": reason}
    event = APPLICATION.move(
        application, "uphold_objection", by=by, at=at, reason=reason, data=data, **stamps
    )
    follow(application, at=at)
    notifications.tell_of_move(application, event)
    issue_after_commit(event)


def _lock_application(objection: Objection) -> Application | None:
    """The application that was objected to, locked before the objection: parent before child."""
    item = objection.item
    if item.subject_type != APPLICATION_TYPE:
        return None
    application = Application.objects.get(pk=item.subject_id)
    lock(application)
    return application
