"""Closed lists of the room: states of calls, proposals and decisions, kinds of files, findings."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProjectCallState(TextChoices):
    DRAFT = "draft", _("草稿，待发布")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤回")


class ProposalState(TextChoices):
    """Where a proposal stands (domain B6), until it is approved as a project or ends otherwise."""

    DRAFT = "draft", _("填报中")
    UNIT_REVIEW = "unit_review", _("单位审核中")
    COUNTY_REVIEW = "county_review", _("待县级审核")
    COUNTY_SIGNING = "county_signing", _("县级意见待签发")
    FORMAL_REVIEW = "formal_review", _("待形式审查")
    FORMAL_CONFIRMATION = "formal_confirmation", _("形式审查待审定")
    SUPPLEMENT = "supplement", _("待补正")
    REVIEWING = "reviewing", _("专家评审中")
    BUDGET_REVIEW = "budget_review", _("预算评审中")
    DECISION = "decision", _("待审议立项")
    PUBLICITY = "publicity", _("公示中")
    APPROVED = "approved", _("已立项")
    CLOSED_COUNTY = "closed_county", _("未获推荐")
    CLOSED_FORMAL = "closed_formal", _("形式审查未通过")
    CLOSED_REVIEW = "closed_review", _("专家评审未通过")
    CLOSED_DECISION = "closed_decision", _("不予立项")
    CLOSED_OBJECTION = "closed_objection", _("异议成立，不予立项")
    BARRED = "barred", _("申报条件不再具备")
    WITHDRAWN = "withdrawn", _("已撤回")


EDITABLE = (ProposalState.DRAFT, ProposalState.SUPPLEMENT)
REFUSED = (
    ProposalState.CLOSED_COUNTY,
    ProposalState.CLOSED_FORMAL,
    ProposalState.CLOSED_REVIEW,
    ProposalState.CLOSED_DECISION,
    ProposalState.CLOSED_OBJECTION,
    ProposalState.BARRED,
)
"""Ends that the unit is told with reasons, on a paper."""
CLOSED = (*REFUSED, ProposalState.WITHDRAWN)
LIVE = tuple(state for state in ProposalState if state not in CLOSED)
UNDER_REVIEW = tuple(state for state in LIVE if state != ProposalState.APPROVED)


class FormalFinding(TextChoices):
    PASS = "pass", _("通过")
    SUPPLEMENT = "supplement", _("一次性补正")
    FAIL = "fail", _("不通过")


class CountyStand(TextChoices):
    RECOMMEND = "recommend", _("推荐")
    REFUSE = "refuse", _("不予推荐")


class HintFinding(TextChoices):
    """What an office finds about two proposals that read alike."""

    DIFFERENT = "different", _("内容不同，可以分别申报")
    SAME = "same", _("同一内容，不得重复申报")


class DecisionState(TextChoices):
    DRAFT = "draft", _("拟定中")
    RELEASED = "released", _("已发布")
    DISCARDED = "discarded", _("已作废")


class DecisionOutcome(TextChoices):
    SUPPORT = "shortlist", _("拟立项")
    REJECT = "reject", _("不予立项")


class ProjectFile(TextChoices):
    """What is attached to a proposal besides the annexes of its book."""

    LOOKUP = "project_lookup", _("信用查询结果")
    BUDGET = "project_budget_review", _("预算评审意见")


OFFICE_FILES = tuple(kind.value for kind in ProjectFile)
