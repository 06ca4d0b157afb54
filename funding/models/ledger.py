"""Double entry: every movement of money, never edited. Balanced and append-only, by trigger."""

from django.db import models
from django.db.models import Q

from funding.enums import BUDGET_KINDS, Account, EntryKind
from funding.models.adjustment import BudgetChange
from funding.models.award import Award
from funding.models.bank import BankLine
from funding.models.budget import Budget
from funding.models.clawback import Clawback, Repayment
from funding.models.columns import moment, person, yuan
from funding.models.disbursement import Disbursement
from records.constraints import one_of

PER_DISBURSEMENT = [EntryKind.ORDER, EntryKind.RECEIVE, EntryKind.PAY, EntryKind.RETURN, EntryKind.VOID]
PER_AWARD = [EntryKind.COMMIT, EntryKind.RELEASE]
OF_AWARD = [*PER_AWARD, EntryKind.FREE]
PER_LINE = [EntryKind.SETTLE, EntryKind.REFUND]
PER_CLAWBACK = [EntryKind.CLAIM, EntryKind.WRITE_OFF]


class LedgerEntry(models.Model):
    """One movement: what happened, to which award and disbursement, on which day, entered by whom."""

    kind = models.CharField(max_length=20, choices=EntryKind)
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="entries")
    change = models.OneToOneField(
        BudgetChange, on_delete=models.PROTECT, null=True, blank=True, related_name="entry"
    )
    award = models.ForeignKey(Award, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    disbursement = models.ForeignKey(
        Disbursement, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    line = models.OneToOneField(
        BankLine, on_delete=models.PROTECT, null=True, blank=True, related_name="entry"
    )
    clawback = models.ForeignKey(
        Clawback, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    repayment = models.OneToOneField(
        Repayment, on_delete=models.PROTECT, null=True, blank=True, related_name="entry"
    )
    amount = yuan()
    occurred_on = models.DateField()
    posted_at = moment(null=False, blank=False)
    posted_by = person(null=False, blank=False)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("kind", EntryKind),
            models.CheckConstraint(condition=Q(amount__gt=0), name="funding_ledgerentry_amount_positive"),
            models.UniqueConstraint(
                fields=["disbursement", "kind"],
                condition=Q(kind__in=PER_DISBURSEMENT),
                name="funding_ledgerentry_once_per_disbursement",
            ),
            models.UniqueConstraint(
                fields=["award", "kind"],
                condition=Q(kind__in=PER_AWARD),
                name="funding_ledgerentry_once_per_award",
            ),
            models.UniqueConstraint(
                fields=["clawback", "kind"],
                condition=Q(kind__in=PER_CLAWBACK),
                name="funding_ledgerentry_once_per_clawback",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=list(BUDGET_KINDS), change__isnull=False)
                | Q(kind__in=OF_AWARD, award__isnull=False, disbursement__isnull=True)
                | Q(kind__in=PER_DISBURSEMENT, award__isnull=False, disbursement__isnull=False)
                | Q(kind__in=PER_LINE, award__isnull=False, disbursement__isnull=False, line__isnull=False)
                | Q(kind__in=PER_CLAWBACK, award__isnull=False, clawback__isnull=False)
                | Q(
                    kind=EntryKind.REPAY,
                    award__isnull=False,
                    clawback__isnull=False,
                    repayment__isnull=False,
                ),
                name="funding_ledgerentry_about_its_case",
            ),
        ]
        indexes = [models.Index(fields=["budget", "-id"], name="funding_ledger_budget")]
        verbose_name = "台账分录"
        verbose_name_plural = "台账分录"

    def __str__(self):
        return f"{self.get_kind_display()} {self.amount:,.2f} 元"


class LedgerPosting(models.Model):
    """One side of an entry: what an account gained (positive) or gave (negative)."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="postings")
    account = models.CharField(max_length=20, choices=Account)
    amount = yuan()

    class Meta:
        ordering = ["entry", "amount"]
        constraints = [
            one_of("account", Account),
            models.CheckConstraint(condition=~Q(amount=0), name="funding_ledgerposting_moves_something"),
            models.UniqueConstraint(
                fields=["entry", "account"], name="funding_ledgerposting_one_per_account"
            ),
        ]
        verbose_name = "台账记账"
        verbose_name_plural = "台账记账"

    def __str__(self):
        return f"{self.get_account_display()} {self.amount:+,.2f} 元"
