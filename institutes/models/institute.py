"""What stands at the end of recognition: the institute, and the act that recognised it."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.enums import Standing, TenureKind
from institutes.models.batch import CertificateBatch
from institutes.models.chain import IndustryChain
from institutes.models.edition import RecognitionEdition
from records.constraints import not_after, one_of, together

# More certificates than any year has.
NUMBERS_A_YEAR = 10_000


class InstituteQuerySet(models.QuerySet):
    def recognised(self):
        """Recognised, neither revoked nor withdrawn since: what the target of 50 counts (net). A stop leaves it in."""
        return self.filter(
            recognition__isnull=False,
            recognition__revoked_at__isnull=True,
            recognition__withdrawn_at__isnull=True,
        )

    def standing(self, standing: str):
        """Those whose recognition stands so (``Standing``)."""
        ended = Q(recognition__revoked_at__isnull=False) | Q(recognition__withdrawn_at__isnull=False)
        stopped = Q(recognition__suspended_at__isnull=False)
        conditions = {
            Standing.IN_FORCE: ~ended & ~stopped,
            Standing.SUSPENDED: ~ended & stopped,
            Standing.WITHDRAWN: Q(recognition__withdrawn_at__isnull=False),
            Standing.REVOKED: Q(recognition__revoked_at__isnull=False),
        }
        return self.filter(Q(recognition__isnull=False) & conditions[Standing(standing)])

    def named(self, text: str):
        """Those that bear or bore a name with ``text`` in it, or whose host does or did."""
        past = Tenure.objects.filter(kind__in=(TenureKind.NAME, TenureKind.HOST), value__icontains=text)
        return self.filter(
            Q(name__icontains=text)
            | Q(host__name__icontains=text)
            | Q(recognition__certificate_number__icontains=text)
            | Q(pk__in=past.values("institute"))
        )


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
        indexes = [
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="institutes_institute_named"),
        ]
        verbose_name = "产业技术研究院"
        verbose_name_plural = "产业技术研究院"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("institutes:institute", args=[self.pk])


class TenureQuerySet(models.QuerySet):
    def present(self):
        return self.filter(until__isnull=True)


class Tenure(models.Model):
    """What an institute was called, who hosted, directed and co-built it, from a day to a day.

    ``until`` is the day on which another took its place; the row without it says what holds now, as the
    institute's own columns do. ``change`` and ``ended_with`` are what brought it about.
    """

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="tenures")
    kind = models.CharField(max_length=12, choices=TenureKind)
    value = models.CharField(max_length=100)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    change = models.ForeignKey(
        "institutes.Change", on_delete=models.PROTECT, null=True, blank=True, related_name="began"
    )
    ended_with = models.ForeignKey(
        "institutes.Change", on_delete=models.PROTECT, null=True, blank=True, related_name="ended"
    )

    objects = TenureQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "since", "pk"]
        constraints = [
            one_of("kind", TenureKind),
            not_after("since", "until"),
            models.CheckConstraint(condition=~Q(value=""), name="institutes_tenure_says_what"),
            models.CheckConstraint(
                condition=Q(ended_with__isnull=True) | Q(until__isnull=False),
                name="institutes_tenure_ended_on_a_day",
            ),
            models.UniqueConstraint(
                fields=["institute", "kind"],
                condition=Q(until__isnull=True) & ~Q(kind=TenureKind.CO_BUILDER),
                name="institutes_tenure_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["institute", "value"],
                condition=Q(until__isnull=True, kind=TenureKind.CO_BUILDER),
                name="institutes_tenure_co_builder_once",
            ),
        ]
        indexes = [
            GinIndex(OpClass(Upper("value"), name="gin_trgm_ops"), name="institutes_tenure_named"),
        ]
        verbose_name = "沿革"
        verbose_name_plural = "沿革"

    def __str__(self):
        return f"{self.get_kind_display()}：{self.value}"


class RecognitionQuerySet(models.QuerySet):
    def in_force(self):
        """Neither revoked nor withdrawn; a stopped one is in force all the same."""
        return self.filter(revoked_at__isnull=True, withdrawn_at__isnull=True)

    def decided_here(self):
        """Decided on the portal; those from before it got what a new recognition gets in their own year."""
        return self.filter(application__isnull=False)

    def entitling(self):
        """In force and not stopped: what money may be proposed for."""
        return self.in_force().filter(suspended_at__isnull=True)

    def numbered(self):
        """In the order of their certificates' numbers; ``place`` is a key that grows with them."""
        return self.annotate(place=F("year") * NUMBERS_A_YEAR + F("sequence")).order_by("place")


class Recognition(models.Model):
    """The act of recognition: number, day, the rules it was decided by. Entitles from its year on (四(二)).

    It rests on an application that was decided here, or on the entry of an institute from before the portal.
    """

    institute = models.OneToOneField(Institute, on_delete=models.PROTECT, related_name="recognition")
    application = models.OneToOneField(
        "institutes.Application", on_delete=models.PROTECT, null=True, blank=True, related_name="recognition"
    )
    earlier = models.OneToOneField(
        "institutes.EarlierRecognition",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="recognition",
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
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    suspended_until = models.DateField(null=True, blank=True)

    objects = RecognitionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            together("revoked_at", "revoked_by"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True) | ~Q(revocation_reason=""),
                name="institutes_recognition_revoked_with_reason",
            ),
            together("withdrawn_at", "withdrawn_by", name="withdrawn_by_somebody"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawal_reason=""),
                name="institutes_recognition_withdrawn_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(revoked_at__isnull=True),
                name="institutes_recognition_ends_once",
            ),
            together("suspended_at", "suspended_by", "suspended_until", name="suspended_until_a_day"),
            models.CheckConstraint(
                condition=Q(suspended_at__isnull=True)
                | Q(revoked_at__isnull=True, withdrawn_at__isnull=True),
                name="institutes_recognition_no_stop_after_the_end",
            ),
            models.CheckConstraint(
                condition=Q(application__isnull=True) ^ Q(earlier__isnull=True),
                name="institutes_recognition_rests_on_one_act",
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

    @property
    def basis(self) -> models.Model:
        """What it rests on, and whose papers its certificates are: the application, or the entry from before."""
        return self.application or self.earlier

    @property
    def segment_id(self) -> int | None:
        """The place on its chain that application or entry names."""
        return self.application.segment_id if self.application else self.earlier.segment_id

    @property
    def standing(self) -> Standing:
        """How it stands towards everybody now."""
        if self.revoked_at:
            return Standing.REVOKED
        if self.withdrawn_at:
            return Standing.WITHDRAWN
        return Standing.SUSPENDED if self.suspended_at else Standing.IN_FORCE

    @property
    def standing_tone(self) -> str:
        return {
            Standing.IN_FORCE: "done",
            Standing.SUSPENDED: "wait",
            Standing.WITHDRAWN: "neutral",
            Standing.REVOKED: "refused",
        }[self.standing]

    @property
    def standing_since(self):
        """The moment from which it stands so, where it is not simply in force."""
        return self.revoked_at or self.withdrawn_at or self.suspended_at

    @property
    def is_over(self) -> bool:
        """Whether the institute is none any more."""
        return self.revoked_at is not None or self.withdrawn_at is not None

    @property
    def barrier(self) -> str:
        """Why nothing may be granted on it now, in words that follow “该研究院的”; empty where it may."""
        return {
            Standing.REVOKED: "认定已撤销",
            Standing.WITHDRAWN: "认定已因主动退出终止",
            Standing.SUSPENDED: "资格已暂停",
        }.get(self.standing, "")
