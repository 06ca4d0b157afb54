"""What an institute promised for its build period: the targets and stages of the book it was recognised by."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.enums import ProgressState as S
from institutes.models.edition import RecognitionEdition
from institutes.models.institute import Institute
from records.columns import moment, person
from records.constraints import not_negative, one_of, requires, together
from records.models import LifecycleSubject


class Commitment(models.Model):
    """A target of the book, binding since recognition: ``code`` is its line in the book (二(三)2).

    ``year_1`` and ``year_2`` are to be reached by the end of the first and of the second year, both counted from
    the beginning of the build period; ``base`` is what there was before. Amounts (``is_amount``) are yuan.
    """

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="commitments")
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    unit = models.CharField(max_length=10)
    is_amount = models.BooleanField(default=False)
    base = models.DecimalField(max_digits=16, decimal_places=2)
    year_1 = models.DecimalField(max_digits=16, decimal_places=2)
    year_2 = models.DecimalField(max_digits=16, decimal_places=2)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["institute", "position"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "code"], name="institutes_commitment_once"),
            not_negative("base"),
            not_negative("year_1"),
            models.CheckConstraint(
                condition=Q(year_2__gte=F("year_1")), name="institutes_commitment_counted_from_the_beginning"
            ),
        ]
        verbose_name = "建设目标"
        verbose_name_plural = "建设目标"

    def __str__(self):
        return f"{self.institute}：{self.label}"[:200]


class Milestone(models.Model):
    """A stage of the build period: what shall be done by which day."""

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="milestones")
    due_on = models.DateField()
    content = models.CharField(max_length=300)

    class Meta:
        ordering = ["institute", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(content=""), name="institutes_milestone_says_what"),
        ]
        verbose_name = "建设阶段"
        verbose_name_plural = "建设阶段"

    def __str__(self):
        return f"{self.due_on} {self.content}"[:200]

    @property
    def deadline_kind(self) -> str:
        """Each stage of an institute has a clock of its own."""
        return f"stage-{self.pk}"


class ProgressReportQuerySet(models.QuerySet):
    def counting(self):
        """Not taken back: what the institute says of itself."""
        return self.exclude(state=S.WITHDRAWN)


class ProgressReport(LifecycleSubject):
    """How far an institute says it is by a day, with what shows it. It may be asked about, and be taken back."""

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="progress_reports")
    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="progress_reports")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="progress_reports")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="progress_reports")
    as_of = models.DateField()
    note = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=S, default=S.REPORTED)
    reported_at = models.DateTimeField()
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    question = models.TextField(blank=True)
    questioned_at = moment()
    questioned_by = person()
    answer = models.TextField(blank=True)
    answered_at = moment()
    answered_by = person()
    withdrawn_at = moment()
    withdrawn_by = person()

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        ordering = ["-as_of", "-pk"]
        constraints = [
            one_of("state", S),
            together("questioned_at", "questioned_by"),
            together("answered_at", "answered_by"),
            together("withdrawn_at", "withdrawn_by"),
            requires([S.QUESTIONED], "questioned_at", name="questioned_by_somebody"),
            requires([S.WITHDRAWN], "withdrawn_at", name="withdrawn_by_somebody"),
            models.CheckConstraint(
                condition=Q(questioned_at__isnull=True) | ~Q(question=""),
                name="institutes_progressreport_asks_something",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(questioned_at__isnull=False) & ~Q(answer=""),
                name="institutes_progressreport_answers_a_question",
            ),
        ]
        indexes = [models.Index(fields=["institute", "-as_of"], name="institutes_progress_latest")]
        verbose_name = "建设进展报告"
        verbose_name_plural = "建设进展报告"

    def __str__(self):
        return f"{self.institute}：截至 {self.as_of} 的建设进展"[:200]

    def get_absolute_url(self):
        return reverse("institutes:progress", args=[self.pk])

    @property
    def state_tone(self) -> str:
        tones = {S.QUESTIONED: "soon", S.WITHDRAWN: "neutral"}
        return tones.get(S(self.state), "progress")

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class ProgressValue(models.Model):
    """What was reached of one target by the day of the report, counted from the beginning; amounts in yuan."""

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="values")
    commitment = models.ForeignKey(Commitment, on_delete=models.PROTECT, related_name="values")
    value = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        ordering = ["report", "commitment__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "commitment"], name="institutes_progressvalue_once_a_report"
            ),
            not_negative("value"),
        ]
        verbose_name = "目标进展"
        verbose_name_plural = "目标进展"

    def __str__(self):
        return f"{self.commitment.label} {self.value}"


class StageReached(models.Model):
    """A stage that a report says is done, and since when."""

    report = models.ForeignKey(ProgressReport, on_delete=models.PROTECT, related_name="stages")
    milestone = models.ForeignKey(Milestone, on_delete=models.PROTECT, related_name="reached")
    reached_on = models.DateField()

    class Meta:
        ordering = ["report", "milestone__due_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "milestone"], name="institutes_stagereached_once_a_report"
            ),
        ]
        verbose_name = "阶段完成"
        verbose_name_plural = "阶段完成"

    def __str__(self):
        return f"{self.milestone} 完成于 {self.reached_on}"[:200]
