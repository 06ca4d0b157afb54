"""What stops a project for a time, or ends it before its end: with facts, the unit heard, the money settled."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.models import Institute
from projects.enums.ending import LIVE_ENDINGS, STOPPING, EndingKind
from projects.enums.ending import EndingState as S
from projects.models.columns import amount, author, moment, person
from projects.models.edition import ProjectEdition
from projects.models.project import Project
from records.constraints import different, not_negative, one_of, requires, together
from records.models import LifecycleSubject

DECIDED = (S.TERMINATED, *STOPPING, S.RESUMED)
SETTLED = (S.CONFIRMATION, *DECIDED)
HEARD = (S.STATEMENT,)


class ProjectEndingQuerySet(models.QuerySet):
    def live(self):
        """Not settled for good: under way, or stopping a project now."""
        return self.filter(state__in=LIVE_ENDINGS)


class ProjectEnding(LifecycleSubject):
    """One procedure about one project: to stop it until a day, or to end it early.

    ``lines`` is the money by line as the bureau found it: what of the grant was listed as spent and what of that is
    recognised. ``balance`` is what was ``received`` and is not ``recognised``: it has to come back. Both are settled
    before another person decides, and frozen with the decision.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="endings")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="project_endings")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="project_endings")
    number = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=10, choices=EndingKind)
    by_unit = models.BooleanField(default=False)
    ground = models.CharField(max_length=40)
    facts = models.TextField()
    measures = models.TextField(blank=True)
    until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=S, default=S.PROPOSED)
    proposed_at = models.DateTimeField()
    proposed_by = author()
    noticed_at = moment()
    noticed_by = person()
    statement_until = models.DateField(null=True, blank=True)
    statement = models.TextField(blank=True)
    stated_at = moment()
    stated_by = person()
    finding = models.TextField(blank=True)
    lines = models.JSONField(default=list, blank=True)
    received = amount(null=True, blank=True)
    recognised = amount(null=True, blank=True)
    balance = amount(null=True, blank=True)
    settled_at = moment()
    settled_by = person()
    minute_number = models.CharField(max_length=60, blank=True)
    decided_at = moment()
    decided_by = person()
    checked = models.TextField(blank=True)
    checked_at = moment()
    checked_by = person()
    resumed_at = moment()
    resumed_by = person()

    objects = ProjectEndingQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("kind", EndingKind),
            not_negative("received"),
            not_negative("recognised"),
            not_negative("balance"),
            together("noticed_at", "noticed_by", "statement_until"),
            together("stated_at", "stated_by"),
            together("settled_at", "settled_by"),
            together("received", "recognised", "balance", name="settled_in_three_figures"),
            together("decided_at", "decided_by"),
            together("checked_at", "checked_by"),
            together("resumed_at", "resumed_by"),
            different("proposed_by", "noticed_by", name="notice_by_another"),
            different("proposed_by", "decided_by", name="decided_by_another"),
            different("settled_by", "decided_by", name="four_eyes"),
            different("checked_by", "resumed_by", name="resumed_by_another"),
            requires(HEARD, "noticed_at", name="unit_was_notified"),
            requires(SETTLED, "settled_at", name="settled_by_somebody"),
            requires(DECIDED, "decided_at", name="decided_by_somebody"),
            requires([S.RESUMING, S.RESUMED], "checked_at", name="checked_by_somebody"),
            requires([S.RESUMED], "resumed_at", name="resumed_by_somebody"),
            models.CheckConstraint(
                condition=~Q(ground="") & ~Q(facts=""), name="projects_projectending_has_facts"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=SETTLED) | Q(by_unit=True) | Q(noticed_at__isnull=False),
                name="projects_projectending_unit_was_heard",
            ),
            models.CheckConstraint(
                condition=Q(stated_at__isnull=True) | Q(noticed_at__isnull=False) & ~Q(statement=""),
                name="projects_projectending_statement_after_notice",
            ),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | ~Q(finding=""),
                name="projects_projectending_settled_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED) | ~Q(minute_number=""),
                name="projects_projectending_by_a_meeting",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.TERMINATED) | Q(kind=EndingKind.TERMINATE, balance__isnull=False),
                name="projects_projectending_ended_with_a_balance",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[*STOPPING, S.RESUMED])
                | Q(kind=EndingKind.SUSPEND, until__isnull=False),
                name="projects_projectending_stopped_until_a_day",
            ),
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=Q(state__in=LIVE_ENDINGS),
                name="projects_projectending_one_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state=S.TERMINATED),
                name="projects_projectending_ended_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="projects_projectending_state")]
        verbose_name = "联合攻关项目中止终止"
        verbose_name_plural = "联合攻关项目中止终止"

    def __str__(self):
        return f"{self.project}：{self.title}"[:200]

    def get_absolute_url(self):
        return reverse("projects:ending", args=[self.pk])

    @property
    def title(self) -> str:
        """What it is about, in a word: 中止 or 终止, and that the unit asked for it."""
        kind = str(EndingKind(self.kind).label)
        return f"申请{kind}" if self.by_unit else kind

    @property
    def edition(self) -> ProjectEdition:
        return self.project.edition

    @property
    def institute(self) -> Institute:
        return self.project.institute

    @property
    def is_termination(self) -> bool:
        return self.kind == EndingKind.TERMINATE

    @property
    def ground_label(self) -> str:
        """The ground in the words of the project's edition."""
        known = self.edition.terms["ending_grounds"]
        return next((one["label"] for one in known if one["code"] == self.ground), self.ground)

    @property
    def state_tone(self) -> str:
        tones = {S.TERMINATED: "refused", S.SUSPENDED: "soon", S.RESUMED: "done", S.PROPOSED: "wait"}
        neutral = (S.DROPPED, S.WITHDRAWN, S.OVERTAKEN)
        return "neutral" if self.state in neutral else tones.get(S(self.state), "progress")

    def is_late(self, on: date) -> bool:
        """Whether the unit's days for a statement are over."""
        return self.statement_until is not None and on > self.statement_until

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)
