"""Closed lists of the room: what is granted, the states of each case, the accounts of the ledger."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class GrantKind(TextChoices):
    """What is granted. The code is also the kind of the edition that says how much.

    Those for a joint project follow from its contract, the others come without an application (免申即享).
    """

    CONSTRUCTION = "construction", _("建设资金")
    PERFORMANCE = "performance", _("绩效后补助奖励")
    PROVINCIAL = "provincial", _("省级认定奖励")
    JOINT_PROJECT = "joint_project", _("联合攻关专项资金")


class Programme(TextChoices):
    """The special funds that a budget belongs to."""

    INSTITUTES = "institutes", _("产业技术研究院扶持资金")
    JOINT_RESEARCH = "joint_research", _("联合攻关专项资金")


def programme_of(kind: str) -> Programme:
    """From which special funds an award of this kind is paid."""
    return Programme.JOINT_RESEARCH if kind == GrantKind.JOINT_PROJECT else Programme.INSTITUTES


class PayeeState(TextChoices):
    SUBMITTED = "submitted", _("待核对")
    FIRST_CHECKED = "first_checked", _("待复核")
    VERIFIED = "verified", _("已核实")
    REJECTED = "rejected", _("未通过")
    SUPERSEDED = "superseded", _("已停用")


ACCOUNT_PROOF = "account_proof"
"""The kind of file that shows an account to be the unit's own (开户证明)."""
LIVE_PAYEE_STATES = (PayeeState.SUBMITTED, PayeeState.FIRST_CHECKED, PayeeState.VERIFIED)


class AwardState(TextChoices):
    """The states of an award (domain B7), from entitlement to the last receipt."""

    ENTITLED = "entitled", _("应享待确认")
    ACCOUNT_CHECK = "account_check", _("账户核对")
    PENDING_APPROVAL = "pending_approval", _("待审批")
    APPROVED = "approved", _("已批准")
    CLOSED = "closed", _("已办结")
    WAIVED = "waived", _("已放弃")
    SUSPENDED = "suspended", _("暂缓拨付")
    LAPSED = "lapsed", _("已失效")


class PlanState(TextChoices):
    DRAFT = "draft", _("编制中")
    FINANCE_REVIEW = "finance_review", _("财政审核")
    COSIGNING = "cosigning", _("科技会签")
    ISSUING = "issuing", _("待联合下达")
    ISSUED = "issued", _("已下达")
    DISCARDED = "discarded", _("已作废")


OPEN_PLAN_STATES = (PlanState.DRAFT, PlanState.FINANCE_REVIEW, PlanState.COSIGNING, PlanState.ISSUING)


class DisbursementState(TextChoices):
    """Where an instalment is. From *unknown* nothing is ever sent again: only the bank's statement settles it."""

    ORDERED = "ordered", _("已列支")
    SENDING = "sending", _("送国库中")
    UNKNOWN = "unknown", _("送达结果待查")
    ISSUED = "issued", _("已下达")
    ISSUED_DIRECT = "issued_direct", _("待直接拨付")
    COUNTY_RECEIVED = "county_received", _("县级已到账")
    PAID = "paid", _("已拨付到企")
    RECEIPTED = "receipted", _("已确认收款")
    RETURNED = "returned", _("已退汇")
    VOIDED = "voided", _("已作废")


class DisbursementFile(TextChoices):
    """What people attach to an instalment on its way."""

    ARRIVAL = "arrival_slip", _("到账凭证")
    VOUCHER = "payment_voucher", _("拨付凭证")
    RECEIPT = "receipt", _("收款凭证")
    RETURN = "return_slip", _("退汇凭证")


DEAD_DISBURSEMENT_STATES = (DisbursementState.RETURNED, DisbursementState.VOIDED)
SENT_STATES = (
    DisbursementState.ISSUED,
    DisbursementState.ISSUED_DIRECT,
    DisbursementState.COUNTY_RECEIVED,
    DisbursementState.PAID,
    DisbursementState.RECEIPTED,
)
WITH_THE_TREASURY_UNSURE = (DisbursementState.SENDING, DisbursementState.UNKNOWN)
PAID_STATES = (DisbursementState.PAID, DisbursementState.RECEIPTED)


class Account(TextChoices):
    """Where a yuan of a budget stands. The first is the source; the others add up to what was appropriated."""

    APPROPRIATED = "appropriated", _("预算安排")
    AVAILABLE = "available", _("可用")
    COMMITTED = "committed", _("已批准待下达")
    ORDERED = "ordered", _("已下达在途")
    AT_COUNTY = "at_county", _("县级待拨")
    PAID = "paid", _("已到企")
    BANK = "bank", _("国库存款")
    CLEARED = "cleared", _("银行已付")
    CLAIMS = "claims", _("追回决定")
    RECEIVABLE = "receivable", _("应收退还")
    RECOVERED = "recovered", _("已收退还")


BUDGET_ACCOUNTS = (
    Account.APPROPRIATED,
    Account.AVAILABLE,
    Account.COMMITTED,
    Account.ORDERED,
    Account.AT_COUNTY,
    Account.PAID,
)
"""Where a yuan stands by our own papers; others say what the bank did by its statements, and what is claimed back."""


class EntryKind(TextChoices):
    """What moved the money: each kind moves between fixed accounts."""

    APPROPRIATE = "appropriate", _("安排预算")
    COMMIT = "commit", _("批准资金")
    RELEASE = "release", _("释放额度")
    FREE = "free", _("收回未下达额度")
    ORDER = "order", _("下达列支")
    RECEIVE = "receive", _("县级到账")
    PAY = "pay", _("拨付到企")
    RETURN = "return", _("退汇")
    VOID = "void", _("作废列支")
    RAISE = "raise", _("追加预算")
    CUT = "cut", _("调减预算")
    TRANSFER_OUT = "transfer_out", _("调剂转出")
    TRANSFER_IN = "transfer_in", _("调剂转入")
    CARRY_OUT = "carry_out", _("结转下年")
    CARRY_IN = "carry_in", _("上年结转")
    SETTLE = "settle", _("银行付讫")
    REFUND = "refund", _("银行退回")
    CLAIM = "claim", _("决定追回")
    REPAY = "repay", _("退还到账")
    WRITE_OFF = "write_off", _("核销应收")


BUDGET_KINDS = (
    EntryKind.APPROPRIATE,
    EntryKind.RAISE,
    EntryKind.CUT,
    EntryKind.TRANSFER_OUT,
    EntryKind.TRANSFER_IN,
    EntryKind.CARRY_OUT,
    EntryKind.CARRY_IN,
)
"""Entries that a document about the budget itself makes."""


class AdjustmentKind(TextChoices):
    """What a document does to a budget: it gives the money, or changes what was given."""

    APPROPRIATE = "appropriate", _("安排")
    RAISE = "raise", _("追加")
    CUT = "cut", _("调减")
    TRANSFER = "transfer", _("调剂")
    CARRY_OVER = "carry_over", _("结转下年")


class AdjustmentState(TextChoices):
    PROPOSED = "proposed", _("待复核")
    ENTERED = "entered", _("已入账")
    REJECTED = "rejected", _("未通过")


class Direction(TextChoices):
    """Which way the money of a line of the bank went."""

    OUT = "out", _("付出")
    IN = "in", _("收入")


class LineState(TextChoices):
    OPEN = "open", _("待核对")
    PROPOSED = "proposed", _("待复核")
    SETTLED = "settled", _("已对账")


class LineFinding(TextChoices):
    """What a look at a line of the bank, by reference, amount and payee, has found."""

    MATCHED = "matched", _("相符")
    RETURNED = "returned", _("退回入账")
    PARTIAL = "partial", _("部分金额")
    WRONG_AMOUNT = "wrong_amount", _("金额不符")
    WRONG_PAYEE = "wrong_payee", _("户名不符")
    PAID_BEFORE = "paid_before", _("此前已付讫")
    VOIDED = "voided", _("拨付已作废")
    GIVEN_BACK = "given_back", _("重复付款退回")
    REPEATED = "repeated", _("重复流水")
    NO_ORDER = "no_order", _("查无拨付")


ASTRAY_FINDINGS = (LineFinding.PAID_BEFORE, LineFinding.VOIDED)
"""The bank paid what it should not have: an order twice, or one that was withdrawn."""


class LineTreatment(TextChoices):
    """What two people made of a line of the bank."""

    PAYMENT = "payment", _("本平台付款")
    RETURN = "return", _("退汇入账")
    REPEAT = "repeat", _("重复行，不记账")
    NOT_OURS = "not_ours", _("与本平台无关")


class Leg(TextChoices):
    """How long a county has kept money that is meant for a unit."""

    GREEN = "green", _("正常")
    AMBER = "amber", _("滞留提示")
    RED = "red", _("滞留警示")


class MoneyLeg(TextChoices):
    """Where money that is meant for a unit stands: the first three are legs of awards, the others of disbursements."""

    WAITING = "waiting", _("应享待审批")
    TO_ORDER = "to_order", _("已批准待列支")
    SUSPENDED = "suspended", _("暂缓拨付")
    ON_THE_WAY = "on_the_way", _("已列支在途")
    AT_COUNTY = "at_county", _("县级到账待拨")
    PAID = "paid", _("已拨到企业")


class ClawbackState(TextChoices):
    """The states of taking money back (domain B8), from a suspicion to the second signature."""

    SUSPECTED = "suspected", _("追回线索")
    INVESTIGATING = "investigating", _("调查核实")
    PROPOSED = "proposed", _("拟追回待审核")
    NOTICE_OF_INTENT = "notice_of_intent", _("等待陈述申辩")
    DECIDING = "deciding", _("待决定")
    DECIDED = "decided", _("已决定待送达")
    REPAY_DUE = "repay_due", _("待退还")
    PARTIALLY_REPAID = "partially_repaid", _("部分退还")
    OVERDUE = "overdue", _("逾期未退还")
    CREDIT_LISTED = "credit_listed", _("已列入失信")
    ENFORCED = "enforced", _("已移送强制执行")
    REPAID = "repaid", _("已全额退还")
    CLOSING = "closing", _("待财政会签结案")
    CLOSED = "closed", _("已结案")
    NOT_FOUNDED = "not_founded", _("不成立")


OWED_STATES = (
    ClawbackState.DECIDED,
    ClawbackState.REPAY_DUE,
    ClawbackState.PARTIALLY_REPAID,
    ClawbackState.OVERDUE,
    ClawbackState.CREDIT_LISTED,
    ClawbackState.ENFORCED,
)
"""Decided and not repaid: while a unit's case is here, nothing else is approved or ordered for that unit."""
REPAYABLE_STATES = OWED_STATES[1:]
ENDED_CLAWBACKS = (ClawbackState.CLOSED, ClawbackState.NOT_FOUNDED)


class RepaymentState(TextChoices):
    REPORTED = "reported", _("待核对到账")
    CONFIRMED = "confirmed", _("已到账")
    REJECTED = "rejected", _("未到账")


class Finality(TextChoices):
    """Why a decision can no longer be contested: only then may it be published."""

    UNCONTESTED = "uncontested", _("期满未申请复议、未提起诉讼")
    UPHELD = "upheld", _("经复议或者诉讼维持")
