"""The desk of final acceptances: the unit prepares, the county opines, experts judge, two people conclude."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from projects import selectors, services
from projects.enums.final import FinalOutcome
from projects.forms import ReasonForm
from projects.forms import finals as forms
from projects.lifecycle.final import FINAL
from projects.models import ProjectFinal
from projects.permissions import finals as permissions
from records.desk import Desk, Line, Step, register

AMONG_OFFICES = frozenset({"give_opinion", "return_opinion", "propose", "return_proposal"})
"""What officers settle among themselves is not for the unit."""


def _history(user, final) -> Iterator[Line]:
    inside = permissions.is_inside(user, final)
    for line in FINAL_DESK.told(user, final):
        if not inside:
            yield line
        elif line.action not in AMONG_OFFICES:
            yield replace(line, reason="") if line.action == "reopen_review" else line


def _opens(user, final, kind: str) -> bool:
    return permissions.may_read_material(user, final)


def _not_proposed(outcome: str):
    """Hides a decision that does not follow the proposal; the service refuses it all the same."""
    return lambda final: final.outcome != outcome


FINAL_DESK = register(
    Desk(
        name="final",
        model=ProjectFinal,
        lifecycle=FINAL,
        who=permissions.FINAL_WHO,
        visible=selectors.finals_visible_to,
        page="projects:final",
        move_page="projects:final-move",
        resource="project-finals",
        begun=_("建立结题案卷"),
        history=_history,
        opens_files=_opens,
        hidden={
            "pass": _not_proposed(FinalOutcome.PASSED),
            "condition": _not_proposed(FinalOutcome.CONDITIONAL),
            "fail": _not_proposed(FinalOutcome.FAILED),
        },
        steps={
            "hand_up": Step(
                services.hand_up_final, primary=True, consequence=_("材料锁定，交本单位管理员审核报送")
            ),
            "send_back": Step(services.send_back_final, ReasonForm),
            "hand_in": Step(
                services.hand_in_final,
                primary=True,
                consequence=_(
                    "以本单位名义申请结题，报送县级\n考核指标和经费执行按此刻的情况固定，验收以此为准"
                ),
            ),
            "county_return": Step(services.county_return_final, ReasonForm),
            "give_opinion": Step(
                services.give_final_opinion,
                forms.FinalOpinionForm,
                primary=True,
                consequence=_("送县级分管领导签发，原办理时限不变"),
            ),
            "return_opinion": Step(services.return_final_opinion, ReasonForm),
            "sign": Step(
                services.sign_final_opinion,
                primary=True,
                consequence=_("县级意见签发，送市科技局核查，开始计时\n通知单位，单位可以看到县级意见"),
            ),
            "return": Step(
                services.return_final,
                ReasonForm,
                consequence=_("退回单位补正，补正后重新经县级出具意见"),
            ),
            "entrust": Step(
                services.entrust_final,
                forms.FinalEntrustForm,
                primary=True,
                consequence=_("确认材料齐全，交第三方机构组织专家验收\n通知机构、单位和县级"),
            ),
            "propose": Step(
                services.propose_final,
                forms.FinalOutcomeForm,
                primary=True,
                consequence=_("交审批人员审定，原办理时限不变"),
            ),
            "return_proposal": Step(services.return_final_proposal, ReasonForm),
            "pass": Step(
                services.pass_final,
                primary=True,
                consequence=_("项目结题，出具结题证书\n后续财政资金可以办理拨付\n通知单位和县级"),
            ),
            "condition": Step(
                services.condition_final,
                primary=True,
                consequence=_("单位在期限内整改，重新申请一次\n出具通知书，通知单位和县级"),
            ),
            "fail": Step(
                services.fail_final,
                danger=True,
                consequence=_("项目终结，后续财政资金不再拨付，结余退回\n出具通知书，通知单位和县级"),
            ),
        },
    )
)
