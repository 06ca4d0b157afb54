"""Closed lists of the mid-term check of a project (中期检查)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MidtermState(TextChoices):
    PREPARING = "preparing", _("准备中期报告")
    UNIT_REVIEW = "unit_review", _("待单位管理员报送")
    CHECKING = "checking", _("待检查")
    PANEL_REVIEW = "panel_review", _("专家检查中")
    DECISION = "decision", _("待拟定意见")
    CONFIRMATION = "confirmation", _("意见待审定")
    MENDING = "mending", _("限期整改")
    CONTINUED = "continued", _("继续实施")
    STOPPED = "stopped", _("建议终止")
    LAPSED = "lapsed", _("项目已结束，不再检查")


CLOSED_MIDTERMS = (MidtermState.CONTINUED, MidtermState.STOPPED, MidtermState.LAPSED)
WITH_THE_UNIT = (MidtermState.PREPARING, MidtermState.UNIT_REVIEW, MidtermState.MENDING)
"""The unit has not handed in, or not handed in anew, what it owes."""


class MidtermOutcome(TextChoices):
    CONTINUE = "continue", _("继续实施")
    MEND = "mend", _("限期整改")
    STOP = "stop", _("建议终止")


class MidtermRoute(TextChoices):
    """Who checks: the bureau's clerk at the desk, or experts of an agency first."""

    DESK = "desk", _("书面检查")
    PANEL = "panel", _("专家检查")


class MidtermFile(TextChoices):
    """What the unit brings to the mid-term check."""

    REPORT = "midterm_report", _("中期报告")
    EVIDENCE = "midterm_evidence", _("进展佐证材料")
