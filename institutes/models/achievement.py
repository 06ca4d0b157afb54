"""What an institute brought about (二(二)): entered once with evidence, verified by county and bureau, counted once."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from accounts.policy import USCC_PATTERN
from institutes.enums import AchievementKind, HintFinding, HintGround
from institutes.enums import AchievementState as S
from institutes.enums.projects import ProjectLevel, ProjectPart
from institutes.models.edition import RecognitionEdition
from institutes.models.institute import Institute
from records.columns import moment, person
from records.constraints import different, not_after, one_of, positive, requires, together
from records.models import LifecycleSubject

COUNTED = (S.VERIFIED, S.ANNULLING)
"""What counts: verified, also while somebody proposes to annul it."""
COUNTY_VERIFIED = (S.BUREAU_REVIEW, *COUNTED, S.ANNULLED, S.REJECTED)
HANDED_IN = (S.COUNTY_REVIEW, *COUNTY_VERIFIED)
LIVE = (S.COUNTY_REVIEW, S.BUREAU_REVIEW, *COUNTED)
"""States in which an achievement holds its number, so that no other can be handed in under it."""
OPEN = (S.DRAFT, S.UNIT_REVIEW, S.COUNTY_REVIEW, S.BUREAU_REVIEW)


class AchievementQuerySet(models.QuerySet):
    def verified(self):
        """Verified by county and bureau, and not annulled since: what is counted anywhere (I-3)."""
        return self.filter(state__in=COUNTED)

    def live(self):
        return self.filter(state__in=LIVE)

    def open(self):
        """On their way, not decided."""
        return self.filter(state__in=OPEN)

    def toward(self, goal: str):
        """Those that count toward a goal of the city: ``achievements`` (100) or ``transfers`` (40)."""
        return self.filter(terms__toward=goal)

    def feeding(self, target: str):
        """Those that count toward a line of the targets in the application's book."""
        return self.filter(terms__targets__contains=[target])


class Achievement(LifecycleSubject):
    """One thing that an institute brought about, as its unit entered it.

    ``terms`` are the rules of its kind as they were when it was entered: what it counts toward, what it has to prove.
    ``level``, ``programme``, ``part`` and ``ends_on`` are said of projects that it undertakes (四(七)), which are
    brought about on the day of their approval. ``mark`` is by what it is known to be the same, whoever enters it and
    when; empty for what bears no such number. ``source_number`` is the number of the joint project that it came from
    (四(六)), ``source_item`` which of its results it is: each becomes an achievement once.
    """

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="achievements")
    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="achievements")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="achievements")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="achievements")
    kind = models.CharField(max_length=20, choices=AchievementKind)
    terms = models.JSONField()
    title = models.CharField(max_length=100)
    number = models.CharField(max_length=60, blank=True)
    mark = models.CharField(max_length=120, blank=True)
    partner_name = models.CharField(max_length=100, blank=True)
    partner_uscc = models.CharField(max_length=18, blank=True)
    achieved_on = models.DateField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    quantity = models.PositiveIntegerField(null=True, blank=True)
    level = models.CharField(max_length=12, choices=ProjectLevel, blank=True)
    programme = models.CharField(max_length=100, blank=True)
    part = models.CharField(max_length=8, choices=ProjectPart, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    description = models.TextField(blank=True)
    source_number = models.CharField(max_length=40, blank=True)
    source_item = models.CharField(max_length=12, blank=True)
    state = models.CharField(max_length=20, choices=S, default=S.DRAFT)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    handed_in_at = moment()
    handed_in_by = person()
    county_opinion = models.TextField(blank=True)
    county_verified_at = moment()
    county_verified_by = person()
    opinion = models.TextField(blank=True)
    verified_at = moment()
    verified_by = person()
    rejected_at = moment()
    rejected_by = person()
    annulment_grounds = models.TextField(blank=True)
    annulment_proposed_at = moment()
    annulment_proposed_by = person()
    annulled_at = moment()
    annulled_by = person()

    objects = AchievementQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            one_of("kind", AchievementKind),
            one_of("level", ProjectLevel, blank=True),
            one_of("part", ProjectPart, blank=True),
            models.CheckConstraint(
                condition=~Q(kind=AchievementKind.EXTERNAL_PROJECT)
                | ~Q(level="") & ~Q(programme="") & ~Q(part="") & Q(ends_on__isnull=False),
                name="institutes_achievement_project_is_whole",
            ),
            not_after("achieved_on", "ends_on"),
            together("handed_in_at", "handed_in_by"),
            together("county_verified_at", "county_verified_by"),
            together("verified_at", "verified_by"),
            together("rejected_at", "rejected_by"),
            together("annulment_proposed_at", "annulment_proposed_by", name="annulment_proposed_together"),
            together("annulled_at", "annulled_by"),
            different("handed_in_by", "county_verified_by", name="county_is_another"),
            different("county_verified_by", "verified_by", name="four_eyes"),
            different("county_verified_by", "rejected_by", name="rejected_by_another"),
            different("annulment_proposed_by", "annulled_by", name="annulled_by_another"),
            requires(HANDED_IN, "handed_in_at", name="handed_in_by_somebody"),
            requires(COUNTY_VERIFIED, "county_verified_at", name="county_verified_by_somebody"),
            requires([*COUNTED, S.ANNULLED], "verified_at", name="verified_by_somebody"),
            requires([S.REJECTED], "rejected_at", name="rejected_by_somebody"),
            requires([S.ANNULLING, S.ANNULLED], "annulment_proposed_at", name="annulment_by_somebody"),
            requires([S.ANNULLED], "annulled_at", name="annulled_by_somebody"),
            positive("amount"),
            positive("quantity"),
            models.CheckConstraint(condition=~Q(title=""), name="institutes_achievement_says_what"),
            models.CheckConstraint(
                condition=Q(annulment_proposed_at__isnull=True) | ~Q(annulment_grounds=""),
                name="institutes_achievement_annulled_with_grounds",
            ),
            models.CheckConstraint(
                condition=Q(partner_uscc="") | Q(partner_uscc__regex=USCC_PATTERN),
                name="institutes_achievement_uscc_of_18",
            ),
            models.UniqueConstraint(
                fields=["mark"],
                condition=Q(state__in=LIVE) & ~Q(mark=""),
                name="institutes_achievement_counted_once",
            ),
            models.UniqueConstraint(
                fields=["source_number", "source_item"],
                condition=~Q(source_number=""),
                name="institutes_achievement_result_once",
            ),
            models.CheckConstraint(
                condition=Q(source_number="", source_item="") | ~Q(source_number="") & ~Q(source_item=""),
                name="institutes_achievement_result_of_a_project",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"], name="institutes_achievement_state"),
            models.Index(fields=["institute", "state"], name="institutes_achievement_of"),
            models.Index(fields=["host", "-id"], name="institutes_achievement_host"),
        ]
        verbose_name = "成果"
        verbose_name_plural = "成果"

    def __str__(self):
        return f"{self.get_kind_display()}：{self.title}"[:200]

    def get_absolute_url(self):
        return reverse("institutes:achievement", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def counts(self) -> bool:
        """Whether it is counted now."""
        return self.state in COUNTED

    @property
    def proposed_by(self):
        """Who of the bureau proposed to annul it; hears how that ended."""
        return self.annulment_proposed_by

    @property
    def year(self) -> int:
        """The year in which it was brought about, under which it is counted."""
        return self.achieved_on.year

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """What has to be brought to prove it: code and label of each kind of file."""
        return self.terms["evidence"]

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class AchievementHint(models.Model):
    """Another achievement that may be the same one, as found when it was handed in; county and bureau answer each.

    Handed in anew it is looked up anew: ``raised_at`` is the handing in that a hint belongs to.
    """

    achievement = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="hints")
    other = models.ForeignKey(Achievement, on_delete=models.PROTECT, related_name="hinted_by")
    ground = models.CharField(max_length=10, choices=HintGround)
    likeness = models.DecimalField(max_digits=5, decimal_places=2)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    county_finding = models.CharField(max_length=10, choices=HintFinding, blank=True)
    county_note = models.CharField(max_length=500, blank=True)
    county_answered_at = moment()
    county_answered_by = person()
    bureau_finding = models.CharField(max_length=10, choices=HintFinding, blank=True)
    bureau_note = models.CharField(max_length=500, blank=True)
    bureau_answered_at = moment()
    bureau_answered_by = person()

    class Meta:
        ordering = ["-likeness", "pk"]
        constraints = [
            one_of("ground", HintGround),
            one_of("county_finding", HintFinding, blank=True),
            one_of("bureau_finding", HintFinding, blank=True),
            together("county_answered_at", "county_answered_by", name="county_answered"),
            together("bureau_answered_at", "bureau_answered_by", name="bureau_answered"),
            different("county_answered_by", "bureau_answered_by", name="answered_by_two"),
            models.CheckConstraint(
                condition=Q(county_answered_at__isnull=True) | ~Q(county_finding=""),
                name="institutes_achievementhint_county_says_which",
            ),
            models.CheckConstraint(
                condition=Q(bureau_answered_at__isnull=True) | ~Q(bureau_finding=""),
                name="institutes_achievementhint_bureau_says_which",
            ),
            models.CheckConstraint(
                condition=~Q(achievement=models.F("other")), name="institutes_achievementhint_of_another"
            ),
            models.UniqueConstraint(
                fields=["achievement", "other", "raised_at"], name="institutes_achievementhint_once"
            ),
        ]
        verbose_name = "疑似重复"
        verbose_name_plural = "疑似重复"

    def __str__(self):
        return f"{self.get_ground_display()}：{self.other}"[:200]
