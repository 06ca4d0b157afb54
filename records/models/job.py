"""Long work: what a person ordered and a worker does in small committed steps."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from records.constraints import one_of, requires
from records.models.subject import LifecycleSubject, SubjectQuerySet, SubjectReference


class JobState(models.TextChoices):
    QUEUED = "queued", _("排队中")
    RUNNING = "running", _("正在生成")
    DONE = "done", _("已完成")
    FAILED = "failed", _("已中断")
    CANCELLED = "cancelled", _("已停止")


AT_WORK = (JobState.QUEUED, JobState.RUNNING)
OVER = (JobState.DONE, JobState.CANCELLED)


class JobQuerySet(SubjectQuerySet):
    def at_work(self):
        """What a worker may take up: ordered, and neither finished nor stopped nor failed."""
        return self.filter(state__in=AT_WORK)


class Job(SubjectReference, LifecycleSubject):
    """``total`` things to be made about a subject, of which ``done`` are committed.

    ``position`` is the key of the last of them, so that whoever takes the job up goes on behind it. What the
    work needs besides its subject stands in ``data``.
    """

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.QUEUED)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    position = models.BigIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    data = models.JSONField(default=dict, blank=True)
    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = JobQuerySet.as_manager()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", JobState),
            requires(OVER, "finished_at", name="finished_when_over"),
            models.CheckConstraint(
                condition=Q(done__lte=F("total")), name="records_job_done_not_above_total"
            ),
            models.CheckConstraint(
                condition=~Q(state=JobState.FAILED) | ~Q(error=""), name="records_job_failed_says_why"
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"],
                condition=~Q(state__in=OVER),
                name="records_job_one_at_work",
            ),
        ]
        indexes = [models.Index(fields=["state"], condition=Q(state__in=AT_WORK), name="records_job_waiting")]
        verbose_name = "批量任务"
        verbose_name_plural = "批量任务"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("records:job", args=[self.pk])

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def holder_user_id(self) -> int | None:
        """A job that failed waits for whoever ordered it."""
        return self.begun_by_id

    @property
    def unit(self) -> str:
        """In what its progress is counted."""
        return self.data.get("unit", "份")


class JobPiece(models.Model):
    """A piece of the file that a job writes: the lines of the rows ``keys``, ``position`` being its place in the file.

    Which rows belong into the file, and in which order, is noted before the first of them is written.
    """

    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="pieces")
    position = models.BigIntegerField()
    keys = ArrayField(models.BigIntegerField(), default=list)
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["job", "position"]
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="records_jobpiece_once")]
        verbose_name = "导出内容"
        verbose_name_plural = "导出内容"

    def __str__(self):
        return f"{self.job}：{self.position}"
