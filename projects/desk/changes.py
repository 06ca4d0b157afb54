"""The desk of changes of running projects: the unit asks, its county opines, two people of the bureau decide."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from projects import selectors, services
from projects.enums.changes import ProjectChangeFinding
from projects.forms import ReasonForm
from projects.forms import changes as forms
from projects.lifecycle.change import PROJECT_CHANGE
from projects.models import ProjectChange
from projects.permissions import changes as permissions
from projects.services.change_faults import is_the_units_own
from projects.services.changes import asks_county
from records.desk import Desk, Line, Step, register

AMONG_OFFICERS = frozenset({"propose", "return_proposal"})
"""What officers settle among themselves is not for the unit."""


def _history(user, change) -> Iterator[Line]:
    inside = permissions.is_inside(user, change)
    for line in PROJECT_CHANGE_DESK.told(user, change):
        if not inside or line.action not in AMONG_OFFICERS:
            yield line


def _not_found(finding: str):
    """Hides a decision that does not follow the proposal; the service refuses it all the same."""
    return lambda change: change.finding != finding


PROJECT_CHANGE_DESK = register(
    Desk(
        name="project_change",
        model=ProjectChange,
        lifecycle=PROJECT_CHANGE,
        who=permissions.PROJECT_CHANGE_WHO,
        visible=selectors.project_changes_visible_to,
        page="projects:project-change",
        move_page="projects:project-change-move",
        resource="project-changes",
        begun=_("起草变更申请"),
        history=_history,
        hidden={
            "note": lambda change: not is_the_units_own(change),
            "hand_in": lambda change: is_the_units_own(change) or not asks_county(change),
            "hand_in_to_city": lambda change: is_the_units_own(change) or asks_county(change),
            "approve": _not_found(ProjectChangeFinding.APPROVE),
            "refuse": _not_found(ProjectChangeFinding.REFUSE),
        },
        steps={
            "hand_up": Step(
                services.hand_up_project_change,
                primary=True,
                consequence=_("申请锁定，交本单位管理员审核报送"),
            ),
            "send_back": Step(services.send_back_project_change, ReasonForm),
            "note": Step(
                services.note_project_change,
                primary=True,
                consequence=_("在单位自行调剂的范围内，即时生效，任务书预算条款随之修改\n告知市科技局和县级"),
            ),
            "hand_in": Step(
                services.hand_in_project_change,
                primary=True,
                consequence=_("以本单位名义报送县级科技管理部门出具意见，再由市科技局核查、审批"),
            ),
            "hand_in_to_city": Step(
                services.hand_in_project_change_to_city,
                primary=True,
                consequence=_("以本单位名义报送市科技局核查、审批"),
            ),
            "county_return": Step(services.county_return_project_change, ReasonForm),
            "give_opinion": Step(
                services.give_project_change_opinion,
                forms.ProjectChangeOpinionForm,
                primary=True,
                consequence=_("意见连同申请送市科技局核查\n单位可以看到县级意见"),
            ),
            "return": Step(
                services.return_project_change,
                ReasonForm,
                consequence=_("退回单位补正，补正后重新报送"),
            ),
            "propose": Step(
                services.propose_project_change,
                forms.ProposeProjectChangeForm,
                primary=True,
                consequence=_("交审批人员审批，原办理时限不变"),
            ),
            "return_proposal": Step(services.return_project_change_proposal, ReasonForm),
            "approve": Step(
                services.approve_project_change,
                primary=True,
                consequence=_(
                    "变更即时生效，任务书相应条款修改为新一版，资金拨付安排不变\n出具批复，通知单位和县级"
                ),
            ),
            "refuse": Step(
                services.refuse_project_change,
                ReasonForm,
                danger=True,
                consequence=_("项目仍按任务书实施\n出具写明理由的告知书，通知单位和县级"),
            ),
            "withdraw": Step(
                services.withdraw_project_change,
                ReasonForm,
                danger=True,
                consequence=_("申请撤回，不再办理；需要变更的另行提出"),
            ),
        },
    )
)
