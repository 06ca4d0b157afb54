"""The contract of a project (任务书): clauses as they stand, how each came to be, versions, who signs, the money."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from projects.enums.running import ContractSide, PartyRole
from projects.models.columns import amount, author, moment, person
from projects.models.project import Project
from records.constraints import not_negative, one_of, positive, together
from records.models import Attachment


class ContractClause(models.Model):
    """One clause as it stands. ``is_fixed``: it says what was approved, and is changed by a change of the project."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="clauses")
    code = models.CharField(max_length=20)
    order = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=60)
    text = models.TextField()
    is_fixed = models.BooleanField(default=False)

    class Meta:
        ordering = ["project", "order"]
        constraints = [
            models.UniqueConstraint(fields=["project", "code"], name="projects_contractclause_once"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""), name="projects_contractclause_says_something"
            ),
        ]
        verbose_name = "任务书条款"
        verbose_name_plural = "任务书条款"

    def __str__(self):
        return self.title


class ClauseChange(models.Model):
    """One change of a clause, from what to what, and why: by one side while the contract was negotiated, or later
    by a change of the running project (``project_change``).
    """

    clause = models.ForeignKey(ContractClause, on_delete=models.PROTECT, related_name="changes")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=6, choices=ContractSide)
    before = models.TextField()
    after = models.TextField()
    reason = models.CharField(max_length=500)
    changed_at = models.DateTimeField()
    changed_by = author()
    project_change = models.ForeignKey(
        "projects.ProjectChange",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="clause_changes",
    )

    class Meta:
        ordering = ["clause", "number"]
        constraints = [
            one_of("side", ContractSide),
            positive("number"),
            models.UniqueConstraint(fields=["clause", "number"], name="projects_clausechange_once"),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(after=""), name="projects_clausechange_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(before=models.F("after")), name="projects_clausechange_changes_something"
            ),
        ]
        verbose_name = "任务书条款修改"
        verbose_name_plural = "任务书条款修改"

    def __str__(self):
        return f"{self.clause} 第 {self.number} 次修改"


class ContractVersion(models.Model):
    """The whole text as one side handed it to the other, or as both agreed on it. Frozen."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="contract_versions")
    number = models.PositiveSmallIntegerField()
    side = models.CharField(max_length=6, choices=ContractSide)
    clauses = models.JSONField()
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = author()

    class Meta:
        ordering = ["project", "number"]
        constraints = [
            one_of("side", ContractSide),
            positive("number"),
            models.UniqueConstraint(fields=["project", "number"], name="projects_contractversion_once"),
        ]
        verbose_name = "任务书版本"
        verbose_name_plural = "任务书版本"

    def __str__(self):
        return f"{self.project} 任务书第 {self.number} 版"


class ContractPartyQuerySet(models.QuerySet):
    def taking_part(self):
        """Those that did not leave the project."""
        return self.filter(left_by__isnull=True)


class ContractParty(models.Model):
    """Who signs the contract, and its signed copy as soon as it is there: who signed for the party, and when.

    ``joined_by`` and ``left_by`` are the changes by which a partner came later, or left.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="parties")
    order = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=8, choices=PartyRole)
    name = models.CharField(max_length=100)
    uscc = models.CharField(max_length=18, blank=True)
    task = models.CharField(max_length=500, blank=True)
    joined_by = models.ForeignKey(
        "projects.ProjectChange", on_delete=models.PROTECT, null=True, blank=True, related_name="joining"
    )
    left_by = models.ForeignKey(
        "projects.ProjectChange", on_delete=models.PROTECT, null=True, blank=True, related_name="leaving"
    )
    signatory = models.CharField(max_length=40, blank=True)
    signed_on = models.DateField(null=True, blank=True)
    copy = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = moment()
    recorded_by = person()

    objects = ContractPartyQuerySet.as_manager()

    class Meta:
        ordering = ["project", "order"]
        constraints = [
            one_of("role", PartyRole),
            models.CheckConstraint(
                condition=Q(left_by__isnull=True) | Q(role=PartyRole.PARTNER),
                name="projects_contractparty_partners_leave_alone",
            ),
            together("signed_on", "copy", "recorded_at", "recorded_by", name="signed_with_its_copy"),
            models.UniqueConstraint(fields=["project", "order"], name="projects_contractparty_once"),
            models.CheckConstraint(condition=~Q(name=""), name="projects_contractparty_has_a_name"),
            models.CheckConstraint(
                condition=Q(signed_on__isnull=True) | ~Q(signatory=""),
                name="projects_contractparty_signed_by_somebody",
            ),
        ]
        verbose_name = "任务书签署方"
        verbose_name_plural = "任务书签署方"

    def __str__(self):
        return f"{self.get_role_display()} {self.name}"

    @property
    def has_left(self) -> bool:
        """Whether it takes part no more, by a change of the project."""
        return self.left_by_id is not None

    @property
    def recorded_on(self):
        return timezone.localdate(self.recorded_at) if self.recorded_at else None


class ProjectLine(models.Model):
    """One line of the project's budget as its contract has it, by source, in yuan."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="lines")
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=60)
    grant = amount()
    own = amount()

    class Meta:
        ordering = ["project", "pk"]
        constraints = [
            not_negative("grant"),
            not_negative("own"),
            models.UniqueConstraint(fields=["project", "code"], name="projects_projectline_once"),
        ]
        verbose_name = "项目预算科目"
        verbose_name_plural = "项目预算科目"

    def __str__(self):
        return self.label


class ProjectTarget(models.Model):
    """One quantified target of the contract: what is to be reached, and by what it is proved."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="targets")
    order = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    value = models.CharField(max_length=60)
    unit = models.CharField(max_length=20, blank=True)
    proof = models.CharField(max_length=120)

    class Meta:
        ordering = ["project", "order"]
        constraints = [
            models.UniqueConstraint(fields=["project", "order"], name="projects_projecttarget_once"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(value=""), name="projects_projecttarget_says_what"
            ),
        ]
        verbose_name = "项目考核指标"
        verbose_name_plural = "项目考核指标"

    def __str__(self):
        return f"{self.name} {self.value}{self.unit}"
