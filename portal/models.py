"""What the roof keeps for itself: sums that its pages would otherwise have to count anew each time."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Division
from institutes.models import IndustryChain
from records.columns import PLACES
from records.constraints import one_of

# Rows come with every change of what is counted: no look-up of what they point to, no index of its own for it.
_BARE: dict = {
    "null": True,
    "blank": True,
    "related_name": "+",
    "db_constraint": False,
    "db_index": False,
}


class Tallied(models.TextChoices):
    """What is counted. ``portal.selectors.tallies`` says what year, kind, state and amount are of each."""

    APPLICATIONS = "applications", _("已提交的申报")
    INSTITUTES = "institutes", _("研究院")
    RECOGNITIONS = "recognitions", _("历年认定")
    POOL = "pool", _("培育库")
    ACHIEVEMENTS = "achievements", _("已核实的成果")
    VERIFICATIONS = "verifications", _("历年核实")
    FILINGS = "filings", _("省级备案")
    PROJECTS = "projects", _("联合攻关项目")
    EVALUATIONS = "evaluations", _("绩效评价")
    PROMISES = "promises", _("县级承诺的支持")
    PROPOSALS = "proposals", _("联合攻关申报")
    APPROVED = "approved", _("已批准资金")
    LEGS = "legs", _("资金所处环节")


class Tally(models.Model):
    """A part of a sum: how many rows of one sort there are, or came and went, in one county and in the whole city.

    The database itself writes one beside every change of what is counted, in the same transaction; the sum over the
    parts is what there is. Now and then the parts of one sort are put together. A row without a ``division`` is about
    the whole city. ``year`` is 0 and a word is empty where a sort knows none.
    """

    what = models.CharField(max_length=16, choices=Tallied)
    division = models.ForeignKey(Division, on_delete=models.PROTECT, **_BARE)
    year = models.SmallIntegerField(default=0)
    kind = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=30, blank=True)
    chain = models.ForeignKey(IndustryChain, on_delete=models.PROTECT, **_BARE)
    count = models.BigIntegerField()
    amount = models.DecimalField(max_digits=20, decimal_places=PLACES, default=0)

    class Meta:
        ordering = ["pk"]
        constraints = [
            one_of("what", Tallied),
            models.CheckConstraint(condition=Q(year__gte=0), name="portal_tally_year_or_none"),
        ]
        indexes = [models.Index(fields=["what", "division", "year"], name="portal_tally_of")]
        verbose_name = "汇总数"
        verbose_name_plural = "汇总数"

    def __str__(self):
        return f"{self.get_what_display()}：{self.count}"
