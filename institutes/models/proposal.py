"""What a county proposes for the map of chains (四(一)): the county drafts and hands in, the bureau decides."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division
from institutes.enums import ChainRole, ProposalFinding, ProposalKind, SegmentPosition
from institutes.enums import ProposalState as S
from institutes.models.chain import ChainMember, ChainSegment, IndustryChain
from institutes.models.edition import RecognitionEdition
from records.columns import moment, person
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

HANDED_IN = (S.PROPOSED, S.CHECKED, S.ACCEPTED, S.REFUSED)
DECIDED = (S.ACCEPTED, S.REFUSED)
K = ProposalKind


class ChainProposal(LifecycleSubject):
    """One change of the map that a county proposes, with its grounds. Which columns are filled the kind says."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="chain_proposals")
    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="chain_proposals")
    chain = models.ForeignKey(IndustryChain, on_delete=models.PROTECT, related_name="proposals")
    kind = models.CharField(max_length=20, choices=ProposalKind)
    segment = models.ForeignKey(
        ChainSegment, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    member = models.ForeignKey(
        ChainMember, on_delete=models.PROTECT, null=True, blank=True, related_name="proposals"
    )
    position = models.CharField(max_length=12, choices=SegmentPosition, blank=True)
    name = models.CharField(max_length=100, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    role = models.CharField(max_length=10, choices=ChainRole, blank=True)
    effective_on = models.DateField()
    grounds = models.TextField()
    state = models.CharField(max_length=10, choices=S, default=S.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = moment()
    proposed_by = person()
    finding = models.CharField(max_length=10, choices=ProposalFinding, blank=True)
    opinion = models.TextField(blank=True)
    checked_at = moment()
    checked_by = person()
    decided_at = moment()
    decided_by = person()

    host_id = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("kind", ProposalKind),
            one_of("position", SegmentPosition, blank=True),
            one_of("role", ChainRole, blank=True),
            one_of("finding", ProposalFinding, blank=True),
            together("proposed_at", "proposed_by"),
            together("checked_at", "checked_by"),
            together("decided_at", "decided_by"),
            different("drafted_by", "proposed_by", name="county_four_eyes"),
            different("checked_by", "decided_by", name="bureau_four_eyes"),
            requires(HANDED_IN, "proposed_at", name="proposed_by_somebody"),
            requires([S.CHECKED, *DECIDED], "checked_at", name="checked_by_somebody"),
            requires(DECIDED, "decided_at", name="decided_by_somebody"),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True) | ~Q(finding=""),
                name="institutes_chainproposal_checked_with_finding",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind=K.ADD_MEMBER, segment__isnull=False) & ~Q(name="") & ~Q(uscc="") & ~Q(role="")
                )
                | (Q(kind=K.CHANGE_ROLE, member__isnull=False) & ~Q(role=""))
                | Q(kind=K.END_MEMBER, member__isnull=False)
                | (Q(kind=K.ADD_SEGMENT) & ~Q(name="") & ~Q(position="")),
                name="institutes_chainproposal_says_what",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="institutes_proposal_state")]
        verbose_name = "图谱调整建议"
        verbose_name_plural = "图谱调整建议"

    def __str__(self):
        return f"{self.chain}：{self.get_kind_display()}“{self.about}”"[:200]

    def get_absolute_url(self):
        return reverse("institutes:chain-proposal", args=[self.pk])

    @property
    def about(self) -> str:
        """The enterprise or the segment that it is about."""
        return self.name or (self.member.name if self.member else "")

    @property
    def state_tone(self) -> str:
        """Adopted is done; elsewhere a thing that is accepted is only taken up."""
        return "done" if self.state == S.ACCEPTED else ""

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)
