"""What officers put on record while they handle an application."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from institutes.enums import CheckResult
from institutes.models.application import Application
from records.constraints import one_of, together


class ReturnReasonQuerySet(models.QuerySet):
    def open(self):
        """Not yet answered by a later submission."""
        return self.filter(answered_at__isnull=True)


class ReturnReason(models.Model):
    """Why an application came back: one reason, tied to the field it is about."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="return_reasons")
    section = models.CharField(max_length=20)
    field = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=500)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = ReturnReasonQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            together("answered_at", "answered_by"),
            models.CheckConstraint(condition=~Q(text=""), name="institutes_returnreason_says_something"),
        ]
        verbose_name = "退回理由"
        verbose_name_plural = "退回理由"

    def __str__(self):
        return self.text


class FormalCheck(models.Model):
    """One item of the checklist of the formal review, as the clerk found it.

    ``places`` are the fields and annexes of the book that have to be mended, as ``section.field``.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="formal_checks")
    round = models.PositiveSmallIntegerField()
    item = models.CharField(max_length=40)
    result = models.CharField(max_length=8, choices=CheckResult)
    note = models.CharField(max_length=500, blank=True)
    places = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["application", "round", "pk"]
        constraints = [
            one_of("result", CheckResult),
            models.UniqueConstraint(
                fields=["application", "round", "item"], name="institutes_formalcheck_once_per_round"
            ),
            models.CheckConstraint(
                condition=Q(result=CheckResult.MET) | ~Q(note=""),
                name="institutes_formalcheck_fault_has_note",
            ),
        ]
        verbose_name = "形式审查事项"
        verbose_name_plural = "形式审查事项"

    def __str__(self):
        return f"{self.item} {self.get_result_display()}"


class SiteVisit(models.Model):
    """The record of a visit to the host: when, who was there, what was found."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="visit")
    visited_on = models.DateField()
    participants = models.JSONField()
    findings = models.TextField()
    consistent = models.BooleanField()
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(findings=""), name="institutes_sitevisit_says_something"),
        ]
        verbose_name = "现场考察"
        verbose_name_plural = "现场考察"

    def __str__(self):
        return f"{self.application} 现场考察 {self.visited_on}"
