"""Taking back what was paid (追回, domain B8): the case, and the money that comes back in parts."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Division, Organisation
from funding.enums import (
    ENDED_CLAWBACKS,
    OWED_STATES,
    REPAYABLE_STATES,
    ClawbackState,
    Finality,
    RepaymentState,
)
from funding.models.award import Award
from funding.models.columns import day, moment, person, running_sum, yuan
from funding.models.edition import GrantEdition
from institutes.models import Institute
from records.constraints import different, not_negative, one_of, positive, requires, together
from records.models import LifecycleSubject

S = ClawbackState
DECIDED_STATES = (*OWED_STATES, S.REPAID, S.CLOSING, S.CLOSED)
NOTIFIED_STATES = (S.NOTICE_OF_INTENT, S.DECIDING, *DECIDED_STATES)
PROPOSED_STATES = (S.PROPOSED, *NOTIFIED_STATES)
SERVED_STATES = (*REPAYABLE_STATES, S.REPAID, S.CLOSING, S.CLOSED)


class ClawbackQuerySet(models.QuerySet):
    def open(self):
        """Neither closed nor found to be without ground."""
        return self.exclude(state__in=ENDED_CLAWBACKS)

    def owed(self):
        """Decided, and not repaid: what stops the other money of the unit."""
        unpaid = Q(state=S.CLOSING, repaid__lt=F("amount") + F("interest"))
        return self.filter(Q(state__in=OWED_STATES) | unpaid)

    def decided(self):
        return self.filter(state__in=DECIDED_STATES)


class Clawback(LifecycleSubject):
    """Money of one award that was paid and has to come back. Whole or part, never more than was paid.

    ``base`` is what was paid and not yet claimed when it was decided; ``amount`` the part of it that is claimed.
    """

    number = models.CharField(max_length=40, unique=True)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="clawbacks")
    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="clawbacks")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="clawbacks")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="clawbacks")
    edition = models.ForeignKey(GrantEdition, on_delete=models.PROTECT, related_name="clawbacks")
    ground = models.CharField(max_length=40)
    facts = models.TextField()
    base = yuan(null=True, blank=True)
    amount = yuan(null=True, blank=True)
    interest = running_sum()
    repaid = running_sum()
    written_off = running_sum()
    state = models.CharField(max_length=20, choices=ClawbackState, default=S.SUSPECTED)
    suspected_at = moment(null=False, blank=False)
    suspected_by = person(null=False, blank=False)
    proposed_at = moment()
    proposed_by = person()
    noticed_at = moment()
    noticed_by = person()
    statement_until = day()
    statement = models.TextField(blank=True)
    stated_at = moment()
    stated_by = person()
    minute_number = models.CharField(max_length=60, blank=True)
    decision = models.TextField(blank=True)
    decided_at = moment()
    decided_by = person()
    served_on = day()
    served_at = moment()
    served_by = person()
    repay_by = day()
    listed_until = day()
    listed_at = moment()
    listed_by = person()
    enforcement_number = models.CharField(max_length=80, blank=True)
    enforced_at = moment()
    enforced_by = person()
    finality = models.CharField(max_length=20, choices=Finality, blank=True)
    finality_note = models.CharField(max_length=200, blank=True)
    published_at = moment()
    published_by = person()
    ruling_number = models.CharField(max_length=80, blank=True)
    closing_note = models.CharField(max_length=500, blank=True)
    signed_at = moment()
    signed_by = person()
    closed_at = moment()
    closed_by = person()
    dropped_at = moment()
    dropped_by = person()
    drop_reason = models.CharField(max_length=1000, blank=True)

    objects = ClawbackQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", ClawbackState),
            one_of("finality", Finality, blank=True),
            positive("amount"),
            not_negative("interest"),
            not_negative("repaid"),
            not_negative("written_off"),
            models.CheckConstraint(
                condition=Q(amount__isnull=True) | Q(base__isnull=False) & Q(amount__lte=F("base")),
                name="funding_clawback_within_what_was_paid",
            ),
            models.CheckConstraint(
                condition=Q(repaid=0, written_off=0)
                | Q(amount__isnull=False) & Q(repaid__lte=F("amount") + F("interest") - F("written_off")),
                name="funding_clawback_not_overpaid",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.REPAID) | Q(repaid=F("amount") + F("interest")),
                name="funding_clawback_repaid_means_all",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.CLOSED) | Q(repaid=F("amount") + F("interest") - F("written_off")),
                name="funding_clawback_closed_means_settled",
            ),
            models.CheckConstraint(
                condition=Q(written_off=0) | Q(state=S.CLOSED) & ~Q(ruling_number=""),
                name="funding_clawback_written_off_by_a_ruling",
            ),
            models.CheckConstraint(condition=~Q(ground="") & ~Q(facts=""), name="funding_clawback_has_facts"),
            models.CheckConstraint(
                condition=Q(stated_at__isnull=True) | Q(noticed_at__isnull=False) & ~Q(statement=""),
                name="funding_clawback_statement_after_notice",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DECIDED_STATES) | ~Q(minute_number="") & ~Q(decision=""),
                name="funding_clawback_decided_by_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | Q(served_at__isnull=False) & ~Q(finality=""),
                name="funding_clawback_published_when_final",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.NOT_FOUNDED) | ~Q(drop_reason=""),
                name="funding_clawback_dropped_says_why",
            ),
            together("proposed_at", "proposed_by", "amount", name="proposed_with_amount"),
            together("noticed_at", "noticed_by", "statement_until"),
            together("stated_at", "stated_by"),
            together("decided_at", "decided_by"),
            together("served_at", "served_by", "served_on", "repay_by", name="served_with_a_day"),
            together("listed_at", "listed_by", "listed_until"),
            together("enforced_at", "enforced_by"),
            together("published_at", "published_by"),
            together("signed_at", "signed_by"),
            together("closed_at", "closed_by"),
            together("dropped_at", "dropped_by"),
            requires(PROPOSED_STATES, "proposed_at", name="proposed_by_somebody"),
            requires(NOTIFIED_STATES, "noticed_at", name="unit_was_heard"),
            requires(DECIDED_STATES, "decided_at", name="decided_by_somebody"),
            requires(SERVED_STATES, "served_at", name="served_by_somebody"),
            requires([S.CREDIT_LISTED], "listed_at", name="listed_by_somebody"),
            requires([S.ENFORCED], "enforced_at", name="enforced_by_somebody"),
            requires([S.CLOSING, S.CLOSED], "signed_at", name="signed_before_closed"),
            requires([S.CLOSED], "closed_at", name="closed_by_finance_too"),
            requires([S.NOT_FOUNDED], "dropped_at", name="dropped_by_somebody"),
            different("proposed_by", "noticed_by", name="notice_by_another"),
            different("proposed_by", "decided_by", name="four_eyes"),
            different("signed_by", "closed_by", name="closed_by_two"),
            models.UniqueConstraint(
                fields=["award"],
                condition=~Q(state__in=ENDED_CLAWBACKS),
                name="funding_clawback_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="funding_clawback_state"),
            models.Index(fields=["host", "state"], name="funding_clawback_host"),
        ]
        verbose_name = "资金追回"
        verbose_name_plural = "资金追回"

    def __str__(self):
        return f"{self.institute}资金追回"[:200]

    def get_absolute_url(self):
        return reverse("funding:clawback", args=[self.pk])

    def time_limit(self, key: str) -> int | None:
        days = self.edition.terms["time_limits"].get(key)
        return int(days) if days is not None else None

    @property
    def state_tone(self) -> str:
        tones = {
            S.NOT_FOUNDED: "neutral",
            S.CLOSED: "done",
            S.REPAID: "done",
            S.OVERDUE: "overdue",
            S.CREDIT_LISTED: "refused",
            S.ENFORCED: "refused",
            S.SUSPECTED: "wait",
        }
        return tones.get(S(self.state), "progress")

    @property
    def total(self) -> Decimal:
        """What has to come back: the amount, and interest where the edition asks for it."""
        return (self.amount or Decimal(0)) + self.interest

    @property
    def left(self) -> Decimal:
        """What has not come back yet."""
        return self.total - self.repaid - self.written_off

    @property
    def _ground(self) -> dict:
        grounds = self.edition.terms["grounds"]
        return next((one for one in grounds if one["code"] == self.ground), {})

    @property
    def ground_label(self) -> str:
        """The ground in the words of the edition it was opened under."""
        return self._ground.get("label", self.ground)

    @property
    def ground_basis(self) -> str:
        """On which law the ground rests, by the same edition."""
        return self._ground.get("basis", "")


class Repayment(LifecycleSubject):
    """A part of what has to come back: reported with the voucher, confirmed by another person of finance."""

    clawback = models.ForeignKey(Clawback, on_delete=models.PROTECT, related_name="repayments")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    amount = yuan()
    paid_on = day(null=False, blank=False)
    bank_reference = models.CharField(max_length=64)
    key = models.UUIDField(unique=True)
    state = models.CharField(max_length=20, choices=RepaymentState, default=RepaymentState.REPORTED)
    reported_at = moment(null=False, blank=False)
    reported_by = person(null=False, blank=False)
    confirmed_at = moment()
    confirmed_by = person()
    rejected_at = moment()
    rejected_by = person()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", RepaymentState),
            positive("amount"),
            models.CheckConstraint(condition=~Q(bank_reference=""), name="funding_repayment_has_reference"),
            together("confirmed_at", "confirmed_by"),
            together("rejected_at", "rejected_by"),
            requires([RepaymentState.CONFIRMED], "confirmed_at", name="confirmed_by_somebody"),
            requires([RepaymentState.REJECTED], "rejected_at", name="rejected_by_somebody"),
            different("reported_by", "confirmed_by", name="two_people"),
            models.UniqueConstraint(
                fields=["bank_reference"],
                condition=~Q(state=RepaymentState.REJECTED),
                name="funding_repayment_reference_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="funding_repayment_state")]
        verbose_name = "退还款项"
        verbose_name_plural = "退还款项"

    def __str__(self):
        return f"{self.clawback.number} 退还 {self.amount:,.2f} 元"

    def get_absolute_url(self):
        return reverse("funding:repayment", args=[self.pk])

    def time_limit(self, key: str) -> int | None:
        return self.clawback.time_limit(key)

    @property
    def state_tone(self) -> str:
        tones = {RepaymentState.CONFIRMED: "done", RepaymentState.REJECTED: "refused"}
        return tones.get(RepaymentState(self.state), "progress")
