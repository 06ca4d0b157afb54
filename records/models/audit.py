"""The register: who did what, when, from which state to which. Append-only, by trigger."""

from django.conf import settings
from django.db import models

from records.models.subject import SubjectQuerySet, SubjectReference


class AuditEventQuerySet(SubjectQuerySet):
    def in_order(self):
        return self.order_by("pk")


class AuditEvent(SubjectReference):
    """One line of the register.

    ``position``, ``previous_hash`` and ``hash`` are filled by the database when the transaction commits: a
    gapless chain in the order of commits. Everything else never changes, and no line is ever deleted.
    """

    verb = models.CharField(max_length=80)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    actor_label = models.CharField(max_length=120)
    at = models.DateTimeField()
    from_state = models.CharField(max_length=40, blank=True)
    to_state = models.CharField(max_length=40, blank=True)
    reason = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    request_id = models.CharField(max_length=40, blank=True)
    position = models.BigIntegerField(null=True, unique=True, editable=False)
    previous_hash = models.CharField(max_length=64, blank=True, editable=False)
    hash = models.CharField(max_length=64, blank=True, editable=False)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="records_audit_subject"),
            models.Index(fields=["actor", "-id"], name="records_audit_actor"),
            models.Index(fields=["verb", "-id"], name="records_audit_verb"),
            models.Index(fields=["subject_type", "-position"], name="records_audit_latest"),
        ]
        verbose_name = "登记"
        verbose_name_plural = "登记簿"

    def __str__(self):
        return f"{self.verb} {self.subject_label}"
