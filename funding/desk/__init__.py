"""The desks of this room: accounts, awards, plans, disbursements, adjustments of budgets, lines of the bank.

Pages and the API act through them alone.
"""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from funding import forms, services
from funding.enums import AwardState
from funding.lifecycle import ADJUSTMENT, AWARD, DISBURSEMENT, LINE, PAYEE, PLAN
from funding.models import AllocationPlan, Award, BankLine, BudgetAdjustment, Disbursement, PayeeAccount
from funding.permissions import (
    ADJUSTMENT_WHO,
    AWARD_WHO,
    DISBURSEMENT_WHO,
    LINE_WHO,
    PAYEE_WHO,
    PLAN_WHO,
    may_reveal,
)
from funding.selectors import (
    adjustments_visible_to,
    awards_visible_to,
    disbursements_visible_to,
    lines_visible_to,
    payees_visible_to,
    plans_visible_to,
)
from funding.selectors.waiting import carried_by_plans
from records.desk import Desk, Step, register

PAYEE_DESK = register(
    Desk(
        name="account",
        model=PayeeAccount,
        lifecycle=PAYEE,
        who=PAYEE_WHO,
        visible=payees_visible_to,
        page="funding:payee",
        move_page="funding:payee-move",
        resource="payees",
        opens_files=lambda user, account, _kind: may_reveal(user, account),
        second={"first_checked": "first_checked_by"},
        steps={
            "first_check": Step(
                services.first_check_account,
                primary=True,
                consequence=_(
                    "确认户名、开户行、账号、联行号与开户证明一致。\n交另一位经办复核，您不能再复核。"
                ),
            ),
            "verify": Step(
                services.verify_account,
                primary=True,
                proof=True,
                consequence=_(
                    "账户可用于收款，等待此账户的资金转入审批。\n该单位原有账户停用，单位会收到通知。"
                ),
            ),
            "reject": Step(
                services.reject_account,
                forms.ReasonForm,
                danger=True,
                consequence=_("账户作废，单位会看到理由。\n等待此账户的资金退回单位重新确认。"),
            ),
        },
    )
)

AWARD_DESK = register(
    Desk(
        name="award",
        model=Award,
        lifecycle=AWARD,
        who=AWARD_WHO,
        visible=awards_visible_to,
        page="funding:award",
        move_page="funding:award-move",
        resource="awards",
        places={
            AwardState.ACCOUNT_CHECK: lambda award: award.account.get_absolute_url(),
            AwardState.APPROVED: lambda award: reverse("funding:plan-list"),
        },
        hidden={
            "resume": lambda award: award.budget_id is not None,
            "resume_payment": lambda award: award.budget_id is None,
            "change_account": lambda award: award.ordered != award.paid,
            "redirect": lambda award: not award.can_be_redirected or award.budget_id is not None,
            "redirect_approved": lambda award: not award.can_be_redirected or award.budget_id is None,
        },
        steps={
            "confirm": Step(
                services.confirm_award,
                forms.ConfirmAwardForm,
                primary=True,
                consequence=_("收款账户交市科技局两人核对，核实后转入审批。\n账户如已核实，直接转入审批。"),
            ),
            "approve": Step(
                services.approve_award,
                forms.ApproveForm,
                primary=True,
                keyed=True,
                proof=True,
                consequence=_(
                    "金额计入所选预算的已批准额度，超出可用额度不能批准。\n通知依托单位；转经办编入拨付计划。"
                ),
            ),
            "resume": Step(
                services.resume_award,
                forms.ReasonForm,
                primary=True,
                consequence=_("单位重新确认意愿和账户，账户重新核对。"),
            ),
            "resume_payment": Step(
                services.resume_payment,
                forms.ReasonForm,
                primary=True,
                consequence=_("恢复列入计划和拨付，通知依托单位。"),
            ),
            "change_account": Step(
                services.change_account,
                forms.VerifiedAccountForm,
                consequence=_("以后各期拨付至新账户，已拨付的不受影响。"),
            ),
            "send_back": Step(
                services.send_back_award,
                forms.ReasonForm,
                consequence=_("单位重新确认意愿和账户，账户重新核对。\n单位会看到理由。"),
            ),
            "redirect": Step(
                services.redirect_award,
                forms.ReasonForm,
                consequence=_(
                    "本项资金转到现依托单位名下，由其确认领取意愿和收款账户，账户重新核对\n通知现依托单位"
                ),
            ),
            "redirect_approved": Step(
                services.redirect_approved_award,
                forms.ReasonForm,
                consequence=_(
                    "已批准的额度不变，拨付至现依托单位已核实的收款账户\n已列入未下达方案的，按现依托单位下达\n通知现依托单位"
                ),
            ),
            "suspend": Step(
                services.suspend_award,
                forms.ReasonForm,
                danger=True,
                consequence=_("暂停列入计划和拨付到企，已批准额度保留。\n单位会看到理由。"),
            ),
            "waive": Step(
                services.waive_award,
                forms.WaiveForm,
                danger=True,
                consequence=_("本项资金办结，不能恢复。\n本研究院今后不再享受此项资金。"),
            ),
        },
    )
)

PLAN_DESK = register(
    Desk(
        name="plan",
        model=AllocationPlan,
        lifecycle=PLAN,
        who=PLAN_WHO,
        visible=plans_visible_to,
        page="funding:plan",
        move_page="funding:plan-move",
        resource="plans",
        carries=(carried_by_plans,),
        second={"issuing": "reviewed_by"},
        steps={
            "submit": Step(
                services.submit_plan,
                forms.SubmitPlanForm,
                primary=True,
                consequence=_("方案锁定，生成绩效目标表，交市财政局审核。"),
            ),
            "review": Step(
                services.review_plan,
                forms.ReviewPlanForm,
                primary=True,
                proof=True,
                consequence=_("交市科技局审批人会签。"),
            ),
            "cosign": Step(
                services.cosign_plan, primary=True, proof=True, consequence=_("交市财政局以联合文号下达。")
            ),
            "issue": Step(
                services.issue_plan,
                forms.IssuePlanForm,
                primary=True,
                keyed=True,
                proof=True,
                consequence=_(
                    "方案内各项资金全部列支，生成国库文件。\n生成资金拨付审批表和下达通知。\n通知县级财政和各依托单位。"
                ),
            ),
            "strike": Step(
                services.strike_item,
                forms.StrikeItemForm,
                consequence=_(
                    "该项退出本方案，其余各项继续办理。\n绩效目标表按其余各项重新生成。\n通知市科技局经办。"
                ),
            ),
            "send_back": Step(
                services.return_plan, forms.ReasonForm, consequence=_("方案回到编制，审核和会签须重新办理。")
            ),
            "discard": Step(
                services.discard_plan,
                forms.ReasonForm,
                danger=True,
                consequence=_("方案作废，其中资金可列入其他方案。"),
            ),
        },
    )
)

DISBURSEMENT_DESK = register(
    Desk(
        name="disbursement",
        model=Disbursement,
        lifecycle=DISBURSEMENT,
        who=DISBURSEMENT_WHO,
        visible=disbursements_visible_to,
        page="funding:disbursement",
        move_page="funding:disbursement-move",
        resource="disbursements",
        hidden={
            "propose_void": lambda order: order.claimed_at is not None or bool(order.ending_words),
            "propose_return": lambda order: bool(order.ending_words),
            "void": lambda order: not order.ending_words,
            "return": lambda order: not order.ending_words,
            "keep": lambda order: not order.ending_words,
            "propose_unpaid": lambda disbursement: disbursement.unpaid_proposed_at is not None,
            "confirm_unpaid": lambda disbursement: disbursement.unpaid_proposed_at is None,
        },
        second={"ending": "ending_proposed_by"},
        steps={
            "receive": Step(
                services.county_receive,
                forms.CountyReceiveForm,
                primary=True,
                keyed=True,
                consequence=_("从到账日起计算县级滞留天数。\n通知依托单位资金已到县级财政。"),
            ),
            "pay": Step(
                services.pay_unit,
                forms.PayUnitForm,
                primary=True,
                keyed=True,
                proof=True,
                consequence=_("通知依托单位确认收款。\n登记后不能更改，退汇须另行登记。"),
            ),
            "confirm_receipt": Step(
                services.confirm_receipt,
                forms.ReceiptForm,
                primary=True,
                consequence=_("本期拨付办结；各期全部确认后，本项资金办结。"),
            ),
            "propose_return": Step(
                services.propose_return,
                forms.ReturnMoneyForm,
                consequence=_("交市财政局另一人复核。\n复核前不能登记到账、拨付和收款。"),
            ),
            "return": Step(
                services.return_disbursement,
                danger=True,
                keyed=True,
                proof=True,
                consequence=_("列支冲回，额度可重新列入拨付计划。\n通知依托单位核对收款账户。"),
            ),
            "propose_void": Step(
                services.propose_void,
                forms.ReasonForm,
                consequence=_("交市财政局另一人复核，复核前不送国库。"),
            ),
            "void": Step(
                services.void_disbursement,
                danger=True,
                keyed=True,
                proof=True,
                consequence=_("列支冲回，尚未送国库；额度可重新列入拨付计划。"),
            ),
            "keep": Step(
                services.keep_disbursement,
                forms.ReasonForm,
                consequence=_("退汇、作废的登记撤销，拨付按原状态继续办理。\n通知提出人。"),
            ),
            "propose_unpaid": Step(
                services.propose_unpaid,
                forms.StatementChoiceForm,
                consequence=_("须由另一人复核；银行已付的，请改在对账单中核对该流水。"),
            ),
            "confirm_unpaid": Step(
                services.confirm_unpaid,
                forms.ReasonForm,
                danger=True,
                keyed=True,
                proof=True,
                consequence=_("列支作废，额度退回，可重新列入拨付计划。\n原批次不再送出。"),
            ),
        },
    )
)

ADJUSTMENT_DESK = register(
    Desk(
        name="adjustment",
        model=BudgetAdjustment,
        lifecycle=ADJUSTMENT,
        who=ADJUSTMENT_WHO,
        visible=adjustments_visible_to,
        page="funding:adjustment",
        move_page="funding:adjustment-move",
        resource="adjustments",
        begun=_("提出调整"),
        second={"proposed": "proposed_by"},
        steps={
            "enter": Step(
                services.enter_adjustment,
                primary=True,
                keyed=True,
                proof=True,
                consequence=_("预算安排额随即变动，记入台账，不能修改。\n请先核对文号、金额与调整文件一致。"),
            ),
            "reject": Step(
                services.reject_adjustment,
                forms.ReasonForm,
                danger=True,
                consequence=_("不入账，提出人会收到通知；更正后可重新提出。"),
            ),
        },
    )
)

LINE_DESK = register(
    Desk(
        name="line",
        model=BankLine,
        lifecycle=LINE,
        who=LINE_WHO,
        visible=lines_visible_to,
        page="funding:line",
        move_page="funding:line-move",
        resource="bank-lines",
        begun=_("导入对账单"),
        second={"proposed": "proposed_by"},
        steps={
            "propose": Step(
                services.propose_line,
                forms.ProposeLineForm,
                primary=True,
                consequence=_("交另一人复核，您不能再复核。"),
            ),
            "confirm": Step(
                services.confirm_line,
                primary=True,
                keyed=True,
                proof=True,
                consequence=_(
                    "付款：记为银行付讫，结果待查的拨付据此转为已下达。\n退汇：列支冲回，额度可重新列入拨付计划。"
                ),
            ),
            "send_back": Step(
                services.return_line,
                forms.ReasonForm,
                consequence=_("核对结果作废，重新核对；提出人会收到通知。"),
            ),
        },
    )
)
