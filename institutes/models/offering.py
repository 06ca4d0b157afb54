"""What institutes offer to other enterprises (二(二)): kept by their units, checked by the county, read by all."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.enums.offerings import OfferingKind
from institutes.enums.offerings import OfferingState as S
from institutes.models.edition import RecognitionEdition
from institutes.models.institute import Institute
from records.columns import author, moment, person
from records.constraints import different, not_after, one_of, requires, together
from records.models import LifecycleSubject

OPEN = (S.DRAFT, S.CHECKING, S.PUBLISHED)


class OfferingWords(models.Model):
    """What is said of a service. ``price`` says in words what it costs, never an amount to reckon with; the contact
    is an office, not a person."""

    kind = models.CharField(max_length=12, choices=OfferingKind)
    title = models.CharField(max_length=80)
    content = models.TextField()
    audience = models.CharField(max_length=200, blank=True)
    price = models.CharField(max_length=300)
    booking = models.CharField(max_length=300)
    contact_office = models.CharField(max_length=80)
    contact_phone = models.CharField(max_length=40)
    address = models.CharField(max_length=150, blank=True)

    class Meta:
        abstract = True


OFFERING_WORDS = tuple(field.name for field in OfferingWords._meta.local_fields)


class OfferingQuerySet(models.QuerySet):
    def open(self):
        """Not given up."""
        return self.filter(state__in=OPEN)


class ServiceOffering(OfferingWords, LifecycleSubject):
    """One service of an institute, in its unit's words, as they are being written, checked or stand. What everybody
    reads is its wording."""

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="offerings")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="offerings")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="offerings")
    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="offerings")
    state = models.CharField(max_length=10, choices=S, default=S.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_in_at = moment()
    handed_in_by = person()
    published_at = moment()
    published_by = person()

    objects = OfferingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("kind", OfferingKind),
            together("handed_in_at", "handed_in_by"),
            together("published_at", "published_by"),
            different("handed_in_by", "published_by", name="checked_by_another"),
            requires([S.CHECKING, S.PUBLISHED], "handed_in_at", name="handed_in_by_somebody"),
            requires([S.PUBLISHED], "published_at", name="published_by_somebody"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(content="") & ~Q(price="") & ~Q(booking=""),
                name="institutes_serviceoffering_says_what",
            ),
            models.CheckConstraint(
                condition=~Q(contact_office="") & ~Q(contact_phone=""),
                name="institutes_serviceoffering_says_where",
            ),
            models.UniqueConstraint(
                fields=["institute", "title"],
                condition=Q(state__in=OPEN),
                name="institutes_serviceoffering_once",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="institutes_offering_state"),
            models.Index(fields=["host", "-id"], name="institutes_offering_host"),
        ]
        verbose_name = "开放服务"
        verbose_name_plural = "开放服务"

    def __str__(self):
        return f"{self.get_kind_display()}：{self.title}"

    def get_absolute_url(self):
        return reverse("institutes:offering", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return {S.PUBLISHED: "done", S.WITHDRAWN: "neutral"}.get(self.state, "")

    @property
    def is_draft(self) -> bool:
        return self.state == S.DRAFT

    @property
    def is_published(self) -> bool:
        return self.state == S.PUBLISHED

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class OfferingWordingQuerySet(models.QuerySet):
    def standing(self):
        """Published and not taken back since."""
        return self.filter(hidden_at__isnull=True)

    def shown(self):
        """What everybody may read: standing, and of an institute that is in force and not stopped."""
        institutes = Institute.objects.recognised().filter(recognition__suspended_at__isnull=True)
        return self.standing().filter(offering__institute__in=institutes)


class OfferingWording(OfferingWords):
    """A service in the words that the county found right: what everybody reads, from when until when. A change that
    is still being written or checked leaves it as it is."""

    offering = models.ForeignKey(ServiceOffering, on_delete=models.PROTECT, related_name="wordings")
    published_at = models.DateTimeField()
    published_by = author()
    hidden_at = moment()
    hidden_by = person()

    objects = OfferingWordingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("kind", OfferingKind),
            together("hidden_at", "hidden_by"),
            not_after("published_at", "hidden_at"),
            models.UniqueConstraint(
                fields=["offering"],
                condition=Q(hidden_at__isnull=True),
                name="institutes_offeringwording_one_stands",
            ),
        ]
        verbose_name = "开放服务公开内容"
        verbose_name_plural = "开放服务公开内容"

    def __str__(self):
        return f"{self.get_kind_display()}：{self.title}"

    def get_absolute_url(self):
        return reverse("institutes:service", args=[self.offering_id])

    @property
    def institute(self) -> Institute:
        return self.offering.institute

    @property
    def host(self) -> Organisation:
        return self.offering.host

    @property
    def division(self) -> Division:
        return self.offering.division
