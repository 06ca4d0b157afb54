"""The map of industry chains (四(一)): chain, segment, and which enterprise leads or carries it."""

from django.db import models

from accounts.models import Organisation
from institutes.enums import ChainRole, SegmentPosition
from records.constraints import not_after, one_of


class IndustryChain(models.Model):
    """An advantaged chain of a leading industry of the city."""

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60, unique=True)
    industry = models.CharField(max_length=60)
    is_priority = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["-is_priority", "code"]
        verbose_name = "产业链"
        verbose_name_plural = "产业链"

    def __str__(self):
        return self.name


class ChainSegment(models.Model):
    """A segment of a chain: up-, mid- or downstream."""

    chain = models.ForeignKey(IndustryChain, on_delete=models.PROTECT, related_name="segments")
    position = models.CharField(max_length=12, choices=SegmentPosition)
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["chain", "pk"]
        constraints = [
            one_of("position", SegmentPosition),
            models.UniqueConstraint(fields=["chain", "name"], name="institutes_chainsegment_once"),
        ]
        verbose_name = "产业链环节"
        verbose_name_plural = "产业链环节"

    def __str__(self):
        return f"{self.chain}·{self.name}"


class ChainMember(models.Model):
    """An enterprise entered as leader or backbone of a chain, by a source document."""

    segment = models.ForeignKey(ChainSegment, on_delete=models.PROTECT, related_name="members")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="chain_memberships")
    role = models.CharField(max_length=10, choices=ChainRole)
    source = models.CharField(max_length=200)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["segment", "pk"]
        constraints = [
            one_of("role", ChainRole),
            not_after("since", "until"),
            models.UniqueConstraint(fields=["segment", "organisation"], name="institutes_chainmember_once"),
        ]
        verbose_name = "链上企业"
        verbose_name_plural = "链上企业"

    def __str__(self):
        return f"{self.organisation}（{self.get_role_display()}）"
