"""The desk of what meetings decide about proposals."""

from django.utils.translation import gettext_lazy as _

from projects import permissions, selectors, services
from projects.forms import ReasonForm
from projects.lifecycle import PROJECT_DECISION
from projects.models import ProjectDecision
from projects.selectors.decisions import carried_by_decisions
from records.desk import Desk, Step, register

PROJECT_DECISION_DESK = register(
    Desk(
        name="project_decision",
        model=ProjectDecision,
        lifecycle=PROJECT_DECISION,
        who=permissions.PROJECT_DECISION_WHO,
        visible=selectors.decisions_visible_to,
        page="projects:project-decision",
        move_page="projects:project-decision-move",
        resource="project-decisions",
        begun=_("拟定立项审议决定"),
        carries=(carried_by_decisions,),
        steps={
            "release": Step(
                services.release_project_decision,
                primary=True,
                consequence=_(
                    "拟立项的项目即日公示，期满无异议的自动立项\n不予立项的结束，出具告知书\n"
                    "支持金额从本次专项额度中占用；通知各申报单位，不可撤回"
                ),
            ),
            "discard": Step(
                services.discard_project_decision,
                ReasonForm,
                danger=True,
                consequence=_("本份决定作废，所列申报可另行拟定\n申报单位不会收到任何通知"),
            ),
        },
    )
)
