"""The tables of what follows recognition: what units ask for, stops, revocations."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from institutes.enums import ChangeState as C
from institutes.enums import ProgressState as P
from institutes.enums import RevocationState as R
from institutes.enums import SuspensionState as U
from records.lifecycle import Lifecycle, Move, State

CHANGE = Lifecycle(
    name="change",
    states={
        C.DRAFT: State(_("草拟中"), role=Role.ENT_FILLER),
        C.UNIT_REVIEW: State(_("待单位管理员报送"), role=Role.ENT_ADMIN, limit="unit_review"),
        C.COUNTY_OPINION: State(
            _("待县级意见"), role=Role.COUNTY_STAFF, limit="change_county", applicant_label=_("县级审核中")
        ),
        C.CHECKING: State(
            _("待核查"), role=Role.BUREAU_CLERK, limit="change_check", applicant_label=_("市科技局办理中")
        ),
        C.DECISION: State(
            _("待审批"), role=Role.BUREAU_APPROVER, continues=True, applicant_label=_("市科技局办理中")
        ),
        C.APPROVED: State(_("已批准"), final=True),
        C.REFUSED: State(_("未批准"), final=True),
        C.WITHDRAWN: State(_("已撤回"), final=True),
    },
    moves={
        "hand_up": Move(_("送单位管理员"), frozenset({C.DRAFT}), C.UNIT_REVIEW),
        "send_back": Move(_("退回申报人修改"), frozenset({C.UNIT_REVIEW}), C.DRAFT, reason=True),
        "hand_in": Move(_("报送县级科技管理部门"), frozenset({C.UNIT_REVIEW}), C.COUNTY_OPINION),
        "county_return": Move(_("退回单位补充"), frozenset({C.COUNTY_OPINION}), C.DRAFT, reason=True),
        "give_opinion": Move(_("出具县级意见"), frozenset({C.COUNTY_OPINION}), C.CHECKING),
        "return": Move(_("退回单位补正"), frozenset({C.CHECKING}), C.DRAFT, reason=True),
        "check": Move(_("提出核查意见"), frozenset({C.CHECKING}), C.DECISION),
        "return_check": Move(_("退回经办复核"), frozenset({C.DECISION}), C.CHECKING, reason=True),
        "approve": Move(_("批准"), frozenset({C.DECISION}), C.APPROVED, unlike=("checked_by",)),
        "refuse": Move(
            _("不予批准"), frozenset({C.DECISION}), C.REFUSED, unlike=("checked_by",), reason=True
        ),
        "withdraw": Move(
            _("撤回申请"),
            frozenset({C.DRAFT, C.UNIT_REVIEW, C.COUNTY_OPINION, C.CHECKING, C.DECISION}),
            C.WITHDRAWN,
            reason=True,
        ),
        "lapse": Move(
            _("研究院资格终止，申请失效"),
            frozenset({C.DRAFT, C.UNIT_REVIEW, C.COUNTY_OPINION, C.CHECKING, C.DECISION}),
            C.WITHDRAWN,
            reason=True,
            system=True,
        ),
    },
)

SUSPENSION = Lifecycle(
    name="suspension",
    states={
        U.PROPOSED: State(_("暂停资格待审批"), role=Role.BUREAU_APPROVER, limit="suspension_decision"),
        U.IN_FORCE: State(
            _("暂停中"),
            role=Role.BUREAU_CLERK,
            todo=_("核查整改情况，提出恢复意见"),
            applicant_label=_("资格暂停中，请按要求整改"),
        ),
        U.RESTORING: State(
            _("恢复资格待审批"),
            role=Role.BUREAU_APPROVER,
            limit="suspension_decision",
            applicant_label=_("资格暂停中，市科技局正在核查整改情况"),
        ),
        U.RESTORED: State(_("已恢复"), final=True),
        U.REFUSED: State(_("未批准暂停"), final=True),
        U.ENDED: State(_("资格已终止"), final=True),
    },
    moves={
        "approve": Move(_("批准暂停资格"), frozenset({U.PROPOSED}), U.IN_FORCE, unlike=("proposed_by",)),
        "refuse": Move(
            _("不予暂停"), frozenset({U.PROPOSED}), U.REFUSED, unlike=("proposed_by",), reason=True
        ),
        "propose_restoration": Move(_("提出恢复意见"), frozenset({U.IN_FORCE}), U.RESTORING),
        "restore": Move(_("恢复资格"), frozenset({U.RESTORING}), U.RESTORED, unlike=("checked_by",)),
        "extend": Move(
            _("继续暂停"), frozenset({U.RESTORING}), U.IN_FORCE, unlike=("checked_by",), reason=True
        ),
        "end": Move(
            _("资格终止，暂停随之结束"),
            frozenset({U.PROPOSED, U.IN_FORCE, U.RESTORING}),
            U.ENDED,
            reason=True,
            system=True,
        ),
    },
)

REVOCATION = Lifecycle(
    name="revocation",
    states={
        R.PROPOSED: State(_("拟撤销，待发告知书"), role=Role.BUREAU_APPROVER, limit="revocation_notice"),
        R.STATEMENT: State(
            _("等待单位陈述申辩"),
            role=Role.ENT_ADMIN,
            limit="revocation_statement",
            applicant_label=_("请在期限内陈述申辩"),
        ),
        R.DECISION: State(
            _("待决定"),
            role=Role.BUREAU_APPROVER,
            limit="revocation_decision",
            applicant_label=_("市科技局研究决定中"),
        ),
        R.REVOKED: State(_("已撤销"), final=True),
        R.DROPPED: State(_("不予撤销，已结案"), final=True, applicant_label=_("不予撤销")),
    },
    moves={
        "notify": Move(_("发拟撤销告知书"), frozenset({R.PROPOSED}), R.STATEMENT, unlike=("proposed_by",)),
        "state": Move(_("提交陈述申辩"), frozenset({R.STATEMENT}), R.DECISION),
        "lapse_statement": Move(_("逾期未陈述，视为放弃"), frozenset({R.STATEMENT}), R.DECISION, system=True),
        "revoke": Move(_("决定撤销认定"), frozenset({R.DECISION}), R.REVOKED, unlike=("proposed_by",)),
        "drop": Move(
            _("不予撤销，结案"),
            frozenset({R.PROPOSED, R.DECISION}),
            R.DROPPED,
            unlike=("proposed_by",),
            reason=True,
        ),
    },
)

_COUNTING = frozenset({P.REPORTED, P.QUESTIONED})
PROGRESS = Lifecycle(
    name="progress",
    states={
        P.REPORTED: State(_("已报告")),
        P.QUESTIONED: State(
            _("待单位说明"),
            role=Role.ENT_FILLER,
            limit="progress_answer",
            applicant_label=_("请说明或者撤回重报"),
        ),
        P.WITHDRAWN: State(_("已撤回"), final=True),
    },
    moves={
        "question": Move(_("要求说明"), frozenset({P.REPORTED}), P.QUESTIONED, reason=True),
        "answer": Move(_("提交说明"), frozenset({P.QUESTIONED}), P.REPORTED),
        "withdraw": Move(_("撤回报告"), _COUNTING, P.WITHDRAWN, reason=True),
        "close": Move(
            _("研究院资格终止，不再要求说明"),
            frozenset({P.QUESTIONED}),
            P.REPORTED,
            reason=True,
            system=True,
        ),
    },
)
