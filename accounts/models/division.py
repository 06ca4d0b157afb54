"""County-level units of the city."""

from django.db import models

from accounts.enums import CodeSource, DivisionKind
from records.constraints import one_of


class DivisionQuerySet(models.QuerySet):
    def active(self):
        """Those that recommend applications."""
        return self.filter(active=True)


class Division(models.Model):
    """A district, county, city or zone. An inactive one exists, but no unit registers in it."""

    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=DivisionKind)
    active = models.BooleanField(default=True)
    code_source = models.CharField(max_length=12, choices=CodeSource, default=CodeSource.GB2260)
    direct_pay = models.BooleanField(default=False)

    objects = DivisionQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            one_of("kind", DivisionKind),
            one_of("code_source", CodeSource),
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[0-9]{6}$"), name="accounts_division_code_of_six_digits"
            ),
        ]
        verbose_name = "县（市、区）"
        verbose_name_plural = "县（市、区）"

    def __str__(self):
        return self.name
