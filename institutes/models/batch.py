"""The joint notice that names a batch of recognised institutes, and with which their certificates are handed out."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from records.constraints import positive


class CertificateBatch(models.Model):
    """One joint notice. Which institutes it names their recognitions say, each named once."""

    number = models.CharField(max_length=60, unique=True)
    title = models.CharField(max_length=120)
    issuers = models.JSONField()
    size = models.PositiveSmallIntegerField()
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [positive("size")]
        verbose_name = "认定通知"
        verbose_name_plural = "认定通知"

    def __str__(self):
        return f"{self.title}（{self.number}）"

    def get_absolute_url(self):
        return reverse("institutes:batch", args=[self.pk])
