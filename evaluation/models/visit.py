"""Site visits: planned with the people who go, written and signed at the place, confirmed by the county."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Organisation
from evaluation.enums import Answer, Finding, Part, VisitState
from evaluation.models.edition import ReviewEdition
from evaluation.models.panel import Assignment
from institutes.models import Application
from records.columns import moment, person
from records.constraints import one_of, requires, together
from records.models import Attachment, LifecycleSubject

LIVE = (VisitState.PLANNED, VisitState.WITNESSING, VisitState.WITNESSED, VisitState.DECLINED)
GOING = (VisitState.PLANNED, VisitState.WITNESSING, VisitState.WITNESSED)
HANDED = (VisitState.WITNESSING, VisitState.WITNESSED, VisitState.RECORDED)


class VisitPlanQuerySet(models.QuerySet):
    def live(self):
        """Not over yet."""
        return self.filter(state__in=LIVE)


class VisitPlan(LifecycleSubject):
    """The visit to one applicant, from the day it is planned to the day its record is entered with the case."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="visit_plan")
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="visit_plans")
    edition = models.ForeignKey(ReviewEdition, on_delete=models.PROTECT, related_name="visit_plans")
    starts_at = models.DateTimeField()
    place = models.CharField(max_length=200)
    preparation = models.TextField(blank=True)
    state = models.CharField(max_length=12, choices=VisitState, default=VisitState.PLANNED)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    findings = models.TextField(blank=True)
    consistent = models.BooleanField(null=True, blank=True)
    saved_at = moment()
    saved_by = person()
    handed_at = moment()
    handed_by = person()
    witnessed_at = moment()
    witnessed_by = person()
    recorded_at = moment()
    recorded_by = person()
    refusal = models.TextField(blank=True)
    refused_at = moment()
    refused_by = person()
    ended_at = moment()
    ended_by = person()

    objects = VisitPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_at", "-pk"]
        constraints = [
            one_of("state", VisitState),
            *(together(f"{one}_at", f"{one}_by") for one in ("saved", "handed", "witnessed", "recorded")),
            together("refused_at", "refused_by"),
            together("ended_at", "ended_by"),
            requires(HANDED, "handed_at", "consistent", name="filled_in_first"),
            requires(
                [VisitState.WITNESSED, VisitState.RECORDED], "witnessed_at", name="witnessed_by_the_county"
            ),
            requires([VisitState.RECORDED], "recorded_at", name="recorded_by_somebody"),
            requires([VisitState.DECLINED, VisitState.GIVEN_UP], "refused_at", name="refused_by_somebody"),
            requires([VisitState.GIVEN_UP, VisitState.CANCELLED], "ended_at", name="ended_by_somebody"),
            models.CheckConstraint(
                condition=~Q(state__in=HANDED) | ~Q(findings=""), name="evaluation_visitplan_found_in_words"
            ),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="evaluation_visitplan_calendar")]
        verbose_name = "现场考察安排"
        verbose_name_plural = "现场考察安排"

    def __str__(self):
        return f"{self.application}：现场考察"[:200]

    def get_absolute_url(self):
        return reverse("evaluation:site-visit", args=[self.pk])

    @property
    def host_id(self) -> int:
        return self.application.host_id

    @property
    def host(self) -> Organisation:
        return self.application.host

    @property
    def division_id(self) -> int:
        return self.application.division_id

    @property
    def division(self):
        return self.application.division

    @property
    def holder_organisation(self) -> Organisation:
        return self.agency

    @property
    def witness(self) -> "VisitMember | None":
        return next((one for one in self.members.all() if one.part == Part.COUNTY), None)

    @property
    def holder_user_id(self) -> int | None:
        """While it waits for the county, the one who was there holds it."""
        witness = self.witness if self.state == VisitState.WITNESSING else None
        return witness.user_id if witness else None

    @property
    def state_tone(self) -> str:
        tones = {VisitState.RECORDED: "done", VisitState.DECLINED: "soon", VisitState.GIVEN_UP: "refused"}
        return tones.get(VisitState(self.state), "progress" if self.state in GOING else "neutral")

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class VisitMember(models.Model):
    """Somebody who goes along. An expert is asked first; whoever was there signs."""

    plan = models.ForeignKey(VisitPlan, on_delete=models.PROTECT, related_name="members")
    part = models.CharField(max_length=10, choices=Part)
    name = models.CharField(max_length=50)
    employer = models.CharField(max_length=100, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    seat = models.ForeignKey(
        Assignment, on_delete=models.PROTECT, null=True, blank=True, related_name="visit_members"
    )
    answer = models.CharField(max_length=10, choices=Answer, blank=True)
    answered_at = moment()
    answered_by = person()
    left_at = moment()
    left_by = person()
    signature = models.OneToOneField(
        Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            one_of("part", Part),
            one_of("answer", Answer, blank=True),
            together("answered_at", "answered_by"),
            together("left_at", "left_by"),
            models.UniqueConstraint(
                fields=["plan", "seat"],
                condition=Q(left_at__isnull=True),
                name="evaluation_visitmember_seat_once",
            ),
            models.CheckConstraint(
                condition=~Q(part=Part.EXPERT) | Q(seat__isnull=False, user__isnull=False),
                name="evaluation_visitmember_expert_of_the_panel",
            ),
        ]
        verbose_name = "考察人员"
        verbose_name_plural = "考察人员"

    def __str__(self):
        return f"{self.name}（{self.get_part_display()}）"


class VisitCheck(models.Model):
    """One item of the checklist as it was found at the place."""

    plan = models.ForeignKey(VisitPlan, on_delete=models.PROTECT, related_name="checks")
    item = models.CharField(max_length=40)
    result = models.CharField(max_length=12, choices=Finding, blank=True)
    note = models.CharField(max_length=500, blank=True)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            one_of("result", Finding, blank=True),
            models.UniqueConstraint(fields=["plan", "item"], name="evaluation_visitcheck_item_once"),
        ]
        verbose_name = "考察事项"
        verbose_name_plural = "考察事项"

    def __str__(self):
        return f"{self.item} {self.get_result_display()}"


class VisitPhoto(models.Model):
    """A photo with what it shows and when it was taken. A photo taken out stays on record."""

    plan = models.ForeignKey(VisitPlan, on_delete=models.PROTECT, related_name="photos")
    file = models.OneToOneField(Attachment, on_delete=models.PROTECT, related_name="+")
    caption = models.CharField(max_length=100, blank=True)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["plan", "taken_at", "pk"]
        verbose_name = "考察照片"
        verbose_name_plural = "考察照片"

    def __str__(self):
        return self.caption or self.file.name
