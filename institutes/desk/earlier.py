"""The desk of institutes from before the portal."""

from django.utils.translation import gettext_lazy as _

from institutes.forms.officers import ReasonForm
from institutes.lifecycle.earlier import EARLIER
from institutes.models import EarlierRecognition
from institutes.permissions.earlier import EARLIER_WHO
from institutes.selectors.earlier import earlier_visible_to
from institutes.services import earlier as services
from records.desk import Desk, Step, register

EARLIER_DESK = register(
    Desk(
        name="earlier",
        model=EarlierRecognition,
        lifecycle=EARLIER,
        who=EARLIER_WHO,
        visible=earlier_visible_to,
        page="institutes:earlier",
        move_page="institutes:earlier-move",
        resource="earlier-recognitions",
        begun=_("登记"),
        steps={
            "hand_up": Step(
                services.hand_up_earlier, primary=True, consequence=_("交审批人员对照文件确认，内容锁定")
            ),
            "record": Step(
                services.record_earlier,
                primary=True,
                consequence=_(
                    "列入在册研究院，登记内容不能再改，此后按变更办理\n不发放新认定的建设资金\n"
                    "通知依托单位和县级"
                ),
            ),
            "send_back": Step(services.send_back_earlier, ReasonForm, consequence=_("退回经办修改")),
            "discard": Step(
                services.discard_earlier,
                ReasonForm,
                danger=True,
                consequence=_("登记作废，不可恢复；编号可以重新登记"),
            ),
        },
    )
)
