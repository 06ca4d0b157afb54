"""The desk of calls."""

from django.utils.translation import gettext_lazy as _

from institutes import permissions, selectors, services
from institutes.forms import officers as forms
from institutes.lifecycle import CALL
from institutes.models import Call
from records.desk import Desk, Step, register

CALL_DESK = register(
    Desk(
        name="call",
        model=Call,
        lifecycle=CALL,
        who=permissions.CALL_WHO,
        visible=selectors.calls_visible_to,
        page="institutes:call",
        move_page="institutes:call-move",
        resource="calls",
        steps={
            "publish": Step(
                services.publish_call,
                primary=True,
                consequence=_("通知全部申报单位和县级科技管理部门\n到申报开始时间即可填报"),
            ),
            "discard": Step(
                services.discard_call, forms.ReasonForm, danger=True, consequence=_("草稿作废，不可恢复")
            ),
        },
    )
)
