"""Mail that this room owes to people: rows, so that a lost task loses no letter."""

from datetime import datetime

from django.conf import settings
from django.db import models

from accounts.enums import LetterKind
from records.constraints import one_of


class LetterQuerySet(models.QuerySet):
    def unsent(self):
        return self.filter(sent_at__isnull=True)

    def waiting(self, *, tried_before: datetime):
        """Not sent, and nobody is trying just now."""
        never, long_ago = models.Q(tried_at__isnull=True), models.Q(tried_at__lt=tried_before)
        return self.unsent().filter(never | long_ago)


class Letter(models.Model):
    """An invitation or a link to a new password. The link itself is made when the letter is sent."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="letters")
    kind = models.CharField(max_length=20, choices=LetterKind)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    tried_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [one_of("kind", LetterKind)]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=models.Q(sent_at__isnull=True), name="accounts_letter_waiting"
            )
        ]
        verbose_name = "账户邮件"
        verbose_name_plural = "账户邮件"

    def __str__(self):
        return f"{self.get_kind_display()}：{self.recipient_id and self.recipient.username}"
