"""Columns that rows of this room have alike."""

from django.conf import settings
from django.db import models


def moment():
    """When something was done, where it was done yet."""
    return models.DateTimeField(null=True, blank=True)


def person():
    """By whom, where it was done yet."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


def author():
    """Whoever made the row."""
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")


def amount(**options):
    """Yuan, to the fen."""
    return models.DecimalField(max_digits=14, decimal_places=2, **options)
