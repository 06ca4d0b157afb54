"""Annual assessment: what an institute reports of a year, what the offices add, how the year is graded (domain B3)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import Division, Organisation
from evaluation.enums.assessment import (
    CLOSED_ASSESSMENTS,
    DECIDED,
    OPEN_ASSESSMENTS,
    UNDER_WAY,
    UNWRITTEN,
    AssessmentGrade,
)
from evaluation.enums.assessment import AssessmentState as S
from evaluation.models.edition import ReviewEdition
from institutes.models import Institute
from records.columns import moment, person
from records.constraints import different, one_of, positive, requires, together
from records.models import LifecycleSubject

GRADED = (S.CONFIRMATION, *DECIDED)
FINANCE_SIGNED = (S.GRADING, *GRADED)
TAX_SIGNED = (S.FINANCE_FILL, *FINANCE_SIGNED)
COUNTY_CHECKED = (S.TAX_FILL, *TAX_SIGNED)
HANDED_IN = (S.COUNTY_CHECK, *COUNTY_CHECKED)
ANNOUNCED = (S.PUBLISHED, S.MISSING)


class AssessmentList(models.Model):
    """The results of one year as they were published together; what came later stands on a further list."""

    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=40, unique=True)
    edition = models.ForeignKey(ReviewEdition, on_delete=models.PROTECT, related_name="assessment_lists")
    minute_number = models.CharField(max_length=60)
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-year", "sequence"]
        constraints = [
            models.UniqueConstraint(fields=["year", "sequence"], name="evaluation_assessmentlist_once"),
            positive("sequence"),
            models.CheckConstraint(
                condition=~Q(minute_number=""), name="evaluation_assessmentlist_by_a_meeting"
            ),
        ]
        verbose_name = "年度考核结果公布"
        verbose_name_plural = "年度考核结果公布"

    def __str__(self):
        again = f"（补充公布第{self.sequence - 1}次）" if self.sequence > 1 else ""
        return f"{self.year}年度考核结果{again}"

    def get_absolute_url(self):
        return reverse("evaluation:assessment-year", args=[self.year])


class AssessmentQuerySet(models.QuerySet):
    def open(self):
        """Not ended: neither published, nor missing, nor ended with its institute."""
        return self.filter(state__in=OPEN_ASSESSMENTS)

    def decided(self):
        """Confirmed, published or not: the figures stand and may be used elsewhere."""
        return self.filter(state__in=DECIDED)

    def published(self):
        return self.filter(state=S.PUBLISHED)

    def late(self, on: date):
        """Handed in after the last day, or not handed in by now and that day is over."""
        unsent = Q(submitted_on__isnull=True) & Q(due_by__lt=on) & ~Q(state=S.WITHDRAWN)
        return self.filter(Q(submitted_on__gt=F("due_by")) | unsent)

    def in_time(self):
        """Handed in by the last day."""
        return self.filter(submitted_on__lte=F("due_by"))

    def missing(self):
        """Not handed in before the year's results were published."""
        return self.filter(state=S.MISSING)


class Assessment(LifecycleSubject):
    """What one institute reports of one year, and what that comes to.

    ``values`` are its figures by the codes of the edition's boxes, money in yuan as text; ``sources`` say of a figure
    that was not typed where it comes from: rows of achievements, last year's report, the application's book.
    ``due_by`` is the last day to hand it in, ``submitted_on`` the day on which the unit first did, empty again once
    it took the report back itself. A county's, tax
    office's and finance office's words each bear who signed them and when (五(一)).
    """

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="assessments")
    year = models.PositiveSmallIntegerField()
    edition = models.ForeignKey(ReviewEdition, on_delete=models.PROTECT, related_name="assessments")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="assessments")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="assessments")
    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    state = models.CharField(max_length=16, choices=S, default=S.DRAFT)
    due_by = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    values = models.JSONField(default=dict, blank=True)
    sources = models.JSONField(default=dict, blank=True)
    saved_at = moment()
    saved_by = person()
    submitted_on = models.DateField(null=True, blank=True)
    handed_in_at = moment()
    handed_in_by = person()
    county_opinion = models.TextField(blank=True)
    county_checked_at = moment()
    county_checked_by = person()
    tax_opinion = models.TextField(blank=True)
    tax_signed_at = moment()
    tax_signed_by = person()
    finance_opinion = models.TextField(blank=True)
    finance_signed_at = moment()
    finance_signed_by = person()
    grade = models.CharField(max_length=8, choices=AssessmentGrade, blank=True)
    grounds = models.TextField(blank=True)
    graded_at = moment()
    graded_by = person()
    confirmed_at = moment()
    confirmed_by = person()
    published_in = models.ForeignKey(
        AssessmentList, on_delete=models.PROTECT, null=True, blank=True, related_name="assessments"
    )

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            one_of("state", S),
            one_of("grade", AssessmentGrade, blank=True),
            together("saved_at", "saved_by"),
            together("handed_in_at", "handed_in_by", "number", name="handed_in_under_a_number"),
            together("county_checked_at", "county_checked_by", name="county_checked_together"),
            together("tax_signed_at", "tax_signed_by"),
            together("finance_signed_at", "finance_signed_by", name="finance_signed_together"),
            together("graded_at", "graded_by"),
            together("confirmed_at", "confirmed_by"),
            different("handed_in_by", "county_checked_by", name="county_is_another"),
            different("graded_by", "confirmed_by", name="four_eyes"),
            requires(HANDED_IN, "handed_in_at", "submitted_on", name="handed_in_by_somebody"),
            requires(COUNTY_CHECKED, "county_checked_at", name="checked_by_somebody"),
            requires(TAX_SIGNED, "tax_signed_at", name="signed_by_tax"),
            requires(FINANCE_SIGNED, "finance_signed_at", name="signed_by_finance"),
            requires(GRADED, "graded_at", name="graded_by_somebody"),
            requires(DECIDED, "confirmed_at", name="confirmed_by_somebody"),
            requires(ANNOUNCED, "published_in", name="announced_on_a_list"),
            models.CheckConstraint(
                condition=Q(graded_at__isnull=True) | ~Q(grade="") & ~Q(grounds=""),
                name="evaluation_assessment_graded_with_grounds",
            ),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True) | ~Q(values={}),
                name="evaluation_assessment_handed_in_with_figures",
            ),
            models.UniqueConstraint(fields=["institute", "year"], name="evaluation_assessment_once_a_year"),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="evaluation_assessment_state"),
            models.Index(fields=["host", "-id"], name="evaluation_assessment_host"),
            models.Index(fields=["year", "state"], name="evaluation_assessment_year"),
        ]
        verbose_name = "年度考核"
        verbose_name_plural = "年度考核"

    def __str__(self):
        return f"{self.institute}：{self.year}年度考核"[:200]

    def get_absolute_url(self):
        return reverse("evaluation:assessment", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED_ASSESSMENTS

    @property
    def is_with_unit(self) -> bool:
        return self.state in UNWRITTEN

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    @property
    def is_decided(self) -> bool:
        return self.state in DECIDED

    def is_late(self, on: date) -> bool:
        """Whether it was handed in after the last day, or was not by a day after it."""
        if self.state == S.WITHDRAWN:
            return False
        return (self.submitted_on or on) > self.due_by

    @property
    def days_late(self) -> int:
        """How many days after the last one it was handed in; nothing where it was in time."""
        return max((self.submitted_on - self.due_by).days, 0) if self.submitted_on else 0

    @property
    def published_on(self) -> date | None:
        return timezone.localdate(self.published_in.published_at) if self.published_in else None

    @property
    def state_tone(self) -> str:
        if self.state in DECIDED and self.grade == AssessmentGrade.FAIL:
            return "refused"
        tones = {S.PUBLISHED: "done", S.MISSING: "refused", S.WITHDRAWN: "neutral", S.DRAFT: "wait"}
        return tones.get(S(self.state), "progress")

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)
