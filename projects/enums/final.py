"""Closed lists of the final acceptance of a project (结题验收)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FinalState(TextChoices):
    PREPARING = "preparing", _("准备结题材料")
    UNIT_REVIEW = "unit_review", _("待单位管理员报送")
    COUNTY_REVIEW = "county_review", _("待县级审核")
    COUNTY_SIGNING = "county_signing", _("县级意见待签发")
    CHECKING = "checking", _("待核查材料")
    PANEL_REVIEW = "panel_review", _("专家验收中")
    DECISION = "decision", _("待拟定结论")
    CONFIRMATION = "confirmation", _("结论待审定")
    PASSED = "passed", _("通过结题验收")
    CONDITIONAL = "conditional", _("限期整改")
    FAILED = "failed", _("未通过结题验收")
    LAPSED = "lapsed", _("项目终止，不再验收")


CLOSED_FINALS = (FinalState.PASSED, FinalState.CONDITIONAL, FinalState.FAILED, FinalState.LAPSED)
OPEN_FINALS = tuple(state for state in FinalState if state not in CLOSED_FINALS)
WITH_THE_UNIT = (FinalState.PREPARING, FinalState.UNIT_REVIEW)
"""Not applied for yet."""


class FinalOutcome(TextChoices):
    PASSED = "passed", _("通过结题验收")
    CONDITIONAL = "conditional", _("限期整改")
    FAILED = "failed", _("未通过结题验收")


class FinalFile(TextChoices):
    """What the unit brings to the final acceptance."""

    REPORT = "final_report", _("结题报告")
    ACCOUNTS = "final_accounts", _("经费决算和审计材料")
    EVIDENCE = "final_evidence", _("考核指标佐证材料")
