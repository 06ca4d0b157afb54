"""The tables of moves of the room: accounts, awards, plans, disbursements (domain B7), budgets, lines of the bank."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from funding.enums import AdjustmentState as J
from funding.enums import AwardState as A
from funding.enums import DisbursementState as D
from funding.enums import LineState as N
from funding.enums import PayeeState as P
from funding.enums import PlanState as L
from funding.lifecycle.clawbacks import CLAWBACK, REPAYMENT
from records.lifecycle import Lifecycle, Move, State

__all__ = [
    "ADJUSTMENT",
    "AWARD",
    "CLAWBACK",
    "DISBURSEMENT",
    "LINE",
    "PAYEE",
    "PLAN",
    "REPAYMENT",
]

PAYEE = Lifecycle(
    name="payee",
    states={
        P.SUBMITTED: State(
            _("账户待核对"),
            role=Role.BUREAU_CLERK,
            limit="account_check",
            applicant_label=_("市科技局核对账户中"),
        ),
        P.FIRST_CHECKED: State(
            _("账户待复核"), role=Role.BUREAU_CLERK, continues=True, applicant_label=_("市科技局核对账户中")
        ),
        P.VERIFIED: State(_("账户已核实"), final=True, applicant_label=_("账户已核实，可用于收款")),
        P.REJECTED: State(_("账户未通过核对"), final=True, applicant_label=_("账户未通过核对，请重新提交")),
        P.SUPERSEDED: State(_("账户已停用"), final=True, applicant_label=_("已由新账户取代")),
    },
    moves={
        "first_check": Move(
            _("初核通过"), frozenset({P.SUBMITTED}), P.FIRST_CHECKED, unlike=("submitted_by",)
        ),
        "verify": Move(
            _("复核通过"),
            frozenset({P.FIRST_CHECKED}),
            P.VERIFIED,
            unlike=("first_checked_by", "submitted_by"),
        ),
        "reject": Move(_("退回账户"), frozenset({P.SUBMITTED, P.FIRST_CHECKED}), P.REJECTED, reason=True),
        "supersede": Move(_("由新账户取代"), frozenset({P.VERIFIED}), P.SUPERSEDED, system=True),
    },
)

AWARD = Lifecycle(
    name="award",
    states={
        A.ENTITLED: State(
            _("待单位确认"),
            role=Role.ENT_ADMIN,
            limit="account_confirmation",
            applicant_label=_("请确认领取意愿和收款账户"),
        ),
        A.ACCOUNT_CHECK: State(
            _("账户核对中"),
            role=Role.BUREAU_CLERK,
            todo=_("核对收款账户"),
            limit="account_check",
            applicant_label=_("市科技局核对账户中"),
        ),
        A.PENDING_APPROVAL: State(
            _("待审批"), role=Role.BUREAU_APPROVER, limit="approval", applicant_label=_("市科技局审批中")
        ),
        A.APPROVED: State(
            _("已批准，办理拨付"),
            role=Role.BUREAU_CLERK,
            todo=_("编入拨付计划，跟踪到账"),
            limit="planning",
            applicant_label=_("已批准，拨付办理中"),
        ),
        A.CLOSED: State(_("已办结"), final=True, applicant_label=_("资金已到账，办理完结")),
        A.WAIVED: State(_("已放弃"), final=True, applicant_label=_("已放弃领取")),
        A.SUSPENDED: State(
            _("暂缓拨付"), role=Role.BUREAU_APPROVER, applicant_label=_("暂缓拨付，请联系市科技局")
        ),
        A.LAPSED: State(_("已失效"), final=True, applicant_label=_("资金已失效")),
    },
    moves={
        "confirm": Move(_("确认领取和收款账户"), frozenset({A.ENTITLED}), A.ACCOUNT_CHECK),
        "waive": Move(
            _("放弃领取"), frozenset({A.ENTITLED, A.ACCOUNT_CHECK, A.PENDING_APPROVAL}), A.WAIVED, reason=True
        ),
        "forfeit": Move(
            _("逾期未确认，视为放弃"), frozenset({A.ENTITLED}), A.WAIVED, reason=True, system=True
        ),
        "pass_account": Move(_("账户核实"), frozenset({A.ACCOUNT_CHECK}), A.PENDING_APPROVAL, system=True),
        "fail_account": Move(
            _("账户未通过核对"), frozenset({A.ACCOUNT_CHECK}), A.ENTITLED, reason=True, system=True
        ),
        "approve": Move(
            _("批准"),
            frozenset({A.PENDING_APPROVAL}),
            A.APPROVED,
            unlike=("proposed_by", "confirmed_by", "account_first_checked_by", "account_verified_by"),
        ),
        "send_back": Move(_("退回单位重新确认"), frozenset({A.PENDING_APPROVAL}), A.ENTITLED, reason=True),
        "change_account": Move(_("变更收款账户"), frozenset({A.APPROVED}), A.APPROVED),
        "suspend": Move(
            _("暂缓拨付"),
            frozenset({A.ENTITLED, A.ACCOUNT_CHECK, A.PENDING_APPROVAL, A.APPROVED}),
            A.SUSPENDED,
            reason=True,
        ),
        "resume": Move(_("恢复办理"), frozenset({A.SUSPENDED}), A.ENTITLED, reason=True),
        "resume_payment": Move(_("恢复拨付"), frozenset({A.SUSPENDED}), A.APPROVED, reason=True),
        "redirect": Move(
            _("改由现依托单位领取"),
            frozenset({A.ENTITLED, A.ACCOUNT_CHECK, A.PENDING_APPROVAL, A.SUSPENDED}),
            A.ENTITLED,
            reason=True,
        ),
        "redirect_approved": Move(
            _("改由现依托单位领取"), frozenset({A.APPROVED, A.SUSPENDED}), A.APPROVED, reason=True
        ),
        "lapse": Move(
            _("预算年度已过，失效"), frozenset({A.APPROVED, A.SUSPENDED}), A.LAPSED, reason=True, system=True
        ),
        "end_with_project": Move(
            _("项目提前结束，失效"),
            frozenset({A.ENTITLED, A.ACCOUNT_CHECK, A.PENDING_APPROVAL, A.APPROVED, A.SUSPENDED}),
            A.LAPSED,
            reason=True,
            system=True,
        ),
        "free_rest": Move(
            _("收回未下达额度"), frozenset({A.APPROVED, A.SUSPENDED}), reason=True, system=True
        ),
        "close": Move(_("办结"), frozenset({A.APPROVED}), A.CLOSED, system=True),
    },
)

PLAN = Lifecycle(
    name="plan",
    states={
        L.DRAFT: State(_("编制中"), role=Role.BUREAU_CLERK, limit="planning"),
        L.FINANCE_REVIEW: State(_("待财政审核"), role=Role.FINANCE, limit="finance_review"),
        L.COSIGNING: State(_("待科技局会签"), role=Role.BUREAU_APPROVER, limit="issue"),
        L.ISSUING: State(_("待联合下达"), role=Role.FINANCE, continues=True),
        L.ISSUED: State(_("已下达"), final=True),
        L.DISCARDED: State(_("已作废"), final=True),
    },
    moves={
        "submit": Move(_("提交财政审核"), frozenset({L.DRAFT}), L.FINANCE_REVIEW),
        "send_back": Move(
            _("退回修改"), frozenset({L.FINANCE_REVIEW, L.COSIGNING, L.ISSUING}), L.DRAFT, reason=True
        ),
        "strike": Move(_("退回其中一项"), frozenset({L.FINANCE_REVIEW}), L.FINANCE_REVIEW, reason=True),
        "review": Move(
            _("审核通过"), frozenset({L.FINANCE_REVIEW}), L.COSIGNING, unlike=("proposed_by", "submitted_by")
        ),
        "cosign": Move(
            _("会签"),
            frozenset({L.COSIGNING}),
            L.ISSUING,
            unlike=("proposed_by", "submitted_by", "reviewed_by"),
        ),
        "issue": Move(
            _("联合下达"),
            frozenset({L.ISSUING}),
            L.ISSUED,
            unlike=("proposed_by", "submitted_by", "reviewed_by", "cosigned_by"),
        ),
        "discard": Move(_("作废方案"), frozenset({L.DRAFT}), L.DISCARDED, reason=True),
    },
)

RETURNABLE = frozenset({D.ISSUED, D.ISSUED_DIRECT, D.COUNTY_RECEIVED, D.PAID})
DISBURSEMENT = Lifecycle(
    name="disbursement",
    states={
        D.ORDERED: State(_("已列支，待送国库"), role=Role.FINANCE, applicant_label=_("市级已列支")),
        D.SENDING: State(
            _("送国库中"),
            role=Role.FINANCE,
            todo=_("等待国库回执"),
            applicant_label=_("市级已列支，送国库中"),
        ),
        D.UNKNOWN: State(
            _("送达结果待查，凭对账单核定"),
            role=Role.FINANCE,
            limit="reconcile",
            applicant_label=_("市级已列支，与国库核对中"),
        ),
        D.ISSUED: State(
            _("已下达，待县级到账"),
            role=Role.COUNTY_FIN,
            limit="county_receive",
            applicant_label=_("已下达县级财政"),
        ),
        D.ISSUED_DIRECT: State(
            _("已下达，待直接拨付"),
            role=Role.FINANCE,
            limit="county_pay",
            applicant_label=_("市财政直接拨付中"),
        ),
        D.COUNTY_RECEIVED: State(
            _("县级已到账，待拨付"),
            role=Role.COUNTY_FIN,
            limit="county_pay",
            applicant_label=_("县级财政已到账，待拨付"),
        ),
        D.PAID: State(
            _("已拨付，待确认收款"),
            role=Role.ENT_ADMIN,
            limit="receipt",
            applicant_label=_("已拨付，请确认收款"),
        ),
        D.RECEIPTED: State(_("已确认收款"), final=True),
        D.RETURNED: State(_("已退汇"), final=True),
        D.VOIDED: State(_("已作废"), final=True),
    },
    moves={
        "send": Move(_("送国库"), frozenset({D.ORDERED}), D.SENDING, system=True),
        "recall": Move(_("未送达，待重新送出"), frozenset({D.SENDING}), D.ORDERED, reason=True, system=True),
        "issue": Move(_("国库收到，下达"), frozenset({D.SENDING}), D.ISSUED, system=True),
        "issue_direct": Move(_("国库收到，直接拨付"), frozenset({D.SENDING}), D.ISSUED_DIRECT, system=True),
        "doubt": Move(_("送达结果不明"), frozenset({D.SENDING}), D.UNKNOWN, reason=True, system=True),
        "settle": Move(_("对账单核定已付"), frozenset({D.UNKNOWN}), D.ISSUED, system=True),
        "settle_direct": Move(
            _("对账单核定已付，直接拨付"), frozenset({D.UNKNOWN}), D.ISSUED_DIRECT, system=True
        ),
        "propose_unpaid": Move(_("提出银行未付"), frozenset({D.UNKNOWN}), D.UNKNOWN),
        "confirm_unpaid": Move(
            _("复核银行未付，作废列支"),
            frozenset({D.UNKNOWN}),
            D.VOIDED,
            unlike=("unpaid_proposed_by",),
            reason=True,
        ),
        "receive": Move(_("登记县级到账"), frozenset({D.ISSUED}), D.COUNTY_RECEIVED),
        "pay": Move(
            _("登记拨付到企"),
            frozenset({D.COUNTY_RECEIVED, D.ISSUED_DIRECT}),
            D.PAID,
            unlike=("ordered_by",),
        ),
        "confirm_receipt": Move(_("确认收款"), frozenset({D.PAID}), D.RECEIPTED, unlike=("paid_by",)),
        "propose_return": Move(_("登记退汇"), RETURNABLE, reason=True),
        "return": Move(_("复核退汇"), RETURNABLE, D.RETURNED, unlike=("ending_proposed_by",), reason=True),
        "propose_void": Move(_("提出作废列支"), frozenset({D.ORDERED}), reason=True),
        "void": Move(
            _("复核作废列支"),
            frozenset({D.ORDERED}),
            D.VOIDED,
            unlike=("ending_proposed_by",),
            reason=True,
        ),
        "keep": Move(_("不予退汇、作废"), RETURNABLE | {D.ORDERED}, reason=True),
    },
)

ADJUSTMENT = Lifecycle(
    name="adjustment",
    states={
        J.PROPOSED: State(_("待复核入账"), role=Role.FINANCE, limit="adjustment"),
        J.ENTERED: State(_("已入账"), final=True),
        J.REJECTED: State(_("未通过"), final=True),
    },
    moves={
        "enter": Move(_("复核入账"), frozenset({J.PROPOSED}), J.ENTERED, unlike=("proposed_by",)),
        "reject": Move(_("不予入账"), frozenset({J.PROPOSED}), J.REJECTED, reason=True),
    },
)

LINE = Lifecycle(
    name="line",
    states={
        N.OPEN: State(_("待核对"), role=Role.FINANCE, limit="reconcile"),
        N.PROPOSED: State(_("待复核"), role=Role.FINANCE, continues=True),
        N.SETTLED: State(_("已对账"), final=True),
    },
    moves={
        "propose": Move(_("提出核对结果"), frozenset({N.OPEN}), N.PROPOSED),
        "confirm": Move(_("复核确认"), frozenset({N.PROPOSED}), N.SETTLED, unlike=("proposed_by",)),
        "send_back": Move(_("退回重新核对"), frozenset({N.PROPOSED}), N.OPEN, reason=True),
    },
)
