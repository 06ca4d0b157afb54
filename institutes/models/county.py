"""What a county looks up about a host before it recommends it, and the list of all that it recommends in a call."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from accounts.models import Division
from institutes.models.application import Application
from institutes.models.call import Call
from institutes.models.lookup import Lookup
from records.constraints import positive


class IntegrityCheck(Lookup):
    """One look-up of an applicant before its county recommends it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="integrity_checks")

    class Meta(Lookup.Meta):
        ordering = ["application", "pk"]
        verbose_name = "信用查询"
        verbose_name_plural = "信用查询"


class RecommendationList(models.Model):
    """What a county recommends in a call, in its order, as it was when the leader issued the list.

    ``rows`` is what the paper says. A list that came to differ is issued again as the next ``version``, whose paper
    replaces the former one.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="recommendation_lists")
    division = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField()
    number = models.CharField(max_length=60, unique=True)
    rows = models.JSONField()
    size = models.PositiveSmallIntegerField()
    issued_at = models.DateTimeField()
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            positive("version"),
            positive("size"),
            models.UniqueConstraint(
                fields=["call", "division", "version"], name="institutes_recommendationlist_one_per_version"
            ),
        ]
        verbose_name = "推荐汇总表"
        verbose_name_plural = "推荐汇总表"

    def __str__(self):
        return f"{self.division}推荐汇总表（{self.number}）"

    def get_absolute_url(self):
        return reverse("institutes:summary", args=[self.pk])
