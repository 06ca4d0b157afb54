"""Shapes of columns that every room repeats: who did it and when, on which day, how much."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import models

DIGITS, PLACES = 14, 2


def moment(**options: Any) -> models.DateTimeField:
    """When it was done; empty until it is done."""
    return models.DateTimeField(**({"null": True, "blank": True} | options))


def person(**options: Any) -> models.ForeignKey:
    """Who did it; empty until it is done."""
    options = {"null": True, "blank": True, "related_name": "+"} | options
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, **options)


def author() -> models.ForeignKey:
    """Whoever made the row."""
    return person(null=False, blank=False)


def day(**options: Any) -> models.DateField:
    """The day on which it happened outside; empty until it has."""
    return models.DateField(**({"null": True, "blank": True} | options))


def yuan(**options: Any) -> models.DecimalField:
    """An amount in yuan, to the fen."""
    return models.DecimalField(max_digits=DIGITS, decimal_places=PLACES, **options)


def running_sum() -> models.DecimalField:
    """A sum that services keep under the row's lock."""
    return yuan(default=Decimal("0.00"))
