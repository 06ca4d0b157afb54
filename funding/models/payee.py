"""Where a unit's money goes: a bank account that two people of the bureau have checked."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation
from funding.enums import LIVE_PAYEE_STATES, PayeeState
from funding.models.columns import moment, person
from funding.models.timed import TimedByPolicy
from funding.policy import CNAPS_PATTERN
from records.constraints import different, one_of, requires, together
from records.crypto import EncryptedTextField

S = PayeeState
CHECKED = [S.FIRST_CHECKED, S.VERIFIED, S.SUPERSEDED]


class PayeeAccountQuerySet(models.QuerySet):
    def live(self):
        """Neither rejected nor replaced."""
        return self.filter(state__in=LIVE_PAYEE_STATES)

    def verified(self):
        return self.filter(state=S.VERIFIED)

    def without_number(self):
        """Without reading the account number at all: for every page but the one that shows it on purpose."""
        return self.defer("number")


class PayeeAccount(TimedByPolicy):
    """A bank account of a unit. The number is stored encrypted; ``number_masked`` is what pages show."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="payee_accounts")
    account_name = models.CharField(max_length=100)
    bank = models.CharField(max_length=60)
    branch = models.CharField(max_length=100)
    number = EncryptedTextField()
    number_index = models.CharField(max_length=64)
    last4 = models.CharField(max_length=4)
    cnaps = models.CharField(max_length=12)
    state = models.CharField(max_length=20, choices=PayeeState, default=PayeeState.SUBMITTED)
    submitted_at = moment(null=False, blank=False)
    submitted_by = person(null=False, blank=False)
    first_checked_at = moment()
    first_checked_by = person()
    verified_at = moment()
    verified_by = person()
    rejected_at = moment()
    rejected_by = person()
    superseded_at = moment()
    superseded_by = person()

    objects = PayeeAccountQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", PayeeState),
            together("first_checked_at", "first_checked_by"),
            together("verified_at", "verified_by"),
            together("rejected_at", "rejected_by"),
            together("superseded_at", "superseded_by"),
            different("first_checked_by", "verified_by", name="two_checkers"),
            different("submitted_by", "first_checked_by", name="unit_does_not_check"),
            different("submitted_by", "verified_by", name="unit_does_not_verify"),
            requires(CHECKED, "first_checked_at", name="checked_by_somebody"),
            requires([S.VERIFIED, S.SUPERSEDED], "verified_at", name="verified_by_somebody"),
            requires([S.REJECTED], "rejected_at", name="rejected_by_somebody"),
            requires([S.SUPERSEDED], "superseded_at", name="superseded_by_somebody"),
            models.CheckConstraint(
                condition=Q(cnaps__regex=CNAPS_PATTERN), name="funding_payeeaccount_cnaps_of_12"
            ),
            models.CheckConstraint(
                condition=Q(last4__regex=r"^[0-9]{4}$"), name="funding_payeeaccount_last4"
            ),
            models.UniqueConstraint(
                fields=["organisation", "number_index"],
                condition=Q(state__in=LIVE_PAYEE_STATES),
                name="funding_payeeaccount_once_per_unit",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state=S.VERIFIED),
                name="funding_payeeaccount_one_verified",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="funding_payee_state")]
        verbose_name = "收款账户"
        verbose_name_plural = "收款账户"

    def __str__(self):
        return f"{self.account_name} 尾号 {self.last4}"

    def get_absolute_url(self):
        return reverse("funding:payee", args=[self.pk])

    @property
    def host(self) -> Organisation:
        return self.organisation

    @property
    def host_id(self) -> int:
        return self.organisation_id

    @property
    def division_id(self) -> int | None:
        return self.organisation.division_id

    @property
    def number_masked(self) -> str:
        return f"**** **** {self.last4}"

    @property
    def is_verified(self) -> bool:
        return self.state == S.VERIFIED
