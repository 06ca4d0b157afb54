"""Everybody who takes part: units that apply, offices that decide, agencies that review."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Upper
from django.urls import reverse
from django.utils import timezone

from accounts.enums import COUNTY_KINDS, UNIT_KINDS, OrganisationKind, OrganisationState
from accounts.models.division import Division
from accounts.models.edition import AccountEdition
from accounts.policy import USCC_PATTERN
from records import clock
from records.constraints import one_of, requires, together
from records.crypto import EncryptedTextField, masked
from records.models import LifecycleSubject


class OrganisationQuerySet(models.QuerySet):
    def pending(self):
        return self.filter(state=OrganisationState.PENDING)

    def confirmed(self):
        return self.filter(state=OrganisationState.CONFIRMED)

    def units(self):
        """Enterprises, universities and institutes: those that can be host or co-builder."""
        return self.filter(kind__in=UNIT_KINDS)

    def standing(self):
        """Not refused: their name and code are taken."""
        return self.exclude(state=OrganisationState.REFUSED)


class Organisation(LifecycleSubject):
    """A legal person or an office. A unit registers itself and may act once its county has confirmed it."""

    kind = models.CharField(max_length=20, choices=OrganisationKind)
    name = models.CharField(max_length=100)
    short_name = models.CharField(max_length=30, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, null=True, blank=True, related_name="organisations"
    )
    address = models.CharField(max_length=200, blank=True)
    legal_rep = models.CharField(max_length=50, blank=True)
    registered_on = models.DateField(null=True, blank=True)
    contact_name = models.CharField(max_length=50, blank=True)
    contact_mobile = EncryptedTextField(blank=True, default="")
    contact_email = models.EmailField(blank=True)
    state = models.CharField(max_length=10, choices=OrganisationState, default=OrganisationState.PENDING)
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    refusal_reason = models.CharField(max_length=500, blank=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            one_of("kind", OrganisationKind),
            one_of("state", OrganisationState),
            together("applied_at", "applied_by"),
            together("confirmed_at", "confirmed_by"),
            together("refused_at", "refused_by"),
            requires([OrganisationState.CONFIRMED], "confirmed_at", name="confirmed_by_somebody"),
            requires([OrganisationState.REFUSED], "refused_at", name="refused_by_somebody"),
            models.CheckConstraint(
                condition=~Q(state=OrganisationState.REFUSED) | ~Q(refusal_reason=""),
                name="accounts_organisation_refused_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(uscc="") | Q(uscc__regex=USCC_PATTERN),
                name="accounts_organisation_uscc_well_formed",
            ),
            models.CheckConstraint(
                condition=~Q(kind=OrganisationKind.ENTERPRISE) | ~Q(uscc=""),
                name="accounts_organisation_enterprise_has_uscc",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[OrganisationKind.ENTERPRISE, *COUNTY_KINDS])
                | Q(division__isnull=False),
                name="accounts_organisation_local_has_division",
            ),
            models.UniqueConstraint(
                fields=["uscc"],
                condition=~Q(uscc="") & ~Q(state=OrganisationState.REFUSED),
                name="accounts_organisation_uscc_once",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=~Q(state=OrganisationState.REFUSED),
                name="accounts_organisation_name_once",
            ),
        ]
        indexes = [
            models.Index(fields=["division", "state", "kind"], name="accounts_organisation_queue"),
            GinIndex(OpClass(Upper("name"), name="gin_trgm_ops"), name="accounts_organisation_named"),
        ]
        verbose_name = "单位"
        verbose_name_plural = "单位"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("accounts:organisation", args=[self.pk])

    @property
    def host_id(self) -> int | None:
        """Whose case the registration is: its own."""
        return self.pk

    @property
    def is_confirmed(self) -> bool:
        return self.state == OrganisationState.CONFIRMED

    @property
    def is_unit(self) -> bool:
        return self.kind in UNIT_KINDS

    @property
    def mobile_masked(self) -> str:
        return masked(self.contact_mobile)

    def time_limit(self, key: str) -> int | None:
        return AccountEdition.working_days(key, on=timezone.localdate(self.state_since or clock.now()))
