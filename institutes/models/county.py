"""What a county looks up about a host before it recommends it, and the list of all that it recommends in a call."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.models import Division
from institutes.enums import IntegrityResult
from institutes.models.application import Application
from institutes.models.call import Call
from records.constraints import one_of, positive
from records.models import Attachment


class IntegrityCheck(models.Model):
    """One look-up of a host in one list, with where it was looked up and the proof. A later one stands in its place."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="integrity_checks")
    item = models.CharField(max_length=40)
    result = models.CharField(max_length=8, choices=IntegrityResult)
    checked_on = models.DateField()
    source = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    evidence = models.ForeignKey(Attachment, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["application", "pk"]
        constraints = [
            one_of("result", IntegrityResult),
            models.CheckConstraint(condition=~Q(source=""), name="institutes_integritycheck_has_source"),
            models.CheckConstraint(
                condition=Q(result=IntegrityResult.CLEAR) | ~Q(note=""),
                name="institutes_integritycheck_entry_has_note",
            ),
        ]
        verbose_name = "信用查询"
        verbose_name_plural = "信用查询"

    def __str__(self):
        return f"{self.item} {self.get_result_display()} {self.checked_on}"


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
