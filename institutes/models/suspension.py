"""What stops an institute for a time, and what ends it: suspension and revocation, each by two people of the bureau."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division, Organisation
from institutes.enums import RevocationState as R
from institutes.enums import SuspensionState as S
from institutes.models.edition import RecognitionEdition
from institutes.models.institute import Institute
from records.columns import moment, person
from records.constraints import different, one_of, requires, together
from records.models import LifecycleSubject

STOPPING = (S.IN_FORCE, S.RESTORING)
LIVE = (S.PROPOSED, *STOPPING)
NOTIFIED = (R.STATEMENT, R.DECISION, R.REVOKED)
OPEN = (R.PROPOSED, R.STATEMENT, R.DECISION)
ENDED = (R.REVOKED, R.DROPPED)


class OfInstitute(LifecycleSubject):
    """A case of the bureau about an institute; host and division are those of the day."""

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="%(class)ss")
    edition = models.ForeignKey(RecognitionEdition, on_delete=models.PROTECT, related_name="%(class)ss")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="%(class)ss")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="%(class)ss")
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def time_limit(self, key: str) -> int | None:
        return self.edition.working_days(key)


class SuspensionQuerySet(models.QuerySet):
    def live(self):
        """Proposed, or stopping an institute now."""
        return self.filter(state__in=LIVE)


class Suspension(OfInstitute):
    """The standing of an institute is stopped until a day. Only another decision restores it, never the day alone."""

    grounds = models.TextField()
    measures = models.TextField(blank=True)
    until = models.DateField()
    state = models.CharField(max_length=12, choices=S, default=S.PROPOSED)
    decided_at = moment()
    decided_by = person()
    findings = models.TextField(blank=True)
    checked_at = moment()
    checked_by = person()
    ended_at = moment()
    ended_by = person()

    objects = SuspensionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", S),
            together("decided_at", "decided_by"),
            together("checked_at", "checked_by"),
            together("ended_at", "ended_by"),
            different("proposed_by", "decided_by", name="four_eyes"),
            different("checked_by", "ended_by", name="restored_by_another"),
            requires([*STOPPING, S.RESTORED, S.REFUSED], "decided_at", name="decided_by_somebody"),
            requires([S.RESTORING, S.RESTORED], "checked_at", name="checked_by_somebody"),
            requires([S.RESTORED, S.ENDED], "ended_at", name="ended_by_somebody"),
            models.CheckConstraint(condition=~Q(grounds=""), name="institutes_suspension_has_grounds"),
            models.UniqueConstraint(
                fields=["institute"], condition=Q(state__in=LIVE), name="institutes_suspension_one_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="institutes_suspension_state")]
        verbose_name = "暂停资格"
        verbose_name_plural = "暂停资格"

    def __str__(self):
        return f"{self.institute}：暂停资格"[:200]

    def get_absolute_url(self):
        return reverse("institutes:suspension", args=[self.pk])

    @property
    def state_tone(self) -> str:
        tones = {S.IN_FORCE: "soon", S.RESTORED: "done", S.PROPOSED: "wait", S.RESTORING: "progress"}
        return tones.get(S(self.state), "neutral")


class RevocationQuerySet(models.QuerySet):
    def open(self):
        """Not decided yet."""
        return self.filter(state__in=OPEN)


class Revocation(OfInstitute):
    """The procedure that may end a recognition: proposed, notified, answered or not, decided by another person."""

    cause = models.CharField(max_length=40)
    facts = models.TextField()
    state = models.CharField(max_length=12, choices=R, default=R.PROPOSED)
    noticed_at = moment()
    noticed_by = person()
    statement_until = models.DateField(null=True, blank=True)
    statement = models.TextField(blank=True)
    stated_at = moment()
    stated_by = person()
    minute_number = models.CharField(max_length=60, blank=True)
    decision = models.TextField(blank=True)
    decided_at = moment()
    decided_by = person()

    objects = RevocationQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            one_of("state", R),
            together("noticed_at", "noticed_by", "statement_until"),
            together("stated_at", "stated_by"),
            together("decided_at", "decided_by"),
            different("proposed_by", "noticed_by", name="notice_by_another"),
            different("proposed_by", "decided_by", name="four_eyes"),
            requires(NOTIFIED, "noticed_at", name="unit_was_heard"),
            requires(ENDED, "decided_at", name="decided_by_somebody"),
            models.CheckConstraint(
                condition=~Q(cause="") & ~Q(facts=""), name="institutes_revocation_has_facts"
            ),
            models.CheckConstraint(
                condition=Q(stated_at__isnull=True) | Q(noticed_at__isnull=False) & ~Q(statement=""),
                name="institutes_revocation_statement_after_notice",
            ),
            models.CheckConstraint(
                condition=~Q(state=R.REVOKED) | ~Q(minute_number=""),
                name="institutes_revocation_by_a_meeting",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=ENDED) | ~Q(decision=""), name="institutes_revocation_says_why"
            ),
            models.UniqueConstraint(
                fields=["institute"], condition=Q(state__in=OPEN), name="institutes_revocation_one_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="institutes_revocation_state")]
        verbose_name = "撤销认定"
        verbose_name_plural = "撤销认定"

    def __str__(self):
        return f"{self.institute}：撤销认定"[:200]

    def get_absolute_url(self):
        return reverse("institutes:revocation", args=[self.pk])

    @property
    def state_tone(self) -> str:
        tones = {R.REVOKED: "refused", R.DROPPED: "neutral", R.PROPOSED: "wait"}
        return tones.get(R(self.state), "progress")

    @property
    def cause_label(self) -> str:
        """The cause in the words of the edition it was opened under."""
        causes = self.edition.terms["revocation_causes"]
        return next((one["label"] for one in causes if one["code"] == self.cause), self.cause)
