"""Money granted to an institute: the entitlement, and what has become of it."""

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Division, Organisation
from funding.enums import AwardState, GrantKind
from funding.models.budget import Budget
from funding.models.columns import moment, person, running_sum, yuan
from funding.models.edition import GrantEdition
from funding.models.payee import PayeeAccount
from funding.models.timed import TimedByPolicy
from institutes.models import Institute, Recognition
from projects.enums.running import ProjectState
from projects.models import Project, ProjectEdition
from records.constraints import different, not_negative, one_of, positive, requires, together
from records.models import Attachment

S = AwardState
AFTER_CONFIRMATION = [S.ACCOUNT_CHECK, S.PENDING_APPROVAL, S.APPROVED, S.CLOSED]
AFTER_CHECK = [S.PENDING_APPROVAL, S.APPROVED, S.CLOSED]
AFTER_APPROVAL = [S.APPROVED, S.CLOSED]


class AwardQuerySet(models.QuerySet):
    def approved(self):
        return self.filter(state=S.APPROVED)

    def with_money_to_order(self):
        """Approved, with an instalment that is due and not ordered yet."""
        return self.approved().filter(ordered__lt=F("payable"), freed=0)


class Award(TimedByPolicy):
    """What an institute's host is entitled to. Always ``claimed ≤ paid ≤ ordered ≤ payable ≤ amount``, and what was
    ordered and what was ``freed`` come to no more than the amount.

    ``terms`` and ``citation`` are the edition's as they were; host and division are those of the day. ``payable`` is
    the sum of the instalments whose condition has come: no more than that is ever ordered. One for a joint ``project``
    has the amount of its contract and the terms of the programme's edition; where that ends early, ``freed`` is what
    its budget got back.
    """

    key = models.UUIDField(unique=True, editable=False)
    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="awards")
    recognition = models.ForeignKey(Recognition, on_delete=models.PROTECT, related_name="awards")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="awards")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="awards")
    kind = models.CharField(max_length=20, choices=GrantKind)
    cycle = models.PositiveSmallIntegerField(null=True, blank=True)
    edition = models.ForeignKey(
        GrantEdition, on_delete=models.PROTECT, null=True, blank=True, related_name="awards"
    )
    project = models.OneToOneField(
        Project, on_delete=models.PROTECT, null=True, blank=True, related_name="award"
    )
    project_edition = models.ForeignKey(
        ProjectEdition, on_delete=models.PROTECT, null=True, blank=True, related_name="awards"
    )
    terms = models.JSONField()
    citation = models.CharField(max_length=60)
    amount = yuan()
    payable = running_sum()
    ordered = running_sum()
    paid = running_sum()
    claimed = running_sum()
    freed = running_sum()
    state = models.CharField(max_length=20, choices=AwardState, default=AwardState.ENTITLED)
    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, null=True, blank=True, related_name="awards")
    account = models.ForeignKey(
        PayeeAccount, on_delete=models.PROTECT, null=True, blank=True, related_name="awards"
    )
    proposed_at = moment(null=False, blank=False)
    proposed_by = person(null=False, blank=False)
    confirmed_at = moment()
    confirmed_by = person()
    account_first_checked_by = person()
    account_verified_at = moment()
    account_verified_by = person()
    approved_at = moment()
    approved_by = person()
    suspended_at = moment()
    suspended_by = person()
    ended_at = moment()
    ended_by = person()
    waiver_statement = models.CharField(max_length=500, blank=True)
    waiver_file = models.ForeignKey(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AwardQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", AwardState),
            one_of("kind", GrantKind),
            positive("amount"),
            not_negative("ordered"),
            not_negative("paid"),
            not_negative("claimed"),
            not_negative("freed"),
            models.CheckConstraint(
                condition=Q(freed__lte=F("amount") - F("ordered")), name="funding_award_unordered_is_freed"
            ),
            models.CheckConstraint(
                condition=Q(freed=0) | Q(project__isnull=False),
                name="funding_award_without_project_nothing_freed",
            ),
            models.CheckConstraint(
                condition=Q(payable__lte=F("amount")), name="funding_award_payable_within_amount"
            ),
            models.CheckConstraint(
                condition=Q(ordered__lte=F("payable")), name="funding_award_not_overdrawn"
            ),
            models.CheckConstraint(
                condition=Q(paid__lte=F("ordered")), name="funding_award_paid_within_ordered"
            ),
            models.CheckConstraint(
                condition=Q(claimed__lte=F("paid")), name="funding_award_claimed_within_paid"
            ),
            models.CheckConstraint(
                condition=Q(ordered=0) | Q(budget__isnull=False), name="funding_award_ordered_from_a_budget"
            ),
            models.CheckConstraint(
                condition=~Q(state=S.CLOSED) | Q(paid=F("amount") - F("freed")),
                name="funding_award_closed_means_paid",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[S.WAIVED, S.LAPSED]) | Q(ordered=0),
                name="funding_award_ended_unordered",
            ),
            models.CheckConstraint(
                condition=Q(kind=GrantKind.PERFORMANCE, cycle__isnull=False)
                | ~Q(kind=GrantKind.PERFORMANCE) & Q(cycle__isnull=True),
                name="funding_award_performance_has_cycle",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind=GrantKind.JOINT_PROJECT,
                    project__isnull=False,
                    project_edition__isnull=False,
                    edition__isnull=True,
                )
                | ~Q(kind=GrantKind.JOINT_PROJECT)
                & Q(project__isnull=True, project_edition__isnull=True, edition__isnull=False),
                name="funding_award_by_an_edition_or_a_project",
            ),
            models.CheckConstraint(
                condition=Q(waiver_statement="", waiver_file__isnull=True)
                | ~Q(waiver_statement="") & Q(waiver_file__isnull=False),
                name="funding_award_waiver_is_sealed",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.WAIVED) | Q(waiver_file__isnull=False) | Q(confirmed_at__isnull=True),
                name="funding_award_confirmed_is_waived_by_a_paper",
            ),
            together("confirmed_at", "confirmed_by"),
            together(
                "account_verified_at",
                "account_verified_by",
                "account_first_checked_by",
                name="account_checked_by_two",
            ),
            together("approved_at", "approved_by", "budget"),
            together("suspended_at", "suspended_by"),
            together("ended_at", "ended_by"),
            requires(AFTER_CONFIRMATION, "confirmed_at", "account", name="confirmed_with_account"),
            requires(AFTER_CHECK, "account_verified_at", name="account_checked_before_approval"),
            requires(AFTER_APPROVAL, "approved_at", name="approved_by_somebody"),
            requires([S.SUSPENDED], "suspended_at", name="suspended_by_somebody"),
            requires([S.CLOSED, S.WAIVED, S.LAPSED], "ended_at", name="ended_by_somebody"),
            different("approved_by", "proposed_by", name="approver_not_proposer"),
            different("approved_by", "confirmed_by", name="approver_not_confirmer"),
            different("approved_by", "account_first_checked_by", name="approver_not_first_checker"),
            different("approved_by", "account_verified_by", name="approver_not_verifier"),
            different("account_first_checked_by", "account_verified_by", name="two_checkers"),
            models.UniqueConstraint(
                fields=["institute", "kind"],
                condition=Q(kind__in=[GrantKind.CONSTRUCTION, GrantKind.PROVINCIAL]),
                name="funding_award_once_per_institute",
            ),
            models.UniqueConstraint(
                fields=["institute", "kind", "cycle"],
                condition=Q(kind=GrantKind.PERFORMANCE),
                name="funding_award_once_per_cycle",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="funding_award_state"),
            models.Index(fields=["division", "state"], name="funding_award_division"),
            models.Index(fields=["host", "-id"], name="funding_award_host"),
        ]
        verbose_name = "奖补资金"
        verbose_name_plural = "奖补资金"

    def __str__(self):
        kind = self.get_kind_display()
        return f"{self.project}：{kind}" if self.project else f"{self.institute}{kind}"

    def label_for_holder(self, role: str) -> str:
        """With the amount, by which whoever is reminded knows it."""
        return f"{self}，{self.amount:,.2f} 元"

    def get_absolute_url(self):
        return reverse("funding:award", args=[self.pk])

    @property
    def rule(self) -> GrantEdition | ProjectEdition:
        """The edition by which it was granted."""
        found = self.project_edition or self.edition
        if found is None:
            raise ValueError("an award without an edition")
        return found

    @property
    def state_tone(self) -> str:
        """Approved is not yet done here: the money is still to come."""
        return "progress" if self.state == S.APPROVED else ""

    @property
    def barrier(self) -> str:
        """Why nothing of it may be approved or ordered now; empty where nothing stands in the way.

        An award belongs to whoever hosted the institute when it was proposed: under another host it waits until it
        is redirected.
        """
        if self.host_id != self.institute.host_id and not self.recognition.barrier:
            return "该研究院的依托单位已变更，本项资金仍在原依托单位名下"
        return self.barrier_to_payment

    @property
    def barrier_to_payment(self) -> str:
        """Why what was ordered of it may not be paid now. Another host of the institute is no reason: what was sent
        for the former one stays with that one."""
        if words := self.recognition.barrier:
            return f"该研究院的{words}"
        if self.project and self.project.ended_at and self.project.state != ProjectState.ACCEPTED:
            return "该联合攻关项目已终止"
        if self.project and self.project.suspended_at:
            return "该联合攻关项目中止中"
        if order := self.disbursements.paid_after_void().order_by("pk").first():
            return f"银行流水显示已作废的拨付 {order.number} 又已付出，尚未核定"
        if number := self.claim_against_host:
            return f"依托单位有已决定追回、尚未退还的资金（{number}）"
        return ""

    @property
    def claim_against_host(self) -> str:
        """The number of a clawback that its unit has not repaid yet; empty where it owes nothing."""
        owed = self.host.clawbacks.owed().values_list("number", flat=True)
        return owed.order_by("pk").first() or ""

    @property
    def can_be_redirected(self) -> bool:
        """Whether the institute has another host now, and nothing of the award was ordered for the former one."""
        return self.host_id != self.institute.host_id and self.ordered == 0

    @property
    def left_to_order(self):
        """What may be ordered now: of the instalments that are due, what is not ordered yet."""
        return Decimal(0) if self.freed else self.payable - self.ordered

    @property
    def held_back(self):
        """What later instalments will bring, once their condition has come."""
        return Decimal(0) if self.freed else self.amount - self.payable

    @property
    def left_to_pay(self):
        return self.amount - self.freed - self.paid
