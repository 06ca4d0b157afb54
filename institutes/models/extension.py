"""Later ends of a call (延期): drafted by one person, or offered after an outage; published by another."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from institutes.models.call import Call
from notices.enums import ExtensionState as S
from notices.models import LaterEnd
from notices.models.later_end import WRITTEN


class CallExtension(LaterEnd):
    """One later end of a call, from ``closes_from`` to ``closes_to``, with its reason and document."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="extensions")
    closes_from = models.DateTimeField()
    closes_to = models.DateTimeField()
    number = models.CharField(max_length=60, blank=True)

    class Meta(LaterEnd.Meta):
        abstract = False
        constraints = [
            *LaterEnd.Meta.constraints,
            models.CheckConstraint(
                condition=Q(closes_from__lt=F("closes_to")), name="institutes_callextension_never_shortens"
            ),
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

    def time_limit(self, key: str) -> int | None:
        return self.call.time_limit(key)
