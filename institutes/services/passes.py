"""Several passes of the formal review confirmed at once, after a look at what that would send to whom."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from accounts.models import Organisation, User
from institutes.models import Application
from institutes.selectors import APPLICATION_TYPE
from institutes.services.formal import confirm_pass
from institutes.services.messages import Message, messages_of
from notices.models import Notice
from records import clock, deadlines
from records.errors import Incomplete, Reason, Refusal
from records.models import Deadline


@dataclass(frozen=True, slots=True)
class PassEffect:
    """What a pass does to one application: by when the experts have to find, and who reads what."""

    application: Application
    deadline: Deadline | None
    messages: Sequence[Message]


@transaction.atomic
def confirm_passes(
    *, applications: Iterable[Application], agency: Organisation, by: User, at: datetime | None = None
) -> list[Application]:
    """Confirm several passes at once: all of them, or none. Raises with every reason about every application."""
    at, found, faults = at or clock.now(), list[Application](), list[Reason]()
    for application in sorted(applications, key=lambda one: one.pk):
        try:
            found.append(confirm_pass(application=application, agency=agency, by=by, at=at))
        except Refusal as refusal:
            faults += [replace(reason, text=f"{application}：{reason.text}") for reason in refusal.reasons]
    if not found and not faults:
        faults.append(Reason("请选择要审定通过的申报。", field="applications"))
    Incomplete.unless_empty(faults)
    return found


@transaction.atomic
def preview_passes(
    *, applications: Iterable[Application], agency: Organisation, by: User, at: datetime | None = None
) -> list[PassEffect]:
    """What confirming these passes now would do, told by doing it and taking it all back. Raises what that would."""
    at, trials = at or clock.now(), Application.objects.filter(pk__in=[one.pk for one in applications])
    with transaction.atomic():
        rows = trials.select_related("host", "division", "call__edition")
        done = confirm_passes(applications=rows, agency=agency, by=by, at=at)
        sent = Notice.objects.filter(
            subject_type=APPLICATION_TYPE, subject_id__in=[one.pk for one in done], created_at=at
        )
        found = [
            PassEffect(one, deadlines.current(one), messages_of(sent.filter(subject_id=one.pk)))
            for one in done
        ]
        transaction.set_rollback(True)
    return found
