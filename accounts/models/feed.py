"""The secret address under which a person's calendar program reads their deadlines."""

from django.conf import settings
from django.db import models


class CalendarFeed(models.Model):
    """One for each person, void as soon as another is made. The address itself is kept nowhere, only its digest."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_feed"
    )
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = "日历订阅"
        verbose_name_plural = "日历订阅"

    def __str__(self):
        return f"{self.user}的日历订阅"
