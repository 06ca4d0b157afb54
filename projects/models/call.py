"""What is asked for in a year: the guide with its topics, and the call in whose window units propose."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from institutes.models import IndustryChain
from projects.enums import ProjectCallState
from projects.models.columns import amount, author, moment, person
from projects.models.edition import ProjectEdition
from records.constraints import different, not_after, not_negative, one_of, positive, requires, together
from records.models import LifecycleSubject


class Guide(models.Model):
    """The guide of a year (年度指南): on which topics of which chains joint research is wanted.

    It is published with the first call that goes out by it; from then on it stays as it is.
    """

    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    number = models.CharField(max_length=60, unique=True)
    foreword = models.TextField(blank=True)
    drafted_at = models.DateTimeField()
    drafted_by = author()
    published_at = moment()
    published_by = person()

    class Meta:
        ordering = ["-year", "-pk"]
        constraints = [
            together("published_at", "published_by"),
            different("drafted_by", "published_by"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(number=""), name="projects_guide_has_title_and_number"
            ),
        ]
        verbose_name = "年度指南"
        verbose_name_plural = "年度指南"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("projects:guide", args=[self.pk])


class Topic(models.Model):
    """One direction of a guide: what the chain needs, and what is expected of a project on it."""

    guide = models.ForeignKey(Guide, on_delete=models.PROTECT, related_name="topics")
    chain = models.ForeignKey(IndustryChain, on_delete=models.PROTECT, related_name="project_topics")
    code = models.CharField(max_length=12)
    title = models.CharField(max_length=120)
    need = models.TextField()
    targets = models.TextField()

    class Meta:
        ordering = ["guide", "code"]
        constraints = [
            models.UniqueConstraint(fields=["guide", "code"], name="projects_topic_code_once"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(need="") & ~Q(targets=""), name="projects_topic_says_what"
            ),
        ]
        verbose_name = "指南方向"
        verbose_name_plural = "指南方向"

    def __str__(self):
        return f"{self.code} {self.title}"


class ProjectCallQuerySet(models.QuerySet):
    def published(self):
        return self.filter(state=ProjectCallState.PUBLISHED)

    def open(self, at):
        """Published, and within its window at that moment."""
        return self.published().filter(opens_at__lte=at, closes_at__gt=at)


class ProjectCall(LifecycleSubject):
    """A window in which host units of institutes propose joint projects. Open and closed are moments, not states.

    ``budget`` is what can be given in this call, ``committed`` what decisions have bound of it; no decision goes
    beyond. ``first_closes_at`` is the end as it was published; extensions move ``closes_at``, and only to later:
    one person proposes (``extend_…``), another publishes.
    """

    guide = models.ForeignKey(Guide, on_delete=models.PROTECT, related_name="calls")
    title = models.CharField(max_length=120)
    number = models.CharField(max_length=60, unique=True)
    year = models.PositiveSmallIntegerField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    first_closes_at = models.DateTimeField(null=True, blank=True)
    text = models.TextField()
    budget = amount()
    committed = amount(default=0)
    edition = models.ForeignKey(ProjectEdition, on_delete=models.PROTECT, related_name="calls")
    form_edition = models.CharField(max_length=20, default="2022")
    state = models.CharField(max_length=10, choices=ProjectCallState, default=ProjectCallState.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = author()
    published_at = moment()
    published_by = person()
    extend_to = models.DateTimeField(null=True, blank=True)
    extend_number = models.CharField(max_length=60, blank=True)
    extend_reason = models.CharField(max_length=500, blank=True)
    extension_proposed_at = moment()
    extension_proposed_by = person()

    objects = ProjectCallQuerySet.as_manager()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-opens_at", "-pk"]
        constraints = [
            one_of("state", ProjectCallState),
            positive("budget"),
            not_negative("committed"),
            not_after("committed", "budget"),
            together("published_at", "published_by"),
            different("drafted_by", "published_by"),
            requires(
                [ProjectCallState.PUBLISHED], "published_at", "first_closes_at", name="published_by_somebody"
            ),
            together(
                "extend_to", "extension_proposed_at", "extension_proposed_by", name="extension_by_somebody"
            ),
            not_after("first_closes_at", "closes_at"),
            not_after("closes_at", "extend_to"),
            models.CheckConstraint(
                condition=Q(opens_at__lt=F("closes_at")), name="projects_projectcall_opens_before_closing"
            ),
            models.CheckConstraint(
                condition=Q(extend_to__isnull=True) | ~Q(extend_number="") & ~Q(extend_reason=""),
                name="projects_projectcall_extended_with_reason",
            ),
        ]
        verbose_name = "联合攻关专项申报通知"
        verbose_name_plural = "联合攻关专项申报通知"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("projects:project-call", args=[self.pk])

    @property
    def is_extended(self) -> bool:
        return self.first_closes_at is not None and self.first_closes_at < self.closes_at

    @property
    def left(self):
        """What decisions can still bind."""
        return self.budget - self.committed

    @property
    def state_tone(self) -> str:
        return {"draft": "wait", "published": "done"}.get(self.state, "neutral")

    def is_open(self, at) -> bool:
        return self.state == ProjectCallState.PUBLISHED and self.opens_at <= at < self.closes_at

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)
