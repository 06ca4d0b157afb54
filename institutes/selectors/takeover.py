"""What a new application can take over from the unit's last one."""

from institutes import book
from institutes.models import Application


def last_application_of_unit(application: Application) -> Application | None:
    """The application that the same unit began before this one."""
    earlier = Application.objects.filter(host=application.host_id, pk__lt=application.pk)
    return earlier.select_related("call").order_by("-pk").first()


def takeover_of(application: Application) -> dict[str, dict[str, object]]:
    """By section, what could be taken over now, by path."""
    last = last_application_of_unit(application)
    if last is None:
        return {}
    return book.reusable(
        book.of_edition(application.call.form_edition),
        book.answers_of_draft(last),
        book.answers_of_draft(application),
        book.setting_of(application),
    )
