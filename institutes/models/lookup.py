"""Looking a unit up in the lists of credit: one row as every room keeps it, about its own kind of case."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from institutes.enums import IntegrityResult
from records.constraints import one_of
from records.models import Attachment


class Lookup(models.Model):
    """One look-up of the host in one list, with where it was looked up and the proof. A later one stands in its place.

    Whoever keeps such rows adds the case that they are about.
    """

    item = models.CharField(max_length=40)
    result = models.CharField(max_length=8, choices=IntegrityResult)
    checked_on = models.DateField()
    source = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    evidence = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True
        constraints = [
            one_of("result", IntegrityResult),
            models.CheckConstraint(condition=~Q(source=""), name="%(app_label)s_%(class)s_has_source"),
            models.CheckConstraint(
                condition=Q(result=IntegrityResult.CLEAR) | ~Q(note=""),
                name="%(app_label)s_%(class)s_entry_has_note",
            ),
        ]

    def __str__(self):
        return f"{self.item} {self.get_result_display()} {self.checked_on}"  # type: ignore[attr-defined]
