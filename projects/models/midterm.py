"""The mid-term check of a project (中期检查): what was reached by half of the term, and whether it goes on."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from projects.enums.midterm import CLOSED_MIDTERMS, WITH_THE_UNIT, MidtermOutcome
from projects.enums.midterm import MidtermState as S
from projects.models.columns import author, moment, person
from projects.models.edition import ProjectEdition
from projects.models.project import Project
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

# States that lie behind a step, so that each carries the step's stamps.
CONCLUDED = (S.MENDING, S.CONTINUED, S.STOPPED)
HANDED_IN = (S.CHECKING, S.PANEL_REVIEW, S.DECISION, S.CONFIRMATION, *CONCLUDED)


class ProjectMidtermQuerySet(models.QuerySet):
    def open(self):
        return self.exclude(state__in=CLOSED_MIDTERMS)

    def overdue(self, on: date):
        """The unit was to hand it in by then and has not."""
        return self.filter(state__in=WITH_THE_UNIT, due_by__lt=on)


class ProjectMidterm(LifecycleSubject):
    """The one mid-term check of a project, opened by the clock when half of its term is over.

    ``texts`` are the unit's words; ``stages`` and ``budget`` are stages and money as they stood when it was handed in
    last. ``due_by`` is by when the unit hands it in, or has mended what ``requirements`` say; ``mended`` counts how
    often it was given time to mend.
    """

    project = models.OneToOneField(Project, on_delete=models.PROTECT, related_name="midterm")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="project_midterms")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="project_midterms")
    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    state = models.CharField(max_length=16, choices=S, default=S.PREPARING)
    due_by = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = author()
    texts = models.JSONField(default=dict, blank=True)
    saved_at = moment()
    saved_by = person()
    stages = models.JSONField(default=list, blank=True)
    budget = models.JSONField(default=list, blank=True)
    handed_in_at = moment()
    handed_in_by = person()
    agency = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="entrusted_project_midterms",
    )
    entrusted_at = moment()
    entrusted_by = person()
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    panel_passed = models.BooleanField(null=True, blank=True)
    panel_opinion = models.TextField(blank=True)
    reviewed_at = moment()
    reviewed_by = person()
    outcome = models.CharField(max_length=10, choices=MidtermOutcome, blank=True)
    grounds = models.TextField(blank=True)
    requirements = models.TextField(blank=True)
    mend_by = models.DateField(null=True, blank=True)
    mended = models.PositiveSmallIntegerField(default=0)
    proposed_at = moment()
    proposed_by = person()
    decided_at = moment()
    decided_by = person()

    objects = ProjectMidtermQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("outcome", MidtermOutcome, blank=True),
            together("saved_at", "saved_by"),
            together("handed_in_at", "handed_in_by", "number", name="handed_in_under_a_number"),
            together("entrusted_at", "entrusted_by", "agency", name="entrusted_to_an_agency"),
            together("reviewed_at", "reviewed_by", "score", "panel_passed", name="reviewed_with_a_result"),
            together("proposed_at", "proposed_by"),
            together("decided_at", "decided_by"),
            different("proposed_by", "decided_by", name="four_eyes"),
            requires(HANDED_IN, "handed_in_at", name="handed_in_by_somebody"),
            requires([S.PANEL_REVIEW], "entrusted_at", name="entrusted_to_somebody"),
            requires([S.DECISION], "reviewed_at", name="reviewed_by_experts"),
            requires((S.CONFIRMATION, *CONCLUDED), "proposed_at", name="proposed_by_somebody"),
            requires(CONCLUDED, "decided_at", name="decided_by_somebody"),
            models.CheckConstraint(
                condition=Q(proposed_at__isnull=True) | ~Q(outcome="") & ~Q(grounds=""),
                name="projects_projectmidterm_proposed_with_grounds",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=MidtermOutcome.MEND) | ~Q(requirements="") & Q(mend_by__isnull=False),
                name="projects_projectmidterm_says_what_to_mend_by_when",
            ),
            *(
                models.CheckConstraint(
                    condition=~Q(state=state) | Q(outcome=outcome),
                    name=f"projects_projectmidterm_{state}_as_proposed",
                )
                for state, outcome in (
                    ("mending", "mend"),
                    ("continued", "continue"),
                    ("stopped", "stop"),
                )
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="projects_projectmidterm_state")]
        verbose_name = "联合攻关项目中期检查"
        verbose_name_plural = "联合攻关项目中期检查"

    def __str__(self):
        return f"{self.project}：中期检查"[:200]

    def get_absolute_url(self):
        return reverse("projects:midterm", args=[self.pk])

    @property
    def edition(self) -> ProjectEdition:
        return self.project.edition

    @property
    def holder_organisation(self) -> Organisation | None:
        """The agency while the experts have it; else whoever the state says."""
        return self.agency if self.state == S.PANEL_REVIEW else None

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED_MIDTERMS

    @property
    def state_tone(self) -> str:
        tones = {S.CONTINUED: "done", S.MENDING: "soon", S.STOPPED: "refused"}
        return tones.get(S(self.state), "wait" if self.state in (S.PREPARING, S.LAPSED) else "progress")

    def is_overdue(self, on: date) -> bool:
        return self.state in WITH_THE_UNIT and self.due_by < on

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)
