"""What a meeting decided about applications, gathered before anything of it is released."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from institutes.enums import BatchState, Outcome
from institutes.models.application import Application
from institutes.models.call import Call
from notices.models import PublicNotice
from records.constraints import different, one_of, positive, requires, together
from records.models import LifecycleSubject


def _person(**options):
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


class DecisionBatch(LifecycleSubject):
    """The decisions of one meeting on one call. Until it is released nobody outside the bureau sees any of them.

    ``revision`` grows with every change of the draft: what is released is what was previewed.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="decision_batches")
    minute_number = models.CharField(max_length=60)
    meeting_on = models.DateField()
    note = models.TextField(blank=True)
    override_reason = models.CharField(max_length=500, blank=True)
    revision = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=BatchState, default=BatchState.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = _person()
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = _person(null=True, blank=True)
    release_key = models.UUIDField(null=True, blank=True, unique=True)
    notice = models.OneToOneField(
        PublicNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="decision_batch"
    )
    discarded_at = models.DateTimeField(null=True, blank=True)
    discarded_by = _person(null=True, blank=True)

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", BatchState),
            positive("revision"),
            together("released_at", "released_by", "release_key"),
            together("discarded_at", "discarded_by"),
            different("drafted_by", "released_by"),
            requires([BatchState.RELEASED], "released_at", name="released_by_somebody"),
            requires([BatchState.DISCARDED], "discarded_at", name="discarded_by_somebody"),
            models.CheckConstraint(
                condition=~Q(minute_number=""), name="institutes_decisionbatch_has_minute"
            ),
        ]
        verbose_name = "审议决定"
        verbose_name_plural = "审议决定"

    def __str__(self):
        return f"{self.minute_number}审议决定"

    def get_absolute_url(self):
        return reverse("institutes:decision-batch", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return {BatchState.DRAFT: "wait", BatchState.RELEASED: "done"}.get(self.state, "neutral")


class DecisionItemQuerySet(models.QuerySet):
    def standing(self):
        """Of batches that were not discarded."""
        return self.filter(dropped_at__isnull=True)


class DecisionItem(models.Model):
    """One application in a batch: onto the public notice, or not to be recognised, then with cause and reason."""

    batch = models.ForeignKey(DecisionBatch, on_delete=models.PROTECT, related_name="items")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decision_items")
    outcome = models.CharField(max_length=10, choices=Outcome)
    cause = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = _person(null=True, blank=True)

    objects = DecisionItemQuerySet.as_manager()

    class Meta:
        ordering = ["batch", "pk"]
        constraints = [
            one_of("outcome", Outcome),
            together("dropped_at", "dropped_by"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(dropped_at__isnull=True),
                name="institutes_decisionitem_decided_once",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.REJECT) | ~Q(cause="") & ~Q(reason=""),
                name="institutes_decisionitem_refusal_has_reason",
            ),
        ]
        verbose_name = "审议事项"
        verbose_name_plural = "审议事项"

    def __str__(self):
        return f"{self.application} {self.get_outcome_display()}"
