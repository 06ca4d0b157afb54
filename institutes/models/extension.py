"""Later ends of a call (延期): drafted by one person, or offered after an outage; published by another."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from institutes.enums import ExtensionState as S
from institutes.models.call import Call
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

WRITTEN = (S.DRAFT, S.PUBLISHED)


def _person():
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


class CallExtensionQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=S.PUBLISHED)

    def waiting(self):
        """Neither published nor given up."""
        return self.filter(state__in=[S.OFFERED, S.DRAFT])


class CallExtension(LifecycleSubject):
    """One later end of a call, from ``closes_from`` to ``closes_to``, with its reason and document.

    ``outages`` are the interruptions of the portal on the call's last working day, as the portal's own record
    had them when this row was made: pairs of moments, ``outage_minutes`` their sum.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="extensions")
    closes_from = models.DateTimeField()
    closes_to = models.DateTimeField()
    reason = models.TextField()
    number = models.CharField(max_length=60, blank=True)
    outages = models.JSONField(default=list, blank=True)
    outage_minutes = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=S, default=S.DRAFT)
    offered_at = models.DateTimeField(null=True, blank=True)
    offered_by = _person()
    drafted_at = models.DateTimeField(null=True, blank=True)
    drafted_by = _person()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = _person()

    objects = CallExtensionQuerySet.as_manager()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            together("offered_at", "offered_by"),
            together("drafted_at", "drafted_by"),
            together("published_at", "published_by"),
            different("drafted_by", "published_by"),
            requires([S.OFFERED], "offered_at", name="offered_by_the_portal"),
            requires(WRITTEN, "drafted_at", name="drafted_by_somebody"),
            requires([S.PUBLISHED], "published_at", name="published_by_somebody"),
            models.CheckConstraint(
                condition=Q(closes_from__lt=F("closes_to")), name="institutes_callextension_never_shortens"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="institutes_callextension_says_why"),
            models.CheckConstraint(
                condition=~Q(state__in=WRITTEN) | ~Q(number=""),
                name="institutes_callextension_names_document",
            ),
            models.UniqueConstraint(
                fields=["call", "closes_from"],
                condition=~Q(state=S.DISCARDED),
                name="institutes_callextension_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(state__in=WRITTEN),
                name="institutes_callextension_number_once",
            ),
        ]
        verbose_name = "申报延期"
        verbose_name_plural = "申报延期"

    def __str__(self):
        until = timezone.localtime(self.closes_to)
        return f"{self.call}：延期至{until.year}年{until.month}月{until.day}日{until:%H:%M}"[:200]

    def get_absolute_url(self):
        return reverse("institutes:call-extension", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return {S.OFFERED: "soon", S.DRAFT: "wait", S.PUBLISHED: "info", S.DISCARDED: "neutral"}[
            S(self.state)
        ]

    def time_limit(self, key: str) -> int | None:
        return self.call.time_limit(key)
