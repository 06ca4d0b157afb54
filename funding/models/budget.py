"""The city's money for a programme in a year."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from funding.enums import Programme
from funding.models.columns import moment, person, running_sum
from records.constraints import not_negative, one_of


class Budget(models.Model):
    """Money of one programme in one year. The sums are cumulative: what is paid was ordered and committed before."""

    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2022)])
    programme = models.CharField(max_length=20, choices=Programme)
    item = models.CharField(max_length=80)
    total = running_sum()
    committed = running_sum()
    ordered = running_sum()
    paid = running_sum()
    created_at = moment(null=False, blank=False)
    created_by = person(null=False, blank=False)

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-year", "programme"]
        constraints = [
            one_of("programme", Programme),
            models.UniqueConstraint(fields=["year", "programme"], name="funding_budget_one_per_year"),
            not_negative("total"),
            not_negative("committed"),
            not_negative("ordered"),
            not_negative("paid"),
            models.CheckConstraint(
                condition=Q(committed__lte=F("total")), name="funding_budget_not_overcommitted"
            ),
            models.CheckConstraint(
                condition=Q(ordered__lte=F("committed")), name="funding_budget_ordered_within_committed"
            ),
            models.CheckConstraint(
                condition=Q(paid__lte=F("ordered")), name="funding_budget_paid_within_ordered"
            ),
        ]
        verbose_name = "预算"
        verbose_name_plural = "预算"

    def __str__(self):
        return f"{self.year}年度{self.get_programme_display()}"

    def get_absolute_url(self):
        return reverse("funding:budget", args=[self.pk])

    @property
    def left(self):
        """What can still be committed."""
        return self.total - self.committed

    @property
    def to_order(self):
        """Committed, but not yet ordered."""
        return self.committed - self.ordered

    @property
    def on_the_way(self):
        """Ordered, but not yet with the units."""
        return self.ordered - self.paid

    @property
    def used_percent(self) -> int:
        """Which share of the total is committed, in whole percent, rounded down."""
        return int(self.committed * 100 // self.total) if self.total else 0
