"""Who acts for which organisation, in which role."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.enums import MembershipState, OrganisationState
from accounts.models.edition import AccountEdition
from accounts.models.organisation import Organisation
from accounts.roles import GRANTABLE_ROLES, OFFICE_ROLES, Role
from records import clock
from records.constraints import different, not_after, one_of, requires, together
from records.models import LifecycleSubject

LIVE_STATES = (MembershipState.PROPOSED, MembershipState.ACTIVE)


class MembershipQuerySet(models.QuerySet):
    def live(self):
        """Proposed or active: the role is taken by this person."""
        return self.filter(state__in=LIVE_STATES)

    def active(self, on: date):
        """Granted and within its dates on that day."""
        return self.filter(
            Q(until__isnull=True) | Q(until__gte=on), state=MembershipState.ACTIVE, since__lte=on
        )

    def in_effect(self, on: date):
        """Active, and the organisation is confirmed: gives its powers."""
        return self.active(on).filter(organisation__state=OrganisationState.CONFIRMED)


class Membership(LifecycleSubject):
    """A role of a person in an organisation. Roles of offices are proposed by one and approved by another."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=[(role.value, role.label) for role in GRANTABLE_ROLES])
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MembershipState, default=MembershipState.ACTIVE)
    granted_at = models.DateTimeField(default=clock.now)
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["organisation", "role", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in GRANTABLE_ROLES]),
                name="accounts_membership_role_known",
            ),
            one_of("state", MembershipState),
            together("approved_at", "approved_by"),
            together("ended_at", "ended_by"),
            different("granted_by", "approved_by"),
            different("user", "approved_by"),
            not_after("since", "until"),
            requires([MembershipState.ENDED, MembershipState.REFUSED], "ended_at", name="ended_by_somebody"),
            models.CheckConstraint(
                condition=~Q(state=MembershipState.ACTIVE)
                | ~Q(role__in=[role.value for role in OFFICE_ROLES])
                | Q(approved_at__isnull=False),
                name="accounts_membership_office_role_approved",
            ),
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=Q(state__in=LIVE_STATES),
                name="accounts_membership_one_live",
            ),
        ]
        indexes = [models.Index(fields=["role", "organisation"], name="accounts_membership_holders")]
        verbose_name = "成员"
        verbose_name_plural = "成员"

    def __str__(self):
        return f"{self.user_id and self.user.name}·{self.get_role_display()}"

    def get_absolute_url(self):
        return reverse("accounts:grant", args=[self.pk])

    @property
    def host_id(self) -> int | None:
        return self.organisation_id

    @property
    def division_id(self) -> int | None:
        return self.organisation.division_id

    @property
    def label(self) -> str:
        """The role in words."""
        return str(Role(self.role).label)

    def time_limit(self, key: str) -> int | None:
        return AccountEdition.working_days(key, on=timezone.localdate(self.state_since or clock.now()))
