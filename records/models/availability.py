"""The portal's own record of being up."""

from django.db import models
from django.db.models import F, Q


class UpInterval(models.Model):
    """An unbroken time in which the portal answered, from the first proof of it to the latest.

    One row, however long it lasts: each proof moves ``seen_at``. What lies between two rows is an outage.
    """

    begun_at = models.DateTimeField(unique=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["-begun_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(begun_at__lte=F("seen_at")), name="records_upinterval_runs_forward"
            ),
        ]
        indexes = [models.Index(fields=["-seen_at"], name="records_upinterval_seen")]
        verbose_name = "运行时段"
        verbose_name_plural = "运行时段"

    def __str__(self):
        return f"{self.begun_at:%Y-%m-%d %H:%M} – {self.seen_at:%Y-%m-%d %H:%M}"
