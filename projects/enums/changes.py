"""Closed lists of a change of a running project (变更)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProjectChangeKind(TextChoices):
    """What of a running project changes (domain B6)."""

    LEADER = "leader", _("项目负责人变更")
    PARTNER = "partner", _("联合单位变更")
    BUDGET = "budget", _("预算调剂")
    TERM = "term", _("实施期限延长")


class ProjectChangeState(TextChoices):
    DRAFT = "draft", _("草拟中")
    UNIT_REVIEW = "unit_review", _("待单位管理员报送")
    COUNTY_OPINION = "county_opinion", _("待县级意见")
    CHECKING = "checking", _("待核查")
    DECISION = "decision", _("待审批")
    APPROVED = "approved", _("已批准")
    NOTED = "noted", _("单位自行调剂")
    REFUSED = "refused", _("未批准")
    WITHDRAWN = "withdrawn", _("已撤回")


CARRIED_OUT = (ProjectChangeState.APPROVED, ProjectChangeState.NOTED)
"""The project has become what was asked for."""
CLOSED_CHANGES = (*CARRIED_OUT, ProjectChangeState.REFUSED, ProjectChangeState.WITHDRAWN)
OPEN_CHANGES = tuple(state for state in ProjectChangeState if state not in CLOSED_CHANGES)


class ProjectChangeFinding(TextChoices):
    """What the bureau's clerk proposes."""

    APPROVE = "approve", _("建议批准")
    REFUSE = "refuse", _("建议不予批准")


class ProjectChangeFile(TextChoices):
    """What a unit brings to prove a change."""

    CONSENT = "project_change_consent", _("新负责人同意承担项目的书面材料")
    AGREEMENT = "project_change_agreement", _("各方签署的联合协议或者补充协议")
    BASIS = "project_change_basis", _("变更依据和说明材料")
