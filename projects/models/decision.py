"""What a meeting decided about proposals of a call, gathered before anything of it is released."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from notices.models import PublicNotice
from projects.enums import DecisionOutcome, DecisionState
from projects.models.call import ProjectCall
from projects.models.columns import amount, author, moment, person
from projects.models.proposal import Proposal
from records.constraints import different, one_of, positive, requires, together
from records.models import LifecycleSubject


class ProjectDecision(LifecycleSubject):
    """The decisions of one meeting on one call. Until it is released nobody outside the bureau sees any of them."""

    call = models.ForeignKey(ProjectCall, on_delete=models.PROTECT, related_name="decisions")
    minute_number = models.CharField(max_length=60)
    meeting_on = models.DateField()
    note = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=DecisionState, default=DecisionState.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = author()
    released_at = moment()
    released_by = person()
    notice = models.OneToOneField(
        PublicNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="project_decision"
    )
    discarded_at = moment()
    discarded_by = person()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", DecisionState),
            together("released_at", "released_by"),
            together("discarded_at", "discarded_by"),
            different("drafted_by", "released_by"),
            requires([DecisionState.RELEASED], "released_at", name="released_by_somebody"),
            requires([DecisionState.DISCARDED], "discarded_at", name="discarded_by_somebody"),
            models.CheckConstraint(
                condition=~Q(minute_number=""), name="projects_projectdecision_has_minute"
            ),
        ]
        verbose_name = "立项审议决定"
        verbose_name_plural = "立项审议决定"

    def __str__(self):
        return f"{self.minute_number}立项审议决定"

    def get_absolute_url(self):
        return reverse("projects:project-decision", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return {DecisionState.DRAFT: "wait", DecisionState.RELEASED: "done"}.get(self.state, "neutral")

    def time_limit(self, key: str) -> int | None:
        return self.call.time_limit(key)


class ProjectDecisionItem(models.Model):
    """One proposal in a decision: supported with an amount, or refused; each with its reason where one is due."""

    decision = models.ForeignKey(ProjectDecision, on_delete=models.PROTECT, related_name="items")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="decision_items")
    outcome = models.CharField(max_length=10, choices=DecisionOutcome)
    grant = amount(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    dropped_at = moment()
    dropped_by = person()

    class Meta:
        ordering = ["decision", "pk"]
        constraints = [
            one_of("outcome", DecisionOutcome),
            positive("grant"),
            together("dropped_at", "dropped_by"),
            models.UniqueConstraint(
                fields=["proposal"],
                condition=Q(dropped_at__isnull=True),
                name="projects_projectdecisionitem_decided_once",
            ),
            models.CheckConstraint(
                condition=Q(outcome=DecisionOutcome.SUPPORT, grant__isnull=False)
                | Q(outcome=DecisionOutcome.REJECT, grant__isnull=True) & ~Q(reason=""),
                name="projects_projectdecisionitem_amount_or_reason",
            ),
        ]
        verbose_name = "立项审议事项"
        verbose_name_plural = "立项审议事项"

    def __str__(self):
        return f"{self.proposal} {self.get_outcome_display()}"
