"""The pool of experts."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from evaluation.enums import Seat
from records.constraints import one_of, together


class ExpertQuerySet(models.QuerySet):
    def available(self):
        """May be drawn: available by their own word, and not suspended."""
        return self.filter(is_available=True, suspended_at__isnull=True, user__is_active=True)


class Expert(models.Model):
    """A person of the pool: field, employer and what bars them from judging whom."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="expert")
    seat = models.CharField(max_length=12, choices=Seat)
    field = models.CharField(max_length=60)
    title = models.CharField(max_length=40)
    employer = models.CharField(max_length=100)
    former_employers = models.JSONField(default=list, blank=True)
    outside_city = models.BooleanField(default=False)
    is_available = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ExpertQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [one_of("seat", Seat), together("suspended_at", "suspended_by")]
        verbose_name = "评审专家"
        verbose_name_plural = "评审专家"

    def __str__(self):
        return f"{self.user.name} {self.title}"

    @property
    def is_drawable(self) -> bool:
        """Whether the draw counts with them, as ``available`` does."""
        return self.is_available and self.suspended_at is None and self.user.is_active

    def get_absolute_url(self):
        return reverse("evaluation:expert", args=[self.pk])
