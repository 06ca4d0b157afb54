"""The table of moves of stopping a project, or ending it early: proposed or applied for, heard, settled, decided."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from projects.enums.ending import LIVE_ENDINGS
from projects.enums.ending import EndingState as S
from records.lifecycle import Lifecycle, Move, State

AT_THE_BUREAU = _("市科技局办理中")
_TO_DECIDE = frozenset({S.CONFIRMATION})
_BOTH = ("proposed_by", "settled_by")

ENDING = Lifecycle(
    name="project ending",
    states={
        S.PROPOSED: State(_("拟中止或终止，待发告知书"), role=Role.BUREAU_APPROVER, limit="ending_notice"),
        # Due on the last day for a statement: its service says which.
        S.STATEMENT: State(
            _("等待单位陈述申辩"),
            role=Role.ENT_ADMIN,
            limit="ending_statement",
            applicant_label=_("请在期限内陈述申辩，补列支出"),
        ),
        S.APPLIED: State(
            _("单位申请终止，待核查"),
            role=Role.BUREAU_CLERK,
            limit="ending_settling",
            applicant_label=AT_THE_BUREAU,
        ),
        S.SETTLING: State(
            _("待提出处理意见"),
            role=Role.BUREAU_CLERK,
            limit="ending_settling",
            applicant_label=AT_THE_BUREAU,
        ),
        S.CONFIRMATION: State(
            _("处理意见待审定"), role=Role.BUREAU_APPROVER, continues=True, applicant_label=AT_THE_BUREAU
        ),
        S.TERMINATED: State(_("已终止"), final=True),
        # Due on the day until which it is stopped: its service says which.
        S.SUSPENDED: State(
            _("中止中"),
            role=Role.BUREAU_CLERK,
            todo=_("核查整改情况，提出恢复意见"),
            applicant_label=_("项目中止中，请按要求整改"),
        ),
        S.RESUMING: State(
            _("恢复实施待审定"),
            role=Role.BUREAU_APPROVER,
            limit="ending_decision",
            applicant_label=_("项目中止中，市科技局正在核查"),
        ),
        S.RESUMED: State(_("已恢复实施"), final=True),
        S.DROPPED: State(_("不予处理，已结案"), final=True),
        S.WITHDRAWN: State(_("单位已撤回申请"), final=True),
        S.OVERTAKEN: State(_("项目已结束，随之结案"), final=True),
    },
    moves={
        "notify": Move(_("发告知书"), frozenset({S.PROPOSED}), S.STATEMENT, unlike=("proposed_by",)),
        "state": Move(_("提交陈述申辩"), frozenset({S.STATEMENT}), S.SETTLING),
        "lapse_statement": Move(_("逾期未陈述，视为放弃"), frozenset({S.STATEMENT}), S.SETTLING, system=True),
        "settle": Move(_("提出处理意见"), frozenset({S.APPLIED, S.SETTLING}), S.CONFIRMATION),
        "return_settlement": Move(_("退回经办复核"), _TO_DECIDE, S.SETTLING, reason=True),
        "terminate": Move(_("审定：终止项目"), _TO_DECIDE, S.TERMINATED, unlike=_BOTH),
        "suspend": Move(_("审定：中止项目"), _TO_DECIDE, S.SUSPENDED, unlike=_BOTH),
        "drop": Move(
            _("不予处理，结案"),
            frozenset({S.PROPOSED, S.CONFIRMATION}),
            S.DROPPED,
            unlike=_BOTH,
            reason=True,
        ),
        "withdraw": Move(_("撤回申请"), frozenset({S.APPLIED}), S.WITHDRAWN, reason=True),
        "propose_resumption": Move(_("提出恢复意见"), frozenset({S.SUSPENDED}), S.RESUMING),
        "resume": Move(_("审定：恢复实施"), frozenset({S.RESUMING}), S.RESUMED, unlike=("checked_by",)),
        "extend": Move(
            _("继续中止"), frozenset({S.RESUMING}), S.SUSPENDED, unlike=("checked_by",), reason=True
        ),
        "overtake": Move(_("项目已结束，随之结案"), frozenset(LIVE_ENDINGS), S.OVERTAKEN, system=True),
    },
)
