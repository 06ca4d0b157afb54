"""What a person chooses about being told outside the portal, within what the office requires."""

from django.db import transaction

from accounts.models import User
from notices import policy
from notices.models import Preference, ReminderEdition
from notices.models.edition import REMINDERS
from records import clock
from records.errors import Conflict, Reason


@transaction.atomic
def choose_mail(
    *,
    by: User,
    mail: str,
    daily_hour: int,
    quiet_from: int | None = None,
    quiet_until: int | None = None,
    sms: bool = True,
) -> Preference:
    """Keep how this person wants their mail and text messages; every reason against it is named at once."""
    terms = ReminderEdition.objects.in_force(REMINDERS, clock.today()).terms["mail"]
    faults = policy.mail_faults(terms, daily_hour=daily_hour, quiet_from=quiet_from, quiet_until=quiet_until)
    Conflict.unless_empty(Reason(words, field=name) for name, words in faults)
    fields = {
        "mail": mail,
        "daily_hour": daily_hour,
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "sms": sms,
    }
    return Preference.objects.update_or_create(user=by, defaults=fields)[0]
