"""One issue of money for many awards: proposed, reviewed by finance, signed by both, issued under one number."""

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from funding.enums import OPEN_PLAN_STATES, PlanState
from funding.models.award import Award
from funding.models.budget import Budget
from funding.models.columns import day, moment, person, yuan
from funding.models.timed import TimedByPolicy
from records.constraints import different, one_of, positive, requires, together

S = PlanState
AFTER_SUBMISSION = [S.FINANCE_REVIEW, S.COSIGNING, S.ISSUING, S.ISSUED]


class AllocationPlan(TimedByPolicy):
    """A plan that allocates a budget to awards. Issued, it has a document number and its disbursements."""

    number = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=120)
    year = models.PositiveSmallIntegerField()
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="plans")
    state = models.CharField(max_length=20, choices=PlanState, default=PlanState.DRAFT)
    targets = models.JSONField(default=list)
    integrity_checked_on = day()
    review_opinion = models.CharField(max_length=500, blank=True)
    proposed_at = moment(null=False, blank=False)
    proposed_by = person(null=False, blank=False)
    submitted_at = moment()
    submitted_by = person()
    reviewed_at = moment()
    reviewed_by = person()
    cosigned_at = moment()
    cosigned_by = person()
    publicity_from = day()
    publicity_until = day()
    issued_at = moment()
    issued_by = person()
    issued_on = day()
    document_number = models.CharField(max_length=60, unique=True, null=True, blank=True)
    discarded_at = moment()
    discarded_by = person()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", PlanState),
            together("submitted_at", "submitted_by", "integrity_checked_on", name="submitted_with_check"),
            together("reviewed_at", "reviewed_by"),
            together("cosigned_at", "cosigned_by"),
            together("issued_at", "issued_by", "issued_on", "document_number", name="issued_with_number"),
            together("discarded_at", "discarded_by"),
            together("publicity_from", "publicity_until"),
            models.CheckConstraint(
                condition=Q(publicity_from__isnull=True) | Q(publicity_from__lte=F("publicity_until")),
                name="funding_allocationplan_publicity_in_order",
            ),
            models.CheckConstraint(
                condition=Q(publicity_until__isnull=True)
                | Q(issued_on__isnull=True)
                | Q(issued_on__gt=F("publicity_until")),
                name="funding_allocationplan_issued_after_its_publicity",
            ),
            requires(AFTER_SUBMISSION, "submitted_at", name="submitted_by_somebody"),
            requires([S.COSIGNING, S.ISSUING, S.ISSUED], "reviewed_at", name="reviewed_before_signing"),
            requires([S.ISSUING, S.ISSUED], "cosigned_at", name="cosigned_before_issue"),
            requires([S.ISSUED], "issued_at", name="issued_by_somebody"),
            requires([S.DISCARDED], "discarded_at", name="discarded_by_somebody"),
            different("proposed_by", "reviewed_by", name="proposer_not_reviewer"),
            different("submitted_by", "reviewed_by", name="submitter_not_reviewer"),
            different("proposed_by", "cosigned_by", name="proposer_not_cosigner"),
            different("reviewed_by", "cosigned_by", name="reviewer_not_cosigner"),
            different("submitted_by", "cosigned_by", name="submitter_not_cosigner"),
            different("proposed_by", "issued_by", name="proposer_not_issuer"),
            different("submitted_by", "issued_by", name="submitter_not_issuer"),
            different("reviewed_by", "issued_by", name="reviewer_not_issuer"),
            different("cosigned_by", "issued_by", name="cosigner_not_issuer"),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="funding_plan_state")]
        verbose_name = "拨付计划"
        verbose_name_plural = "拨付计划"

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("funding:plan", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        return self.state == S.DRAFT

    def is_shown(self, on: date) -> bool:
        """Whether it is shown to the officers on that day: nothing of it is issued yet."""
        return self.publicity_until is not None and on <= self.publicity_until


class PlanItemQuerySet(models.QuerySet):
    def standing(self):
        """What the plan pays: everything but what finance struck."""
        return self.filter(struck_at__isnull=True)

    def open(self):
        """What stands in a plan that is not issued yet."""
        return self.filter(released_at__isnull=True, plan__state__in=OPEN_PLAN_STATES)

    def struck(self):
        return self.filter(struck_at__isnull=False)


class PlanItem(models.Model):
    """One instalment of one award in a plan. ``key`` orders its disbursement; released, it may be planned anew.

    Struck by finance, it is released and the plan goes on without it.
    """

    plan = models.ForeignKey(AllocationPlan, on_delete=models.PROTECT, related_name="items")
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="plan_items")
    instalment = models.PositiveSmallIntegerField()
    amount = yuan()
    key = models.UUIDField(unique=True)
    released_at = moment()
    released_by = person()
    struck_at = moment()
    struck_by = person()
    struck_reason = models.CharField(max_length=500, blank=True)

    objects = PlanItemQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            positive("amount"),
            positive("instalment"),
            together("released_at", "released_by"),
            together("struck_at", "struck_by"),
            models.CheckConstraint(
                condition=Q(struck_at__isnull=True) | (Q(released_at__isnull=False) & ~Q(struck_reason="")),
                name="funding_planitem_struck_with_reason",
            ),
            models.UniqueConstraint(
                fields=["award", "instalment"],
                condition=Q(released_at__isnull=True),
                name="funding_planitem_planned_once",
            ),
        ]
        verbose_name = "计划明细"
        verbose_name_plural = "计划明细"

    def __str__(self):
        return f"{self.award} 第 {self.instalment} 期"
