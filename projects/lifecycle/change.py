"""The table of moves of a change of a running project (domain B6)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from projects.enums.changes import OPEN_CHANGES
from projects.enums.changes import ProjectChangeState as S
from records.lifecycle import Lifecycle, Move, State

AT_THE_BUREAU = _("市科技局办理中")
_AT_THE_UNIT, _TO_DECIDE = frozenset({S.UNIT_REVIEW}), frozenset({S.DECISION})

PROJECT_CHANGE = Lifecycle(
    name="project change",
    states={
        S.DRAFT: State(_("草拟中"), role=Role.ENT_FILLER),
        S.UNIT_REVIEW: State(_("待单位管理员报送"), role=Role.ENT_ADMIN, limit="unit_review"),
        S.COUNTY_OPINION: State(
            _("待县级意见"), role=Role.COUNTY_STAFF, limit="change_county", applicant_label=_("县级审核中")
        ),
        S.CHECKING: State(
            _("待核查"), role=Role.BUREAU_CLERK, limit="change_check", applicant_label=AT_THE_BUREAU
        ),
        S.DECISION: State(
            _("待审批"), role=Role.BUREAU_APPROVER, continues=True, applicant_label=AT_THE_BUREAU
        ),
        S.APPROVED: State(_("已批准"), final=True),
        S.NOTED: State(_("单位自行调剂"), final=True),
        S.REFUSED: State(_("未批准"), final=True),
        S.WITHDRAWN: State(_("已撤回"), final=True),
    },
    moves={
        "hand_up": Move(_("送单位管理员"), frozenset({S.DRAFT}), S.UNIT_REVIEW),
        "send_back": Move(_("退回申报人修改"), _AT_THE_UNIT, S.DRAFT, reason=True),
        "note": Move(_("按单位自行调剂办理"), _AT_THE_UNIT, S.NOTED),
        "hand_in": Move(_("报送县级科技管理部门"), _AT_THE_UNIT, S.COUNTY_OPINION),
        "hand_in_to_city": Move(_("报送市科技局"), _AT_THE_UNIT, S.CHECKING),
        "county_return": Move(_("退回单位补充"), frozenset({S.COUNTY_OPINION}), S.DRAFT, reason=True),
        "give_opinion": Move(_("出具县级意见"), frozenset({S.COUNTY_OPINION}), S.CHECKING),
        "return": Move(_("退回单位补正"), frozenset({S.CHECKING}), S.DRAFT, reason=True),
        "propose": Move(_("提出核查意见"), frozenset({S.CHECKING}), S.DECISION),
        "return_proposal": Move(_("退回经办复核"), _TO_DECIDE, S.CHECKING, reason=True),
        "approve": Move(_("批准变更"), _TO_DECIDE, S.APPROVED, unlike=("proposed_by",)),
        "refuse": Move(_("不予批准"), _TO_DECIDE, S.REFUSED, unlike=("proposed_by",), reason=True),
        "withdraw": Move(_("撤回申请"), frozenset(OPEN_CHANGES), S.WITHDRAWN, reason=True),
        "lapse": Move(_("项目已结束，申请失效"), frozenset(OPEN_CHANGES), S.WITHDRAWN, system=True),
    },
)
