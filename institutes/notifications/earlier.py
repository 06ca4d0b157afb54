"""Who hears of an institute from before the portal: whoever confirms or mends its entry; then its unit and county."""

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_holding
from institutes.enums.earlier import EarlierState
from institutes.lifecycle.earlier import EARLIER
from institutes.models import EarlierRecognition
from notices.services import tell, tell_unit
from records import deadlines
from records.models import AuditEvent


def tell_of_earlier(earlier: EarlierRecognition, event: AuditEvent) -> None:
    """Tell the next holder that the entry waits; tell unit and county once the institute is in the register."""
    if earlier.state == EarlierState.RECORDED:
        body = (
            f"“{earlier}”（认定文件 {earlier.document_number}）已登记为在册研究院，"
            "年度考核、绩效评价等此后在本平台办理。请核对“研究院”中的登记事项，有误的申请变更。"
        )
        tell_unit(
            subject=earlier,
            event=event.verb,
            occasion=str(event.pk),
            title=f"既有研究院已登记：{earlier}",
            body=body,
            copied_to=(Role.COUNTY_STAFF,),
            at=event.at,
        )
        return
    deadline = deadlines.current(earlier)
    if deadline is None:
        return
    label = EARLIER.label(earlier.state)
    because = f"说明：{event.reason}" if event.reason else ""
    holders = [one for one in people_holding(deadline) if one.pk != event.actor_id]
    body = f"{earlier.host}（{earlier.division}）的“{earlier}”{label}。{because}"
    _say(holders, earlier, event, f"{event.verb}.holder", f"既有研究院{label}：{earlier}", body)


def _say(
    people: list[User], earlier: EarlierRecognition, event: AuditEvent, name: str, title: str, body: str
) -> None:
    tell(
        recipients=people,
        event=name,
        subject=earlier,
        title=title,
        body=body,
        occasion=str(event.pk),
        at=event.at,
    )
