"""Shapes of columns that this room repeats: yuan, persons, moments."""

from decimal import Decimal

from django.conf import settings
from django.db import models

DIGITS, PLACES = 14, 2


def yuan(**options) -> models.DecimalField:
    """An amount in yuan, to the fen."""
    return models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, **options)


def running_sum() -> models.DecimalField:
    """A sum that services keep under the row's lock."""
    return yuan(default=Decimal("0.00"))


def person(**options) -> models.ForeignKey:
    """Who did it; empty until it is done."""
    options = {"null": True, "blank": True} | options
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", **options)


def moment(**options) -> models.DateTimeField:
    """When it was done; empty until it is done."""
    options = {"null": True, "blank": True} | options
    return models.DateTimeField(**options)


def day(**options) -> models.DateField:
    """The day on which it happened outside; empty until it has."""
    options = {"null": True, "blank": True} | options
    return models.DateField(**options)
