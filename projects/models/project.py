"""A project: what an approved proposal became, with the amounts and days it was founded with."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.models import IndustryChain, Institute
from projects.models.columns import amount, author, moment, person
from projects.models.proposal import Proposal
from records.constraints import not_after, positive, together


class ProjectQuerySet(models.QuerySet):
    def running(self):
        """Not ended yet: neither accepted nor terminated."""
        return self.filter(ended_at__isnull=True)

    def overdue(self, on: date):
        """Past their last day and not ended: their leaders cannot lead another."""
        return self.running().filter(ends_on__lt=on)


class Project(models.Model):
    """A joint project as it was approved (立项). ``leader_mark`` tells a person in several projects."""

    proposal = models.OneToOneField(Proposal, on_delete=models.PROTECT, related_name="project")
    number = models.CharField(max_length=40, unique=True)
    year = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=80)
    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="projects")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="projects")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="projects")
    chain = models.ForeignKey(IndustryChain, on_delete=models.PROTECT, related_name="projects")
    leader_name = models.CharField(max_length=40)
    leader_mark = models.CharField(max_length=64)
    grant = amount()
    own = amount()
    months = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    founded_at = models.DateTimeField()
    founded_by = author()
    ended_at = moment()
    ended_by = person()

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            positive("grant"),
            positive("months"),
            not_after("starts_on", "ends_on"),
            together("ended_at", "ended_by"),
            models.CheckConstraint(condition=~Q(leader_mark=""), name="projects_project_has_a_leader"),
        ]
        indexes = [models.Index(fields=["leader_mark", "ends_on"], name="projects_project_leader")]
        verbose_name = "联合攻关项目"
        verbose_name_plural = "联合攻关项目"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("projects:project-proposal", args=[self.proposal_id])


class ProjectStage(models.Model):
    """A milestone of a project as it was approved: what is to be reached by which day; one of them is the mid-term."""

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="stages")
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    is_midterm = models.BooleanField(default=False)

    class Meta:
        ordering = ["project", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="projects_projectstage_says_what"),
        ]
        verbose_name = "阶段目标"
        verbose_name_plural = "阶段目标"

    def __str__(self):
        return f"{self.project}：{self.title}"
