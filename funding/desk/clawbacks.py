"""The desks of taking money back: the case, and each part that comes back."""

from django.utils.translation import gettext_lazy as _

from funding import services
from funding.forms import ReasonForm
from funding.forms import clawbacks as forms
from funding.lifecycle import CLAWBACK, REPAYMENT
from funding.models import Clawback, Repayment
from funding.permissions import CLAWBACK_WHO, REPAYMENT_WHO
from funding.selectors.clawbacks import (
    carried_by_repayments,
    clawbacks_visible_to,
    repayments_visible_to,
)
from records.desk import Desk, Step, register

CLAWBACK_DESK = register(
    Desk(
        name="clawback",
        model=Clawback,
        lifecycle=CLAWBACK,
        who=CLAWBACK_WHO,
        visible=clawbacks_visible_to,
        page="funding:clawback",
        move_page="funding:clawback-move",
        resource="clawbacks",
        begun=_("列为追回线索"),
        hidden={
            "refuse_closing": lambda clawback: bool(clawback.left),
            "resume_enforcement": lambda clawback: not clawback.left,
        },
        steps={
            "investigate": Step(
                services.investigate_clawback, primary=True, consequence=_("立案，调查期限开始计时")
            ),
            "propose": Step(
                services.propose_clawback,
                forms.ProposeForm,
                primary=True,
                consequence=_("交审批人员审核，由其发拟追回告知书；您不能再审批"),
            ),
            "send_back": Step(
                services.send_back_clawback, ReasonForm, consequence=_("退回经办补充调查，拟追回金额作废")
            ),
            "notify": Step(
                services.notify_of_clawback,
                primary=True,
                proof=True,
                consequence=_("向单位发出拟追回告知书，陈述申辩期开始计时\n通知县级"),
            ),
            "state": Step(
                services.state_on_clawback,
                forms.StateForm,
                primary=True,
                consequence=_("提交市科技局复核，提交后不能修改"),
            ),
            "decide": Step(
                services.decide_clawback,
                forms.DecideForm,
                danger=True,
                keyed=True,
                proof=True,
                consequence=_(
                    "记入应收台账，出具追回决定书，通知单位和县级\n退还之前，该单位其他资金不能批准、下达和拨付"
                ),
            ),
            "serve": Step(
                services.serve_clawback,
                forms.ServeForm,
                primary=True,
                consequence=_("自送达之日起计算退还期限，通知单位"),
            ),
            "list_credit": Step(
                services.list_credit,
                forms.ListCreditForm,
                danger=True,
                proof=True,
                consequence=_("单位列入失信记录，期间不能申报、推荐，形式审查时提示\n通知单位和县级"),
            ),
            "enforce": Step(
                services.enforce_clawback,
                forms.EnforceForm,
                danger=True,
                consequence=_("记入案卷，通知单位；退还仍可登记"),
            ),
            "sign_closing": Step(
                services.sign_closing,
                forms.SignClosingForm,
                primary=True,
                proof=True,
                consequence=_("交市财政局会签，两家签署后结案"),
            ),
            "end_enforcement": Step(
                services.end_enforcement,
                forms.EndEnforcementForm,
                proof=True,
                consequence=_("交市财政局会签；结案时尚未退还的部分按裁定核销"),
            ),
            "close": Step(
                services.close_clawback,
                primary=True,
                keyed=True,
                proof=True,
                consequence=_("案件办结，不能恢复\n出具结案通知书，该单位其他资金恢复办理"),
            ),
            "refuse_closing": Step(
                services.refuse_closing, ReasonForm, consequence=_("退回审批人员重新审核")
            ),
            "resume_enforcement": Step(
                services.resume_enforcement, ReasonForm, consequence=_("裁定不予采用，继续执行")
            ),
            "drop": Step(
                services.drop_clawback,
                ReasonForm,
                consequence=_("案件办结，不予追回\n已发告知书的，出具不予追回告知书"),
            ),
        },
    )
)

REPAYMENT_DESK = register(
    Desk(
        name="repayment",
        model=Repayment,
        lifecycle=REPAYMENT,
        who=REPAYMENT_WHO,
        visible=repayments_visible_to,
        page="funding:repayment",
        move_page="funding:repayment-move",
        resource="repayments",
        begun=_("登记退还"),
        carries=(carried_by_repayments,),
        steps={
            "confirm": Step(
                services.confirm_repayment,
                primary=True,
                keyed=True,
                proof=True,
                consequence=_("记入台账，不能修改\n全部到账的，案件转入结案，该单位其他资金恢复办理"),
            ),
            "reject": Step(
                services.reject_repayment,
                ReasonForm,
                danger=True,
                consequence=_("不记账，单位核对后重新登记"),
            ),
        },
    )
)
