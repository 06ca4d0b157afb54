"""The states of an institute's annual assessment, and what it can come to (domain B3)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AssessmentState(TextChoices):
    """Who has the year's report. That it is late is no state: its days say so."""

    DRAFT = "draft", _("待填报")
    UNIT_REVIEW = "unit_review", _("单位审核")
    COUNTY_CHECK = "county_check", _("县级核实")
    TAX_FILL = "tax_fill", _("税务填报")
    FINANCE_FILL = "finance_fill", _("财政填报")
    GRADING = "grading", _("拟定等次")
    CONFIRMATION = "confirmation", _("等次待审定")
    CONFIRMED = "confirmed", _("已审定待公布")
    PUBLISHED = "published", _("已公布")
    MISSING = "missing", _("缺报")
    WITHDRAWN = "withdrawn", _("已终止")


class AssessmentGrade(TextChoices):
    """What the year is graded as."""

    PASS = "pass", _("合格")
    BASIC = "basic", _("基本合格")
    FAIL = "fail", _("不合格")


UNWRITTEN = (AssessmentState.DRAFT, AssessmentState.UNIT_REVIEW)
"""Still with the unit."""
UNDER_WAY = (
    AssessmentState.COUNTY_CHECK,
    AssessmentState.TAX_FILL,
    AssessmentState.FINANCE_FILL,
    AssessmentState.GRADING,
    AssessmentState.CONFIRMATION,
)
"""With the offices, not decided."""
DECIDED = (AssessmentState.CONFIRMED, AssessmentState.PUBLISHED)
"""Its figures and its grade stand."""
CLOSED_ASSESSMENTS = (AssessmentState.PUBLISHED, AssessmentState.MISSING, AssessmentState.WITHDRAWN)
OPEN_ASSESSMENTS = tuple(state for state in AssessmentState if state not in CLOSED_ASSESSMENTS)
