"""Who hears of a change of a project: the unit in its words, county and bureau, whoever acts next."""

from accounts.roles import Role
from institutes.selectors import move_of
from notices.services import call_holder, tell_unit
from projects.lifecycle.change import PROJECT_CHANGE
from projects.models import ProjectChange
from records.models import AuditEvent
from records.words import sentence

# What the unit hears; {reason} is what the officer wrote, {until} a day.
WORDS = {
    "send_back": ("项目变更申请退回修改", "{case}的申请被本单位管理员退回。理由：{reason}请修改后重新提交。"),
    "note": (
        "预算已由单位自行调剂",
        "{case}（{number}）已按单位自行调剂办理，任务书预算条款随之修改，已告知市科技局和县级，不需办理。",
    ),
    "hand_in": ("项目变更申请已报送", "{case}的申请（{number}）已报送县级科技管理部门，不需办理。"),
    "hand_in_to_city": ("项目变更申请已报送", "{case}的申请（{number}）已报送市科技局，不需办理。"),
    "county_return": ("县级退回了项目变更申请", "{case}的申请被县级退回。理由：{reason}请补充后重新报送。"),
    "give_opinion": ("县级已出具意见", "县级已对{case}出具意见，申请已送市科技局核查，不需办理。"),
    "return": ("市科技局退回了项目变更申请", "{case}的申请被退回补正。理由：{reason}请补正后重新报送。"),
    "approve": (
        "项目变更已批准",
        "{case}（{number}）已批准，即时生效；任务书已有第 {version} 版。批复可在案卷中下载。",
    ),
    "refuse": ("项目变更未获批准", "{case}（{number}）未获批准。理由：{reason}告知书可在案卷中下载。"),
    "withdraw": ("项目变更申请已撤回", "{case}的申请已由本单位撤回，不再办理。"),
    "lapse": ("项目变更申请已失效", "项目已结束，{case}的申请随之失效，不再办理。"),
}
COUNTY_HEARS = frozenset({"note", "return", "approve", "refuse"})
BUREAU_HEARS = frozenset({"note"})
"""What a unit does by itself the bureau learns of."""
OFFICES = {Role.COUNTY_STAFF: COUNTY_HEARS, Role.BUREAU_CLERK: BUREAU_HEARS}


def tell_of_project_change(change: ProjectChange, event: AuditEvent) -> None:
    """Tell the unit what became of it, its county where it moved far, the next holder what to do."""
    action = move_of(event)
    if spoken := WORDS.get(action):
        title, body = f"{spoken[0]}：{change.project}", spoken[1].format(**_values(change, event))
        tell_unit(
            subject=change,
            event=event.verb,
            occasion=str(event.pk),
            title=title,
            body=body,
            copied_to=[role for role, heard in OFFICES.items() if action in heard],
        )
    call_holder(subject=change, event=event, state=PROJECT_CHANGE.states[change.state])


def _values(change: ProjectChange, event: AuditEvent) -> dict[str, object]:
    return {
        "case": f"“{change}”",
        "number": change.number or "",
        "reason": sentence(event.reason),
        "version": change.contract_version or "",
    }
