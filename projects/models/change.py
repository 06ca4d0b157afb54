"""A change of a running project (变更): another leader, other partners, money between lines, a longer term."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.enums import CountyPosition
from projects.enums.changes import (
    CARRIED_OUT,
    CLOSED_CHANGES,
    OPEN_CHANGES,
    ProjectChangeFinding,
    ProjectChangeKind,
)
from projects.enums.changes import ProjectChangeState as S
from projects.models.columns import amount, author, moment, person
from projects.models.edition import ProjectEdition
from projects.models.project import Project
from records.constraints import different, one_of, requires, together
from records.crypto import EncryptedTextField, masked
from records.models import LifecycleSubject

# States that lie behind a step, so that each carries the step's stamps.
DECIDED = (S.APPROVED, S.REFUSED)
PROPOSED = (S.DECISION, *DECIDED)
HANDED_IN = (S.COUNTY_OPINION, S.CHECKING, *PROPOSED, S.NOTED)


class ProjectChangeQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state__in=OPEN_CHANGES)

    def carried_out(self):
        """Those after which the project is what they asked for: approved, or within what a unit may do itself."""
        return self.filter(state__in=CARRIED_OUT)


class ProjectChange(LifecycleSubject):
    """One thing that a unit asks to have changed about its running project.

    ``asked`` is what is asked for, in the shape of its kind; ``comparison`` says it in words, what stands beside what
    is to stand, as it was drafted and anew when it is carried out. ``leader_id`` is the new leader's identity number,
    kept encrypted.
    ``shifted`` is how much of the grant moves between lines, ``months`` by how many the term grows.
    ``contract_version`` is the version of the contract's text that it made.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="changes")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="project_changes")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="project_changes")
    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    kind = models.CharField(max_length=10, choices=ProjectChangeKind)
    state = models.CharField(max_length=16, choices=S, default=S.DRAFT)
    asked = models.JSONField(default=dict, blank=True)
    comparison = models.JSONField(default=list, blank=True)
    leader_id = EncryptedTextField(blank=True)
    leader_mark = models.CharField(max_length=64, blank=True)
    shifted = amount(default=0)
    months = models.PositiveSmallIntegerField(default=0)
    grounds = models.TextField()
    drafted_at = models.DateTimeField()
    drafted_by = author()
    handed_in_at = moment()
    handed_in_by = person()
    county_position = models.CharField(max_length=10, choices=CountyPosition, blank=True)
    county_opinion = models.TextField(blank=True)
    opined_at = moment()
    opined_by = person()
    finding = models.CharField(max_length=8, choices=ProjectChangeFinding, blank=True)
    opinion = models.TextField(blank=True)
    proposed_at = moment()
    proposed_by = person()
    decided_at = moment()
    decided_by = person()
    contract_version = models.PositiveSmallIntegerField(null=True, blank=True)

    objects = ProjectChangeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("kind", ProjectChangeKind),
            one_of("county_position", CountyPosition, blank=True),
            one_of("finding", ProjectChangeFinding, blank=True),
            together("handed_in_at", "handed_in_by", "number", name="handed_in_under_a_number"),
            together("opined_at", "opined_by"),
            together("proposed_at", "proposed_by"),
            together("decided_at", "decided_by"),
            different("proposed_by", "decided_by", name="four_eyes"),
            requires(HANDED_IN, "handed_in_at", name="handed_in_by_somebody"),
            requires(PROPOSED, "proposed_at", name="proposed_by_somebody"),
            requires(DECIDED, "decided_at", name="decided_by_somebody"),
            requires(CARRIED_OUT, "contract_version", name="made_a_version"),
            models.CheckConstraint(condition=~Q(grounds=""), name="projects_projectchange_says_why"),
            models.CheckConstraint(
                condition=Q(opined_at__isnull=True) | ~Q(county_position="") & ~Q(county_opinion=""),
                name="projects_projectchange_county_takes_a_position",
            ),
            models.CheckConstraint(
                condition=Q(proposed_at__isnull=True) | ~Q(finding="") & ~Q(opinion=""),
                name="projects_projectchange_proposed_with_grounds",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.APPROVED) | Q(finding=ProjectChangeFinding.APPROVE),
                name="projects_projectchange_approved_as_proposed",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.NOTED) | Q(kind=ProjectChangeKind.BUDGET),
                name="projects_projectchange_units_move_money_alone",
            ),
            models.CheckConstraint(
                condition=~Q(kind=ProjectChangeKind.LEADER) | ~Q(leader_mark=""),
                name="projects_projectchange_knows_the_leader",
            ),
            models.UniqueConstraint(
                fields=["project", "kind"],
                condition=Q(state__in=OPEN_CHANGES),
                name="projects_projectchange_one_of_a_kind_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="projects_projectchange_state")]
        verbose_name = "联合攻关项目变更"
        verbose_name_plural = "联合攻关项目变更"

    def __str__(self):
        return f"{self.project}：{self.get_kind_display()}"[:200]

    def get_absolute_url(self):
        return reverse("projects:project-change", args=[self.pk])

    @property
    def edition(self) -> ProjectEdition:
        return self.project.edition

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED_CHANGES

    @property
    def leader_id_masked(self) -> str:
        return masked(self.leader_id)

    @property
    def state_tone(self) -> str:
        tones = {
            S.APPROVED: "done",
            S.NOTED: "done",
            S.REFUSED: "refused",
            S.DRAFT: "wait",
            S.WITHDRAWN: "wait",
        }
        return tones.get(S(self.state), "progress")

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)
