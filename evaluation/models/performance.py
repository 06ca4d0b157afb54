"""Evaluation: what three years of an institute come to, by figures that others verified and by experts (domain B4)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from evaluation.enums.performance import (
    CLOSED_EVALUATIONS,
    GRADED_STATES,
    OPEN_EVALUATIONS,
    UNWRITTEN_EVALUATIONS,
    EvaluationGrade,
    Exemption,
)
from evaluation.enums.performance import EvaluationState as S
from evaluation.models.cycle import Cycle, Round
from evaluation.models.edition import ReviewEdition
from institutes.enums import CountyPosition
from institutes.models import Institute, Lookup
from records.columns import moment, person
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

GRADED = (S.CONFIRMATION, S.PUBLICITY, *GRADED_STATES)
SCORED = (S.GRADING, *GRADED)
ENTRUSTED = (S.PANEL_REVIEW,)
FINANCE_FILLED = (S.CHECKING, *ENTRUSTED)
TAX_FILLED = (S.FINANCE_FILL, *FINANCE_FILLED)
SIGNED = (S.TAX_FILL, *TAX_FILLED)
OPINED = (S.COUNTY_SIGNING, *SIGNED)
HANDED_IN = (S.COUNTY_REVIEW, *OPINED)
NOT_COUNTED = (S.DEFERRED, S.WITHDRAWN)
"""Ended without a word on the cycle: another evaluation of it may follow."""


class EvaluationQuerySet(models.QuerySet):
    def open(self):
        """Neither decided nor ended with its institute."""
        return self.filter(state__in=OPEN_EVALUATIONS)

    def graded(self):
        """Published with a grade."""
        return self.filter(state__in=GRADED_STATES)


class Evaluation(LifecycleSubject):
    """One evaluation of one cycle of an institute, in one round.

    A second ``attempt`` names the ``former`` one and has a day of its own (``rectify_by``). ``texts`` are the unit's
    words by dimension, ``doubts`` its objections to prefilled figures with the county's answers. ``figures`` are the
    values of the indicators with their source rows, frozen when handed in and again when tax and finance have
    filled; ``marks`` the experts' points by item of their sheet; ``deductions`` what is taken off and why; ``cap``
    the best grade that an accident leaves. ``sheet`` is what all this comes to, line by line, frozen with ``total``
    and ``grade`` when the round was graded. ``chain_kind``: by which full marks it is scored.
    """

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="evaluations")
    cycle = models.ForeignKey(Cycle, on_delete=models.PROTECT, related_name="evaluations")
    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="evaluations")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="evaluations")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="evaluations")
    edition = models.ForeignKey(ReviewEdition, on_delete=models.PROTECT, related_name="evaluations")
    chain_kind = models.CharField(max_length=20, blank=True)
    attempt = models.PositiveSmallIntegerField(default=1)
    former = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="successor"
    )
    rectify_by = models.DateField(null=True, blank=True)
    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    state = models.CharField(max_length=16, choices=S, default=S.SELF_REPORT)
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    texts = models.JSONField(default=dict, blank=True)
    doubts = models.JSONField(default=dict, blank=True)
    saved_at = moment()
    saved_by = person()
    figures = models.JSONField(default=list, blank=True)
    handed_in_at = moment()
    handed_in_by = person()
    county_position = models.CharField(max_length=10, choices=CountyPosition, blank=True)
    county_opinion = models.TextField(blank=True)
    opined_at = moment()
    opined_by = person()
    signed_at = moment()
    signed_by = person()
    filled = models.JSONField(default=dict, blank=True)
    tax_note = models.TextField(blank=True)
    tax_filled_at = moment()
    tax_filled_by = person()
    finance_note = models.TextField(blank=True)
    finance_filled_at = moment()
    finance_filled_by = person()
    deductions = models.JSONField(default=list, blank=True)
    cap = models.CharField(max_length=12, choices=EvaluationGrade, blank=True)
    cap_reason = models.TextField(blank=True)
    agency = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="entrusted_evaluations"
    )
    entrusted_at = moment()
    entrusted_by = person()
    marks = models.JSONField(default=dict, blank=True)
    panel_score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    panel_opinion = models.TextField(blank=True)
    reviewed_at = moment()
    reviewed_by = person()
    exemption = models.CharField(max_length=12, choices=Exemption, blank=True)
    exemption_reason = models.TextField(blank=True)
    exemption_proposed_at = moment()
    exemption_proposed_by = person()
    exempted_at = moment()
    exempted_by = person()
    sheet = models.JSONField(default=dict, blank=True)
    total = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    grade = models.CharField(max_length=12, choices=EvaluationGrade, blank=True)
    graded_at = moment()
    graded_by = person()
    confirmed_at = moment()
    confirmed_by = person()
    released_at = moment()
    released_by = person()

    objects = EvaluationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("county_position", CountyPosition, blank=True),
            one_of("cap", EvaluationGrade, blank=True),
            one_of("exemption", Exemption, blank=True),
            one_of("grade", EvaluationGrade, blank=True),
            together("saved_at", "saved_by"),
            together("handed_in_at", "handed_in_by", "number", name="handed_in_under_a_number"),
            together("opined_at", "opined_by"),
            together("signed_at", "signed_by"),
            together("tax_filled_at", "tax_filled_by"),
            together("finance_filled_at", "finance_filled_by"),
            together("entrusted_at", "entrusted_by", "agency", name="entrusted_to_an_agency"),
            together("reviewed_at", "reviewed_by", "panel_score", name="reviewed_with_a_result"),
            together("exemption_proposed_at", "exemption_proposed_by", name="exemption_proposed"),
            together("exempted_at", "exempted_by"),
            together("graded_at", "graded_by"),
            together("confirmed_at", "confirmed_by"),
            together("released_at", "released_by"),
            different("opined_by", "signed_by", name="signed_by_another"),
            different("exemption_proposed_by", "exempted_by", name="exempted_by_another"),
            different("graded_by", "confirmed_by", name="four_eyes"),
            requires(HANDED_IN, "handed_in_at", name="handed_in_by_somebody"),
            requires(OPINED, "opined_at", name="opined_by_somebody"),
            requires(SIGNED, "signed_at", name="signed_by_somebody"),
            requires(TAX_FILLED, "tax_filled_at", name="tax_filled_by_somebody"),
            requires(FINANCE_FILLED, "finance_filled_at", name="finance_filled_by_somebody"),
            requires(ENTRUSTED, "entrusted_at", name="entrusted_to_somebody"),
            requires((S.EXEMPTION, S.DEFERRED), "exemption_proposed_at", name="exemption_by_somebody"),
            requires((S.DEFERRED,), "exempted_at", name="deferred_by_somebody"),
            requires(GRADED, "graded_at", name="graded_by_somebody"),
            requires((S.PUBLICITY, *GRADED_STATES), "confirmed_at", name="confirmed_by_somebody"),
            requires(GRADED_STATES, "released_at", name="released_by_somebody"),
            models.CheckConstraint(
                condition=~Q(state__in=SCORED) | Q(reviewed_at__isnull=False) | Q(exempted_at__isnull=False),
                name="evaluation_evaluation_scored_or_exempted",
            ),
            models.CheckConstraint(
                condition=Q(attempt=1, former__isnull=True, rectify_by__isnull=True)
                | Q(attempt=2, former__isnull=False, rectify_by__isnull=False),
                name="evaluation_evaluation_second_after_a_first",
            ),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True) | ~Q(figures=[]),
                name="evaluation_evaluation_handed_in_with_figures",
            ),
            models.CheckConstraint(
                condition=Q(opined_at__isnull=True) | ~Q(county_position="") & ~Q(county_opinion=""),
                name="evaluation_evaluation_county_takes_a_position",
            ),
            models.CheckConstraint(
                condition=Q(exemption_proposed_at__isnull=True) | ~Q(exemption="") & ~Q(exemption_reason=""),
                name="evaluation_evaluation_exempted_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(cap="") | ~Q(cap_reason=""), name="evaluation_evaluation_capped_for_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(graded_at__isnull=True) | ~Q(grade=""),
                name="evaluation_evaluation_graded_with_a_grade",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.RECTIFY) | Q(grade=EvaluationGrade.FAIL, attempt=1),
                name="evaluation_evaluation_mends_a_first_failure",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.FAILED) | Q(grade=EvaluationGrade.FAIL, attempt=2),
                name="evaluation_evaluation_fails_for_the_second_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=S.FINAL) | ~Q(grade=EvaluationGrade.FAIL),
                name="evaluation_evaluation_ends_with_a_good_grade",
            ),
            models.UniqueConstraint(
                fields=["cycle", "attempt"],
                condition=~Q(state__in=NOT_COUNTED),
                name="evaluation_evaluation_attempt_once",
            ),
            models.UniqueConstraint(
                fields=["round", "cycle", "attempt"], name="evaluation_evaluation_once_a_round"
            ),
            models.UniqueConstraint(
                fields=["institute"],
                condition=Q(state__in=OPEN_EVALUATIONS),
                name="evaluation_evaluation_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="evaluation_evaluation_state"),
            models.Index(fields=["host", "-id"], name="evaluation_evaluation_host"),
        ]
        verbose_name = "三年绩效评价"
        verbose_name_plural = "三年绩效评价"

    def __str__(self):
        return f"{self.institute}：{self.title}"[:200]

    def get_absolute_url(self):
        return reverse("evaluation:evaluation", args=[self.pk])

    @property
    def title(self) -> str:
        again = "整改后再评" if self.attempt > 1 else "绩效评价"
        return f"{self.cycle.years_in_words}{again}"

    @property
    def is_open(self) -> bool:
        return self.state not in CLOSED_EVALUATIONS

    @property
    def is_deemed(self) -> bool:
        """Whether it counts as passed because the province evaluated it, without points of its own."""
        return self.exemption == Exemption.PROVINCIAL and self.exempted_at is not None

    @property
    def ends_on(self) -> date:
        """The last day on which the self-report is to be handed in."""
        return self.rectify_by or self.round.report_due_on

    @property
    def holder_organisation(self) -> Organisation | None:
        """The agency while the experts have it; else whoever the state says."""
        return self.agency if self.state == S.PANEL_REVIEW else None

    @property
    def grade_label(self) -> str:
        """The grade as the edition calls it."""
        labels = {one["code"]: one["label"] for one in self.edition.terms["grades"]}
        return str(labels.get(self.grade, self.get_grade_display())) if self.grade else ""  # type: ignore[attr-defined]

    def is_overdue(self, on: date) -> bool:
        """Whether the self-report should have been handed in before that day and was not."""
        return self.state in UNWRITTEN_EVALUATIONS and on > self.ends_on

    @property
    def state_tone(self) -> str:
        tones = {S.FINAL: "done", S.RECTIFY: "soon", S.FAILED: "refused", S.ABSENT: "refused"}
        tones |= {S.DEFERRED: "neutral", S.WITHDRAWN: "neutral", S.SELF_REPORT: "wait"}
        return tones.get(S(self.state), "progress")

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class EvaluationCheck(Lookup):
    """One look-up of the host before its three years are scored."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.PROTECT, related_name="checks")

    class Meta(Lookup.Meta):
        ordering = ["evaluation", "pk"]
        verbose_name = "评价信用查询"
        verbose_name_plural = "评价信用查询"
