"""What an institute promised for its build period: the targets and stages of the book it was recognised by."""

from django.db import models
from django.db.models import F, Q

from institutes.models.institute import Institute
from records.constraints import not_negative


class Commitment(models.Model):
    """A target of the book, binding since recognition: ``code`` is its line in the book (二(三)2).

    ``year_1`` and ``year_2`` are to be reached by the end of the first and of the second year, both counted from
    the beginning of the build period; ``base`` is what there was before. Amounts (``is_amount``) are yuan.
    """

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="commitments")
    code = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    unit = models.CharField(max_length=10)
    is_amount = models.BooleanField(default=False)
    base = models.DecimalField(max_digits=16, decimal_places=2)
    year_1 = models.DecimalField(max_digits=16, decimal_places=2)
    year_2 = models.DecimalField(max_digits=16, decimal_places=2)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["institute", "position"]
        constraints = [
            models.UniqueConstraint(fields=["institute", "code"], name="institutes_commitment_once"),
            not_negative("base"),
            not_negative("year_1"),
            models.CheckConstraint(
                condition=Q(year_2__gte=F("year_1")), name="institutes_commitment_counted_from_the_beginning"
            ),
        ]
        verbose_name = "建设目标"
        verbose_name_plural = "建设目标"

    def __str__(self):
        return f"{self.institute}：{self.label}"[:200]


class Milestone(models.Model):
    """A stage of the build period: what shall be done by which day."""

    institute = models.ForeignKey(Institute, on_delete=models.PROTECT, related_name="milestones")
    due_on = models.DateField()
    content = models.CharField(max_length=300)

    class Meta:
        ordering = ["institute", "due_on", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(content=""), name="institutes_milestone_says_what"),
        ]
        verbose_name = "建设阶段"
        verbose_name_plural = "建设阶段"

    def __str__(self):
        return f"{self.due_on} {self.content}"[:200]
