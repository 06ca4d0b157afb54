from django.db import models

from records.constraints import not_negative


class NumberSeries(models.Model):
    """The counter of one kind of number in one year."""

    series = models.CharField(max_length=40)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="records_numberseries_one_per_year"),
            not_negative("last"),
        ]
        verbose_name = "编号"
        verbose_name_plural = "编号"

    def __str__(self):
        return f"{self.series} {self.year}: {self.last}"
