"""A project: what an approved proposal became, with the amounts and days it was founded with, and its contract."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.models import IndustryChain, Institute
from projects.enums.running import CONTRACTING, ENDED, ENDED_EARLY
from projects.enums.running import ProjectState as S
from projects.models.columns import amount, author, moment, person
from projects.models.edition import ProjectEdition
from projects.models.proposal import Proposal
from records.constraints import different, not_after, one_of, positive, requires, together
from records.models import LifecycleSubject

# States that lie behind a step of the contract, so that each carries the step's stamps.
CONFIRMED = (S.RUNNING, S.SUSPENDED, S.ACCEPTED, S.FAILED)
COPIES_CHECKED = (S.CONFIRMATION, *CONFIRMED)
COPIES_IN = (S.COPIES_CHECK, *COPIES_CHECKED)
AGREED = (S.SIGNING, *COPIES_IN)


class ProjectQuerySet(models.QuerySet):
    def running(self):
        """Not ended yet: neither accepted nor terminated."""
        return self.filter(ended_at__isnull=True)

    def overdue(self, on: date):
        """Past their last day, not ended and not stopped: their leaders cannot lead another."""
        return self.running().exclude(state=S.SUSPENDED).filter(ends_on__lt=on)

    def contracted(self):
        """Their contract is signed by all parties and confirmed: the first instalment is due (四(六))."""
        return self.filter(contract_confirmed_at__isnull=False)

    def accepted(self):
        """They passed their final acceptance: the last instalment is due."""
        return self.filter(state=S.ACCEPTED)

    def ended_early(self):
        """They ended without being accepted: what is left of the grant goes back."""
        return self.filter(state__in=ENDED_EARLY)

    def unsigned(self, on: date):
        """Past the day by which the contract was to be signed, and it is not."""
        return self.filter(state__in=CONTRACTING, sign_by__lt=on)


class Project(LifecycleSubject):
    """A joint project as it was approved (立项). ``leader_mark`` tells a person in several projects.

    ``sign_by`` is the day by which the contract (任务书) is to be signed, ``contract_version`` the version of its text
    that both sides agreed on, ``contract_signed_on`` the day on which the last party signed. ``turn_began_at`` is
    when the side whose turn it is got the text. ``last_change`` made leader, term or contract what they are now;
    ``suspended_at`` is since when the project is stopped, as long as it is.
    """

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
    state = models.CharField(max_length=20, choices=S, default=S.CONTRACT_UNIT)
    founded_at = models.DateTimeField()
    founded_by = author()
    sign_by = models.DateField()
    contract_number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    contract_version = models.PositiveSmallIntegerField(null=True, blank=True)
    contract_signed_on = models.DateField(null=True, blank=True)
    turn_began_at = moment()
    turn_began_by = person()
    unit_agreed_at = moment()
    unit_agreed_by = person()
    bureau_agreed_at = moment()
    bureau_agreed_by = person()
    copies_handed_in_at = moment()
    copies_handed_in_by = person()
    copies_checked_at = moment()
    copies_checked_by = person()
    contract_confirmed_at = moment()
    contract_confirmed_by = person()
    changed_at = moment()
    last_change = models.ForeignKey(
        "projects.ProjectChange", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    suspended_at = moment()
    suspended_by = person()
    ended_at = moment()
    ended_by = person()

    objects = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            positive("grant"),
            positive("months"),
            not_after("starts_on", "ends_on"),
            together("turn_began_at", "turn_began_by"),
            together("unit_agreed_at", "unit_agreed_by"),
            together("bureau_agreed_at", "bureau_agreed_by", "contract_version", name="agreed_on_a_version"),
            together("copies_handed_in_at", "copies_handed_in_by"),
            together("copies_checked_at", "copies_checked_by"),
            together(
                "contract_confirmed_at",
                "contract_confirmed_by",
                "contract_signed_on",
                name="confirmed_as_signed",
            ),
            together("changed_at", "last_change", name="changed_by_a_change"),
            together("suspended_at", "suspended_by"),
            together("ended_at", "ended_by"),
            different("copies_checked_by", "contract_confirmed_by", name="contract_four_eyes"),
            requires(
                AGREED, "unit_agreed_at", "bureau_agreed_at", "contract_number", name="agreed_by_both_sides"
            ),
            requires(COPIES_IN, "copies_handed_in_at", name="copies_handed_in_by_somebody"),
            requires(COPIES_CHECKED, "copies_checked_at", name="copies_checked_by_somebody"),
            requires([S.SUSPENDED], "suspended_at", name="suspended_by_somebody"),
            requires(ENDED, "ended_at", name="ended_by_somebody"),
            requires(CONFIRMED, "contract_confirmed_at", name="contract_confirmed_by_somebody"),
            models.CheckConstraint(condition=~Q(leader_mark=""), name="projects_project_has_a_leader"),
        ]
        indexes = [
            models.Index(fields=["leader_mark", "ends_on"], name="projects_project_leader"),
            models.Index(fields=["state", "-id"], name="projects_project_state"),
            models.Index(fields=["host", "-id"], name="projects_project_host"),
        ]
        verbose_name = "联合攻关项目"
        verbose_name_plural = "联合攻关项目"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("projects:approved", args=[self.pk])

    @property
    def edition(self) -> ProjectEdition:
        """The rules that its call was published under: they hold for the project to its end."""
        return self.proposal.call.edition

    @property
    def is_ended(self) -> bool:
        return self.ended_at is not None

    def is_overdue(self, on: date) -> bool:
        """Whether its term is over and it has not come to an end."""
        return not self.is_ended and self.state != S.SUSPENDED and self.ends_on < on

    @property
    def state_tone(self) -> str:
        tones = {S.RUNNING: "progress", S.SUSPENDED: "soon", S.ACCEPTED: "done"}
        tones |= dict.fromkeys(ENDED_EARLY, "refused")
        return tones.get(S(self.state), "wait")

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class ProjectStage(models.Model):
    """A milestone of a project: what is to be reached by which day; one of them is the mid-term.

    The unit reports it with proof, the bureau's clerk confirms it or has it reported anew.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="stages")
    title = models.CharField(max_length=200)
    due_on = models.DateField()
    is_midterm = models.BooleanField(default=False)
    report = models.TextField(blank=True)
    reported_at = moment()
    reported_by = person()
    finding = models.CharField(max_length=500, blank=True)
    confirmed_at = moment()
    confirmed_by = person()

    class Meta:
        ordering = ["project", "due_on", "pk"]
        constraints = [
            together("reported_at", "reported_by"),
            together("confirmed_at", "confirmed_by"),
            different("reported_by", "confirmed_by"),
            models.CheckConstraint(condition=~Q(title=""), name="projects_projectstage_says_what"),
            models.CheckConstraint(
                condition=Q(reported_at__isnull=True) | ~Q(report=""),
                name="projects_projectstage_reported_in_words",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(reported_at__isnull=False),
                name="projects_projectstage_confirmed_as_reported",
            ),
        ]
        verbose_name = "阶段目标"
        verbose_name_plural = "阶段目标"

    def __str__(self):
        return f"{self.project}：{self.title}"

    @property
    def deadline_kind(self) -> str:
        """Under which kind its day stands among the deadlines of the project."""
        return f"stage-{self.pk}"

    def is_late(self, on: date) -> bool:
        """Whether its day is over and the unit has not reported it."""
        return self.reported_at is None and self.due_on < on

    def standing(self, on: date) -> tuple[str, str]:
        """How it stands in words, with the tone."""
        if self.confirmed_at:
            return "已完成", "done"
        if self.project.is_ended:
            return "项目已结束，不再要求", "neutral"
        if self.reported_at:
            return "已报告，待市科技局确认", "progress"
        return ("逾期未报告", "refused") if self.is_late(on) else ("未到期", "wait")
