"""A proposal for a joint project: its columns and stamps; what the unit writes stands in its sections."""

from copy import copy

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.models import Institute
from projects.enums import CLOSED, EDITABLE, CountyStand, FormalFinding
from projects.enums import ProposalState as S
from projects.models.call import ProjectCall, Topic
from projects.models.columns import amount, author, moment, person
from records.constraints import different, not_negative, one_of, positive, requires, together
from records.crypto import EncryptedTextField, masked
from records.models import LifecycleSubject

# States that lie behind a step, so that each carries the step's stamps.
IN_DECISION = (S.PUBLICITY, S.APPROVED, S.CLOSED_DECISION, S.CLOSED_OBJECTION)
BUDGETED = (S.DECISION, *IN_DECISION)
REVIEWED = (S.BUDGET_REVIEW, *BUDGETED, S.CLOSED_REVIEW)
CHECKED = (S.REVIEWING, *REVIEWED)
SIGNED = (S.FORMAL_REVIEW, S.FORMAL_CONFIRMATION, S.SUPPLEMENT, S.CLOSED_FORMAL, *CHECKED)
OPINED = (S.COUNTY_SIGNING, S.CLOSED_COUNTY, *SIGNED)
HANDED_IN = (S.COUNTY_REVIEW, *OPINED)


class ProposalQuerySet(models.QuerySet):
    def live(self):
        """Neither refused nor withdrawn: under way, or approved."""
        return self.exclude(state__in=CLOSED)

    def received(self):
        """Handed in by the unit, and so compared with the others."""
        return self.filter(number__isnull=False)

    def ranked(self):
        """The best first: by the experts' score, then by what breaks ties, then the earlier handed in."""
        return self.order_by(
            models.F("score").desc(nulls_last=True),
            models.F("tie_break").desc(nulls_last=True),
            "handed_in_at",
            "pk",
        )


class Proposal(LifecycleSubject):
    """What a host unit proposes together with partners in one call. A unit may propose as often as it likes (四(七)).

    ``asked`` and ``own`` are grant and own funds as the budget of the book sums them up, ``months`` its term: kept
    beside the answers so that lists and sums read columns. ``leader_id`` is the leader's identity number,
    ``leader_mark`` its fingerprint, by which a person is the same in two projects. ``grant`` is what was decided.
    """

    call = models.ForeignKey(ProjectCall, on_delete=models.PROTECT, related_name="proposals")
    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="project_proposals")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="project_proposals")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="project_proposals")
    number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    title = models.CharField(max_length=80, blank=True)
    topic = models.ForeignKey(
        Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    asked = amount(null=True, blank=True)
    own = amount(null=True, blank=True)
    months = models.PositiveSmallIntegerField(null=True, blank=True)
    leader_name = models.CharField(max_length=40, blank=True)
    leader_id = EncryptedTextField(blank=True)
    leader_mark = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=20, choices=S, default=S.DRAFT)
    begun_at = models.DateTimeField()
    begun_by = author()
    handed_up_at = moment()
    handed_up_by = person()
    handed_in_at = moment()
    handed_in_by = person()
    county_stand = models.CharField(max_length=10, choices=CountyStand, blank=True)
    county_opinion = models.TextField(blank=True)
    opined_at = moment()
    opined_by = person()
    signed_at = moment()
    signed_by = person()
    formal_marks = models.JSONField(default=list, blank=True)
    formal_finding = models.CharField(max_length=10, choices=FormalFinding, blank=True)
    formal_opinion = models.TextField(blank=True)
    checked_at = moment()
    checked_by = person()
    confirmed_at = moment()
    confirmed_by = person()
    supplements = models.PositiveSmallIntegerField(default=0)
    agency = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="entrusted_proposals"
    )
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    tie_break = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    review_passed = models.BooleanField(null=True, blank=True)
    review_opinion = models.TextField(blank=True)
    reviewed_at = moment()
    reviewed_by = person()
    accepted = amount(null=True, blank=True)
    budget_reviewer = models.CharField(max_length=80, blank=True)
    budget_opinion = models.TextField(blank=True)
    budgeted_at = moment()
    budgeted_by = person()
    grant = amount(null=True, blank=True)
    grant_reason = models.CharField(max_length=500, blank=True)
    minute_number = models.CharField(max_length=60, blank=True)
    decided_at = moment()
    decided_by = person()
    project_number = models.CharField(max_length=40, unique=True, null=True, blank=True)
    approved_at = moment()
    approved_by = person()
    closed_at = moment()
    closed_by = person()
    closing_reason = models.TextField(blank=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("county_stand", CountyStand, blank=True),
            one_of("formal_finding", FormalFinding, blank=True),
            together("handed_up_at", "handed_up_by"),
            together("handed_in_at", "handed_in_by", "number", name="handed_in_under_a_number"),
            together("opined_at", "opined_by"),
            together("signed_at", "signed_by"),
            together("checked_at", "checked_by"),
            together("confirmed_at", "confirmed_by"),
            together("reviewed_at", "reviewed_by", "score", "review_passed", name="reviewed_with_a_result"),
            together("budgeted_at", "budgeted_by", "accepted", name="budgeted_with_a_sum"),
            together("decided_at", "decided_by"),
            together("approved_at", "approved_by", "project_number", name="approved_under_a_number"),
            together("closed_at", "closed_by"),
            different("opined_by", "signed_by", name="signed_by_another"),
            different("checked_by", "confirmed_by", name="formal_four_eyes"),
            not_negative("supplements"),
            positive("grant"),
            requires([S.UNIT_REVIEW, *HANDED_IN], "handed_up_at", name="handed_up_by_somebody"),
            requires(HANDED_IN, "handed_in_at", "topic", "asked", "own", "months", name="handed_in_whole"),
            requires(OPINED, "opined_at", name="opined_by_somebody"),
            requires((S.CLOSED_COUNTY, *SIGNED), "signed_at", name="signed_by_somebody"),
            requires(
                (S.FORMAL_CONFIRMATION, S.SUPPLEMENT, *CHECKED), "checked_at", name="checked_by_somebody"
            ),
            requires(CHECKED, "confirmed_at", "agency", name="confirmed_and_entrusted"),
            requires(REVIEWED, "reviewed_at", name="reviewed_by_experts"),
            requires(BUDGETED, "budgeted_at", name="budget_reviewed"),
            requires(IN_DECISION, "decided_at", name="decided_by_somebody"),
            requires((S.PUBLICITY, S.APPROVED), "grant", name="granted_an_amount"),
            requires([S.APPROVED], "approved_at", name="approved_by_somebody"),
            requires(CLOSED, "closed_at", name="closed_by_somebody"),
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True) | ~Q(minute_number=""),
                name="projects_proposal_decided_with_minute",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | ~Q(closing_reason=""),
                name="projects_proposal_closed_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True)
                | ~Q(leader_name="") & ~Q(leader_mark="") & ~Q(title=""),
                name="projects_proposal_handed_in_by_name",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="projects_proposal_state"),
            models.Index(fields=["host", "-id"], name="projects_proposal_host"),
            models.Index(fields=["division", "state"], name="projects_proposal_division"),
            models.Index(fields=["leader_mark"], name="projects_proposal_leader"),
        ]
        verbose_name = "联合攻关项目申报"
        verbose_name_plural = "联合攻关项目申报"

    is_blinded = False
    """Whether this row was read for somebody who must not learn whose it is: the reading sets it."""

    def __str__(self):
        return self.alias if self.is_blinded else self.title or f"{self.host}的联合攻关项目申报"

    def get_absolute_url(self):
        return reverse("projects:project-proposal", args=[self.pk])

    @property
    def alias(self) -> str:
        """What it is called where nobody may read whose it is."""
        return f"项目申报 {self.number}"

    @property
    def is_editable(self) -> bool:
        return self.state in EDITABLE

    @property
    def leader_id_masked(self) -> str:
        return masked(self.leader_id)

    @property
    def holder_organisation(self) -> Organisation | None:
        """The agency while experts and budget review have it; else whoever the state says."""
        return self.agency if self.state in (S.REVIEWING, S.BUDGET_REVIEW) else None

    @property
    def is_hidden_from_agency(self) -> bool:
        """Whether an agency must not learn whose it is: until the experts have found."""
        return self.reviewed_at is None and self.number is not None

    def blinded(self) -> "Proposal":
        """The same proposal as somebody meets it who must not learn whose it is."""
        found = copy(self)
        found.is_blinded = True
        return found

    def label_for_holder(self, role: str) -> str:
        return self.alias if role == "agency" and self.is_hidden_from_agency else str(self)

    @property
    def state_tone(self) -> str:
        if self.state in CLOSED:
            return "neutral" if self.state == S.WITHDRAWN else "refused"
        return {S.APPROVED: "done", S.DRAFT: "wait", S.SUPPLEMENT: "soon"}.get(S(self.state), "progress")

    def time_limit(self, key: str) -> int | None:
        return self.call.time_limit(key)
