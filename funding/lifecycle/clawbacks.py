"""The tables of taking money back (domain B8): the case, and each part that comes back."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from funding.enums import REPAYABLE_STATES
from funding.enums import ClawbackState as C
from funding.enums import RepaymentState as R
from records.lifecycle import Lifecycle, Move, State

CLAWBACK = Lifecycle(
    name="clawback",
    states={
        C.SUSPECTED: State(_("追回线索，待核查"), role=Role.BUREAU_CLERK, limit="screening"),
        C.INVESTIGATING: State(_("调查核实中"), role=Role.BUREAU_CLERK, limit="investigation"),
        C.PROPOSED: State(_("拟追回，待发告知书"), role=Role.BUREAU_APPROVER, limit="notice"),
        C.NOTICE_OF_INTENT: State(
            _("等待单位陈述申辩"),
            role=Role.ENT_ADMIN,
            limit="statement",
            applicant_label=_("请在期限内陈述申辩"),
        ),
        C.DECIDING: State(
            _("待决定"),
            role=Role.BUREAU_APPROVER,
            limit="decision",
            applicant_label=_("市科技局研究决定中"),
        ),
        C.DECIDED: State(
            _("已决定，待送达"),
            role=Role.BUREAU_CLERK,
            limit="service",
            applicant_label=_("已决定追回，决定书送达中"),
        ),
        C.REPAY_DUE: State(
            _("待单位退还"),
            role=Role.ENT_ADMIN,
            todo=_("退还资金，登记退还凭证"),
            applicant_label=_("请在期限内退还资金"),
        ),
        C.PARTIALLY_REPAID: State(
            _("部分退还，待单位退还余款"),
            role=Role.ENT_ADMIN,
            todo=_("退还余款，登记退还凭证"),
            applicant_label=_("请在期限内退还余款"),
        ),
        C.OVERDUE: State(
            _("逾期未退还"),
            role=Role.BUREAU_APPROVER,
            limit="overdue",
            applicant_label=_("已逾期，请立即退还"),
        ),
        C.CREDIT_LISTED: State(
            _("已列入失信，继续追缴"),
            role=Role.BUREAU_APPROVER,
            applicant_label=_("已列入失信，请立即退还"),
        ),
        C.ENFORCED: State(
            _("已申请强制执行"),
            role=Role.BUREAU_APPROVER,
            applicant_label=_("已申请强制执行，请立即退还"),
        ),
        C.REPAID: State(
            _("已全额退还，待签署结案"),
            role=Role.BUREAU_APPROVER,
            limit="closing",
            applicant_label=_("已全额退还，结案办理中"),
        ),
        C.CLOSING: State(
            _("待市财政局会签结案"),
            role=Role.FINANCE,
            continues=True,
            applicant_label=_("结案办理中"),
        ),
        C.CLOSED: State(_("已结案"), final=True),
        C.NOT_FOUNDED: State(_("不成立，已结案"), final=True, applicant_label=_("不予追回")),
    },
    moves={
        "investigate": Move(_("立案调查"), frozenset({C.SUSPECTED}), C.INVESTIGATING),
        "propose": Move(_("提出追回意见"), frozenset({C.INVESTIGATING}), C.PROPOSED),
        "send_back": Move(_("退回补充调查"), frozenset({C.PROPOSED}), C.INVESTIGATING, reason=True),
        "notify": Move(
            _("发拟追回告知书"), frozenset({C.PROPOSED}), C.NOTICE_OF_INTENT, unlike=("proposed_by",)
        ),
        "state": Move(_("提交陈述申辩"), frozenset({C.NOTICE_OF_INTENT}), C.DECIDING),
        "lapse_statement": Move(
            _("逾期未陈述，视为放弃"), frozenset({C.NOTICE_OF_INTENT}), C.DECIDING, system=True
        ),
        "decide": Move(_("决定追回"), frozenset({C.DECIDING}), C.DECIDED, unlike=("proposed_by",)),
        "drop": Move(
            _("不予追回，结案"),
            frozenset({C.SUSPECTED, C.INVESTIGATING, C.PROPOSED, C.DECIDING}),
            C.NOT_FOUNDED,
            unlike=("suspected_by", "proposed_by"),
            reason=True,
        ),
        "serve": Move(_("登记送达"), frozenset({C.DECIDED}), C.REPAY_DUE),
        "part": Move(
            _("部分退还到账"),
            frozenset({C.REPAY_DUE, C.PARTIALLY_REPAID}),
            C.PARTIALLY_REPAID,
            system=True,
        ),
        "settle": Move(_("全额退还到账"), frozenset(REPAYABLE_STATES), C.REPAID, system=True),
        "fall_due": Move(
            _("逾期未退还"), frozenset({C.REPAY_DUE, C.PARTIALLY_REPAID}), C.OVERDUE, system=True
        ),
        "list_credit": Move(_("列入失信"), frozenset({C.OVERDUE}), C.CREDIT_LISTED, reason=True),
        "enforce": Move(_("登记强制执行"), frozenset({C.OVERDUE, C.CREDIT_LISTED}), C.ENFORCED),
        "sign_closing": Move(_("签署结案"), frozenset({C.REPAID}), C.CLOSING),
        "end_enforcement": Move(_("执行终结，签署结案"), frozenset({C.ENFORCED}), C.CLOSING),
        "close": Move(_("会签结案"), frozenset({C.CLOSING}), C.CLOSED, unlike=("signed_by",)),
        "refuse_closing": Move(_("退回结案"), frozenset({C.CLOSING}), C.REPAID, reason=True),
        "resume_enforcement": Move(_("退回，继续执行"), frozenset({C.CLOSING}), C.ENFORCED, reason=True),
    },
)

REPAYMENT = Lifecycle(
    name="repayment",
    states={
        R.REPORTED: State(
            _("待核对到账"),
            role=Role.FINANCE,
            limit="repayment_check",
            applicant_label=_("市财政局核对到账中"),
        ),
        R.CONFIRMED: State(_("已到账"), final=True),
        R.REJECTED: State(_("未到账"), final=True, applicant_label=_("未到账，请核对后重新登记")),
    },
    moves={
        "confirm": Move(_("确认到账"), frozenset({R.REPORTED}), R.CONFIRMED, unlike=("reported_by",)),
        "reject": Move(_("未到账，退回"), frozenset({R.REPORTED}), R.REJECTED, reason=True),
    },
)
