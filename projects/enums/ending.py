"""Closed lists of what stops a project before its end, or ends it early (中止、终止)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class EndingKind(TextChoices):
    SUSPEND = "suspend", _("中止")
    TERMINATE = "terminate", _("终止")


class EndingState(TextChoices):
    """Where it stands: proposed by the bureau or applied for by the unit, heard, settled, decided."""

    PROPOSED = "proposed", _("拟中止或终止，待发告知书")
    STATEMENT = "statement", _("等待单位陈述申辩")
    APPLIED = "applied", _("单位申请终止，待核查")
    SETTLING = "settling", _("待提出处理意见")
    CONFIRMATION = "confirmation", _("处理意见待审定")
    TERMINATED = "terminated", _("已终止")
    SUSPENDED = "suspended", _("中止中")
    RESUMING = "resuming", _("恢复实施待审定")
    RESUMED = "resumed", _("已恢复实施")
    DROPPED = "dropped", _("不予处理，已结案")
    WITHDRAWN = "withdrawn", _("单位已撤回申请")
    OVERTAKEN = "overtaken", _("项目已结束，随之结案")


S = EndingState
STOPPING = (S.SUSPENDED, S.RESUMING)
"""The project is stopped by it."""
UNDECIDED = (S.PROPOSED, S.STATEMENT, S.APPLIED, S.SETTLING, S.CONFIRMATION)
LIVE_ENDINGS = (*UNDECIDED, *STOPPING)
HEARING = (S.STATEMENT, S.APPLIED, S.SETTLING)
"""The unit may still bring invoices that are missing."""


class EndingFile(TextChoices):
    """What is attached to the case."""

    EVIDENCE = "ending_evidence", _("事实证据")
    STATEMENT = "ending_statement", _("陈述申辩材料")
    APPLICATION = "ending_application", _("加盖公章的终止申请")
    CHECK = "ending_check", _("恢复实施核查材料")
