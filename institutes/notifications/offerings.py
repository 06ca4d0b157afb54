"""Who hears of a service of an institute: the unit of what the county found, the county of what waits for it."""

from institutes.lifecycle.offerings import OFFERING
from institutes.models import ServiceOffering
from institutes.notifications.standing import tell_case
from records.models import AuditEvent

# What the unit hears; {case} is the service, {reason} what the officer wrote.
WORDS = {
    "hand_in": ("开放服务已报送", "{case}已报送{division}科技管理部门核对，核对后公开，不需办理。"),
    "return": ("开放服务退回修改", "{case}被{division}科技管理部门退回。理由：{reason}请修改后重新报送。"),
    "publish": ("开放服务已公开", "{case}已列入开放服务目录，向社会公开。内容有变化的请及时修改。"),
    "take_down": ("开放服务已下架", "{case}已从开放服务目录下架。理由：{reason}请修改后重新报送。"),
    "lapse": ("开放服务已停止", "{case}随研究院资格终止停止公开，不需办理。"),
}


def tell_of_offering(offering: ServiceOffering, event: AuditEvent) -> None:
    """Tell the unit what became of what it offers, and the next holder what to do."""
    tell_case(offering, event, OFFERING, WORDS, county=frozenset())
