"""What the bank says: statements that were imported, and their lines as they were settled by two people."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from funding.enums import Direction, LineFinding, LineState, LineTreatment
from funding.models.columns import moment, person, running_sum, yuan
from funding.models.timed import TimedByPolicy
from records.constraints import different, not_after, not_negative, one_of, positive, requires, together

S = LineState
OURS = [LineTreatment.PAYMENT, LineTreatment.RETURN]


class BankStatement(models.Model):
    """One file of the bank about the paying account. The same file is taken in once; its sums add up."""

    account = models.CharField(max_length=40)
    since = models.DateField()
    until = models.DateField()
    opening = yuan()
    closing = yuan()
    paid = running_sum()
    received = running_sum()
    line_count = models.PositiveIntegerField()
    file_name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64, unique=True)
    imported_at = moment(null=False, blank=False)
    imported_by = person(null=False, blank=False)

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-until", "-pk"]
        constraints = [
            not_after("since", "until"),
            not_negative("paid"),
            not_negative("received"),
            models.CheckConstraint(
                condition=Q(closing=F("opening") + F("received") - F("paid")),
                name="funding_bankstatement_adds_up",
            ),
        ]
        verbose_name = "银行对账单"
        verbose_name_plural = "银行对账单"

    def __str__(self):
        return f"{self.since:%Y.%m.%d}—{self.until:%Y.%m.%d} 对账单"

    def get_absolute_url(self):
        return reverse("funding:statement", args=[self.pk])

    @property
    def account_masked(self) -> str:
        return f"**** {self.account[-4:]}"


class BankLine(TimedByPolicy):
    """One line of a statement. ``repeats`` is the line that told the same before: such a line moves nothing."""

    statement = models.ForeignKey(BankStatement, on_delete=models.PROTECT, related_name="lines")
    row = models.PositiveIntegerField()
    account = models.CharField(max_length=40)
    serial = models.CharField(max_length=64)
    booked_on = models.DateField()
    direction = models.CharField(max_length=4, choices=Direction)
    amount = yuan()
    reference = models.CharField(max_length=80, blank=True)
    payee = models.CharField(max_length=120, blank=True)
    payee_last4 = models.CharField(max_length=4, blank=True)
    summary = models.CharField(max_length=200, blank=True)
    finding = models.CharField(max_length=20, choices=LineFinding)
    repeats = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    treatment = models.CharField(max_length=20, choices=LineTreatment, blank=True)
    disbursement = models.ForeignKey(
        "funding.Disbursement", on_delete=models.PROTECT, null=True, blank=True, related_name="lines"
    )
    note = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=20, choices=LineState, default=S.OPEN)
    proposed_at = moment()
    proposed_by = person()
    settled_at = moment()
    settled_by = person()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["statement", "row"]
        constraints = [
            one_of("state", LineState),
            one_of("direction", Direction),
            one_of("finding", LineFinding),
            one_of("treatment", LineTreatment, blank=True),
            positive("amount"),
            together("proposed_at", "proposed_by"),
            together("settled_at", "settled_by"),
            requires([S.PROPOSED, S.SETTLED], "proposed_at", name="proposed_by_somebody"),
            requires([S.SETTLED], "settled_at", name="settled_by_somebody"),
            different("proposed_by", "settled_by", name="two_people"),
            models.CheckConstraint(
                condition=Q(state=S.OPEN) | ~Q(treatment=""), name="funding_bankline_proposed_as_something"
            ),
            models.CheckConstraint(
                condition=Q(treatment__in=OURS, disbursement__isnull=False)
                | ~Q(treatment__in=OURS) & Q(disbursement__isnull=True),
                name="funding_bankline_ours_names_its_order",
            ),
            models.CheckConstraint(
                condition=~Q(treatment=LineTreatment.PAYMENT) | Q(direction=Direction.OUT),
                name="funding_bankline_payment_goes_out",
            ),
            models.CheckConstraint(
                condition=~Q(treatment=LineTreatment.RETURN) | Q(direction=Direction.IN),
                name="funding_bankline_return_comes_in",
            ),
            models.CheckConstraint(
                condition=Q(repeats__isnull=True) | ~Q(treatment__in=OURS),
                name="funding_bankline_repeat_moves_nothing",
            ),
            models.UniqueConstraint(
                fields=["account", "serial"],
                condition=Q(repeats__isnull=True),
                name="funding_bankline_serial_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="funding_bankline_state")]
        verbose_name = "银行流水"
        verbose_name_plural = "银行流水"

    def __str__(self):
        return f"流水 {self.serial}"

    def label_for_holder(self, role: str) -> str:
        """With the amount, by which whoever compares it finds it."""
        return f"{self}，{self.amount:,.2f} 元"

    def get_absolute_url(self):
        return reverse("funding:line", args=[self.pk])
