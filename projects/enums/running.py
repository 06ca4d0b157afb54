"""Closed lists of a project after its approval: where it stands, who signs its contract, what is attached."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProjectState(TextChoices):
    """Where an approved project stands (domain B6): its contract first, then its work."""

    CONTRACT_UNIT = "contract_unit", _("任务书待单位核对")
    CONTRACT_BUREAU = "contract_bureau", _("任务书待市科技局核对")
    SIGNING = "signing", _("任务书待签署")
    COPIES_CHECK = "copies_check", _("签署文本待核对")
    CONFIRMATION = "confirmation", _("任务书待审定")
    RUNNING = "running", _("实施中")
    SUSPENDED = "suspended", _("已中止")
    ACCEPTED = "accepted", _("已结题")
    FAILED = "failed", _("未通过结题")
    TERMINATED = "terminated", _("已终止")


CONTRACTING = (
    ProjectState.CONTRACT_UNIT,
    ProjectState.CONTRACT_BUREAU,
    ProjectState.SIGNING,
    ProjectState.COPIES_CHECK,
    ProjectState.CONFIRMATION,
)
"""The contract is not confirmed yet."""
ENDED_EARLY = (ProjectState.FAILED, ProjectState.TERMINATED)
"""It ended without being accepted: what is left of the grant goes back."""
ENDED = (ProjectState.ACCEPTED, *ENDED_EARLY)
NEGOTIATING = (ProjectState.CONTRACT_UNIT, ProjectState.CONTRACT_BUREAU)
"""The text of the contract is still open."""


class PartyRole(TextChoices):
    """Who signs a contract."""

    BUREAU = "bureau", _("甲方（项目主管部门）")
    LEADER = "leader", _("乙方（牵头单位）")
    PARTNER = "partner", _("丙方（联合单位）")


class ContractSide(TextChoices):
    """Who changed a clause, or handed the text on."""

    UNIT = "unit", _("牵头单位")
    BUREAU = "bureau", _("市科技局")


class ContractFile(TextChoices):
    """What is attached to a project while its contract is made."""

    COPY = "project_contract_copy", _("任务书签署文本")


class RunningFile(TextChoices):
    """What is attached to a project while it runs. Proof of a stage has the stage's own kind besides."""

    STAGE = "project_stage_proof", _("阶段目标证明材料")
    INVOICE = "project_invoice", _("支出凭证")


class Source(TextChoices):
    """Out of which money an expense was paid."""

    GRANT = "grant", _("财政资金")
    OWN = "own", _("自筹资金")
