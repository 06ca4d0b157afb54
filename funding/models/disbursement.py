"""An instalment on its way: ordered by the city, received by the county, paid to the unit, receipted."""

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from accounts.models import Division, Organisation
from accounts.roles import Role
from funding.enums import (
    DEAD_DISBURSEMENT_STATES,
    PAID_STATES,
    AwardState,
    Direction,
    DisbursementState,
    LineState,
    PayeeState,
)
from funding.models.award import Award
from funding.models.bank import BankLine, BankStatement
from funding.models.columns import day, moment, person, running_sum, yuan
from funding.models.payee import PayeeAccount
from funding.models.plan import AllocationPlan
from funding.models.timed import TimedByPolicy
from funding.policy import same_name
from records.constraints import different, not_after, not_negative, one_of, positive, requires, together

S = DisbursementState


class DisbursementQuerySet(models.QuerySet):
    def live(self):
        """Neither returned nor voided: what counts as ordered."""
        return self.exclude(state__in=DEAD_DISBURSEMENT_STATES)

    def paid(self):
        return self.filter(state__in=PAID_STATES)

    def paid_after_void(self):
        """Voided, and yet the bank says that it paid: a line that two people have not settled yet."""
        said = BankLine.objects.filter(
            reference=OuterRef("number"), direction=Direction.OUT, repeats__isnull=True
        ).exclude(state=LineState.SETTLED)
        return self.filter(Exists(said), state=S.VOIDED)

    def unsent_of(self, plan_id):
        """Ordered under that plan, and not on its way to the treasury."""
        return self.filter(plan=plan_id, state=S.ORDERED)

    def unsent(self, *, before):
        """Ordered before that moment, and not yet on its way to the treasury."""
        return self.filter(state=S.ORDERED, ordered_at__lt=before)

    def unanswered(self, *, before):
        """Sent since before that moment, and what became of it was not recorded."""
        return self.filter(state=S.SENDING, claimed_at__lt=before)


def _equals_amount(field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{field}__isnull": True}) | Q(**{field: F("amount")}),
        name=f"funding_disbursement_{field}_equal",
    )


class Disbursement(TimedByPolicy):
    """One instalment of an award. The same ``key`` orders once; every date is no earlier than the one before."""

    number = models.CharField(max_length=40, unique=True)
    award = models.ForeignKey(Award, on_delete=models.PROTECT, related_name="disbursements")
    plan = models.ForeignKey(AllocationPlan, on_delete=models.PROTECT, related_name="disbursements")
    account = models.ForeignKey(PayeeAccount, on_delete=models.PROTECT, related_name="disbursements")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="disbursements")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="disbursements")
    direct_pay = models.BooleanField(default=False)
    instalment = models.PositiveSmallIntegerField()
    amount = yuan()
    key = models.UUIDField(unique=True)
    state = models.CharField(max_length=20, choices=DisbursementState, default=DisbursementState.ORDERED)
    ordered_at = moment(null=False, blank=False)
    ordered_by = person(null=False, blank=False)
    claimed_at = moment()
    claimed_by = person()
    doubted_at = moment()
    doubted_by = person()
    unpaid_statement = models.ForeignKey(
        BankStatement, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    unpaid_proposed_at = moment()
    unpaid_proposed_by = person()
    settled = running_sum()
    issued_at = moment()
    issued_by = person()
    issued_on = day()
    export_reference = models.CharField(max_length=60, blank=True)
    export_digest = models.CharField(max_length=64, blank=True)
    received_on = day()
    received_amount = yuan(null=True, blank=True)
    received_at = moment()
    received_by = person()
    paid_on = day()
    paid_amount = yuan(null=True, blank=True)
    bank_reference = models.CharField(max_length=64, null=True, blank=True, unique=True)
    paid_at = moment()
    paid_by = person()
    receipted_on = day()
    receipt_amount = yuan(null=True, blank=True)
    receipted_at = moment()
    receipted_by = person()
    ending_reason = models.CharField(max_length=500, blank=True)
    ending_proposed_at = moment()
    ending_proposed_by = person()
    ended_at = moment()
    ended_by = person()
    ended_reason = models.CharField(max_length=500, blank=True)

    objects = DisbursementQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", DisbursementState),
            positive("amount"),
            positive("instalment"),
            together("claimed_at", "claimed_by"),
            together("doubted_at", "doubted_by"),
            together(
                "unpaid_proposed_at", "unpaid_proposed_by", "unpaid_statement", name="unpaid_by_a_statement"
            ),
            not_negative("settled"),
            models.CheckConstraint(
                condition=Q(settled__lte=F("amount")), name="funding_disbursement_settled_within_amount"
            ),
            together("issued_at", "issued_by", "issued_on"),
            together(
                "received_at", "received_by", "received_on", "received_amount", name="received_as_a_whole"
            ),
            together(
                "paid_at", "paid_by", "paid_on", "paid_amount", "bank_reference", name="paid_as_a_whole"
            ),
            together(
                "receipted_at", "receipted_by", "receipted_on", "receipt_amount", name="receipted_as_a_whole"
            ),
            together("ended_at", "ended_by"),
            together("ending_proposed_at", "ending_proposed_by"),
            models.CheckConstraint(
                condition=Q(ending_proposed_at__isnull=True) | ~Q(ending_reason=""),
                name="funding_disbursement_ending_with_reason",
            ),
            different("ending_proposed_by", "ended_by", name="ended_by_two_people"),
            requires([S.RETURNED], "ending_proposed_at", name="returned_after_a_proposal"),
            models.CheckConstraint(
                condition=~Q(state=S.VOIDED)
                | Q(ending_proposed_at__isnull=False)
                | Q(unpaid_proposed_at__isnull=False),
                name="funding_disbursement_voided_after_a_proposal",
            ),
            _equals_amount("received_amount"),
            _equals_amount("paid_amount"),
            _equals_amount("receipt_amount"),
            not_after("issued_on", "received_on"),
            not_after("issued_on", "paid_on"),
            not_after("received_on", "paid_on"),
            not_after("paid_on", "receipted_on"),
            different("ordered_by", "paid_by", name="orderer_not_payer"),
            different("unpaid_proposed_by", "ended_by", name="unpaid_by_two_people"),
            requires([S.SENDING, S.UNKNOWN], "claimed_at", name="sent_after_a_claim"),
            requires([S.UNKNOWN], "doubted_at", name="unknown_since_a_moment"),
            different("paid_by", "receipted_by", name="payer_not_receiver"),
            requires(
                [S.ISSUED, S.ISSUED_DIRECT, S.COUNTY_RECEIVED, S.PAID, S.RECEIPTED],
                "claimed_at",
                "issued_at",
                name="issued_by_somebody",
            ),
            requires([S.COUNTY_RECEIVED], "received_at", name="received_by_somebody"),
            requires([S.PAID, S.RECEIPTED], "paid_at", name="paid_by_somebody"),
            requires([S.RECEIPTED], "receipted_at", name="receipted_by_somebody"),
            requires([S.RETURNED, S.VOIDED], "ended_at", name="ended_by_somebody"),
            models.CheckConstraint(
                condition=~Q(state__in=[S.PAID, S.RECEIPTED])
                | Q(direct_pay=True)
                | Q(received_at__isnull=False),
                name="funding_disbursement_through_the_county",
            ),
            models.CheckConstraint(
                condition=Q(direct_pay=False) | Q(received_at__isnull=True),
                name="funding_disbursement_direct_skips_county",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=DEAD_DISBURSEMENT_STATES) | ~Q(ended_reason=""),
                name="funding_disbursement_ended_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.VOIDED)
                | Q(claimed_at__isnull=True)
                | Q(unpaid_proposed_at__isnull=False),
                name="funding_disbursement_voided_only_unsent",
            ),
            models.UniqueConstraint(
                fields=["award", "instalment"],
                condition=~Q(state__in=DEAD_DISBURSEMENT_STATES),
                name="funding_disbursement_one_live_per_instalment",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="funding_disb_state"),
            models.Index(fields=["division", "state"], name="funding_disb_division"),
            models.Index(fields=["host", "-id"], name="funding_disb_host"),
        ]
        verbose_name = "资金拨付"
        verbose_name_plural = "资金拨付"

    def __str__(self):
        return f"{self.number} 第 {self.instalment} 期"

    def label_for_holder(self, role: str) -> str:
        """With how much it pays: units know it by what it is of, the offices by its number."""
        named = f"{self.award}第 {self.instalment} 期" if role == Role.ENT_ADMIN else str(self)
        return f"{named}，{self.amount:,.2f} 元"

    def get_absolute_url(self):
        return reverse("funding:disbursement", args=[self.pk])

    @property
    def state_tone(self) -> str:
        """Issued is not yet done here: the money is on its way. What nobody knows is a warning."""
        return {S.ISSUED: "progress", S.SENDING: "progress", S.UNKNOWN: "soon"}.get(self.state, "")

    @property
    def ending_word(self) -> str:
        """How it would end from here: withdrawn before it left, or sent back by the bank."""
        return "作废列支" if self.state == S.ORDERED else "退汇"

    @property
    def ending_label(self) -> str:
        """What the second person has to do about a proposal."""
        return f"复核{self.ending_word}"

    @property
    def ending_words(self) -> str:
        """That its end was proposed and waits for another person; empty where nothing waits, and once it ended."""
        if self.ending_proposed_at is None or self.state in DEAD_DISBURSEMENT_STATES:
            return ""
        return f"已提出{self.ending_word}，待另一人复核"

    @property
    def left_to_settle(self):
        """What no statement of the bank has shown yet."""
        return self.amount - self.settled

    @property
    def account_barrier(self) -> str:
        """Why money may not go to the account it was ordered to any more; empty where it may.

        A unit that names another account, or that was renamed since, stops what is on its way.
        """
        if self.account.state != PayeeState.VERIFIED:
            return f"尾号 {self.account.last4} 的收款账户已停用"
        if not same_name(self.account.account_name, self.host.name):
            return "收款账户名称与单位现名称不一致（单位已更名）"
        return ""

    @property
    def barrier(self) -> str:
        """Why it may not be sent or paid now; empty where nothing stands in the way, and once it was paid."""
        if self.state in PAID_STATES or self.state in DEAD_DISBURSEMENT_STATES:
            return ""
        stopped = self.award.state != AwardState.APPROVED
        state = f"“{self.award}”现为“{self.award.get_state_display()}”" if stopped else ""
        if words := self.ending_words:
            return words
        award = self.award.barrier if self.state == S.ORDERED else self.award.barrier_to_payment
        return award or state or self.account_barrier
