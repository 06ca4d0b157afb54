"""Who hears of a county's pool and of its policies: whoever holds it next, and the county when something moved on."""

from collections.abc import Iterable

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_holding, people_in
from institutes.enums import PoolState
from institutes.lifecycle import COUNTY_POLICY, CULTIVATION
from institutes.models import CountyPolicy, CultivationEntry, RecommendationList
from notices.services import tell
from records import deadlines
from records.models import AuditEvent, LifecycleSubject

BY_ITSELF = {
    "apply": "企业的申报书已报送，培育库记录随之转为“已申报”，不需办理。",
    "fall_back": "{reason}，培育库记录转回“培育”，请继续帮扶。",
    "recognise": "企业牵头的研究院已获认定，培育库记录随之办结，不需办理。",
}
FOUND = {
    PoolState.CULTIVATING: "“{subject}”已在库培育，请登记帮扶措施{until}。{because}",
    PoolState.SURVEYED: "“{subject}”退回继续摸底{until}。{because}",
    PoolState.LEFT: "“{subject}”已退出培育库，不需办理。{because}",
}


def tell_of_entry(entry: CultivationEntry, event: AuditEvent) -> None:
    """Tell the leader what waits for them, and staff what became of it; ``event`` is the line of the register."""
    action = event.verb.rpartition(".")[2]
    label = CULTIVATION.label(entry.state)
    if words := BY_ITSELF.get(action):
        body = words.format(reason=event.reason)
        say(staff_of(entry.division_id), entry, event, f"培育库·{label}：{entry}", body)
    elif entry.state in (PoolState.ENTERING, PoolState.LEAVING):
        tell_holder(entry, event, f"培育库·{label}：{entry}", f"培育库企业“{entry}”{label}")
    elif action in ("confirm_entry", "return_entry", "refuse_exit", "confirm_exit"):
        said = {"subject": entry, "until": until_of(entry), "because": because_of(event)}
        body = FOUND[PoolState(entry.state)].format(**said)
        say(staff_of(entry.division_id), entry, event, f"培育库·{label}：{entry}", body)


TO_THE_CITY = {
    "publish": "{division}已公开发布配套政策“{policy}”，可在“县级配套政策”中查阅。",
    "repeal": "{division}已废止配套政策“{policy}”。说明：{reason}",
}


def tell_of_county_policy(policy: CountyPolicy, event: AuditEvent) -> None:
    """Tell whoever holds the draft next; once it is public or repealed, the county's staff and the bureau."""
    label = COUNTY_POLICY.label(policy.state)
    if words := TO_THE_CITY.get(event.verb.rpartition(".")[2]):
        body = words.format(division=policy.division, policy=policy, reason=event.reason)
        people = {one.pk: one for one in (*staff_of(policy.division_id), *people_in(Role.BUREAU_CLERK))}
        say(people.values(), policy, event, f"县级配套政策{label}：{policy.division}", body)
    else:
        tell_holder(policy, event, f"配套政策·{label}：{policy}", f"配套政策“{policy}”{label}")


def tell_of_summary(summary: RecommendationList, event: AuditEvent) -> None:
    """Tell the county's staff and the bureau that the list of all recommendations can be read."""
    again = f"（第 {summary.version} 版，替换上一版）" if summary.version > 1 else ""
    body = (
        f"{summary.division}科技管理部门已出具《{summary.call}》推荐汇总表 {summary.number}{again}，"
        f"按推荐排序共 {summary.size} 件，不需办理。"
    )
    people = {one.pk: one for one in (*staff_of(summary.division_id), *people_in(Role.BUREAU_CLERK))}
    tell(
        recipients=people.values(),
        event=event.verb,
        subject=summary,
        title=f"推荐汇总表已出具：{summary.division}",
        body=body,
        url=summary.get_absolute_url(),
        occasion=str(event.pk),
        at=event.at,
    )


def tell_holder(subject: LifecycleSubject, event: AuditEvent, title: str, what: str) -> None:
    """Call whoever holds it next, but whoever has just acted."""
    if deadline := deadlines.current(subject):
        holders = [one for one in people_holding(deadline) if one.pk != event.actor_id]
        say(holders, subject, event, title, f"{what}{until_of(subject)}。{because_of(event)}")


def until_of(subject: LifecycleSubject) -> str:
    deadline = deadlines.current(subject)
    if deadline is None or deadline.due_on is None:
        return ""
    return f"，请于{deadlines.day_in_words(deadline.due_on)}前办理"


def because_of(event: AuditEvent) -> str:
    return f"说明：{event.reason}" if event.reason else ""


def staff_of(division_id: int) -> list[User]:
    return list(people_in(Role.COUNTY_STAFF, division_id=division_id))


def say(people: Iterable[User], subject: LifecycleSubject, event: AuditEvent, title: str, body: str) -> None:
    tell(
        recipients=list(people),
        event=event.verb,
        subject=subject,
        title=title,
        body=body,
        occasion=str(event.pk),
        at=event.at,
    )
