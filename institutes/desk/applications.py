"""The desk of applications: what pages and API need to let a person act on a case."""

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from institutes import permissions, selectors, services
from institutes.enums import OFFICE_KINDS, CountyFile, CountyProposal, FormalFinding
from institutes.forms import officers as forms
from institutes.forms.formal import FormalForm
from institutes.lifecycle import APPLICATION
from institutes.models import Application
from records.desk import Desk, Step, register


def _not_proposed(proposal: str):
    """Hides a signature that does not follow the draft; the service refuses it all the same."""
    return lambda application: application.county_proposal != proposal


def _not_found(finding: str):
    """Hides the confirmations that do not follow the finding."""
    return lambda application: application.formal_finding != finding


def _history(user, application):
    """The unit and the agency do not read what officers draft among themselves; nor, blinded, any reasons."""
    outside = application.is_blinded or permissions.may_apply_for(user, application.host)
    for line in APPLICATION_DESK.told(user, application):
        if not (outside and line.action in selectors.INTERNAL_MOVES):
            yield replace(line, reason="") if application.is_blinded else line


def _opens(user, application, kind: str) -> bool:
    """Annexes say whose application it is; what an agency brought back from the visit is for the offices."""
    if kind in OFFICE_KINDS:
        own = kind in CountyFile.values and not permissions.may_read_integrity(user, application)
        return not own and not permissions.may_apply_for(user, application.host)
    return not application.is_blinded


def _runs(application) -> bool:
    """Whether the public notice still runs: recognition is no button before its end."""
    return not selectors.is_publicity_over(application)


APPLICATION_DESK = register(
    Desk(
        name="application",
        model=Application,
        lifecycle=APPLICATION,
        who=permissions.APPLICATION_WHO,
        visible=selectors.applications_visible_to,
        page="institutes:application",
        move_page="institutes:application-move",
        resource="applications",
        begun=_("开始填报"),
        history=_history,
        opens_files=_opens,
        reads_papers=selectors.applications_read_openly_by,
        kept_papers={"application_book": selectors.applications_with_book},
        hidden={
            "sign_recommendation": _not_proposed(CountyProposal.RECOMMEND),
            "refuse_recommendation": _not_proposed(CountyProposal.REFUSE),
            "confirm_pass": _not_found(FormalFinding.PASS),
            "confirm_supplement": _not_found(FormalFinding.SUPPLEMENT),
            "confirm_fail": _not_found(FormalFinding.FAIL),
            "recognise": _runs,
        },
        steps={
            "submit": Step(
                services.submit_application,
                primary=True,
                consequence=_("锁定申报书，生成版本快照\n交本单位管理员审核"),
            ),
            "unit_approve": Step(
                services.approve_application,
                primary=True,
                consequence=_("生成受理号\n报送县级科技管理部门，并通知其经办人员"),
            ),
            "unit_return": Step(
                services.return_to_filler, forms.ReturnForm, consequence=_("申报书解锁，由填报人修改")
            ),
            "propose_recommendation": Step(
                services.propose_recommendation,
                forms.RecommendationForm,
                primary=True,
                consequence=_("交县（市、区）分管领导签发\n原办理时限不变"),
            ),
            "county_return": Step(
                services.county_return,
                forms.ReturnForm,
                consequence=_("申报书解锁，退回申报单位修改\n通知申报单位，逐条列明理由"),
            ),
            "sign_recommendation": Step(
                services.sign_recommendation,
                primary=True,
                consequence=_("出具推荐函并编号\n送市科技局形式审查，开始计时\n通知申报单位和市科技局经办"),
            ),
            "refuse_recommendation": Step(
                services.refuse_recommendation,
                forms.ReasonForm,
                danger=True,
                consequence=_("本次申报结束，不可恢复\n出具结果告知书，告知申报单位理由"),
            ),
            "send_back_recommendation": Step(
                services.send_back_recommendation,
                forms.ReasonForm,
                consequence=_("退回县级经办重拟意见\n原办理时限不变"),
            ),
            "propose_formal": Step(
                services.propose_formal,
                FormalForm,
                primary=True,
                consequence=_("交市科技局审批人审定\n原办理时限不变"),
            ),
            "confirm_pass": Step(
                services.confirm_pass,
                forms.EngageForm,
                primary=True,
                consequence=_("交第三方机构组织评审，开始计时\n通知申报单位和第三方机构"),
            ),
            "confirm_supplement": Step(
                services.confirm_supplement,
                primary=True,
                consequence=_("出具补正通知书，一次性告知全部事项\n申报书解锁，开始补正计时；逾期视为放弃"),
            ),
            "confirm_fail": Step(
                services.confirm_fail,
                danger=True,
                consequence=_("本次申报结束，不可恢复\n出具结果告知书，告知申报单位理由"),
            ),
            "send_back_formal": Step(
                services.send_back_formal,
                forms.ReasonForm,
                consequence=_("退回市科技局经办复核\n原办理时限不变"),
            ),
            "resubmit": Step(
                services.resubmit_application,
                primary=True,
                consequence=_("锁定申报书，生成新版本\n市科技局继续形式审查；补正只有一次机会"),
            ),
            "recognise": Step(
                services.recognise_application,
                primary=True,
                consequence=_("认定为市级产业技术研究院，生成证书编号和认定证书\n列入名录，系统提出建设资金"),
            ),
            "withdraw": Step(
                services.withdraw_application,
                forms.ReasonForm,
                danger=True,
                consequence=_("本次申报结束，不可恢复\n通知当前办理人"),
            ),
        },
    )
)
