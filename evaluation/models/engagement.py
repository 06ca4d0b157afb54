"""Engagements: which agency reviews what for the bureau, by which contract, for how long (四(二))."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation
from evaluation.enums import EngagementState, ReviewKind
from evaluation.models.edition import ReviewEdition
from institutes.models import Call
from records.columns import moment, person
from records.constraints import different, not_after, one_of, requires, together
from records.models import LifecycleSubject


class EngagementQuerySet(models.QuerySet):
    def in_force(self, on: date):
        """Approved, not ended, and within its period: what lets an agency in."""
        return self.filter(state=EngagementState.IN_FORCE, begins_on__lte=on, ends_on__gte=on)


class Engagement(LifecycleSubject):
    """A contract by which an agency reviews batches for the bureau. Outside its period the agency reads nothing."""

    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="engagements")
    edition = models.ForeignKey(ReviewEdition, on_delete=models.PROTECT, related_name="engagements")
    number = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    scope = models.TextField(blank=True)
    begins_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=10, choices=EngagementState, default=EngagementState.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = moment()
    approved_by = person()
    ended_at = moment()
    ended_by = person()

    objects = EngagementQuerySet.as_manager()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", EngagementState),
            not_after("begins_on", "ends_on"),
            together("approved_at", "approved_by"),
            together("ended_at", "ended_by"),
            different("drafted_by", "approved_by"),
            requires([EngagementState.IN_FORCE, EngagementState.ENDED], "approved_at", name="approved_first"),
            requires([EngagementState.ENDED], "ended_at", name="ended_by_somebody"),
        ]
        verbose_name = "评审委托"
        verbose_name_plural = "评审委托"

    def __str__(self):
        return f"{self.title}（{self.number}）"

    def get_absolute_url(self):
        return reverse("evaluation:engagement", args=[self.pk])

    def is_in_force(self, on: date) -> bool:
        """As ``in_force`` of the rows."""
        return self.state == EngagementState.IN_FORCE and self.begins_on <= on <= self.ends_on

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class EngagementBatchQuerySet(models.QuerySet):
    def in_force(self, on: date):
        """Those whose engagement is in force on that day."""
        return self.filter(
            engagement__state=EngagementState.IN_FORCE,
            engagement__begins_on__lte=on,
            engagement__ends_on__gte=on,
        )


class EngagementBatch(models.Model):
    """A batch that the engagement covers: one call of a kind of review, or the kind as a whole where it has none."""

    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="batches")
    kind = models.CharField(max_length=20, choices=ReviewKind, default=ReviewKind.RECOGNITION)
    call = models.ForeignKey(
        Call, on_delete=models.PROTECT, null=True, blank=True, related_name="engagement_batches"
    )

    objects = EngagementBatchQuerySet.as_manager()

    class Meta:
        ordering = ["engagement", "pk"]
        constraints = [
            one_of("kind", ReviewKind),
            models.CheckConstraint(
                condition=~Q(kind=ReviewKind.RECOGNITION) | Q(call__isnull=False),
                name="evaluation_engagementbatch_names_its_call",
            ),
            models.UniqueConstraint(
                fields=["engagement", "call"], name="evaluation_engagementbatch_call_once"
            ),
            models.UniqueConstraint(
                fields=["engagement", "kind"],
                condition=Q(call__isnull=True),
                name="evaluation_engagementbatch_kind_once",
            ),
        ]
        verbose_name = "委托批次"
        verbose_name_plural = "委托批次"

    def __str__(self):
        return f"{self.get_kind_display()}：{self.call}" if self.call else str(self.get_kind_display())
