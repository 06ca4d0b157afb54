"""A new application takes over sections of the unit's last one, where the unit wants it."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from institutes.models import Application
from institutes.selectors import last_application_of_unit, takeover_of
from institutes.services.drafting import refuse_unless_editable, save_section
from records import audit, clock
from records.errors import Conflict
from records.lifecycle import lock


@transaction.atomic
def prefill_application(
    *, application: Application, sections: Collection[str], by: User, at: datetime | None = None
) -> dict[str, int]:
    """Fill boxes of ``sections`` that are still empty from the unit's last application; the register says from which.

    Answers how many boxes of each section were filled. Raises ``Conflict`` where there is nothing to take over.
    """
    at = at or clock.now()
    lock(application)
    refuse_unless_editable(application)
    found = {code: values for code, values in takeover_of(application).items() if code in sections}
    last = last_application_of_unit(application)
    if not found or last is None:
        raise Conflict("没有可以沿用的上次申报内容。")
    versions = dict(application.sections.values_list("code", "version"))
    for code, values in found.items():
        save_section(
            application=application, section=code, changes=values, version=versions.get(code, 0), by=by, at=at
        )
    filled = {code: len(values) for code, values in found.items()}
    audit.record(
        "institutes.application.prefill",
        application,
        by=by,
        at=at,
        taken_from=last.pk,
        sections=sorted(filled),
    )
    return filled
