"""The desks of what follows recognition: changes, stops, revocations."""

from django.utils.translation import gettext_lazy as _

from institutes import permissions, selectors, services
from institutes.enums import ChangeFinding
from institutes.forms import build as build_forms
from institutes.forms import changes as change_forms
from institutes.forms import endings
from institutes.forms import officers as forms
from institutes.lifecycle import CHANGE, PROGRESS, REVOCATION, SUSPENSION
from institutes.models import Change, Institute, ProgressReport, Revocation, Suspension
from records.desk import Desk, Step, name_page, register


def _not_favoured(finding: str):
    """Hides a decision that does not follow the check; the service refuses it all the same."""
    return lambda change: change.finding != finding


def _history_of_change(user, change):
    """What officers settle among themselves is not for the unit."""
    inside = change.host_id in user.reach.organisations
    for line in CHANGE_DESK.told(user, change):
        if not inside or line.action not in ("check", "return_check"):
            yield line


CHANGE_DESK = register(
    Desk(
        name="change",
        model=Change,
        lifecycle=CHANGE,
        who=permissions.CHANGE_WHO,
        visible=selectors.changes_visible_to,
        page="institutes:change",
        move_page="institutes:change-move",
        resource="changes",
        begun=_("起草申请"),
        history=_history_of_change,
        hidden={
            "approve": _not_favoured(ChangeFinding.APPROVE),
            "refuse": _not_favoured(ChangeFinding.REFUSE),
        },
        steps={
            "hand_up": Step(
                services.hand_up_change, primary=True, consequence=_("交本单位管理员审核报送，内容锁定")
            ),
            "hand_in": Step(
                services.hand_in_change,
                primary=True,
                consequence=_("以本单位名义报送县级科技管理部门，开始计时"),
            ),
            "send_back": Step(services.send_back_change, forms.ReasonForm),
            "give_opinion": Step(
                services.give_county_opinion,
                change_forms.CountyOpinionForm,
                primary=True,
                consequence=_("送市科技局核查，开始计时\n单位可以看到县级意见"),
            ),
            "county_return": Step(services.county_return_change, forms.ReasonForm),
            "check": Step(
                services.check_change,
                change_forms.CheckChangeForm,
                primary=True,
                consequence=_("交审批人员审批，原办理时限不变"),
            ),
            "return": Step(
                services.return_change,
                forms.ReasonForm,
                consequence=_("退回单位补正，补正后重新经县级出具意见"),
            ),
            "approve": Step(
                services.approve_change,
                primary=True,
                consequence=_(
                    "研究院登记即时更新，原登记保留在沿革中\n出具批复并通知单位和县级\n证书所载事项变化的，换发证书，原证书作废"
                ),
            ),
            "refuse": Step(
                services.refuse_change,
                forms.ReasonForm,
                danger=True,
                consequence=_("研究院登记不变\n出具告知书，通知单位和县级"),
            ),
            "return_check": Step(
                services.return_change_check,
                forms.ReasonForm,
                consequence=_("退回经办重新核查，原办理时限不变"),
            ),
            "withdraw": Step(
                services.withdraw_change, forms.ReasonForm, danger=True, consequence=_("申请作废，不可恢复")
            ),
        },
    )
)

SUSPENSION_DESK = register(
    Desk(
        name="suspension",
        model=Suspension,
        lifecycle=SUSPENSION,
        who=permissions.SUSPENSION_WHO,
        visible=selectors.suspensions_visible_to,
        page="institutes:suspension",
        move_page="institutes:suspension-move",
        resource="suspensions",
        begun=_("提出暂停资格"),
        steps={
            "approve": Step(
                services.approve_suspension,
                primary=True,
                consequence=_(
                    "即时生效，名录和证书核验页标明暂停\n暂停期间扶持资金不能批准、下达和拨付\n出具通知书，通知单位和县级"
                ),
            ),
            "refuse": Step(services.refuse_suspension, forms.ReasonForm, danger=True),
            "propose_restoration": Step(
                services.propose_restoration,
                endings.RestorationForm,
                primary=True,
                consequence=_("交审批人员决定恢复或者继续暂停"),
            ),
            "restore": Step(
                services.restore_standing,
                primary=True,
                consequence=_("资格即时恢复，资金可以继续办理\n出具通知书，通知单位和县级"),
            ),
            "extend": Step(
                services.extend_suspension,
                endings.ExtendForm,
                danger=True,
                consequence=_("资格继续暂停至所定日期，通知单位和县级"),
            ),
        },
    )
)

REVOCATION_DESK = register(
    Desk(
        name="revocation",
        model=Revocation,
        lifecycle=REVOCATION,
        who=permissions.REVOCATION_WHO,
        visible=selectors.revocations_visible_to,
        page="institutes:revocation",
        move_page="institutes:revocation-move",
        resource="revocations",
        begun=_("提出撤销认定"),
        steps={
            "notify": Step(
                services.notify_unit,
                primary=True,
                consequence=_("向单位发出拟撤销告知书，陈述申辩期开始计时\n通知县级"),
            ),
            "state": Step(
                services.state_case,
                endings.StatementForm,
                primary=True,
                consequence=_("提交市科技局复核，提交后不能修改"),
            ),
            "revoke": Step(
                services.revoke_recognition,
                endings.RevokeForm,
                danger=True,
                consequence=_(
                    "认定即时撤销，不可恢复，名录和证书核验页标明撤销\n未拨付的资金停止办理；三年内取得的资金列为追回线索\n出具并公开决定书，通知单位和县级"
                ),
            ),
            "drop": Step(
                services.drop_revocation,
                forms.ReasonForm,
                consequence=_("案件结束，研究院资格不变\n已发告知书的，出具不予撤销告知书"),
            ),
        },
    )
)

name_page(
    Institute, "institutes:institute-build"
)  # what it has to do itself are the stages of its build period

PROGRESS_DESK = register(
    Desk(
        name="progress",
        model=ProgressReport,
        lifecycle=PROGRESS,
        who=permissions.PROGRESS_WHO,
        visible=selectors.progress_visible_to,
        page="institutes:progress",
        move_page="institutes:progress-move",
        resource="progress-reports",
        begun=_("报告建设进展"),
        steps={
            "question": Step(
                services.question_progress,
                forms.ReasonForm,
                consequence=_("通知单位在时限内说明\n说明之前，所报数字注明“待说明”"),
            ),
            "answer": Step(
                services.answer_progress,
                build_forms.AnswerForm,
                primary=True,
                consequence=_("说明和补充材料写入报告，通知提出问题的人"),
            ),
            "withdraw": Step(
                services.withdraw_progress,
                forms.ReasonForm,
                danger=True,
                consequence=_("本报告的数字和阶段不再计入，报告和理由留存\n可以重新报告"),
            ),
        },
    )
)
