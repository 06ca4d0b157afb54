"""Closed lists of the room: kinds of seat on a panel, and the states of panels and of experts' assignments."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Seat(TextChoices):
    """What an expert judges by; a panel is composed of these (domain B1a)."""

    TECHNICAL = "technical", _("技术专家")
    FINANCE = "finance", _("财务专家")
    MANAGEMENT = "management", _("平台与管理专家")


class ReviewKind(TextChoices):
    """What an agency is engaged to review: a batch is a call, or later the reviews of another kind."""

    RECOGNITION = "recognition", _("认定评审")


class EngagementState(TextChoices):
    DRAFT = "draft", _("待审批")
    IN_FORCE = "in_force", _("已生效")
    ENDED = "ended", _("已结束")
    DISCARDED = "discarded", _("已作废")


class PanelState(TextChoices):
    FORMING = "forming", _("组建中")
    SCORING = "scoring", _("评审中")
    CONCLUDED = "concluded", _("已汇总")
    CANCELLED = "cancelled", _("已终止")


class AssignmentState(TextChoices):
    INVITED = "invited", _("待签署承诺")
    COMMITTED = "committed", _("评分中")
    LOCKED = "locked", _("已锁定")
    DECLINED = "declined", _("已谢绝")
    RECUSED = "recused", _("已回避")
    REPLACED = "replaced", _("已更换")
    RELEASED = "released", _("评审已终止")


LIVE_ASSIGNMENTS = (AssignmentState.INVITED, AssignmentState.COMMITTED, AssignmentState.LOCKED)
OPEN_ASSIGNMENTS = (AssignmentState.INVITED, AssignmentState.COMMITTED)
READING_STATES = (AssignmentState.COMMITTED, AssignmentState.LOCKED)
LEFT_ASSIGNMENTS = (
    AssignmentState.DECLINED,
    AssignmentState.RECUSED,
    AssignmentState.REPLACED,
    AssignmentState.RELEASED,
)
