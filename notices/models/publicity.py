"""Public notices (公示): what is shown to everybody for some working days before it takes effect."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import cached_property

from notices.enums import ExtensionState, ItemStatus, PublicNoticeKind
from notices.models.edition import ReminderEdition
from records import calendar
from records.constraints import not_after, one_of, positive, together
from records.models import Document
from records.models.subject import SubjectQuerySet, SubjectReference

PERIOD = "publicity-end"
PAPER = "public_notice"


class PublicNoticeQuerySet(models.QuerySet):
    def running(self, on: date):
        """Within the days that were announced."""
        return self.filter(last_day__gte=on)

    def over(self, on: date):
        """Past the last of these days."""
        return self.filter(last_day__lt=on)

    def with_items(self):
        """Together with their items, in two queries."""
        return self.prefetch_related("items")


class PublicNotice(models.Model):
    """A notice as it was posted. Its words never change; what happens to an item stands at the item.

    ``first_last_day`` is the last day as it was announced, ``last_day`` the one that binds: later where an
    extension was published, never earlier.
    """

    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=PublicNoticeKind)
    title = models.CharField(max_length=200)
    basis = models.TextField()
    body = models.TextField(blank=True)
    objection_words = models.TextField()
    contact_office = models.CharField(max_length=100)
    contact_phone = models.CharField(max_length=40)
    contact_address = models.CharField(max_length=200)
    contact_email = models.EmailField(blank=True)
    working_days = models.PositiveSmallIntegerField()
    first_day = models.DateField()
    first_last_day = models.DateField()
    last_day = models.DateField()
    provisional = models.BooleanField(default=False)
    edition = models.ForeignKey(ReminderEdition, on_delete=models.PROTECT, related_name="public_notices")
    posted_at = models.DateTimeField()
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, null=True, blank=True, related_name="public_notice"
    )

    objects = PublicNoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-posted_at", "-pk"]
        constraints = [
            one_of("kind", PublicNoticeKind),
            positive("working_days"),
            not_after("first_day", "first_last_day"),
            not_after("first_last_day", "last_day"),
        ]
        indexes = [models.Index(fields=["-last_day"], name="notices_publicnotice_days")]
        verbose_name = "公示"
        verbose_name_plural = "公示"

    def __str__(self):
        return f"{self.title}（{self.number}）"

    def get_absolute_url(self):
        return reverse("notices:publicity", args=[self.pk])

    @property
    def host_id(self) -> None:
        """A notice is nobody's case: it belongs to the city."""
        return None

    @property
    def division_id(self) -> None:
        return None

    @property
    def is_extended(self) -> bool:
        return self.first_last_day < self.last_day

    def is_running(self, on: date) -> bool:
        return self.first_day <= on <= self.last_day

    def days_left(self, on: date) -> int:
        """Working days left on that day, which counts itself where it is one; 0 once the period is over."""
        return working_days_left(on, max(on, self.first_day), self.last_day)


def working_days_left(on: date, start: date, end: date) -> int:
    """Working days from ``start`` to ``end``, both counted; 0 after the end."""
    if on > end:
        return 0
    return calendar.working_days_between(start, end) + calendar.is_working_day(start)


class PublicNoticeItemQuerySet(SubjectQuerySet):
    def standing(self):
        """Not withdrawn and not concluded."""
        return self.filter(withdrawn_at__isnull=True, concluded_at__isnull=True)

    def period_over(self, on: date):
        """Their last day has passed, nothing stopped the clock, and no later day is being decided on."""
        waiting = {"notice__extensions__state__in": [ExtensionState.OFFERED, ExtensionState.DRAFT]}
        return self.standing().filter(ends_on__lt=on, paused_on__isnull=True).exclude(**waiting)


class PublicNoticeItem(SubjectReference):
    """One case in a public notice, with the columns as they were shown. Its clock can be stopped alone.

    ``host`` and ``division`` say whose case it is, ``ends_on`` is the last day for objections to it. How it
    stands on a day is read from the columns (:meth:`status`). ``corrects`` is the item that this one replaces,
    where an objection to it was founded in part.
    """

    notice = models.ForeignKey(PublicNotice, on_delete=models.PROTECT, related_name="items")
    place = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)
    host_name = models.CharField(max_length=120)
    co_builders = models.TextField(blank=True)
    county = models.CharField(max_length=40)
    host = models.ForeignKey(
        settings.ORGANISATION_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    division = models.ForeignKey(
        settings.DIVISION_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrected_by"
    )
    ends_on = models.DateField()
    paused_on = models.DateField(null=True, blank=True)
    days_left = models.SmallIntegerField(null=True, blank=True)
    concluded_at = models.DateTimeField(null=True, blank=True)
    concluded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = PublicNoticeItemQuerySet.as_manager()

    class Meta:
        ordering = ["notice", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["notice", "place"], name="notices_publicnoticeitem_one_per_place"
            ),
            models.UniqueConstraint(
                fields=["notice", "subject_type", "subject_id"], name="notices_publicnoticeitem_listed_once"
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id"],
                condition=Q(concluded_at__isnull=True, withdrawn_at__isnull=True),
                name="notices_publicnoticeitem_one_standing",
            ),
            together("paused_on", "days_left"),
            together("concluded_at", "concluded_by"),
            together("withdrawn_at", "withdrawn_by"),
            models.CheckConstraint(
                condition=Q(concluded_at__isnull=True) | Q(withdrawn_at__isnull=True, paused_on__isnull=True),
                name="notices_publicnoticeitem_concluded_with_a_clear_way",
            ),
        ]
        verbose_name = "公示事项"
        verbose_name_plural = "公示事项"

    def __str__(self):
        return self.name

    def status(self, on: date) -> ItemStatus:
        if self.withdrawn_at:
            return ItemStatus.CORRECTED if self.correcting else ItemStatus.WITHDRAWN
        if self.concluded_at:
            return ItemStatus.CONCLUDED
        if self.paused_on:
            return ItemStatus.PAUSED
        return ItemStatus.RUNNING if on <= self.ends_on else ItemStatus.ENDED

    @property
    def correcting(self) -> "PublicNoticeItem | None":
        """The item under which the case was published again with what was corrected."""
        return getattr(self, "corrected_by", None)

    def working_days_left(self, on: date) -> int:
        """Working days in which it can still be objected to."""
        if self.paused_on:
            return max(self.days_left or 0, 0)
        return working_days_left(on, max(on, self.notice.first_day), self.ends_on)

    @cached_property
    def co_builder_names(self) -> list[str]:
        return [name for name in self.co_builders.splitlines() if name]
