"""Calls for applications: when one may apply, by which rules and on which form."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from institutes.enums import CallKind, CallState
from institutes.models.edition import RecognitionEdition
from records.constraints import different, not_after, one_of, requires, together
from records.models import LifecycleSubject


class CallQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=CallState.PUBLISHED)

    def open(self, at):
        """Published, and within its window at that moment."""
        return self.published().filter(opens_at__lte=at, closes_at__gt=at)

    def coming(self, at):
        """Published, and not begun at that moment."""
        return self.published().filter(opens_at__gt=at)


class Call(LifecycleSubject):
    """A window in which enterprises may apply. Open and closed are moments, not states.

    ``first_closes_at`` is the end as it was published; extensions move ``closes_at``, and only to later.
    """

    kind = models.CharField(max_length=20, choices=CallKind, default=CallKind.RECOGNITION)
    title = models.CharField(max_length=120)
    number = models.CharField(max_length=60, unique=True)
    year = models.PositiveSmallIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    first_closes_at = models.DateTimeField(null=True, blank=True)
    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="calls")
    form_edition = models.CharField(max_length=20)
    guide = models.TextField()
    state = models.CharField(max_length=10, choices=CallState, default=CallState.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = CallQuerySet.as_manager()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-opens_at", "-pk"]
        constraints = [
            one_of("kind", CallKind),
            one_of("state", CallState),
            together("published_at", "published_by"),
            different("drafted_by", "published_by"),
            requires([CallState.PUBLISHED], "published_at", name="published_by_somebody"),
            requires([CallState.PUBLISHED], "first_closes_at", name="published_until_a_moment"),
            not_after("first_closes_at", "closes_at"),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")), name="institutes_call_opens_before_closing"
            ),
        ]
        verbose_name = "申报通知"
        verbose_name_plural = "申报通知"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("institutes:call", args=[self.pk])

    @property
    def is_extended(self) -> bool:
        return self.first_closes_at is not None and self.first_closes_at < self.closes_at

    def is_open(self, at) -> bool:
        return self.state == CallState.PUBLISHED and self.opens_at <= at < self.closes_at

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)
