"""What a running project spends: invoices, each on its line and out of its source."""

from django.db import models
from django.db.models import Q

from projects.enums.running import Source
from projects.models.columns import amount, author, moment, person
from projects.models.contract import ProjectLine
from projects.models.project import Project
from records.constraints import one_of, positive, together
from records.models import Attachment


class ProjectExpenseQuerySet(models.QuerySet):
    def live(self):
        """Not taken back."""
        return self.filter(voided_at__isnull=True)


class ProjectExpense(models.Model):
    """One invoice paid for a project: on which line, out of which source, to whom, how much. It counts once, anywhere.

    What was entered wrongly is taken back with a reason and stays on record.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="expenses")
    line = models.ForeignKey(ProjectLine, on_delete=models.PROTECT, related_name="expenses")
    source = models.CharField(max_length=5, choices=Source)
    number = models.CharField(max_length=40)
    paid_on = models.DateField()
    payee = models.CharField(max_length=100)
    purpose = models.CharField(max_length=200)
    amount = amount()
    proof = models.ForeignKey(Attachment, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entered_at = models.DateTimeField()
    entered_by = author()
    voided_at = moment()
    voided_by = person()
    void_reason = models.CharField(max_length=500, blank=True)

    objects = ProjectExpenseQuerySet.as_manager()

    class Meta:
        ordering = ["-paid_on", "-pk"]
        constraints = [
            one_of("source", Source),
            positive("amount"),
            together("voided_at", "voided_by"),
            models.UniqueConstraint(
                fields=["number"],
                condition=Q(voided_at__isnull=True),
                name="projects_projectexpense_invoice_counts_once",
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(payee="") & ~Q(purpose=""),
                name="projects_projectexpense_says_what",
            ),
            models.CheckConstraint(
                condition=Q(voided_at__isnull=True) | ~Q(void_reason=""),
                name="projects_projectexpense_voided_with_reason",
            ),
        ]
        indexes = [models.Index(fields=["project", "-paid_on"], name="projects_projectexpense_paid")]
        verbose_name = "项目支出"
        verbose_name_plural = "项目支出"

    def __str__(self):
        return f"{self.number} {self.amount} 元"
