"""The agency's report on a batch: drafted from the data, handed over, questioned point by point, accepted."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation
from evaluation.enums import ReportState
from evaluation.models.edition import ReviewEdition
from evaluation.models.engagement import EngagementBatch
from records.columns import moment, person
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

HANDED = (ReportState.HANDED, ReportState.RETURNED, ReportState.ACCEPTED)


class AgencyReport(LifecycleSubject):
    """What an agency reports on one batch. ``texts`` are its words, part by part; the figures are read afresh."""

    batch = models.OneToOneField(EngagementBatch, on_delete=models.PROTECT, related_name="report")
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="agency_reports")
    edition = models.ForeignKey(ReviewEdition, on_delete=models.PROTECT, related_name="agency_reports")
    texts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ReportState, default=ReportState.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    saved_at = moment()
    saved_by = person()
    handed_at = moment()
    handed_by = person()
    accepted_at = moment()
    accepted_by = person()
    opinion = models.TextField(blank=True)

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", ReportState),
            together("saved_at", "saved_by"),
            together("handed_at", "handed_by"),
            together("accepted_at", "accepted_by"),
            different("handed_by", "accepted_by"),
            requires(HANDED, "handed_at", name="handed_over_first"),
            requires([ReportState.ACCEPTED], "accepted_at", name="accepted_by_somebody"),
        ]
        verbose_name = "评审报告"
        verbose_name_plural = "评审报告"

    def __str__(self):
        return f"{self.batch.call}：评审报告"[:200]

    def get_absolute_url(self):
        return reverse("evaluation:report", args=[self.pk])

    @property
    def holder_organisation(self) -> Organisation:
        return self.agency

    @property
    def state_tone(self) -> str:
        tones = {ReportState.ACCEPTED: "done", ReportState.RETURNED: "soon", ReportState.HANDED: "wait"}
        return tones.get(ReportState(self.state), "progress")

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class ReportVersion(models.Model):
    """A report as it was handed over: its words, and the figures of that moment."""

    report = models.ForeignKey(AgencyReport, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    texts = models.JSONField()
    facts = models.JSONField()
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["report", "number"], name="evaluation_reportversion_numbered")
        ]
        verbose_name = "评审报告版本"
        verbose_name_plural = "评审报告版本"

    def __str__(self):
        return f"第 {self.number} 版"


class ReportQuestion(models.Model):
    """What the bureau asks about a version, and what the agency answers to it."""

    version = models.ForeignKey(ReportVersion, on_delete=models.PROTECT, related_name="questions")
    part = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=500)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True)
    answered_at = moment()
    answered_by = person()

    class Meta:
        ordering = ["version", "pk"]
        constraints = [
            together("answered_at", "answered_by"),
            models.CheckConstraint(condition=~Q(text=""), name="evaluation_reportquestion_asks"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(answer=""),
                name="evaluation_reportquestion_answered_in_words",
            ),
        ]
        verbose_name = "评审报告问题"
        verbose_name_plural = "评审报告问题"

    def __str__(self):
        return self.text
