"""What is due, on whom, by when."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from records.constraints import together
from records.models.subject import SubjectQuerySet, SubjectReference

STATE = "state"


class DeadlineQuerySet(SubjectQuerySet):
    def open(self):
        """Not yet met."""
        return self.filter(met_at__isnull=True)

    def running(self):
        """Open, and its clock is not paused."""
        return self.open().filter(paused_on__isnull=True)

    def overdue(self, on):
        return self.running().filter(due_on__lt=on)


class Deadline(SubjectReference):
    """Something that a holder must do by a day.

    The holder is a role within its reach: ``holder_role`` of organisation ``host`` (enterprises), of
    ``division`` (counties) or of the city, unless ``holder_user`` names one person or ``holder_organisation``
    the one that is engaged (an agency). A state without a time limit has a row without ``due_on``: it is held
    all the same. ``working_days`` is set where ``due_on`` was counted from them, from the day after it was opened
    or after ``counted_from``, where its clock had been paused until then. ``subject_state`` is the state
    that the holder has to end; windows, which no state opens, leave it empty.
    """

    kind = models.CharField(max_length=40)
    subject_state = models.CharField(max_length=40, blank=True)
    label = models.CharField(max_length=120)
    holder_role = models.CharField(max_length=20, blank=True)
    host = models.ForeignKey(
        settings.ORGANISATION_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    division = models.ForeignKey(
        settings.DIVISION_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    holder_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    holder_organisation = models.ForeignKey(
        settings.ORGANISATION_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    opened_at = models.DateTimeField()
    due_on = models.DateField(null=True, blank=True)
    working_days = models.PositiveSmallIntegerField(null=True, blank=True)
    counted_from = models.DateField(null=True, blank=True)
    provisional = models.BooleanField(default=False)
    met_at = models.DateTimeField(null=True, blank=True)
    paused_on = models.DateField(null=True, blank=True)
    days_left_when_paused = models.SmallIntegerField(null=True, blank=True)

    objects = DeadlineQuerySet.as_manager()

    class Meta:
        ordering = [models.F("due_on").asc(nulls_last=True), "pk"]
        constraints = [
            together("paused_on", "days_left_when_paused"),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"],
                condition=Q(met_at__isnull=True),
                name="records_deadline_one_open_per_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["holder_role", "due_on"],
                condition=Q(met_at__isnull=True),
                name="records_deadline_holder",
            ),
            models.Index(fields=["due_on"], condition=Q(met_at__isnull=True), name="records_deadline_due"),
            # What is under way, counted by county, office, kind of case and day without a look at the rows.
            models.Index(
                fields=["division", "holder_role", "subject_type", "due_on"],
                condition=Q(met_at__isnull=True, paused_on__isnull=True),
                name="records_deadline_running",
            ),
        ]
        verbose_name = "期限"
        verbose_name_plural = "期限"

    def __str__(self):
        return f"{self.subject_label}：{self.label}"
