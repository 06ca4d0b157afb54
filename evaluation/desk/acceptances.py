"""The desk of acceptances: the unit prepares and applies, county and bureau judge, experts in between."""

from django.utils.translation import gettext_lazy as _

from evaluation import permissions, services
from evaluation.desk.places import panel_list_of
from evaluation.enums import AcceptanceFile, AcceptanceOutcome, AcceptanceState
from evaluation.forms import ReasonForm
from evaluation.forms import acceptances as forms
from evaluation.lifecycle import ACCEPTANCE
from evaluation.models import Acceptance
from evaluation.selectors.acceptances import acceptances_visible_to, has_panel
from institutes.selectors import UNIT
from records.desk import Desk, Step, register

AMONG_OFFICES = frozenset({"give_opinion", "return_opinion", "propose", "return_proposal"})
"""What officers settle among themselves is not for the unit."""


def _history(user, acceptance):
    inside = acceptance.host_id in user.reach.organisations and user.holds(*UNIT)
    for line in ACCEPTANCE_DESK.told(user, acceptance):
        if not inside or line.action not in AMONG_OFFICES:
            yield line


def _opens(user, acceptance, kind: str) -> bool:
    """The unit opens its own files, others those that were handed in; what offices looked up is theirs."""
    if kind == AcceptanceFile.PROOF:
        return acceptance.host_id not in user.reach.organisations
    return permissions.may_read_material(user, acceptance)


def _not_proposed(outcome: str):
    """Hides a decision that does not follow the proposal; the service refuses it all the same."""
    return lambda acceptance: acceptance.outcome != outcome


ACCEPTANCE_DESK = register(
    Desk(
        name="acceptance",
        model=Acceptance,
        lifecycle=ACCEPTANCE,
        who=permissions.ACCEPTANCE_WHO,
        visible=acceptances_visible_to,
        page="evaluation:acceptance",
        move_page="evaluation:acceptance-move",
        resource="acceptances",
        places={AcceptanceState.PANEL_REVIEW: panel_list_of},
        begun=_("建立验收案卷"),
        history=_history,
        opens_files=_opens,
        hidden={
            "entrust_anew": has_panel,
            "pass": _not_proposed(AcceptanceOutcome.PASSED),
            "condition": _not_proposed(AcceptanceOutcome.CONDITIONAL),
            "fail": _not_proposed(AcceptanceOutcome.FAILED),
        },
        steps={
            "hand_up": Step(
                services.hand_up_acceptance,
                primary=True,
                consequence=_("材料锁定，交本单位管理员审核报送"),
            ),
            "hand_in": Step(
                services.hand_in_acceptance,
                primary=True,
                consequence=_(
                    "以本单位名义申请验收，报送县级科技管理部门\n"
                    "建设目标的完成数据按此刻的情况固定，验收以此为准\n出具验收申请表，材料不能再改"
                ),
            ),
            "send_back": Step(services.send_back_acceptance, ReasonForm),
            "recall": Step(
                services.recall_acceptance,
                ReasonForm,
                danger=True,
                consequence=_("材料退回本单位修改，须重新报送\n完成数据在重新报送时重新固定"),
            ),
            "give_opinion": Step(
                services.give_acceptance_opinion,
                forms.CountyOpinionForm,
                primary=True,
                consequence=_("送县级分管领导签发，原办理时限不变"),
            ),
            "county_return": Step(
                services.county_return_acceptance, ReasonForm, consequence=_("退回单位补充，通知单位")
            ),
            "sign": Step(
                services.sign_acceptance_opinion,
                primary=True,
                consequence=_("县级意见签发，送市科技局核查，开始计时\n通知单位，单位可以看到县级意见"),
            ),
            "return_opinion": Step(services.return_acceptance_opinion, ReasonForm),
            "entrust": Step(
                services.entrust_acceptance,
                forms.EntrustForm,
                primary=True,
                consequence=_("确认材料齐全、信用已查，交第三方机构组织专家验收\n通知机构、单位和县级"),
            ),
            "return": Step(
                services.return_acceptance,
                ReasonForm,
                consequence=_("退回单位补正，补正后重新经县级出具意见\n通知单位和县级"),
            ),
            "entrust_anew": Step(
                services.entrust_anew,
                forms.EntrustAnewForm,
                consequence=_("原机构不再办理，由所选机构组织专家验收"),
            ),
            "propose": Step(
                services.propose_outcome,
                forms.OutcomeForm,
                primary=True,
                consequence=_("交审批人员审定，原办理时限不变"),
            ),
            "pass": Step(
                services.pass_acceptance,
                primary=True,
                consequence=_(
                    "研究院通过验收，自下一年度起计算绩效评价周期\n出具验收通知书，通知单位、县级和经办"
                ),
            ),
            "condition": Step(
                services.condition_acceptance,
                primary=True,
                consequence=_(
                    "研究院在整改期限内整改，届满前重新申请验收一次\n出具验收通知书，通知单位、县级和经办"
                ),
            ),
            "fail": Step(
                services.fail_acceptance,
                danger=True,
                consequence=_(
                    "研究院未通过验收；撤销认定由经办另行提出，单位可以陈述申辩\n出具验收通知书，通知单位、县级和经办"
                ),
            ),
            "return_proposal": Step(
                services.return_outcome,
                ReasonForm,
                consequence=_("退回经办重新拟定，原办理时限不变"),
            ),
        },
    )
)
