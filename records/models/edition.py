"""Dated editions of a policy: the numbers that an official could change by a document."""

from datetime import date

from django.db import models


class EditionQuerySet(models.QuerySet):
    def in_force(self, kind: str, on: date):
        """The edition of ``kind`` in force on that day: the latest that has begun. Raises ``DoesNotExist``."""
        edition = self.filter(kind=kind, valid_from__lte=on).order_by("-valid_from").first()
        if edition is None:
            raise self.model.DoesNotExist(f"No edition of {kind} is in force on {on}.")
        return edition


class Edition(models.Model):
    """Terms of one kind from a day on. Unique with its kind and day, so two never overlap."""

    kind = models.CharField(max_length=40)
    valid_from = models.DateField()
    terms = models.JSONField()
    citations = models.JSONField(default=dict)
    source = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)

    objects = EditionQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "valid_from"], name="%(app_label)s_%(class)s_one_per_day"
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.valid_from}"
