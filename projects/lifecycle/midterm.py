"""The table of moves of the mid-term check of a project (domain B6)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from projects.enums.midterm import CLOSED_MIDTERMS
from projects.enums.midterm import MidtermState as S
from records.lifecycle import Lifecycle, Move, State

AT_THE_BUREAU = _("市科技局检查中")
_TO_CONFIRM = frozenset({S.CONFIRMATION})

MIDTERM = Lifecycle(
    name="project midterm",
    states={
        # Due on the day that its service says, like the time to mend.
        S.PREPARING: State(_("待报送中期报告"), role=Role.ENT_FILLER, applicant_label=_("准备中期报告")),
        S.UNIT_REVIEW: State(_("待单位管理员报送"), role=Role.ENT_ADMIN, continues=True),
        S.CHECKING: State(
            _("待检查"), role=Role.BUREAU_CLERK, limit="midterm_check", applicant_label=AT_THE_BUREAU
        ),
        S.PANEL_REVIEW: State(
            _("专家检查中"),
            role=Role.AGENCY,
            limit="midterm_panel",
            applicant_label=_("专家检查中"),
            todo=_("组织专家检查"),
        ),
        S.DECISION: State(
            _("待拟定意见"), role=Role.BUREAU_CLERK, limit="midterm_check", applicant_label=AT_THE_BUREAU
        ),
        S.CONFIRMATION: State(
            _("意见待审定"), role=Role.BUREAU_APPROVER, continues=True, applicant_label=AT_THE_BUREAU
        ),
        S.MENDING: State(_("限期整改中"), role=Role.ENT_FILLER, applicant_label=_("请按要求整改")),
        S.CONTINUED: State(_("继续实施"), final=True),
        S.STOPPED: State(_("建议终止"), final=True),
        S.LAPSED: State(_("项目已结束，不再检查"), final=True),
    },
    moves={
        "hand_up": Move(_("送单位管理员"), frozenset({S.PREPARING, S.MENDING}), S.UNIT_REVIEW),
        "send_back": Move(_("退回申报人修改"), frozenset({S.UNIT_REVIEW}), S.PREPARING, reason=True),
        "hand_in": Move(_("报送市科技局"), frozenset({S.UNIT_REVIEW}), S.CHECKING),
        "return": Move(_("退回补充"), frozenset({S.CHECKING}), S.PREPARING, reason=True),
        "entrust": Move(_("委托专家检查"), frozenset({S.CHECKING}), S.PANEL_REVIEW),
        "entrust_anew": Move(
            _("改由其他机构检查"), frozenset({S.PANEL_REVIEW}), S.PANEL_REVIEW, reason=True, system=True
        ),
        "record_review": Move(_("专家检查完成"), frozenset({S.PANEL_REVIEW}), S.DECISION, system=True),
        "reopen_review": Move(
            _("撤回检查意见，重新评定"), frozenset({S.DECISION}), S.PANEL_REVIEW, reason=True, system=True
        ),
        "propose": Move(_("拟定检查意见"), frozenset({S.CHECKING, S.DECISION}), S.CONFIRMATION),
        "return_proposal": Move(_("退回经办复核"), _TO_CONFIRM, S.CHECKING, reason=True),
        "continue": Move(_("审定：继续实施"), _TO_CONFIRM, S.CONTINUED, unlike=("proposed_by",)),
        "mend": Move(_("审定：限期整改"), _TO_CONFIRM, S.MENDING, unlike=("proposed_by",)),
        "stop": Move(_("审定：建议终止"), _TO_CONFIRM, S.STOPPED, unlike=("proposed_by",)),
        "lapse": Move(
            _("项目结束，不再检查"), frozenset(set(S) - set(CLOSED_MIDTERMS)), S.LAPSED, system=True
        ),
    },
)
