"""The desk of calls of the joint research programme."""

from django.utils.translation import gettext_lazy as _

from projects import permissions, selectors, services
from projects.forms import ReasonForm
from projects.forms.calls import ProjectExtensionForm
from projects.lifecycle import PROJECT_CALL
from projects.models import ProjectCall
from records.desk import Desk, Step, register


def _nothing_proposed(call) -> bool:
    return call.extend_to is None


def _proposed(call) -> bool:
    return call.extend_to is not None


PROJECT_CALL_DESK = register(
    Desk(
        name="project_call",
        model=ProjectCall,
        lifecycle=PROJECT_CALL,
        who=permissions.PROJECT_CALL_WHO,
        visible=selectors.calls_visible_to,
        page="projects:project-call",
        move_page="projects:project-call-move",
        resource="project-calls",
        begun=_("拟写通知"),
        hidden={
            "propose_extension": _proposed,
            "publish_extension": _nothing_proposed,
            "drop_extension": _nothing_proposed,
        },
        steps={
            "publish": Step(
                services.publish_project_call,
                primary=True,
                consequence=_("通知和所附指南向社会公布，内容不能再改\n通知全部申报单位和县级科技管理部门"),
            ),
            "discard": Step(services.discard_project_call, ReasonForm, danger=True),
            "propose_extension": Step(
                services.propose_project_extension,
                ProjectExtensionForm,
                consequence=_("由另一人审定发布后生效，发布前截止时间不变"),
            ),
            "publish_extension": Step(
                services.publish_project_extension,
                primary=True,
                consequence=_("截止时间随即推迟，草稿的办理期限随之顺延\n通知全部申报单位和县级科技管理部门"),
            ),
            "drop_extension": Step(services.drop_project_extension, ReasonForm),
        },
    )
)
