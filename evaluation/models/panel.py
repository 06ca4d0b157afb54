"""Panels: who was drawn, how, what each wrote, and what follows from it."""

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from guardian.models import UserObjectPermissionBase

from accounts.models import Division, Organisation
from evaluation import kinds
from evaluation.enums import (
    DRAWN_PANELS,
    LEFT_ASSIGNMENTS,
    LIVE_ASSIGNMENTS,
    READING_STATES,
    AssignmentState,
    LateAnswer,
    PanelState,
    ReplaceGround,
    ReviewKind,
    Seat,
)
from evaluation.models.edition import ReviewEdition
from evaluation.models.engagement import Engagement
from evaluation.models.expert import Expert
from institutes.models import Application, Call, IndustryChain
from records.columns import moment, person
from records.constraints import not_after, one_of, requires, together
from records.models import LifecycleSubject


@dataclass(frozen=True, slots=True)
class ShownCase:
    """The case of a panel as one reader may know it: ``is_blinded`` by its number alone."""

    pk: int
    title: str
    number: str
    is_blinded: bool

    def __str__(self) -> str:
        return self.title


class Panel(LifecycleSubject):
    """The panel that judges one case. It carries a code; where its kind is blind nobody on it reads whose case it is.

    ``kind`` says what is reviewed, ``case_type`` and ``case_id`` which row; ``title`` to ``call`` are what the kind
    says of the case (``evaluation.kinds.Case``), as it stood when the panel was opened. ``application`` is the same
    row once more where the case is one, held by a foreign key: batches, visits and reports of calls join over it.
    ``round`` is 2 from its discussion on: the experts were so far apart that they score once more.
    """

    kind = models.CharField(max_length=20, choices=ReviewKind)
    case_type = models.CharField(max_length=60)
    case_id = models.PositiveBigIntegerField()
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="panel"
    )
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True)
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    chain = models.ForeignKey(
        IndustryChain, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True, blank=True, related_name="panels")
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="panels")
    engagement = models.ForeignKey(Engagement, on_delete=models.PROTECT, related_name="panels")
    edition = models.ForeignKey(ReviewEdition, on_delete=models.PROTECT, related_name="panels")
    code = models.CharField(max_length=40, unique=True)
    size = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=PanelState, default=PanelState.FORMING)
    round = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    pledged_at = moment()
    pledged_by = person()
    drawn_at = moment()
    drawn_by = person()
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    spread = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    passed = models.BooleanField(null=True, blank=True)
    opinion = models.TextField(blank=True)
    concluded_at = moment()
    concluded_by = person()
    cancelled_at = moment()
    cancelled_by = person()

    read_by_agency = False
    """Whether this row was read for the agency alone: the reading sets it."""

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", PanelState),
            one_of("kind", ReviewKind),
            models.UniqueConstraint(
                fields=["kind", "case_type", "case_id"], name="evaluation_panel_once_for_a_case"
            ),
            models.CheckConstraint(
                condition=Q(application__isnull=True)
                | Q(case_type="institutes.application", case_id=F("application")),
                name="evaluation_panel_tied_to_its_case",
            ),
            together("pledged_at", "pledged_by"),
            together("drawn_at", "drawn_by"),
            requires([PanelState.PLEDGED], "pledged_at", name="pledged_by_somebody"),
            together("concluded_at", "concluded_by", "score", "passed", "spread"),
            together("cancelled_at", "cancelled_by"),
            requires(DRAWN_PANELS, "drawn_at", name="drawn_before_scoring"),
            models.CheckConstraint(
                condition=Q(round=1) | Q(round=2, drawn_at__isnull=False),
                name="evaluation_panel_rescored_once",
            ),
            models.CheckConstraint(
                condition=~Q(state=PanelState.DISCUSSING) | Q(round=1), name="evaluation_panel_discussed_once"
            ),
            requires([PanelState.CONCLUDED], "concluded_at", name="concluded_by_somebody"),
            requires([PanelState.CANCELLED], "cancelled_at", name="cancelled_by_somebody"),
            models.CheckConstraint(
                condition=~Q(state=PanelState.CONCLUDED) | ~Q(opinion=""),
                name="evaluation_panel_concluded_in_words",
            ),
        ]
        verbose_name = "评审组"
        verbose_name_plural = "评审组"

    def __str__(self):
        return f"评审组 {self.code}"

    def get_absolute_url(self):
        return reverse("evaluation:panel", args=[self.pk])

    @property
    def of_kind(self) -> kinds.Kind:
        return kinds.kind_of(self.kind)

    @property
    def case(self) -> models.Model:
        """The row that the panel judges, as it stands now; asked of the database each time."""
        return self.of_kind.model._default_manager.get(pk=self.case_id)

    @property
    def is_hidden_from_agency(self) -> bool:
        """Whether the agency must not know whose case it is: of a blind kind, until its experts find for it."""
        return self.edition.is_blind and not self.passed

    @property
    def shown_case(self) -> ShownCase:
        """The case as this reader may know it."""
        hidden = self.read_by_agency and self.is_hidden_from_agency
        return ShownCase(self.case_id, f"申报 {self.number}" if hidden else self.title, self.number, hidden)

    @property
    def case_url(self) -> str:
        return self.of_kind.url_of(self.case_id)

    @property
    def holder_organisation(self) -> Organisation:
        return self.agency

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class Draw(models.Model):
    """How seats of a panel are filled by lot, in two moves: pledged and published first, drawn after a moment.

    ``pledge`` is what the public reads and ``commitment`` its fingerprint; ``draws_after`` the moment from which on
    the register's next line decides. ``tickets`` (which expert is which ball), their ``salt`` and ``excluded``
    (who was barred, and why) stay inside; their fingerprint is part of the pledge. ``nonce`` is secret until the
    draw; ``result`` holds the register's line, the seed, the order and the balls chosen.
    """

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="draws")
    round = models.PositiveSmallIntegerField()
    pledge = models.JSONField()
    commitment = models.CharField(max_length=64)
    draws_after = models.DateTimeField()
    nonce = models.CharField(max_length=64)
    salt = models.CharField(max_length=64)
    tickets = models.JSONField()
    excluded = models.JSONField()
    pledged_at = models.DateTimeField()
    pledged_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    result = models.JSONField(null=True, blank=True)
    drawn_at = moment()
    drawn_by = person()

    class Meta:
        ordering = ["panel", "round"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "round"], name="evaluation_draw_round_once"),
            models.UniqueConstraint(
                fields=["panel"], condition=Q(drawn_at__isnull=True), name="evaluation_draw_one_pledge_open"
            ),
            together("drawn_at", "drawn_by", "result"),
            not_after("draws_after", "drawn_at"),
        ]
        verbose_name = "专家抽取"
        verbose_name_plural = "专家抽取"

    def __str__(self):
        return f"{self.panel} 第 {self.round} 次抽取"

    def get_absolute_url(self):
        return reverse("evaluation:draw", args=[self.panel.code, self.round])

    @property
    def order(self) -> list[int]:
        """The balls in the order drawn."""
        return self.result["order"] if self.result else []

    @property
    def seed(self) -> str:
        """What the lots were made of; "" before the draw."""
        return self.result["seed"] if self.result else ""

    @property
    def chosen(self) -> list:
        """``[seat, ball]`` for every seat, in the order filled."""
        return self.result["chosen"] if self.result else []

    def expert_of(self, ball: int) -> int:
        return self.tickets[ball - 1]

    def ball_of(self, expert_id: int) -> int | None:
        return self.tickets.index(expert_id) + 1 if expert_id in self.tickets else None


class AssignmentQuerySet(models.QuerySet):
    def live(self):
        """Sitting on the panel: neither declined, recused nor replaced."""
        return self.filter(state__in=LIVE_ASSIGNMENTS)


class Assignment(LifecycleSubject):
    """One expert's seat on a panel. They open the package only after they have signed their commitment.

    ``signature`` is the name they typed under it; ``conflict`` the ground (a code of the edition's recusals) on
    which they keep away; ``replaced_for`` the fact for which the agency had them replaced.
    ``late_at``: they declared it after the panel had concluded; ``late_answer`` is what the bureau made of it.
    ``round`` is the one they score in; ``total`` and ``locked_at`` are of the sheet that counts, and empty while
    they score again. Every sheet handed in stays as a ``Sheet``.
    """

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="assignments")
    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="assignments")
    seat = models.CharField(max_length=12, choices=Seat)
    position = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=AssignmentState, default=AssignmentState.INVITED)
    round = models.PositiveSmallIntegerField(default=1)
    invited_at = models.DateTimeField()
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_at = moment()
    accepted_by = person()
    committed_at = moment()
    committed_by = person()
    signature = models.CharField(max_length=120, blank=True)
    conflict = models.CharField(max_length=30, blank=True)
    replaced_for = models.CharField(max_length=12, choices=ReplaceGround, blank=True)
    late_at = moment()
    late_by = person()
    late_answer = models.CharField(max_length=8, choices=LateAnswer, blank=True)
    late_answered_at = moment()
    late_answered_by = person()
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    locked_at = moment()
    locked_by = person()
    left_at = moment()
    left_by = person()

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["panel", "position"]
        permissions = [("score_assignment", "可对所分配的评审包评分")]
        constraints = [
            one_of("state", AssignmentState),
            one_of("seat", Seat),
            together("accepted_at", "accepted_by"),
            together("committed_at", "committed_by"),
            requires([AssignmentState.ACCEPTED], "accepted_at", name="accepted_by_somebody"),
            together("late_at", "late_by"),
            together("late_answered_at", "late_answered_by"),
            models.CheckConstraint(
                condition=Q(late_at__isnull=True) | ~Q(conflict=""),
                name="evaluation_assignment_late_on_a_ground",
            ),
            models.CheckConstraint(
                condition=Q(late_answer="", late_answered_at__isnull=True)
                | Q(late_answer__in=LateAnswer.values, late_answered_at__isnull=False, late_at__isnull=False),
                name="evaluation_assignment_late_answered_by_somebody",
            ),
            together("locked_at", "locked_by", "total"),
            together("left_at", "left_by"),
            requires(READING_STATES, "committed_at", name="committed_first"),
            models.CheckConstraint(
                condition=Q(round=1) | Q(round=2), name="evaluation_assignment_rescored_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.RESCORING) | Q(round=2, total__isnull=True),
                name="evaluation_assignment_rescoring_is_the_second_round",
            ),
            requires([AssignmentState.LOCKED], "locked_at", name="locked_by_somebody"),
            models.CheckConstraint(
                condition=Q(committed_at__isnull=True) | ~Q(signature=""),
                name="evaluation_assignment_committed_by_name",
            ),
            models.CheckConstraint(
                condition=~Q(state=AssignmentState.RECUSED) | ~Q(conflict=""),
                name="evaluation_assignment_recused_on_a_ground",
            ),
            models.CheckConstraint(
                condition=Q(state=AssignmentState.REPLACED, replaced_for__in=ReplaceGround.values)
                | (~Q(state=AssignmentState.REPLACED) & Q(replaced_for="")),
                name="evaluation_assignment_replaced_on_a_ground",
            ),
            requires(LEFT_ASSIGNMENTS, "left_at", name="left_by_somebody"),
            models.UniqueConstraint(fields=["panel", "expert"], name="evaluation_assignment_expert_once"),
            models.UniqueConstraint(fields=["panel", "position"], name="evaluation_assignment_position_once"),
        ]
        verbose_name = "评审任务"
        verbose_name_plural = "评审任务"

    def __str__(self):
        return f"{self.panel.code}-{self.position:02d}"

    def get_absolute_url(self):
        return reverse("evaluation:assignment", args=[self.pk])

    @property
    def code(self) -> str:
        """What the seat is called on papers."""
        return str(self)

    # The deadline of an assignment is its expert's alone: it names neither host nor county.
    host_id = None
    division_id = None

    @property
    def holder_user_id(self) -> int:
        return self.expert.user_id

    @property
    def conflict_label(self) -> str:
        """The ground on which the expert keeps away, in words; "" where none was declared."""
        grounds = self.panel.edition.terms["recusal"]
        return next((ground["label"] for ground in grounds if ground["code"] == self.conflict), self.conflict)

    def time_limit(self, key: str) -> int | None:
        return self.panel.time_limit(key)


class AssignmentUserObjectPermission(UserObjectPermissionBase):
    """guardian's grant of one assignment to its expert; a real foreign key, so none is orphaned."""

    content_object = models.ForeignKey(Assignment, on_delete=models.PROTECT)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
        verbose_name = "评审授权"
        verbose_name_plural = "评审授权"

    def __str__(self):
        return f"{self.user} {self.content_object}"
