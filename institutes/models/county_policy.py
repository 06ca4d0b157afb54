"""Policies that a county issues in support of the institutes (五(三)): documents, versions, what they give."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division
from institutes.enums import CountyPolicyState as S
from institutes.models.edition import RecognitionEdition
from records.columns import person
from records.constraints import different, not_after, one_of, positive, requires, together
from records.models import Attachment, LifecycleSubject

ISSUED = (S.PUBLISHED, S.SUPERSEDED, S.REPEALED)
"""States in which everybody may read it."""
UNISSUED = (S.DRAFT, S.SIGNING)
"""States in which its county is still at work on it."""


class CountyPolicyQuerySet(models.QuerySet):
    def issued(self):
        """Published once, whatever became of it."""
        return self.filter(state__in=ISSUED)

    def in_force(self, on):
        """Published, and not beyond its last day; one that begins later counts already."""
        return self.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=on), state=S.PUBLISHED)


class CountyPolicy(LifecycleSubject):
    """One document of a county. A later version is a row of its own that names the one it ``replaces``."""

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="county_policies")
    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="county_policies")
    title = models.CharField(max_length=150)
    number = models.CharField(max_length=80)
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    summary = models.TextField(blank=True)
    file = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    replaces = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacements"
    )
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=S, default=S.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = person()
    repealed_on = models.DateField(null=True, blank=True)
    repealed_at = models.DateTimeField(null=True, blank=True)
    repealed_by = person()
    repeal_reason = models.CharField(max_length=1000, blank=True)

    objects = CountyPolicyQuerySet.as_manager()

    host_id = None

    class Meta:
        ordering = ["-issued_on", "-pk"]
        constraints = [
            one_of("state", S),
            together("published_at", "published_by"),
            together("repealed_on", "repealed_at", "repealed_by", name="repealed_wholly"),
            different("drafted_by", "published_by"),
            requires(ISSUED, "published_at", name="published_by_somebody"),
            requires(ISSUED, "file", name="published_with_file"),
            requires([S.REPEALED], "repealed_at", name="repealed_by_somebody"),
            not_after("issued_on", "valid_from"),
            not_after("valid_from", "valid_to"),
            positive("version"),
            models.CheckConstraint(
                condition=~Q(state=S.REPEALED) | ~Q(repeal_reason=""),
                name="institutes_countypolicy_repealed_with_reason",
            ),
            models.UniqueConstraint(
                fields=["division", "number"],
                condition=~Q(state__in=[S.DISCARDED, S.SUPERSEDED, S.REPEALED]),
                name="institutes_countypolicy_number_once",
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(replaces__isnull=False) & ~Q(state=S.DISCARDED),
                name="institutes_countypolicy_one_successor",
            ),
        ]
        indexes = [models.Index(fields=["division", "state"], name="institutes_county_policy")]
        verbose_name = "县级配套政策"
        verbose_name_plural = "县级配套政策"

    def __str__(self):
        return f"{self.title}（{self.number}）"

    def get_absolute_url(self):
        return reverse("institutes:county-policy", args=[self.pk])

    @property
    def state_tone(self) -> str:
        """In force is done; elsewhere a thing that is published is only on its way."""
        return {S.PUBLISHED: "done", S.SUPERSEDED: "neutral", S.REPEALED: "neutral"}.get(self.state, "")

    @property
    def is_draft(self) -> bool:
        return self.state == S.DRAFT

    @property
    def is_issued(self) -> bool:
        return self.state in ISSUED

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class CountyPolicyMeasure(models.Model):
    """What a county gives for one measure of the municipal policy. The amount is recorded, never computed (yuan)."""

    policy = models.ForeignKey(CountyPolicy, on_delete=models.PROTECT, related_name="measures")
    item = models.CharField(max_length=40)
    label = models.CharField(max_length=100)
    clause = models.CharField(max_length=20)
    content = models.CharField(max_length=500)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)

    class Meta:
        ordering = ["policy", "pk"]
        constraints = [
            positive("amount"),
            models.UniqueConstraint(fields=["policy", "item"], name="institutes_countypolicymeasure_once"),
            models.CheckConstraint(
                condition=~Q(content=""), name="institutes_countypolicymeasure_says_something"
            ),
        ]
        verbose_name = "配套措施"
        verbose_name_plural = "配套措施"

    def __str__(self):
        return f"{self.clause} {self.label}"
