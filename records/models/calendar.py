"""The table of holidays and make-up days, how it was changed, and which deadlines moved with it."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from records.models.deadline import Deadline


class DayOverride(models.Model):
    """A day that is off although it is a weekday, or worked although it is a weekend."""

    day = models.DateField(unique=True)
    is_working = models.BooleanField()
    name = models.CharField(max_length=40)
    source = models.CharField(max_length=120)

    class Meta:
        ordering = ["day"]
        verbose_name = "节假日与调休"
        verbose_name_plural = "节假日与调休"

    def __str__(self):
        return f"{self.day} {self.name}"


class CalendarChange(models.Model):
    """One change of the table: which days, by which notice, by whom.

    ``days``: day by day what it is now (``is``: ``off``, ``worked``, or empty where it is again what its weekday
    says), what it was (``was``) and its ``name``.
    """

    source = models.CharField(max_length=120)
    days = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        verbose_name = "工作日历调整"
        verbose_name_plural = "工作日历调整"

    def __str__(self):
        return f"工作日历调整（{self.source}）"

    def get_absolute_url(self):
        return reverse("day-change", args=[self.pk])

    @property
    def days_told(self) -> list[dict[str, Any]]:
        """The days as pages say them."""
        return [one | {"day": date.fromisoformat(one["day"])} for one in self.days]


class DeadlineMove(models.Model):
    """A deadline that was counted anew because of a change of the table: from which day to which."""

    change = models.ForeignKey(CalendarChange, on_delete=models.PROTECT, related_name="moves")
    deadline = models.ForeignKey(Deadline, on_delete=models.PROTECT, related_name="moves")
    due_from = models.DateField()
    due_to = models.DateField()

    class Meta:
        ordering = ["due_to", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["change", "deadline"], name="records_deadlinemove_once"),
            models.CheckConstraint(
                condition=~Q(due_from=F("due_to")), name="records_deadlinemove_to_another_day"
            ),
        ]
        verbose_name = "期限改期"
        verbose_name_plural = "期限改期"

    def __str__(self):
        return f"{self.deadline}：{self.due_from} → {self.due_to}"
