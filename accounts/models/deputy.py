"""Who is told in whose place for a while."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.models.membership import Membership
from accounts.models.organisation import Organisation
from records.constraints import different, not_after, together


class DeputyQuerySet(models.QuerySet):
    def standing(self):
        """Not ended before their last day."""
        return self.filter(ended_at__isnull=True)

    def in_effect(self, on: date):
        """Standing in on that day: both people are active and still belong to the organisation."""
        there = Membership.objects.in_effect(on).filter(organisation=OuterRef("organisation"))
        return self.standing().filter(
            Exists(there.filter(user=OuterRef("user"))),
            Exists(there.filter(user=OuterRef("deputy"))),
            since__lte=on,
            until__gte=on,
            user__is_active=True,
            deputy__is_active=True,
        )


class Deputy(models.Model):
    """A colleague who is told and reminded in a person's place, from one day to another, and then no more.

    It gives no right: the colleague holds the same roles in the same organisation already.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="deputies")
    deputy = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="principals")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    named_at = models.DateTimeField()
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = DeputyQuerySet.as_manager()

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            different("user", "deputy"),
            not_after("since", "until"),
            together("ended_at", "ended_by"),
        ]
        indexes = [
            models.Index(
                fields=["user", "since", "until"],
                condition=Q(ended_at__isnull=True),
                name="accounts_deputy_standing",
            )
        ]
        verbose_name = "代办"
        verbose_name_plural = "代办"

    def __str__(self):
        return f"{self.deputy.name}代{self.user.name}办理"
