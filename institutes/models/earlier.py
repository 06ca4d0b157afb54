"""Recognitions from before the portal: what a city that goes live brings along, entered and confirmed."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.enums.earlier import EarlierState as S
from institutes.models.chain import ChainSegment, IndustryChain
from institutes.models.edition import RecognitionEdition
from records.columns import moment, person
from records.constraints import different, not_after, one_of, requires, together
from records.models import LifecycleSubject


class EarlierRecognition(LifecycleSubject):
    """An institute that was recognised on paper, with the document that says so.

    ``accepted_on`` is the day on which it passed its acceptance, where it has: such an institute is evaluated.
    ``evaluated_through`` is the last year of the three-year period that was evaluated last before the portal.
    ``figures`` are those of years before the portal by which it will still be evaluated: code of the indicator, year,
    value in the unit of the indicator. Once recorded it is an institute like the others, but for the award of a new
    recognition, which it does not get.
    """

    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="earlier_recognitions")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="earlier_recognitions")
    edition = models.ForeignKey(
        RecognitionEdition, on_delete=models.PROTECT, related_name="earlier_recognitions"
    )
    institute_name = models.CharField(max_length=60)
    chain = models.ForeignKey(IndustryChain, on_delete=models.PROTECT, related_name="+")
    segment = models.ForeignKey(
        ChainSegment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    director = models.CharField(max_length=50, blank=True)
    co_builders = models.JSONField(default=list, blank=True)
    certificate_number = models.CharField(max_length=40)
    document_number = models.CharField(max_length=80)
    recognised_on = models.DateField()
    build_from = models.DateField(null=True, blank=True)
    build_to = models.DateField(null=True, blank=True)
    accepted_on = models.DateField(null=True, blank=True)
    acceptance_document = models.CharField(max_length=80, blank=True)
    evaluated_through = models.PositiveSmallIntegerField(null=True, blank=True)
    figures = models.JSONField(default=list, blank=True)
    note = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=14, choices=S, default=S.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = moment()
    recorded_by = person()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            together("recorded_at", "recorded_by"),
            different("drafted_by", "recorded_by", name="four_eyes"),
            requires([S.RECORDED], "recorded_at", name="recorded_by_somebody"),
            not_after("build_from", "build_to"),
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=True) | Q(accepted_on__gte=F("recognised_on")),
                name="institutes_earlierrecognition_accepted_later",
            ),
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=True) | ~Q(acceptance_document=""),
                name="institutes_earlierrecognition_accepted_by_a_document",
            ),
            models.CheckConstraint(
                condition=Q(evaluated_through__isnull=True) | Q(accepted_on__isnull=False),
                name="institutes_earlierrecognition_evaluated_once_accepted",
            ),
            models.CheckConstraint(
                condition=Q(accepted_on__isnull=False) | Q(build_to__isnull=False),
                name="institutes_earlierrecognition_accepted_or_building",
            ),
            models.UniqueConstraint(
                fields=["certificate_number"],
                condition=~Q(state=S.DISCARDED),
                name="institutes_earlierrecognition_number_once",
            ),
        ]
        verbose_name = "既有研究院登记"
        verbose_name_plural = "既有研究院登记"

    def __str__(self):
        return self.institute_name

    def get_absolute_url(self):
        return reverse("institutes:earlier", args=[self.pk])

    @property
    def state_tone(self) -> str:
        return {S.CONFIRMATION: "wait", S.RECORDED: "done", S.DISCARDED: "neutral"}.get(
            S(self.state), "progress"
        )

    @property
    def is_draft(self) -> bool:
        return self.state == S.DRAFT
