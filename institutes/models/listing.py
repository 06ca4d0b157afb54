"""Units that are listed for dishonesty (失信): until which day they are kept from applying, and why."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation


class ListingQuerySet(models.QuerySet):
    def in_force(self, on):
        """Those that count on that day."""
        return self.filter(listed_on__lte=on, until__gte=on)


class IntegrityListing(models.Model):
    """An entry of a unit in the list of dishonesty, from a day until a day. ``source`` is the paper it rests on."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="integrity_listings"
    )
    reason = models.CharField(max_length=300)
    source = models.CharField(max_length=120, unique=True)
    listed_on = models.DateField()
    until = models.DateField()
    listed_at = models.DateTimeField()
    listed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = ListingQuerySet.as_manager()

    class Meta:
        ordering = ["-until", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(source=""), name="institutes_integritylisting_has_source"
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("listed_on")), name="institutes_integritylisting_ends_later"
            ),
        ]
        verbose_name = "失信登记"
        verbose_name_plural = "失信登记"

    def __str__(self):
        return f"{self.organisation} 失信登记至 {self.until}"

    def is_in_force(self, on) -> bool:
        return self.listed_on <= on <= self.until
