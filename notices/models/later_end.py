"""Later ends (延期) of what was announced with its last day: a call for applications, a publicity."""

from django.db import models
from django.db.models import Q

from notices.enums import ExtensionState as S
from records.columns import person
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

WRITTEN = (S.DRAFT, S.PUBLISHED)
TONES = {S.OFFERED: "soon", S.DRAFT: "wait", S.PUBLISHED: "info", S.DISCARDED: "neutral"}


class LaterEndQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=S.PUBLISHED)

    def waiting(self):
        """Neither published nor given up."""
        return self.filter(state__in=[S.OFFERED, S.DRAFT])


class LaterEnd(LifecycleSubject):
    """A later end with its reason: drafted by one person, or offered after an outage; published by another.

    ``outages`` are the interruptions of the portal on the last working day, as the portal's own record had them
    when this row was made: pairs of moments, ``outage_minutes`` their sum.
    """

    reason = models.TextField()
    outages = models.JSONField(default=list, blank=True)
    outage_minutes = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=S, default=S.DRAFT)
    offered_at = models.DateTimeField(null=True, blank=True)
    offered_by = person()
    drafted_at = models.DateTimeField(null=True, blank=True)
    drafted_by = person()
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = person()

    objects = LaterEndQuerySet.as_manager()

    host_id = None
    division_id = None

    class Meta:
        abstract = True
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
            models.CheckConstraint(condition=~Q(reason=""), name="%(app_label)s_%(class)s_says_why"),
        ]

    @property
    def state_tone(self) -> str:
        return TONES[S(self.state)]
