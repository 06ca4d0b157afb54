"""Objections to what a public notice shows, and who made them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from notices.enums import Finding, IdKind, ObjectionState, ObjectorKind
from notices.models.edition import ReminderEdition
from notices.models.publicity import PublicNoticeItem
from records.constraints import different, not_negative, one_of, requires, together
from records.crypto import EncryptedTextField, masked
from records.models import LifecycleSubject
from records.models.file import verification_code

OPEN_STATES = (
    ObjectionState.RECEIVED,
    ObjectionState.AWAITING_ORIGINAL,
    ObjectionState.ACCEPTED,
    ObjectionState.PROPOSED,
)
HANDLED_STATES = (ObjectionState.ACCEPTED, ObjectionState.PROPOSED)
DECIDED_STATES = (ObjectionState.DISMISSED, ObjectionState.PARTLY_UPHELD, ObjectionState.UPHELD)


class ObjectionQuerySet(models.QuerySet):
    def open(self):
        """Not yet decided, whether accepted or not: the way is not clear."""
        return self.filter(state__in=OPEN_STATES)

    def handled(self):
        """Accepted and not decided: these stop the clock of their item."""
        return self.filter(state__in=HANDLED_STATES)

    def decided(self):
        """Accepted and found upon, whichever way."""
        return self.filter(state__in=DECIDED_STATES)

    def upheld(self):
        return self.filter(state=ObjectionState.UPHELD)

    def partly_upheld(self):
        """Founded in part: the item is published again with what was corrected."""
        return self.filter(state=ObjectionState.PARTLY_UPHELD)


def _stamp():
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )


class Objection(LifecycleSubject):
    """A written, real-name objection. Whoever made it is known to two offices only and stored encrypted.

    ``key`` makes a form that was sent twice one objection; ``receipt_code`` opens the public page on which its
    author follows it, and which names nobody. ``correction`` says what is
    corrected where the objection is founded in part.
    """

    item = models.ForeignKey(PublicNoticeItem, on_delete=models.PROTECT, related_name="objections")
    number = models.CharField(max_length=40, unique=True)
    receipt_code = models.CharField(max_length=16, unique=True, default=verification_code)
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=10, choices=ObjectorKind)
    name = EncryptedTextField()
    contact_name = EncryptedTextField(blank=True, default="")
    phone = EncryptedTextField()
    email = EncryptedTextField(blank=True, default="")
    id_kind = models.CharField(max_length=10, choices=IdKind)
    id_number = EncryptedTextField()
    grounds = models.TextField()
    edition = models.ForeignKey(ReminderEdition, on_delete=models.PROTECT, related_name="objections")
    state = models.CharField(max_length=20, choices=ObjectionState, default=ObjectionState.RECEIVED)
    filed_at = models.DateTimeField()
    original_asked_at = models.DateTimeField(null=True, blank=True)
    original_asked_by = _stamp()
    original_wanted = models.TextField(blank=True)
    original_received_at = models.DateTimeField(null=True, blank=True)
    original_received_by = _stamp()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = _stamp()
    refused_at = models.DateTimeField(null=True, blank=True)
    refused_by = _stamp()
    extensions = models.PositiveSmallIntegerField(default=0)
    proposed_at = models.DateTimeField(null=True, blank=True)
    proposed_by = _stamp()
    finding = models.CharField(max_length=10, choices=Finding, blank=True)
    correction = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = _stamp()
    reply = models.TextField(blank=True)

    objects = ObjectionQuerySet.as_manager()

    class Meta:
        ordering = ["-filed_at", "-pk"]
        constraints = [
            one_of("state", ObjectionState),
            one_of("kind", ObjectorKind),
            one_of("id_kind", IdKind),
            models.CheckConstraint(
                condition=Q(finding="") | Q(finding__in=Finding.values),
                name="notices_objection_finding_known",
            ),
            together("original_asked_at", "original_asked_by", name="original_asked_by_somebody"),
            together("original_received_at", "original_received_by", name="original_received_by_somebody"),
            requires([ObjectionState.AWAITING_ORIGINAL], "original_asked_at", name="original_was_asked_for"),
            together("accepted_at", "accepted_by"),
            together("refused_at", "refused_by"),
            together("proposed_at", "proposed_by"),
            together("decided_at", "decided_by"),
            different("proposed_by", "decided_by"),
            different("accepted_by", "decided_by"),
            not_negative("extensions"),
            requires([*HANDLED_STATES, *DECIDED_STATES], "accepted_at", name="accepted_by_somebody"),
            requires([ObjectionState.NOT_ACCEPTED], "refused_at", name="refused_by_somebody"),
            requires([ObjectionState.PROPOSED, *DECIDED_STATES], "proposed_at", name="proposed_by_somebody"),
            requires(DECIDED_STATES, "decided_at", name="decided_by_somebody"),
            models.CheckConstraint(
                condition=~Q(
                    state__in=[ObjectionState.NOT_ACCEPTED, ObjectionState.PROPOSED, *DECIDED_STATES]
                )
                | ~Q(reply=""),
                name="notices_objection_answered_in_words",
            ),
            models.CheckConstraint(
                condition=~Q(finding=Finding.PARTLY) | ~Q(correction=""),
                name="notices_objection_partly_says_what_is_corrected",
            ),
            models.CheckConstraint(condition=~Q(grounds=""), name="notices_objection_grounds_given"),
        ]
        indexes = [models.Index(fields=["state", "-filed_at"], name="notices_objection_queue")]
        verbose_name = "异议"
        verbose_name_plural = "异议"

    def __str__(self):
        return f"异议 {self.number}"

    def get_absolute_url(self):
        return reverse("notices:objection", args=[self.pk])

    @property
    def host_id(self) -> None:
        """Nobody's unit: neither the county nor the unit objected to reads an objection."""
        return None

    @property
    def division_id(self) -> None:
        return None

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def id_number_masked(self) -> str:
        return masked(self.id_number)

    @property
    def phone_masked(self) -> str:
        return masked(self.phone)

    @property
    def identity(self) -> tuple[str, ...]:
        """Every value that tells who made it: none of them may leave the two offices."""
        known = (self.name, self.contact_name, self.phone, self.email, self.id_number)
        return tuple(value for value in known if value)

    @property
    def host_organisation_id(self) -> int | None:
        """The unit whose case was objected to."""
        return self.item.host_id

    def time_limit(self, key: str) -> int | None:
        return self.edition.terms["time_limits"][key]

    @property
    def filed_on(self):
        return timezone.localdate(self.filed_at)
