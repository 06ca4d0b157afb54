"""How a person wants to be told outside the portal."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from notices.enums import MailChoice
from records.constraints import one_of, together

LAST_HOUR = 23


class Preference(models.Model):
    """One person's choice, as far as the office leaves it to them. Without a row mail comes at once, at any hour.

    ``daily_hour``: when the day's mail comes, where it is gathered. From ``quiet_from`` until ``quiet_until``
    nothing is mailed or texted. ``sms``: whether reminders may come as text messages. Notices with legal effect
    come at once whatever is chosen here.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="notice_preference"
    )
    mail = models.CharField(max_length=10, choices=MailChoice, default=MailChoice.AT_ONCE)
    daily_hour = models.PositiveSmallIntegerField(default=8)
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_until = models.PositiveSmallIntegerField(null=True, blank=True)
    sms = models.BooleanField(default=True)

    class Meta:
        constraints = [
            one_of("mail", MailChoice),
            together("quiet_from", "quiet_until"),
            models.CheckConstraint(
                condition=Q(daily_hour__lte=LAST_HOUR)
                & (
                    Q(quiet_from__isnull=True)
                    | (Q(quiet_from__lte=LAST_HOUR) & Q(quiet_until__lte=LAST_HOUR))
                ),
                name="notices_preference_hours_of_a_day",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True) | ~Q(quiet_from=F("quiet_until")),
                name="notices_preference_not_always_quiet",
            ),
        ]
        verbose_name = "消息设置"
        verbose_name_plural = "消息设置"

    def __str__(self):
        return f"{self.user}：{self.get_mail_display()}"
