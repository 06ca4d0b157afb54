"""The desk of what institutes offer."""

from django.utils.translation import gettext_lazy as _

from institutes.forms.officers import ReasonForm
from institutes.lifecycle.offerings import OFFERING
from institutes.models import ServiceOffering
from institutes.permissions.offerings import OFFERING_WHO
from institutes.selectors import offerings as reads
from institutes.services import offerings as services
from records.desk import Desk, Step, register

OFFERING_DESK = register(
    Desk(
        name="offering",
        model=ServiceOffering,
        lifecycle=OFFERING,
        who=OFFERING_WHO,
        visible=reads.offerings_visible_to,
        page="institutes:offering",
        move_page="institutes:offering-move",
        resource="service-offerings",
        hidden={"take_down": lambda offering: reads.shown_wording_of(offering) is None},
        begun=_("填报服务"),
        steps={
            "hand_in": Step(
                services.hand_in_offering,
                primary=True,
                consequence=_("交县（市、区）科技管理部门核对，核对无误后向社会公开"),
            ),
            "return": Step(services.return_offering, ReasonForm, consequence=_("退回单位修改，通知单位")),
            "publish": Step(
                services.publish_offering,
                primary=True,
                consequence=_("列入开放服务目录，任何人都可以看到\n通知单位"),
            ),
            "reopen": Step(
                services.reopen_offering,
                consequence=_("修改、核对期间公开页面继续显示现有内容，县级核对通过后换成新内容"),
            ),
            "take_down": Step(
                services.take_down_offering,
                ReasonForm,
                danger=True,
                consequence=_("立即从开放服务目录下架，退回单位修改\n通知单位"),
            ),
            "withdraw": Step(
                services.withdraw_offering,
                ReasonForm,
                danger=True,
                consequence=_("立即停止公开，不可恢复；需要时重新填报"),
            ),
        },
    )
)
