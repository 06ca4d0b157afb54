"""How a budget came to be so much: the documents that gave, cut and moved money, and the proposals behind them."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from funding.enums import BUDGET_KINDS, AdjustmentKind, AdjustmentState, EntryKind
from funding.models.budget import Budget
from funding.models.columns import moment, person, yuan
from funding.models.timed import TimedByPolicy
from records.constraints import different, one_of, positive, requires, together

S = AdjustmentState
ONE_BUDGET = [AdjustmentKind.APPROPRIATE, AdjustmentKind.RAISE, AdjustmentKind.CUT]


class BudgetAdjustment(TimedByPolicy):
    """What a document gives a budget, or changes of it: proposed by one of finance with the file, entered by another.

    ``target`` is where a transfer goes; for a carry-over the next year's budget, known once it was entered.
    """

    kind = models.CharField(max_length=20, choices=AdjustmentKind)
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="adjustments")
    target = models.ForeignKey(
        Budget, on_delete=models.PROTECT, null=True, blank=True, related_name="adjustments_in"
    )
    amount = yuan()
    document_number = models.CharField(max_length=60)
    note = models.CharField(max_length=200, blank=True)
    key = models.UUIDField(unique=True)
    state = models.CharField(max_length=20, choices=AdjustmentState, default=S.PROPOSED)
    proposed_at = moment(null=False, blank=False)
    proposed_by = person(null=False, blank=False)
    entered_at = moment()
    entered_by = person()
    rejected_at = moment()
    rejected_by = person()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", AdjustmentState),
            one_of("kind", AdjustmentKind),
            positive("amount"),
            together("entered_at", "entered_by"),
            together("rejected_at", "rejected_by"),
            requires([S.ENTERED], "entered_at", name="entered_by_somebody"),
            requires([S.REJECTED], "rejected_at", name="rejected_by_somebody"),
            different("proposed_by", "entered_by", name="two_people"),
            models.CheckConstraint(
                condition=~Q(kind=AdjustmentKind.TRANSFER) | Q(target__isnull=False),
                name="funding_budgetadjustment_transfer_has_target",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=ONE_BUDGET) | Q(target__isnull=True),
                name="funding_budgetadjustment_one_budget_without_target",
            ),
            models.CheckConstraint(
                condition=Q(target__isnull=True) | ~Q(target=F("budget")),
                name="funding_budgetadjustment_target_is_another",
            ),
            models.UniqueConstraint(
                fields=["document_number"],
                condition=~Q(state=S.REJECTED),
                name="funding_budgetadjustment_document_once",
            ),
            models.UniqueConstraint(
                fields=["budget"],
                condition=Q(kind=AdjustmentKind.APPROPRIATE) & ~Q(state=S.REJECTED),
                name="funding_budgetadjustment_opened_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="funding_adjustment_state")]
        verbose_name = "预算调整"
        verbose_name_plural = "预算调整"

    def __str__(self):
        return f"{self.budget}{self.get_kind_display()}（{self.document_number}）"

    def get_absolute_url(self):
        return reverse("funding:adjustment", args=[self.pk])


class BudgetChange(models.Model):
    """One document that changed a budget, with its sign. Append-only, by trigger; the total is their sum."""

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="changes")
    kind = models.CharField(max_length=20, choices=EntryKind, default=EntryKind.APPROPRIATE)
    adjustment = models.ForeignKey(
        BudgetAdjustment, on_delete=models.PROTECT, null=True, blank=True, related_name="changes"
    )
    amount = yuan()
    document_number = models.CharField(max_length=60)
    note = models.CharField(max_length=200, blank=True)
    key = models.UUIDField(unique=True)
    made_at = moment(null=False, blank=False)
    made_by = person(null=False, blank=False)

    class Meta:
        ordering = ["budget", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=list(BUDGET_KINDS)), name="funding_budgetchange_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[EntryKind.CUT, EntryKind.TRANSFER_OUT, EntryKind.CARRY_OUT], amount__lt=0
                )
                | Q(
                    kind__in=[
                        EntryKind.APPROPRIATE,
                        EntryKind.RAISE,
                        EntryKind.TRANSFER_IN,
                        EntryKind.CARRY_IN,
                    ],
                    amount__gt=0,
                ),
                name="funding_budgetchange_sign_of_its_kind",
            ),
            models.UniqueConstraint(
                fields=["document_number", "budget"], name="funding_budgetchange_document_once"
            ),
            models.CheckConstraint(
                condition=Q(adjustment__isnull=False), name="funding_budgetchange_proposed_and_entered"
            ),
        ]
        verbose_name = "预算安排"
        verbose_name_plural = "预算安排"

    def __str__(self):
        return f"{self.document_number} {self.amount:,.2f} 元"
