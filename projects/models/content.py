"""What a proposal holds: its sections as they are written, frozen versions, budget lines, look-ups, likenesses."""

from django.db import models
from django.db.models import F, Q

from institutes.models import Lookup
from projects.enums import HintFinding
from projects.models.columns import amount, author, moment, person
from projects.models.proposal import Proposal
from records.constraints import not_negative, one_of, together


class ProposalSection(models.Model):
    """The answers of one section of the proposal's book. ``version`` grows with every save."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="sections")
    code = models.CharField(max_length=20)
    answers = models.JSONField(default=dict)
    field_versions = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()
    saved_by = author()

    class Meta:
        ordering = ["proposal", "code"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "code"], name="projects_proposalsection_once"),
        ]
        verbose_name = "项目申报书章节"
        verbose_name_plural = "项目申报书章节"

    def __str__(self):
        return f"{self.proposal} §{self.code}"


class ProposalVersion(models.Model):
    """The whole proposal as it was handed in. Frozen: a later correction is a later version."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    answers = models.JSONField()
    attachments = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField()
    frozen_by = author()

    class Meta:
        ordering = ["proposal", "number"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "number"], name="projects_proposalversion_once"),
        ]
        verbose_name = "项目申报书版本"
        verbose_name_plural = "项目申报书版本"

    def __str__(self):
        return f"{self.proposal} 第 {self.number} 版"


class BudgetLine(models.Model):
    """One line of the budget as handed in, by source; and what the budget review accepts of the grant, with why."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="budget_lines")
    code = models.CharField(max_length=20)
    label = models.CharField(max_length=60)
    grant = amount()
    own = amount()
    accepted = amount(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["proposal", "pk"]
        constraints = [
            not_negative("grant"),
            not_negative("own"),
            not_negative("accepted"),
            models.UniqueConstraint(fields=["proposal", "code"], name="projects_budgetline_once"),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | Q(accepted__lte=F("grant")),
                name="projects_budgetline_accepts_no_more",
            ),
            models.CheckConstraint(
                condition=Q(accepted__isnull=True) | Q(accepted=F("grant")) | ~Q(reason=""),
                name="projects_budgetline_cut_with_reason",
            ),
        ]
        verbose_name = "预算科目"
        verbose_name_plural = "预算科目"

    def __str__(self):
        return f"{self.proposal} {self.label}"

    @property
    def cut(self):
        """How much of the grant the review did not accept."""
        return self.grant - self.accepted if self.accepted is not None else None


class ProposalCheck(Lookup):
    """One look-up of the leading unit before its county recommends the proposal."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="checks")

    class Meta(Lookup.Meta):
        ordering = ["proposal", "pk"]
        verbose_name = "项目申报信用查询"
        verbose_name_plural = "项目申报信用查询"


class ProposalHint(models.Model):
    """Two proposals that read alike: how much, where, and what county and bureau find about it, each with why.

    ``passages`` are the places side by side: ``here`` and ``there`` as each proposal has them, with their sections.
    """

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="hints")
    other = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="hinted_at_by")
    share = models.DecimalField(max_digits=5, decimal_places=2)
    passages = models.JSONField(default=list)
    raised_at = models.DateTimeField()
    raised_by = author()
    county_finding = models.CharField(max_length=10, choices=HintFinding, blank=True)
    county_note = models.CharField(max_length=500, blank=True)
    county_answered_at = moment()
    county_answered_by = person()
    bureau_finding = models.CharField(max_length=10, choices=HintFinding, blank=True)
    bureau_note = models.CharField(max_length=500, blank=True)
    bureau_answered_at = moment()
    bureau_answered_by = person()

    class Meta:
        ordering = ["proposal", "-share", "pk"]
        constraints = [
            one_of("county_finding", HintFinding, blank=True),
            one_of("bureau_finding", HintFinding, blank=True),
            together("county_answered_at", "county_answered_by"),
            together("bureau_answered_at", "bureau_answered_by"),
            models.UniqueConstraint(fields=["proposal", "other"], name="projects_proposalhint_once"),
            models.CheckConstraint(
                condition=~Q(proposal=F("other")), name="projects_proposalhint_about_another"
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0) & Q(share__lte=100), name="projects_proposalhint_share_of_hundred"
            ),
            models.CheckConstraint(
                condition=Q(county_finding="") | ~Q(county_note="") & Q(county_answered_at__isnull=False),
                name="projects_proposalhint_county_says_why",
            ),
            models.CheckConstraint(
                condition=Q(bureau_finding="") | ~Q(bureau_note="") & Q(bureau_answered_at__isnull=False),
                name="projects_proposalhint_bureau_says_why",
            ),
        ]
        verbose_name = "相似申报提示"
        verbose_name_plural = "相似申报提示"

    def __str__(self):
        return f"{self.proposal}与{self.other}相同 {self.share}%"
