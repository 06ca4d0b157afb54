"""Files: what people upload, and the papers that the portal issues."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q

from records.models.subject import SubjectQuerySet, SubjectReference


def _random_name(folder: str, instance, filename: str) -> str:
    suffix = filename.rsplit(".", 1)[-1].lower() if "." in filename else "bin"
    token = secrets.token_hex(16)
    return f"{folder}/{token[:2]}/{token}.{suffix[:5]}"


def attachment_path(instance, filename: str) -> str:
    return _random_name("attachments", instance, filename)


def document_path(instance, filename: str) -> str:
    return _random_name("documents", instance, filename)


def verification_code() -> str:
    """The code in the QR of a paper: unguessable, without letters that are mistaken for one another."""
    return "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(16))


class AttachmentQuerySet(SubjectQuerySet):
    def current(self):
        """The newest version of each, without what was removed."""
        return self.filter(replaced_by__isnull=True, removed_at__isnull=True)


class Attachment(SubjectReference):
    """A file that somebody supplied as part of a subject. A replacement is a new row; old versions stay."""

    kind = models.CharField(max_length=40)
    file = models.FileField(upload_to=attachment_path)
    name = models.CharField(max_length=200)
    content_type = models.CharField(max_length=80)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    uploaded_at = models.DateTimeField()
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(default=1)
    replaced_by = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replaces"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "kind"], name="records_attachment_subject")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | Q(removed_at__isnull=False, removed_by__isnull=False),
                name="records_attachment_removed_at_removed_by",
            ),
        ]
        verbose_name = "附件"
        verbose_name_plural = "附件"

    def __str__(self):
        return self.name


class DocumentQuerySet(SubjectQuerySet):
    def in_force(self):
        """Papers that no later one replaced."""
        return self.filter(replacement__isnull=True)


class Document(SubjectReference):
    """A paper as it was issued: its bytes, their hash, and the data it was made from. Immutable, by trigger.

    A correction is a new paper that names the one it ``replaces``. Anyone can check a paper by ``code``.
    """

    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=16, unique=True, default=verification_code)
    file = models.FileField(upload_to=document_path)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    template = models.CharField(max_length=120)
    context = models.JSONField()
    public = models.BooleanField(default=False)
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="replacement"
    )

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject_type", "subject_id"], name="records_document_subject")]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "number"], condition=~Q(number=""), name="records_document_number_once"
            ),
            models.UniqueConstraint(
                fields=["subject_type", "subject_id", "kind"],
                condition=Q(replaces__isnull=True),
                name="records_document_one_original",
            ),
        ]
        verbose_name = "文书"
        verbose_name_plural = "文书"

    def __str__(self):
        return f"{self.title} {self.number}".strip()
