"""The second step of signing in: a secret shared with a person's phone, and codes for the day it is lost."""

from django.conf import settings
from django.db import models

from records import clock
from records.crypto import EncryptedTextField


class Authenticator(models.Model):
    """An app that makes codes by time (RFC 6238). A code counts once: ``last_step`` is the one used last."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="authenticator"
    )
    secret = EncryptedTextField()
    enrolled_at = models.DateTimeField(default=clock.now)
    last_step = models.BigIntegerField(default=-1)
    failures = models.PositiveIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "两步登录"
        verbose_name_plural = "两步登录"

    def __str__(self):
        return f"{self.user_id and self.user.username}"


class RecoveryCode(models.Model):
    """The hash of a code that replaces the phone, once."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recovery_codes"
    )
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="accounts_recoverycode_once")]
        verbose_name = "备用码"
        verbose_name_plural = "备用码"

    def __str__(self):
        return f"{self.user_id and self.user.username}：{self.pk}"
