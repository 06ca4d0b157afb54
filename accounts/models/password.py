"""Passwords that were used before."""

from django.conf import settings
from django.db import models


class FormerPassword(models.Model):
    """The hash of a password that a person gave up. As many are kept as the edition forbids to use again."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="former_passwords"
    )
    encoded = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ["-replaced_at", "-pk"]
        indexes = [models.Index(fields=["user", "-replaced_at"], name="accounts_formerpassword_latest")]
        verbose_name = "用过的密码"
        verbose_name_plural = "用过的密码"

    def __str__(self):
        return f"{self.user_id and self.user.username}：{self.replaced_at:%Y-%m-%d}"
