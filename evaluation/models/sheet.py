"""What experts wrote: points and words by round, the sheets they handed in, and what a panel talked over."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from evaluation.models.panel import Assignment, Panel
from records.constraints import not_after, not_negative


def _by_somebody():
    return models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")


class Score(models.Model):
    """Points and words of one expert on one dimension of the sheet, in one round.

    A trigger refuses every change to the scores of a sheet that was handed in.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="scores")
    round = models.PositiveSmallIntegerField(default=1)
    dimension = models.CharField(max_length=30)
    points = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    comment = models.TextField(blank=True)
    saved_at = models.DateTimeField()
    saved_by = _by_somebody()

    class Meta:
        ordering = ["assignment", "round", "pk"]
        constraints = [
            not_negative("points"),
            models.UniqueConstraint(
                fields=["assignment", "round", "dimension"], name="evaluation_score_once"
            ),
        ]
        verbose_name = "评分"
        verbose_name_plural = "评分"

    def __str__(self):
        return f"{self.assignment} {self.dimension}"


class Sheet(models.Model):
    """A sheet handed in: what it came to, and when. It never changes, whatever comes after it (a trigger).

    ``kept``: in the second round the expert kept the scores of the first.
    """

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="sheets")
    round = models.PositiveSmallIntegerField()
    total = models.DecimalField(max_digits=5, decimal_places=2)
    kept = models.BooleanField(default=False)
    locked_at = models.DateTimeField()
    locked_by = _by_somebody()

    class Meta:
        ordering = ["assignment", "round"]
        constraints = [
            not_negative("total"),
            models.UniqueConstraint(fields=["assignment", "round"], name="evaluation_sheet_once"),
            models.CheckConstraint(
                condition=Q(kept=False) | Q(round=2), name="evaluation_sheet_kept_in_the_second_round"
            ),
        ]
        verbose_name = "评分表"
        verbose_name_plural = "评分表"

    def __str__(self):
        return f"{self.assignment} 第 {self.round} 轮"


class Discussion(models.Model):
    """What a panel talked over because its scores lay too far apart; who took part is said by seat, not by name."""

    panel = models.OneToOneField(Panel, on_delete=models.PROTECT, related_name="discussion")
    held_at = models.DateTimeField()
    participants = models.JSONField()
    text = models.TextField()
    noted_at = models.DateTimeField()
    noted_by = _by_somebody()

    class Meta:
        ordering = ["pk"]
        constraints = [
            not_after("held_at", "noted_at"),
            models.CheckConstraint(condition=~Q(text=""), name="evaluation_discussion_in_words"),
            models.CheckConstraint(
                condition=~Q(participants=[]), name="evaluation_discussion_has_participants"
            ),
        ]
        verbose_name = "合议记录"
        verbose_name_plural = "合议记录"

    def __str__(self):
        return f"{self.panel} 合议"
