"""An application to be recognised: its content by section, frozen versions, and the stamps of every step."""

from copy import copy

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from accounts.roles import Role
from institutes.enums import (
    EDITABLE_STATES,
    OPEN_STATES,
    ApplicationState,
    ChainRole,
    CountyProposal,
    FormalFinding,
    MarkKind,
)
from institutes.models.call import Call
from institutes.models.chain import ChainSegment, IndustryChain
from records.columns import moment, person
from records.constraints import different, not_negative, one_of, requires, together
from records.models import LifecycleSubject

S = ApplicationState
# States that lie behind a step, so that each carries the step's stamps.
AFTER_UNIT = tuple(s for s in S if s not in {S.DRAFT, S.UNIT_REVIEW, S.COUNTY_REVIEW, S.WITHDRAWN})
AFTER_COUNTY = tuple(s for s in AFTER_UNIT if s not in {S.COUNTY_SIGNING, S.CLOSED_NOT_RECOMMENDED})
AFTER_FORMAL = (
    S.REVIEWING,
    S.SITE_VISIT,
    S.PENDING_DECISION,
    S.PUBLICITY,
    S.OBJECTION_HANDLING,
    S.RECOGNISED,
    S.CLOSED_REVIEW,
    S.CLOSED_DECISION,
    S.CLOSED_OBJECTION,
)
AFTER_REVIEW = tuple(s for s in AFTER_FORMAL if s != S.REVIEWING)
AFTER_DECISION = (S.PUBLICITY, S.OBJECTION_HANDLING, S.RECOGNISED, S.CLOSED_DECISION, S.CLOSED_OBJECTION)


# Until the experts have found for it, the agency must not learn whose application it is.
HIDDEN_FROM_AGENCY = Q(reviewed_at__isnull=True) | Q(state=S.CLOSED_REVIEW)


class ApplicationQuerySet(models.QuerySet):
    def open(self):
        """Under way: neither recognised nor closed."""
        return self.filter(state__in=OPEN_STATES)

    def received(self):
        """Handed to the administration by the unit."""
        return self.filter(received_at__isnull=False)


class Application(LifecycleSubject):
    """A unit's application in one call. ``number`` is given when the unit's administrator hands it in."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="applications")
    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    institute_name = models.CharField(max_length=60, blank=True)
    chain = models.ForeignKey(
        IndustryChain, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    segment = models.ForeignKey(
        ChainSegment, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    chain_role = models.CharField(max_length=10, choices=ChainRole, blank=True)
    state = models.CharField(max_length=30, choices=ApplicationState, default=ApplicationState.DRAFT)

    begun_at = models.DateTimeField()
    begun_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    submitted_at = moment()
    submitted_by = person()
    received_at = moment()
    received_by = person()

    county_proposal = models.CharField(max_length=10, choices=CountyProposal, blank=True)
    county_opinion = models.TextField(blank=True)
    county_support = models.TextField(blank=True)
    county_support_amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    county_support_document = models.CharField(max_length=120, blank=True)
    county_rank = models.PositiveSmallIntegerField(null=True, blank=True)
    county_proposed_at = moment()
    county_proposed_by = person()
    county_signed_at = moment()
    county_signed_by = person()

    formal_round = models.PositiveSmallIntegerField(default=0)
    formal_finding = models.CharField(max_length=10, choices=FormalFinding, blank=True)
    formal_opinion = models.TextField(blank=True)
    formal_proposed_at = moment()
    formal_proposed_by = person()
    formal_confirmed_at = moment()
    formal_confirmed_by = person()
    supplements = models.PositiveSmallIntegerField(default=0)

    agency = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="reviews_engaged_for"
    )
    review_score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    review_tie_break = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    review_tie_label = models.CharField(max_length=60, blank=True)
    review_opinion = models.TextField(blank=True)
    reviewed_at = moment()
    reviewed_by = person()

    minute_number = models.CharField(max_length=60, blank=True)
    decision_note = models.TextField(blank=True)
    decided_at = moment()
    decided_by = person()

    recognised_at = moment()
    recognised_by = person()
    closed_at = moment()
    closed_by = person()
    closing_reason = models.TextField(blank=True)

    is_blinded = False
    """Whether this row was read for somebody who must not learn whose it is: the reading sets it."""

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", ApplicationState),
            one_of("chain_role", ChainRole, blank=True),
            one_of("county_proposal", CountyProposal, blank=True),
            one_of("formal_finding", FormalFinding, blank=True),
            together("submitted_at", "submitted_by"),
            together("received_at", "received_by", "number"),
            together("county_proposed_at", "county_proposed_by"),
            together("county_signed_at", "county_signed_by"),
            together("formal_proposed_at", "formal_proposed_by"),
            together("formal_confirmed_at", "formal_confirmed_by"),
            together("reviewed_at", "reviewed_by"),
            together("decided_at", "decided_by"),
            together("recognised_at", "recognised_by"),
            together("closed_at", "closed_by"),
            different("county_proposed_by", "county_signed_by", name="county_four_eyes"),
            different("formal_proposed_by", "formal_confirmed_by", name="formal_four_eyes"),
            different("formal_proposed_by", "decided_by", name="decision_four_eyes"),
            requires([S.UNIT_REVIEW, *AFTER_UNIT], "submitted_at", name="submitted_before_moving_on"),
            requires([S.COUNTY_REVIEW, *AFTER_UNIT], "received_at", name="received_before_county"),
            requires(
                [S.COUNTY_SIGNING, *AFTER_COUNTY], "county_proposed_at", name="county_proposal_before_signing"
            ),
            requires(
                [S.CLOSED_NOT_RECOMMENDED, *AFTER_COUNTY],
                "county_signed_at",
                name="signed_before_formal_review",
            ),
            requires(
                [S.FORMAL_CONFIRMATION, S.SUPPLEMENT_REQUESTED, *AFTER_FORMAL],
                "formal_proposed_at",
                name="formal_proposal_before_confirmation",
            ),
            requires(
                [S.SUPPLEMENT_REQUESTED, *AFTER_FORMAL],
                "formal_confirmed_at",
                name="formal_confirmed_before_review",
            ),
            requires(AFTER_FORMAL, "agency", name="agency_for_review"),
            requires(AFTER_REVIEW, "reviewed_at", "review_score", name="reviewed_before_moving_on"),
            requires(AFTER_DECISION, "decided_at", name="decided_before_publicity"),
            requires([S.RECOGNISED], "recognised_at", name="recognised_by_somebody"),
            requires(
                [
                    S.CLOSED_NOT_RECOMMENDED,
                    S.CLOSED_FORMAL,
                    S.CLOSED_REVIEW,
                    S.CLOSED_DECISION,
                    S.CLOSED_OBJECTION,
                    S.WITHDRAWN,
                ],
                "closed_at",
                name="closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=AFTER_DECISION) | ~Q(minute_number=""),
                name="institutes_application_decided_with_minute",
            ),
            not_negative("supplements"),
            models.CheckConstraint(
                condition=Q(county_support_amount__isnull=True) | Q(county_support_amount__gt=0),
                name="institutes_application_support_positive",
            ),
            models.CheckConstraint(
                condition=Q(county_rank__isnull=True) | Q(county_rank__gt=0),
                name="institutes_application_county_rank_positive",
            ),
            models.UniqueConstraint(
                fields=["call", "division", "county_rank"],
                name="institutes_application_county_rank_once",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(
                fields=["host"],
                condition=Q(state__in=OPEN_STATES),
                name="institutes_application_one_open_per_host",
                violation_error_message="该单位已有一份正在办理的申报。",
            ),
        ]
        indexes = [
            models.Index(fields=["division", "state"], name="institutes_app_division_state"),
            models.Index(fields=["state", "-id"], name="institutes_app_state"),
            # Counted up to ten thousand on every page of the list: without a look at the rows.
            models.Index(
                fields=["id"], condition=Q(received_at__isnull=False), name="institutes_app_received"
            ),
        ]
        verbose_name = "认定申报"
        verbose_name_plural = "认定申报"

    def __str__(self):
        return self.alias if self.is_blinded else self.institute_name or f"{self.host}的申报"

    def get_absolute_url(self):
        return reverse("institutes:application", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE_STATES

    # --- what a reader may know of it ---

    @property
    def alias(self) -> str:
        """What it is called where nobody may read its name."""
        return f"申报 {self.number}"

    @property
    def is_hidden_from_agency(self) -> bool:
        return self.reviewed_at is None or self.state == S.CLOSED_REVIEW

    @property
    def shown_name(self) -> str:
        return "" if self.is_blinded else self.institute_name

    @property
    def shown_host(self) -> Organisation | None:
        return None if self.is_blinded else self.host

    @property
    def shown_division(self) -> Division | None:
        return None if self.is_blinded else self.division

    def blinded(self) -> "Application":
        """The same row for a reader who must not learn whose it is."""
        found = copy(self)
        found.is_blinded = True
        return found

    def label_for_holder(self, role: str) -> str:
        return self.alias if role == Role.AGENCY and self.is_hidden_from_agency else str(self)

    @property
    def holder_organisation(self) -> Organisation | None:
        return self.agency if self.state in {S.REVIEWING, S.SITE_VISIT} else None

    def time_limit(self, key: str) -> int | None:
        return self.call.time_limit(key)


class ApplicationSection(models.Model):
    """The answers of one section of the application book. ``version`` grows with every save."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="sections")
    code = models.CharField(max_length=20)
    answers = models.JSONField(default=dict)
    field_versions = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["application", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "code"], name="institutes_applicationsection_once"
            ),
        ]
        verbose_name = "申报书章节"
        verbose_name_plural = "申报书章节"

    def __str__(self):
        return f"{self.application} §{self.code}"


class ApplicationVersion(models.Model):
    """The whole book as it was handed in. Frozen: a later correction is a later version."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    attachments = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["application", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "number"], name="institutes_applicationversion_once"
            ),
        ]
        verbose_name = "申报书版本"
        verbose_name_plural = "申报书版本"

    def __str__(self):
        return f"{self.application} 第 {self.number} 版"


class ApplicationMark(models.Model):
    """Something in the book as last handed in that should stand in one application alone: a co-builder's code, the
    number of a patent. By it the formal review finds the others that name the same."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="marks")
    kind = models.CharField(max_length=12, choices=MarkKind)
    value = models.CharField(max_length=120)

    class Meta:
        ordering = ["application", "kind", "value"]
        constraints = [
            one_of("kind", MarkKind),
            models.UniqueConstraint(
                fields=["application", "kind", "value"], name="institutes_applicationmark_once"
            ),
            models.CheckConstraint(condition=~Q(value=""), name="institutes_applicationmark_says_something"),
        ]
        indexes = [models.Index(fields=["kind", "value"], name="institutes_mark_value")]
        verbose_name = "申报书要素"
        verbose_name_plural = "申报书要素"

    def __str__(self):
        return f"{self.get_kind_display()} {self.value}"
