"""The desk of stopping a project or ending it early: notified, heard, settled, decided by another person."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from projects import selectors, services
from projects.enums.ending import EndingFile, EndingKind
from projects.forms import ReasonForm
from projects.forms import endings as forms
from projects.lifecycle.ending import ENDING
from projects.models import ProjectEnding
from projects.permissions import endings as permissions
from records.desk import Desk, Line, Step, register

AMONG_OFFICES = frozenset({"settle", "return_settlement", "propose_resumption"})
"""What officers settle among themselves is not for the unit."""


def _history(user, ending) -> Iterator[Line]:
    inside = permissions.is_inside(user, ending)
    for line in ENDING_DESK.told(user, ending):
        if not inside or line.action not in AMONG_OFFICES:
            yield line


def _opens(user, ending, kind: str) -> bool:
    """What the bureau found out about mending is its own until it is decided."""
    return kind != EndingFile.CHECK or not permissions.is_inside(user, ending) or bool(ending.resumed_at)


def _not_of(kind: str):
    """Hides a decision that the case does not lead to; the service refuses it all the same."""
    return lambda ending: ending.kind != kind


ENDING_DESK = register(
    Desk(
        name="ending",
        model=ProjectEnding,
        lifecycle=ENDING,
        who=permissions.ENDING_WHO,
        visible=selectors.endings_visible_to,
        page="projects:ending",
        move_page="projects:ending-move",
        resource="project-endings",
        begun=_("提出"),
        history=_history,
        opens_files=_opens,
        hidden={
            "terminate": _not_of(EndingKind.TERMINATE),
            "suspend": _not_of(EndingKind.SUSPEND),
        },
        steps={
            "notify": Step(
                services.notify_ending,
                primary=True,
                consequence=_("向单位发出告知书，陈述申辩和补列支出的期限开始计时\n通知县级"),
            ),
            "state": Step(
                services.state_ending,
                forms.StatementForm,
                primary=True,
                consequence=_("提交市科技局复核，提交后不能修改；支出在处理意见提出前仍可补列"),
            ),
            "settle": Step(
                services.settle_ending,
                forms.SettleForm,
                primary=True,
                consequence=_("交审批人员审定，您不能再审定\n终止项目的，支出明细随之锁定"),
            ),
            "return_settlement": Step(
                services.return_settlement, ReasonForm, consequence=_("退回经办复核，支出明细重新开放")
            ),
            "terminate": Step(
                services.terminate_project,
                forms.MinuteForm,
                danger=True,
                proof=True,
                consequence=_(
                    "项目即时终止，不可恢复；后续财政资金不再拨付\n"
                    "结余的财政资金列为追回线索\n出具终止通知书，通知单位和县级"
                ),
            ),
            "suspend": Step(
                services.suspend_project,
                forms.MinuteForm,
                danger=True,
                consequence=_(
                    "项目即时中止，财政资金暂停拨付，不能列支和报告，期限停止计算\n出具中止通知书，通知单位和县级"
                ),
            ),
            "drop": Step(
                services.drop_ending,
                ReasonForm,
                consequence=_("案件结束，项目继续实施\n单位已知情的，出具告知书"),
            ),
            "withdraw": Step(services.withdraw_ending, ReasonForm, consequence=_("撤回申请，项目继续实施")),
            "propose_resumption": Step(
                services.propose_resumption,
                forms.ResumptionForm,
                primary=True,
                consequence=_("交审批人员决定恢复实施或者继续中止"),
            ),
            "resume": Step(
                services.resume_project,
                primary=True,
                consequence=_(
                    "项目即时恢复实施，财政资金可以继续拨付\n期满日和未报告的阶段目标按中止天数顺延\n出具通知书，通知单位和县级"
                ),
            ),
            "extend": Step(
                services.extend_project_suspension,
                forms.ExtendForm,
                danger=True,
                consequence=_("项目继续中止至所定日期，通知单位和县级"),
            ),
        },
    )
)
