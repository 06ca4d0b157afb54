"""The final acceptance of a project (结题验收): what was reached and spent, what experts and bureau make of it."""

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.enums import CountyPosition
from projects.enums.final import OPEN_FINALS, FinalOutcome
from projects.enums.final import FinalState as S
from projects.models.columns import author, moment, person
from projects.models.edition import ProjectEdition
from projects.models.project import Project
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

# States that lie behind a step, so that each carries the step's stamps.
ENDED = (S.PASSED, S.CONDITIONAL, S.FAILED)
CONFIRMED = (S.CONFIRMATION, *ENDED)
REVIEWED = (S.DECISION, *CONFIRMED)
ENTRUSTED = (S.PANEL_REVIEW, *REVIEWED)
SIGNED = (S.CHECKING, *ENTRUSTED)
OPINED = (S.COUNTY_SIGNING, *SIGNED)
HANDED_IN = (S.COUNTY_REVIEW, *OPINED)


class ProjectFinal(LifecycleSubject):
    """One final acceptance of one project; a second ``attempt`` follows a time to mend and names the ``former`` one.

    ``texts`` are the unit's words, ``reached`` says target by target what was reached. ``comparison`` and ``budget``
    are targets and money as they stood when it was handed in: experts, bureau and papers go by those.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="finals")
    attempt = models.PositiveSmallIntegerField(default=1)
    former = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )
    due_by = models.DateField()
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="project_finals")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="project_finals")
    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    state = models.CharField(max_length=16, choices=S, default=S.PREPARING)
    opened_at = models.DateTimeField()
    opened_by = author()
    texts = models.JSONField(default=dict, blank=True)
    reached = models.JSONField(default=dict, blank=True)
    saved_at = moment()
    saved_by = person()
    comparison = models.JSONField(default=list, blank=True)
    budget = models.JSONField(default=list, blank=True)
    handed_in_at = moment()
    handed_in_by = person()
    county_position = models.CharField(max_length=10, choices=CountyPosition, blank=True)
    county_opinion = models.TextField(blank=True)
    opined_at = moment()
    opined_by = person()
    signed_at = moment()
    signed_by = person()
    agency = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="entrusted_project_finals"
    )
    entrusted_at = moment()
    entrusted_by = person()
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    panel_passed = models.BooleanField(null=True, blank=True)
    panel_opinion = models.TextField(blank=True)
    reviewed_at = moment()
    reviewed_by = person()
    outcome = models.CharField(max_length=12, choices=FinalOutcome, blank=True)
    minute_number = models.CharField(max_length=60, blank=True)
    grounds = models.TextField(blank=True)
    requirements = models.TextField(blank=True)
    proposed_at = moment()
    proposed_by = person()
    decided_at = moment()
    decided_by = person()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("county_position", CountyPosition, blank=True),
            one_of("outcome", FinalOutcome, blank=True),
            together("saved_at", "saved_by"),
            together("handed_in_at", "handed_in_by", "number", name="handed_in_under_a_number"),
            together("opined_at", "opined_by"),
            together("signed_at", "signed_by"),
            together("entrusted_at", "entrusted_by", "agency", name="entrusted_to_an_agency"),
            together("reviewed_at", "reviewed_by", "score", "panel_passed", name="reviewed_with_a_result"),
            together("proposed_at", "proposed_by"),
            together("decided_at", "decided_by"),
            different("opined_by", "signed_by", name="signed_by_another"),
            different("proposed_by", "decided_by", name="four_eyes"),
            requires(HANDED_IN, "handed_in_at", name="handed_in_by_somebody"),
            requires(OPINED, "opined_at", name="opined_by_somebody"),
            requires(SIGNED, "signed_at", name="signed_by_somebody"),
            requires(ENTRUSTED, "entrusted_at", name="entrusted_to_somebody"),
            requires(REVIEWED, "reviewed_at", name="reviewed_by_experts"),
            requires(CONFIRMED, "proposed_at", name="proposed_by_somebody"),
            requires(ENDED, "decided_at", name="decided_by_somebody"),
            models.CheckConstraint(
                condition=Q(attempt=1, former__isnull=True) | Q(attempt=2, former__isnull=False),
                name="projects_projectfinal_second_after_a_first",
            ),
            models.CheckConstraint(
                condition=Q(opined_at__isnull=True) | ~Q(county_position="") & ~Q(county_opinion=""),
                name="projects_projectfinal_county_takes_a_position",
            ),
            models.CheckConstraint(
                condition=Q(proposed_at__isnull=True)
                | ~Q(outcome="") & ~Q(minute_number="") & ~Q(grounds=""),
                name="projects_projectfinal_proposed_by_a_meeting",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ENDED) | Q(outcome=F("state")),
                name="projects_projectfinal_ends_as_proposed",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=FinalOutcome.CONDITIONAL) | ~Q(requirements=""),
                name="projects_projectfinal_says_what_to_mend",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=FinalOutcome.PASSED) | Q(panel_passed=True),
                name="projects_projectfinal_passed_by_experts",
            ),
            models.UniqueConstraint(fields=["project", "attempt"], name="projects_projectfinal_attempt_once"),
            models.UniqueConstraint(
                fields=["project"],
                condition=Q(state__in=OPEN_FINALS),
                name="projects_projectfinal_one_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="projects_projectfinal_state")]
        verbose_name = "联合攻关项目结题验收"
        verbose_name_plural = "联合攻关项目结题验收"

    def __str__(self):
        return f"{self.project}：{self.title}"[:200]

    def get_absolute_url(self):
        return reverse("projects:final", args=[self.pk])

    @property
    def title(self) -> str:
        return "整改后重新验收" if self.attempt > 1 else "结题验收"

    @property
    def edition(self) -> ProjectEdition:
        return self.project.edition

    @property
    def holder_organisation(self) -> Organisation | None:
        """The agency while the experts have it; else whoever the state says."""
        return self.agency if self.state == S.PANEL_REVIEW else None

    @property
    def least_share(self) -> Decimal:
        """How many per cent of the targets have to be met."""
        return Decimal(str(self.edition.terms["final"]["targets_met_min"]))

    @property
    def state_tone(self) -> str:
        tones = {S.PASSED: "done", S.CONDITIONAL: "soon", S.FAILED: "refused", S.LAPSED: "neutral"}
        return tones.get(S(self.state), "wait" if self.state == S.PREPARING else "progress")

    def is_overdue(self, on: date) -> bool:
        """Whether it was to be asked for by then and was not."""
        return self.state in (S.PREPARING, S.UNIT_REVIEW) and self.due_by < on

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)
