"""The desk of a later last day of a publicity."""

from django.utils.translation import gettext_lazy as _

from institutes.forms import officers as forms
from notices import services
from notices.forms import PublicityExtensionForm
from notices.lifecycle import PUBLICITY_EXTENSION
from notices.models import PublicityExtension
from notices.permissions import WHO_LATER_END
from notices.selectors import publicity_extensions_visible_to
from records.desk import Desk, Step, register

PUBLICITY_EXTENSION_DESK = register(
    Desk(
        name="later_day",
        model=PublicityExtension,
        lifecycle=PUBLICITY_EXTENSION,
        who=WHO_LATER_END,
        visible=publicity_extensions_visible_to,
        page="notices:publicity-extension",
        move_page="notices:publicity-extension-move",
        resource="publicity-extensions",
        begun=_("提出"),
        steps={
            "take_up": Step(
                services.take_up_publicity_extension,
                PublicityExtensionForm,
                primary=True,
                consequence=_("交审批人审定，发布前公示最后一日不变\n办结前公示事项不作后续办理"),
            ),
            "publish": Step(
                services.publish_publicity_extension,
                primary=True,
                consequence=_(
                    "公示最后一日随即推迟，期间可以继续提出异议\n"
                    "公示页面和公示文书同时显示原最后一日和新最后一日\n"
                    "通知公示名单中的单位"
                ),
            ),
            "revise": Step(
                services.revise_publicity_extension,
                PublicityExtensionForm,
                consequence=_("由您修改后，须另一人发布"),
            ),
            "discard": Step(
                services.discard_publicity_extension,
                forms.ReasonForm,
                danger=True,
                consequence=_("公示最后一日不变，公示事项继续办理"),
            ),
        },
    )
)
