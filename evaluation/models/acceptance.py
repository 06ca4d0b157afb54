"""Acceptance: what becomes of an institute at the end of its building period (domain B2)."""

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import Division, Organisation
from evaluation import policy
from evaluation.enums import CLOSED_ACCEPTANCES, OPEN_ACCEPTANCES, AcceptanceOutcome
from evaluation.enums import AcceptanceState as S
from evaluation.models.edition import ReviewEdition
from institutes.enums import CountyPosition
from institutes.models import Institute, Lookup
from records.columns import moment, person
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

ENDED = (S.PASSED, S.CONDITIONAL, S.FAILED)
CONFIRMED = (S.CONFIRMATION, *ENDED)
REVIEWED = (S.DECISION, *CONFIRMED)
ENTRUSTED = (S.PANEL_REVIEW, *REVIEWED)
SIGNED = (S.CHECKING, *ENTRUSTED)
OPINED = (S.COUNTY_SIGNING, *SIGNED)
HANDED_IN = (S.COUNTY_REVIEW, *OPINED)
ATTEMPTS = (1, 2)


class AcceptanceQuerySet(models.QuerySet):
    def open(self):
        """Neither decided nor ended with its institute."""
        return self.filter(state__in=OPEN_ACCEPTANCES)

    def with_end(self):
        """Each row with ``period_ends_on``: the last day on which acceptance is to be asked for."""
        return self.annotate(period_ends_on=Coalesce("rectify_by", "institute__build_to"))


class Acceptance(LifecycleSubject):
    """One acceptance of one institute: the first at the end of its building period, the second after a time to mend.

    A second ``attempt`` names the ``former`` one and has a day of its own (``rectify_by``); the first is due when the
    building period of the institute ends, however often that is put off. ``texts`` are the unit's words, part by
    part. ``comparison`` are its targets, planned and reached, as they stood when it was handed in: experts, bureau
    and paper go by those. ``requirements`` is what has to be mended. ``soon_told_for`` and ``late_told_for`` are the
    last days about which the unit was already told.
    """

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="acceptances")
    attempt = models.PositiveSmallIntegerField(default=1)
    former = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )
    rectify_by = models.DateField(null=True, blank=True)
    edition = models.ForeignKey(ReviewEdition, on_delete=models.PROTECT, related_name="acceptances")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="acceptances")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="acceptances")
    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    state = models.CharField(max_length=16, choices=S, default=S.PREPARING)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    soon_told_for = models.DateField(null=True, blank=True)
    late_told_for = models.DateField(null=True, blank=True)
    texts = models.JSONField(default=dict, blank=True)
    saved_at = moment()
    saved_by = person()
    comparison = models.JSONField(default=list, blank=True)
    handed_in_at = moment()
    handed_in_by = person()
    county_position = models.CharField(max_length=10, choices=CountyPosition, blank=True)
    county_opinion = models.TextField(blank=True)
    opined_at = moment()
    opined_by = person()
    signed_at = moment()
    signed_by = person()
    agency = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="entrusted_acceptances"
    )
    entrusted_at = moment()
    entrusted_by = person()
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    panel_passed = models.BooleanField(null=True, blank=True)
    panel_opinion = models.TextField(blank=True)
    reviewed_at = moment()
    reviewed_by = person()
    outcome = models.CharField(max_length=12, choices=AcceptanceOutcome, blank=True)
    minute_number = models.CharField(max_length=60, blank=True)
    grounds = models.TextField(blank=True)
    requirements = models.TextField(blank=True)
    proposed_at = moment()
    proposed_by = person()
    decided_at = moment()
    decided_by = person()

    objects = AcceptanceQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("county_position", CountyPosition, blank=True),
            one_of("outcome", AcceptanceOutcome, blank=True),
            together("saved_at", "saved_by"),
            together("handed_in_at", "handed_in_by", "number", name="handed_in_under_a_number"),
            together("opined_at", "opined_by"),
            together("signed_at", "signed_by"),
            together("entrusted_at", "entrusted_by", "agency", name="entrusted_to_an_agency"),
            together("reviewed_at", "reviewed_by", "score", "panel_passed", name="reviewed_with_a_result"),
            together("proposed_at", "proposed_by"),
            together("decided_at", "decided_by"),
            different("opined_by", "signed_by", name="signed_by_another"),
            different("proposed_by", "decided_by", name="four_eyes"),
            requires(HANDED_IN, "handed_in_at", name="handed_in_by_somebody"),
            requires(OPINED, "opined_at", name="opined_by_somebody"),
            requires(SIGNED, "signed_at", name="signed_by_somebody"),
            requires(ENTRUSTED, "entrusted_at", name="entrusted_to_somebody"),
            requires(REVIEWED, "reviewed_at", name="reviewed_by_experts"),
            requires(CONFIRMED, "proposed_at", name="proposed_by_somebody"),
            requires(ENDED, "decided_at", name="decided_by_somebody"),
            models.CheckConstraint(
                condition=Q(attempt=1, former__isnull=True, rectify_by__isnull=True)
                | Q(attempt=2, former__isnull=False, rectify_by__isnull=False),
                name="evaluation_acceptance_second_after_a_first",
            ),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True) | ~Q(comparison=[]),
                name="evaluation_acceptance_handed_in_with_figures",
            ),
            models.CheckConstraint(
                condition=Q(opined_at__isnull=True) | ~Q(county_position="") & ~Q(county_opinion=""),
                name="evaluation_acceptance_county_takes_a_position",
            ),
            models.CheckConstraint(
                condition=Q(proposed_at__isnull=True)
                | ~Q(outcome="") & ~Q(minute_number="") & ~Q(grounds=""),
                name="evaluation_acceptance_proposed_by_a_meeting",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ENDED) | Q(outcome=F("state")),
                name="evaluation_acceptance_ends_as_proposed",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=AcceptanceOutcome.CONDITIONAL) | ~Q(requirements=""),
                name="evaluation_acceptance_says_what_to_mend",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=AcceptanceOutcome.PASSED) | Q(panel_passed=True),
                name="evaluation_acceptance_passed_by_experts",
            ),
            models.UniqueConstraint(
                fields=["institute", "attempt"], name="evaluation_acceptance_attempt_once"
            ),
            models.UniqueConstraint(
                fields=["institute"],
                condition=Q(state__in=OPEN_ACCEPTANCES),
                name="evaluation_acceptance_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="evaluation_acceptance_state"),
            models.Index(fields=["host", "-id"], name="evaluation_acceptance_host"),
        ]
        verbose_name = "建设期验收"
        verbose_name_plural = "建设期验收"

    def __str__(self):
        return f"{self.institute}：{self.title}"[:200]

    def get_absolute_url(self):
        return reverse("evaluation:acceptance", args=[self.pk])

    @property
    def title(self) -> str:
        return "整改后重新验收" if self.attempt > 1 else "建设期验收"

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED_ACCEPTANCES

    @property
    def ends_on(self) -> date | None:
        """The last day on which acceptance is to be asked for."""
        return self.rectify_by or self.institute.build_to

    @property
    def holder_organisation(self) -> Organisation | None:
        """The agency while the experts have it; else whoever the state says."""
        return self.agency if self.state == S.PANEL_REVIEW else None

    @property
    def least_share(self) -> Decimal:
        """How many per cent of the mandatory targets have to be met."""
        return Decimal(str(self.edition.terms["result"]["targets_met_min"]))

    def is_overdue(self, on: date) -> bool:
        """Whether it was asked for so late, or not at all, that the recognition is at stake."""
        if self.state not in (S.PREPARING, S.UNIT_REVIEW) or self.ends_on is None:
            return False
        return on >= policy.overdue_from(self.ends_on, self.edition.terms["schedule"])

    @property
    def state_tone(self) -> str:
        tones = {S.PASSED: "done", S.CONDITIONAL: "soon", S.FAILED: "refused", S.WITHDRAWN: "neutral"}
        return tones.get(S(self.state), "wait" if self.state == S.PREPARING else "progress")

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class AcceptanceCheck(Lookup):
    """One look-up of the host before its acceptance."""

    acceptance = models.ForeignKey(Acceptance, on_delete=models.PROTECT, related_name="checks")

    class Meta(Lookup.Meta):
        ordering = ["acceptance", "pk"]
        verbose_name = "验收信用查询"
        verbose_name_plural = "验收信用查询"
