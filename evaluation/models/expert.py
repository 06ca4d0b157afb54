"""The pool of experts."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from evaluation.enums import Language, Seat, TieKind
from records import clock
from records.columns import author, person
from records.constraints import not_after, one_of, together

CREDIT_CODE = r"^[0-9A-HJ-NPQRTUWXY]{18}$"


def _code(field: str, name: str) -> models.CheckConstraint:
    """``field`` is empty, or has the shape of a unified social credit code."""
    return models.CheckConstraint(
        condition=Q(**{field: ""}) | Q(**{f"{field}__regex": CREDIT_CODE}), name=name
    )


class ExpertQuerySet(models.QuerySet):
    def available(self):
        """May be drawn: available by their own word, and not suspended."""
        return self.filter(is_available=True, suspended_at__isnull=True, user__is_active=True)

    def present(self, first: date, last: date):
        """Not away on any day of the period."""
        away = Absence.objects.filter(
            expert=OuterRef("pk"), cancelled_at__isnull=True, first_day__lte=last, last_day__gte=first
        )
        return self.filter(~Exists(away))


class Expert(models.Model):
    """A person of the pool: field, employer and what bars them from judging whom.

    ``employer_code`` is the employer's credit code: a unit that was renamed is still known by it.
    """

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="expert")
    seat = models.CharField(max_length=12, choices=Seat)
    field = models.CharField(max_length=60)
    title = models.CharField(max_length=40)
    employer = models.CharField(max_length=100)
    employer_code = models.CharField(max_length=18, blank=True)
    other_fields = models.JSONField(default=list, blank=True)
    employed_since = models.DateField(null=True, blank=True)
    outside_city = models.BooleanField(default=False)
    region = models.CharField(max_length=40, blank=True)
    languages = models.JSONField(default=list, blank=True)
    is_available = models.BooleanField(default=True)
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    suspension_reason = models.CharField(max_length=500, blank=True)

    objects = ExpertQuerySet.as_manager()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["pk"]
        constraints = [
            one_of("seat", Seat),
            _code("employer_code", "evaluation_expert_employer_known_by_a_code"),
            together("suspended_at", "suspended_by"),
            models.CheckConstraint(
                condition=Q(suspended_at__isnull=True) | ~Q(suspension_reason=""),
                name="evaluation_expert_suspended_for_a_reason",
            ),
        ]
        verbose_name = "评审专家"
        verbose_name_plural = "评审专家"

    def __str__(self):
        return f"{self.user.name} {self.title}"

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field they judge in, the main one first."""
        return (self.field, *self.other_fields)

    @property
    def languages_in_words(self) -> str:
        return "、".join(str(Language(code).label) for code in self.languages)

    @property
    def is_drawable(self) -> bool:
        """Whether the draw counts with them, as ``available`` does."""
        return self.is_available and self.suspended_at is None and self.user.is_active

    def get_absolute_url(self):
        return reverse("evaluation:expert", args=[self.pk])


class TieQuerySet(models.QuerySet):
    def standing(self):
        """Declared, and not withdrawn as entered in error."""
        return self.filter(withdrawn_at__isnull=True)


class Tie(models.Model):
    """What an expert has, or had, to do with a unit or a person. It is never changed: withdrawn, and declared anew.

    ``code`` is the unit's credit code, where it is one and the code is known.
    """

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="ties")
    kind = models.CharField(max_length=12, choices=TieKind)
    whom = models.CharField(max_length=100)
    code = models.CharField(max_length=18, blank=True)
    note = models.CharField(max_length=300, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    declared_at = models.DateTimeField(default=clock.now)
    declared_by = author()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = person()

    objects = TieQuerySet.as_manager()

    class Meta:
        ordering = ["expert", "-since", "-pk"]
        constraints = [
            one_of("kind", TieKind),
            _code("code", "evaluation_tie_unit_known_by_a_code"),
            not_after("since", "until"),
            together("withdrawn_at", "withdrawn_by"),
        ]
        verbose_name = "回避事项"
        verbose_name_plural = "回避事项"

    def __str__(self):
        return f"{self.get_kind_display()}：{self.whom}"

    def counts_on(self, day: date) -> bool:
        """Whether it had not yet ended on that day (the first of the years that are looked back on)."""
        return self.withdrawn_at is None and (self.until is None or self.until >= day)


class Absence(models.Model):
    """Days on which an expert cannot review."""

    expert = models.ForeignKey(Expert, on_delete=models.PROTECT, related_name="absences")
    first_day = models.DateField()
    last_day = models.DateField()
    note = models.CharField(max_length=100, blank=True)
    entered_at = models.DateTimeField(default=clock.now)
    entered_by = author()
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = person()

    class Meta:
        ordering = ["expert", "first_day", "pk"]
        constraints = [not_after("first_day", "last_day"), together("cancelled_at", "cancelled_by")]
        verbose_name = "请假"
        verbose_name_plural = "请假"

    def __str__(self):
        return f"{self.first_day} 至 {self.last_day}"
