"""What stands at the end of recognition: the institute, and the act that recognised it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.models.batch import CertificateBatch
from institutes.models.chain import IndustryChain
from institutes.models.edition import RecognitionEdition
from records.constraints import not_after, together

# More certificates than any year has.
NUMBERS_A_YEAR = 10_000


class InstituteQuerySet(models.QuerySet):
    def recognised(self):
        """Recognised, and not revoked since: what the target of 50 counts (net)."""
        return self.filter(recognition__isnull=False, recognition__revoked_at__isnull=True)


class Institute(models.Model):
    """A municipal industrial technology research institute, led by its host unit."""

    name = models.CharField(max_length=60, unique=True)
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="institutes")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="institutes")
    chain = models.ForeignKey(IndustryChain, on_delete=models.PROTECT, related_name="institutes")
    co_builders = models.JSONField(default=list)
    director = models.CharField(max_length=50, blank=True)
    build_from = models.DateField(null=True, blank=True)
    build_to = models.DateField(null=True, blank=True)

    objects = InstituteQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [not_after("build_from", "build_to")]
        verbose_name = "产业技术研究院"
        verbose_name_plural = "产业技术研究院"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("institutes:institute", args=[self.pk])


class RecognitionQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(revoked_at__isnull=True)

    def numbered(self):
        """In the order of their certificates' numbers; ``place`` is a key that grows with them."""
        return self.annotate(place=F("year") * NUMBERS_A_YEAR + F("sequence")).order_by("place")


class Recognition(models.Model):
    """The act of recognition: number, day, the rules it was decided by. Entitles from its year on (四(二))."""

    institute = models.OneToOneField(Institute, on_delete=models.PROTECT, related_name="recognition")
    application = models.OneToOneField(
        "institutes.Application", on_delete=models.PROTECT, related_name="recognition"
    )
    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="recognitions")
    certificate_number = models.CharField(max_length=40, unique=True)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveSmallIntegerField()
    recognised_on = models.DateField()
    recognised_at = models.DateTimeField()
    recognised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    batch = models.ForeignKey(
        CertificateBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="recognitions"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    revocation_reason = models.CharField(max_length=500, blank=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            together("revoked_at", "revoked_by"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revocation_reason=""),
                name="institutes_recognition_revoked_with_reason",
            ),
            models.UniqueConstraint(fields=["year", "sequence"], name="institutes_recognition_sequence_once"),
        ]
        verbose_name = "认定"
        verbose_name_plural = "认定"

    def __str__(self):
        return f"{self.certificate_number} {self.institute}"

    @property
    def host_id(self) -> int:
        return self.institute.host_id

    @property
    def division_id(self) -> int:
        return self.institute.division_id
