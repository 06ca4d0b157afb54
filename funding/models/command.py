"""Commands that moved money, by their keys, so that none is carried out twice."""

from django.db import models

from funding.models.columns import moment, person


class Command(models.Model):
    """A command that was carried out: on which case, by whom, in which terms. Append-only, by trigger.

    ``key`` was made when the form was drawn; the same key never does anything a second time.
    """

    key = models.UUIDField(unique=True)
    name = models.CharField(max_length=60)
    subject_id = models.PositiveBigIntegerField()
    terms = models.JSONField()
    done_at = moment(null=False, blank=False)
    done_by = person(null=False, blank=False)

    class Meta:
        ordering = ["pk"]
        verbose_name = "办理请求"
        verbose_name_plural = "办理请求"

    def __str__(self):
        return f"{self.name} {self.subject_id}"
