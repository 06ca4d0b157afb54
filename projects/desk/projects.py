"""The desk of approved projects: contract negotiated, signed, checked, confirmed."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from projects import selectors, services
from projects.forms import ReasonForm
from projects.lifecycle.project import PROJECT
from projects.models import Project
from projects.permissions.projects import PROJECT_WHO, may_read_negotiation
from records.desk import Desk, Line, Step, register

BETWEEN_THE_SIDES = frozenset({"hand_over", "hand_back"})
"""How the text came to be is between the two sides."""


def _history(user, project) -> Iterator[Line]:
    inside = may_read_negotiation(user, project)
    for line in PROJECT_DESK.told(user, project):
        if inside or line.action not in BETWEEN_THE_SIDES:
            yield line


def _opens(user, project, kind: str) -> bool:
    return may_read_negotiation(user, project)


PROJECT_DESK = register(
    Desk(
        name="project",
        model=Project,
        lifecycle=PROJECT,
        who=PROJECT_WHO,
        visible=selectors.projects_visible_to,
        page="projects:approved",
        move_page="projects:approved-move",
        resource="projects",
        begun=_("立项，拟定任务书"),
        history=_history,
        opens_files=_opens,
        steps={
            "hand_over": Step(
                services.hand_over_contract,
                primary=True,
                consequence=_(
                    "以本单位名义确认任务书现有文本，送市科技局核对\n市科技局修改的，会送回本单位再核对"
                ),
            ),
            "hand_back": Step(
                services.hand_back_contract,
                ReasonForm,
                consequence=_("连同本轮修改送单位核对，单位逐条看到修改前后的内容"),
            ),
            "agree": Step(
                services.agree_contract,
                primary=True,
                consequence=_("双方确认同一文本，出具任务书，条款不能再改\n通知单位组织各方签字盖章"),
            ),
            "reopen": Step(
                services.reopen_contract,
                ReasonForm,
                danger=True,
                consequence=_("任务书文本重新协商，已登记的签署作废；再次确认后另行出具任务书"),
            ),
            "hand_in_copies": Step(
                services.hand_in_copies, primary=True, consequence=_("签署文本报市科技局核对")
            ),
            "return_copies": Step(services.return_copies, ReasonForm),
            "check_copies": Step(
                services.check_copies,
                primary=True,
                consequence=_("确认各方签署的就是双方确认的文本，交审批人员审定，原办理时限不变"),
            ),
            "return_check": Step(services.return_check, ReasonForm),
            "confirm_contract": Step(
                services.confirm_contract,
                primary=True,
                consequence=_("任务书生效，项目开始实施\n首期财政资金可以办理拨付\n通知单位和县级"),
            ),
        },
    )
)
