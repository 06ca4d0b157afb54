"""The map of industry chains (四(一)): chain, segment, and which enterprise leads or carries it, by which document."""

from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division
from accounts.policy import USCC_PATTERN
from institutes.enums import ChainKind, ChainRole, ChainState, SegmentPosition
from records.constraints import different, not_after, one_of
from records.models import LifecycleSubject


class IndustryChainQuerySet(models.QuerySet):
    def active(self):
        """Those that an application may choose."""
        return self.filter(state=ChainState.ACTIVE)


class IndustryChain(LifecycleSubject):
    """An advantaged chain of a leading industry of the city. Everything on it is edited under its lock.

    ``kind`` says by which standards its institutes are evaluated every three years; empty for the usual ones.
    """

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60, unique=True)
    industry = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=ChainKind, blank=True)
    is_priority = models.BooleanField(default=False)
    order = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=ChainState, default=ChainState.ACTIVE)

    objects = IndustryChainQuerySet.as_manager()

    host_id = None
    division_id = None

    class Meta:
        ordering = ["-is_priority", "order", "code"]
        constraints = [one_of("state", ChainState), one_of("kind", ChainKind, blank=True)]
        verbose_name = "产业链"
        verbose_name_plural = "产业链"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("institutes:chain", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return self.state == ChainState.ACTIVE


class ChainSegmentQuerySet(models.QuerySet):
    def active(self):
        """Those that an application may choose."""
        return self.filter(is_active=True, chain__state=ChainState.ACTIVE)


class ChainSegment(models.Model):
    """A segment of a chain: up-, mid- or downstream. What was chosen once stays, closed or merged into another."""

    chain = models.ForeignKey(IndustryChain, on_delete=models.PROTECT, related_name="segments")
    position = models.CharField(max_length=12, choices=SegmentPosition)
    order = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged"
    )

    objects = ChainSegmentQuerySet.as_manager()

    class Meta:
        ordering = ["chain", "-position", "order", "pk"]  # backwards: upstream, midstream, downstream
        constraints = [
            one_of("position", SegmentPosition),
            models.UniqueConstraint(
                fields=["chain", "name"], condition=Q(is_active=True), name="institutes_chainsegment_once"
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(is_active=False),
                name="institutes_chainsegment_merged_is_closed",
            ),
            different("id", "merged_into", name="not_into_itself"),
        ]
        verbose_name = "产业链环节"
        verbose_name_plural = "产业链环节"

    def __str__(self):
        return f"{self.chain}·{self.name}"


class ChainSource(models.Model):
    """The document by which something stands on the map; ``proposal`` where a county's proposal is that document."""

    title = models.CharField(max_length=200)
    number = models.CharField(max_length=80, blank=True)
    proposal = models.OneToOneField(
        "institutes.ChainProposal", on_delete=models.PROTECT, null=True, blank=True, related_name="source"
    )

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["title", "number"], name="institutes_chainsource_once"),
        ]
        verbose_name = "图谱依据文件"
        verbose_name_plural = "图谱依据文件"

    def __str__(self):
        return f"{self.title}（{self.number}）" if self.number else self.title


class ChainMemberQuerySet(models.QuerySet):
    def present(self):
        """Those that stand on the map now: not ended, on a segment and a chain in use."""
        return self.filter(
            until__isnull=True, segment__is_active=True, segment__chain__state=ChainState.ACTIVE
        )


class ChainMember(models.Model):
    """An enterprise on a segment as leader or backbone, from a day and until one. It need not be registered here."""

    segment = models.ForeignKey(ChainSegment, on_delete=models.PROTECT, related_name="members")
    name = models.CharField(max_length=100)
    uscc = models.CharField(max_length=18)
    division = models.ForeignKey(
        Division, on_delete=models.PROTECT, null=True, blank=True, related_name="chain_members"
    )
    role = models.CharField(max_length=10, choices=ChainRole)
    source = models.ForeignKey(ChainSource, on_delete=models.PROTECT, related_name="members")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    objects = ChainMemberQuerySet.as_manager()

    class Meta:
        ordering = ["segment", "-role", "name", "pk"]  # backwards: leaders before backbones
        constraints = [
            one_of("role", ChainRole),
            not_after("since", "until"),
            models.CheckConstraint(
                condition=Q(uscc__regex=USCC_PATTERN), name="institutes_chainmember_uscc_of_18"
            ),
            models.UniqueConstraint(
                fields=["segment", "uscc"],
                condition=Q(until__isnull=True),
                name="institutes_chainmember_once",
            ),
        ]
        indexes = [models.Index(fields=["uscc"], name="institutes_chainmember_uscc")]
        verbose_name = "链上企业"
        verbose_name_plural = "链上企业"

    def __str__(self):
        return f"{self.name}（{self.get_role_display()}）"
