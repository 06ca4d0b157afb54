"""Periods of three calendar years by which an institute is evaluated, and the rounds that collect whoever is due."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from evaluation.enums.performance import RoundState as S
from evaluation.models.edition import ReviewEdition
from institutes.models import Institute
from notices.models import PublicNotice
from records.columns import moment, person
from records.constraints import different, not_after, one_of, positive, requires, together
from records.models import LifecycleSubject


class CycleQuerySet(models.QuerySet):
    def open(self):
        """Running now, or about to begin: of every accepted institute exactly one."""
        return self.filter(ended_at__isnull=True, closed_at__isnull=True)

    def due(self, year: int):
        """Over before this year, and neither evaluated nor closed with the institute."""
        return self.filter(last_year__lt=year, evaluated_at__isnull=True, closed_at__isnull=True)


class Cycle(models.Model):
    """Full calendar years over which one institute is evaluated (四(四)): the next begins the day after the last ends.

    Open until its last year is over (``ended_at``); then it waits for a round, until the result was published
    (``evaluated_at``). ``closed_at``: the institute's recognition ended first. Cycles of an institute are numbered,
    abut and never overlap: a trigger of the database says so.
    """

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="cycles")
    number = models.PositiveSmallIntegerField()
    first_year = models.PositiveSmallIntegerField()
    last_year = models.PositiveSmallIntegerField()
    edition = models.ForeignKey(ReviewEdition, on_delete=models.PROTECT, related_name="cycles")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    ended_at = moment()
    ended_by = person()
    evaluated_at = moment()
    evaluated_by = person()
    closed_at = moment()
    closed_by = person()

    objects = CycleQuerySet.as_manager()

    class Meta:
        ordering = ["-last_year", "-pk"]
        constraints = [
            positive("number"),
            not_after("first_year", "last_year"),
            together("ended_at", "ended_by"),
            together("evaluated_at", "evaluated_by"),
            together("closed_at", "closed_by"),
            models.CheckConstraint(
                condition=Q(evaluated_at__isnull=True) | Q(ended_at__isnull=False),
                name="evaluation_cycle_evaluated_after_its_end",
            ),
            models.UniqueConstraint(fields=["institute", "number"], name="evaluation_cycle_numbered_once"),
            models.UniqueConstraint(fields=["institute", "first_year"], name="evaluation_cycle_begins_once"),
            models.UniqueConstraint(fields=["institute", "last_year"], name="evaluation_cycle_ends_once"),
            models.UniqueConstraint(
                fields=["institute"],
                condition=Q(ended_at__isnull=True, closed_at__isnull=True),
                name="evaluation_cycle_one_open",
            ),
        ]
        verbose_name = "评估周期"
        verbose_name_plural = "评估周期"

    def __str__(self):
        return f"{self.institute}：{self.years_in_words}评估周期"[:200]

    def get_absolute_url(self):
        return reverse("evaluation:cycle", args=[self.pk])

    @property
    def host_id(self) -> int:
        """Whose case it is: whoever leads the institute now."""
        return self.institute.host_id

    @property
    def division_id(self) -> int:
        return self.institute.division_id

    @property
    def years(self) -> list[int]:
        return list(range(self.first_year, self.last_year + 1))

    @property
    def years_in_words(self) -> str:
        return (
            f"{self.first_year}—{self.last_year}年"
            if self.first_year < self.last_year
            else f"{self.last_year}年"
        )

    @property
    def stage(self) -> str:
        """How it stands, read from its stamps: open, due, evaluated or closed."""
        if self.closed_at:
            return "closed"
        if self.evaluated_at:
            return "evaluated"
        return "due" if self.ended_at else "open"

    @property
    def stage_label(self) -> str:
        labels = {"open": "进行中", "due": "期满待评价", "evaluated": "已评价", "closed": "已终止"}
        return labels[self.stage]

    @property
    def stage_tone(self) -> str:
        return {"open": "progress", "due": "wait", "evaluated": "done", "closed": "neutral"}[self.stage]


class Round(LifecycleSubject):
    """One year's round of evaluations: it collects every institute whose cycle was over before the year.

    Graded together by a clerk, confirmed and shown to everybody by another person, released together after the
    notice. ``notice`` is the public notice of the results that were confirmed last. A round in which everybody was put
    off, absent or ended with the institute is closed instead, for a reason.
    """

    year = models.PositiveSmallIntegerField(unique=True)
    number = models.CharField(max_length=40, unique=True)
    edition = models.ForeignKey(ReviewEdition, on_delete=models.PROTECT, related_name="rounds")
    state = models.CharField(max_length=12, choices=S, default=S.OPEN)
    report_due_on = models.DateField()
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    minute_number = models.CharField(max_length=60, blank=True)
    graded_at = moment()
    graded_by = person()
    confirmed_at = moment()
    confirmed_by = person()
    notice = models.ForeignKey(
        PublicNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="evaluation_rounds"
    )
    released_at = moment()
    released_by = person()
    closed_at = moment()
    closed_by = person()
    closing_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        ordering = ["-year"]
        constraints = [
            one_of("state", S),
            together("graded_at", "graded_by"),
            together("confirmed_at", "confirmed_by", "notice", name="confirmed_with_a_notice"),
            together("released_at", "released_by"),
            together("closed_at", "closed_by"),
            different("graded_by", "confirmed_by", name="four_eyes"),
            requires((S.GRADING, S.PUBLICITY), "graded_at", name="graded_by_somebody"),
            requires((S.PUBLICITY,), "confirmed_at", name="confirmed_by_somebody"),
            requires((S.CLOSED,), "closed_at", name="closed_by_somebody"),
            models.CheckConstraint(
                condition=~Q(state=S.CLOSED) | ~Q(closing_reason=""),
                name="evaluation_round_closed_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(graded_at__isnull=True) | ~Q(minute_number=""),
                name="evaluation_round_graded_by_a_meeting",
            ),
        ]
        verbose_name = "绩效评价年度"
        verbose_name_plural = "绩效评价年度"

    host_id = None
    division_id = None

    def __str__(self):
        return f"{self.year}年度绩效评价"

    def get_absolute_url(self):
        return reverse("evaluation:round", args=[self.pk])

    @property
    def state_tone(self) -> str:
        tones = {S.OPEN: "progress", S.GRADING: "wait", S.PUBLICITY: "wait", S.FINAL: "done"}
        return tones.get(S(self.state), "neutral")

    def is_report_late(self, on: date) -> bool:
        return on > self.report_due_on

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)
