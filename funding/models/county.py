"""Counties' own support for institutes, as they report it (五(二)): recorded, and never part of the city's sums."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Division
from funding.models.columns import day, moment, person, running_sum, yuan
from records.constraints import not_negative, positive


class CountyBudget(models.Model):
    """What a county has set aside in its own budget in a year, by which document, and what it has paid so far."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="county_budgets")
    year = models.PositiveSmallIntegerField(validators=[MinValueValidator(2022)])
    amount = yuan()
    document_number = models.CharField(max_length=60)
    paid = running_sum()
    paid_until = day()
    note = models.CharField(max_length=200, blank=True)
    recorded_at = moment(null=False, blank=False)
    recorded_by = person(null=False, blank=False)

    host_id = None

    class Meta:
        ordering = ["-year", "division__code"]
        constraints = [
            positive("amount"),
            not_negative("paid"),
            models.CheckConstraint(
                condition=Q(paid__lte=F("amount")), name="funding_countybudget_not_overpaid"
            ),
            models.CheckConstraint(
                condition=Q(paid=0) | Q(paid_until__isnull=False),
                name="funding_countybudget_paid_until_a_day",
            ),
            models.UniqueConstraint(fields=["division", "year"], name="funding_countybudget_one_per_year"),
        ]
        verbose_name = "县级预算"
        verbose_name_plural = "县级预算"

    def __str__(self):
        return f"{self.division}{self.year}年度本级支持预算"

    def get_absolute_url(self):
        return reverse("funding:county-budget", args=[self.pk])

    @property
    def left(self):
        return self.amount - self.paid
