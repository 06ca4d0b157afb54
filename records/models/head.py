"""How far the register had come when a day was over: what outsiders keep, to hold the register against it later."""

from django.db import models
from django.db.models import Q

from records.constraints import not_negative, positive


class RegisterHead(models.Model):
    """The head of the register at the end of a day (日链头). Kept once, published, never changed.

    ``position`` and ``line_hash`` are those of the last line then, ``lines`` is how many the day added. ``seal`` is
    made of the public fingerprints of all lines up to it (:mod:`records.heads`), which say nothing about what a line
    says: the ``secret`` that blinds those of this day's lines stays inside.
    """

    day = models.DateField(unique=True)
    position = models.BigIntegerField()
    line_hash = models.CharField(max_length=64)
    lines = models.PositiveIntegerField()
    secret = models.CharField(max_length=64)
    seal = models.CharField(max_length=64)
    kept_at = models.DateTimeField()

    class Meta:
        ordering = ["-day"]
        constraints = [
            positive("position"),
            not_negative("lines"),
            models.CheckConstraint(
                condition=Q(seal__regex="^[0-9a-f]{64}$", secret__regex="^[0-9a-f]{64}$"),
                name="records_registerhead_sealed",
            ),
        ]
        verbose_name = "登记簿日链头"
        verbose_name_plural = "登记簿日链头"

    def __str__(self):
        return f"{self.day} 登记簿日链头（共 {self.position} 条）"
