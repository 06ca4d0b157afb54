"""The desks of calls and of their later ends."""

from django.utils.translation import gettext_lazy as _

from institutes import permissions, selectors, services
from institutes.forms import officers as forms
from institutes.forms.calls import ExtensionForm
from institutes.lifecycle import CALL, EXTENSION
from institutes.models import Call, CallExtension
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
            "draft_extension": Step(
                services.draft_extension,
                ExtensionForm,
                consequence=_("交审批人审定，发布前截止时间不变"),
            ),
        },
    )
)

EXTENSION_DESK = register(
    Desk(
        name="extension",
        model=CallExtension,
        lifecycle=EXTENSION,
        who=permissions.EXTENSION_WHO,
        visible=selectors.extensions_visible_to,
        page="institutes:call-extension",
        move_page="institutes:call-extension-move",
        resource="call-extensions",
        begun=_("提出"),
        steps={
            "take_up": Step(
                services.take_up_extension,
                ExtensionForm,
                primary=True,
                consequence=_("交审批人审定，发布前截止时间不变"),
            ),
            "publish": Step(
                services.publish_extension,
                primary=True,
                consequence=_(
                    "截止时间随即推迟，未报送的申报书可以继续办理\n"
                    "通知有未报送申报书的单位和全部县级科技管理部门\n"
                    "首页、申报通知显示原截止时间和新截止时间"
                ),
            ),
            "revise": Step(
                services.revise_extension, ExtensionForm, consequence=_("由您修改后，须另一人发布")
            ),
            "discard": Step(
                services.discard_extension, forms.ReasonForm, danger=True, consequence=_("截止时间不变")
            ),
        },
    )
)
