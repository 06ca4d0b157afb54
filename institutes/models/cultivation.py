"""The cultivation pool of a county (五(三)): enterprises on their way to an application, and what was done for them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division
from accounts.policy import USCC_PATTERN
from institutes.enums import PoolState as S
from institutes.models.application import Application
from institutes.models.chain import ChainSegment, IndustryChain
from institutes.models.edition import RecognitionEdition
from records.columns import moment, person
from records.constraints import different, one_of, requires, together
from records.crypto import EncryptedTextField, masked
from records.models import Attachment, LifecycleSubject

OPEN = (S.SURVEYED, S.ENTERING, S.CULTIVATING, S.PREPARING, S.LEAVING, S.APPLIED)
LET_IN = (S.CULTIVATING, S.PREPARING, S.LEAVING, S.APPLIED, S.RECOGNISED)
"""States that nobody reaches whom the county's leader has not let in."""


class CultivationEntry(LifecycleSubject):
    """One enterprise in the pool of one county, by name and credit code, whether it is registered here or not.

    Staff keeps it, the leader lets in and lets go; once the enterprise applies, the entry moves on by itself.
    """

    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="cultivation_entries")
    edition = models.ForeignKey(
        RecognitionEdition, on_delete=models.PROTECT, related_name="cultivation_entries"
    )
    name = models.CharField(max_length=100)
    uscc = models.CharField(max_length=18)
    chain = models.ForeignKey(IndustryChain, on_delete=models.PROTECT, related_name="cultivation_entries")
    segment = models.ForeignKey(
        ChainSegment, on_delete=models.PROTECT, null=True, blank=True, related_name="cultivation_entries"
    )
    direction = models.CharField(max_length=200)
    intended_year = models.PositiveSmallIntegerField()
    contact_person = models.CharField(max_length=50)
    contact_phone = EncryptedTextField()
    grounds = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=12, choices=S, default=S.SURVEYED)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = moment()
    proposed_by = person()
    entered_at = moment()
    entered_by = person()
    leaving_at = moment()
    leaving_by = person()
    left_at = moment()
    left_by = person()
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, blank=True, related_name="cultivation_entries"
    )

    host_id = None

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            together("proposed_at", "proposed_by"),
            together("entered_at", "entered_by"),
            together("leaving_at", "leaving_by"),
            together("left_at", "left_by"),
            different("proposed_by", "entered_by", name="entry_four_eyes"),
            requires([S.ENTERING, *LET_IN], "proposed_at", name="proposed_by_somebody"),
            requires(LET_IN, "entered_at", name="entered_by_somebody"),
            requires([S.LEAVING], "leaving_at", name="leaving_by_somebody"),
            requires([S.LEFT], "left_at", name="left_by_somebody"),
            requires([S.APPLIED, S.RECOGNISED], "application", name="applied_with_application"),
            models.CheckConstraint(
                condition=~Q(state=S.LEFT) | Q(leaving_by__isnull=True) | ~Q(leaving_by=models.F("left_by")),
                name="institutes_cultivationentry_exit_four_eyes",
            ),
            models.CheckConstraint(
                condition=Q(uscc__regex=USCC_PATTERN), name="institutes_cultivationentry_uscc_of_18"
            ),
            models.UniqueConstraint(
                fields=["division", "uscc"],
                condition=Q(state__in=OPEN),
                name="institutes_cultivationentry_once",
            ),
        ]
        indexes = [
            models.Index(fields=["division", "state"], name="institutes_pool_state"),
            models.Index(fields=["uscc"], name="institutes_pool_uscc"),
        ]
        verbose_name = "培育库记录"
        verbose_name_plural = "培育库记录"

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("institutes:cultivation-entry", args=[self.pk])

    @property
    def state_tone(self) -> str:
        """Nothing is decided yet, or nothing is left to do: both are calm."""
        return "neutral" if self.state in (S.SURVEYED, S.LEFT) else ""

    @property
    def is_open(self) -> bool:
        """Whether the county may still mend it and add to it."""
        return self.state in OPEN

    @property
    def masked_phone(self) -> str:
        return masked(self.contact_phone)

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class CultivationMeasure(models.Model):
    """Something that was done for an enterprise in the pool: when, what, by whom, with a proof where there is one."""

    entry = models.ForeignKey(CultivationEntry, on_delete=models.PROTECT, related_name="measures")
    done_on = models.DateField()
    what = models.CharField(max_length=500)
    provider = models.CharField(max_length=100)
    file = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-done_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(what="") & ~Q(provider=""),
                name="institutes_cultivationmeasure_says_something",
            ),
        ]
        verbose_name = "帮扶措施"
        verbose_name_plural = "帮扶措施"

    def __str__(self):
        return f"{self.done_on} {self.what}"[:200]
