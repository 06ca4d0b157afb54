"""Who hears what of a project: the unit in its words, its county, whoever acts next."""

from accounts.roles import Role
from institutes.selectors import move_of
from notices.services import call_holder, tell_unit
from projects.lifecycle.project import PROJECT
from projects.models import Project
from records import deadlines
from records.amounts import in_wan
from records.deadlines import day_in_words
from records.models import AuditEvent
from records.words import sentence

# What the unit hears; {reason} is what the officer wrote, {until} a day.
WORDS = {
    "begin": (
        "请核对任务书",
        "“{case}”（{number}）已立项，任务书已按立项内容拟好。请核对条款，于{sign_by}前完成签订。",
    ),
    "hand_over": ("任务书文本已送市科技局", "“{case}”的任务书文本已由本单位确认，送市科技局核对，不需办理。"),
    "hand_back": ("请核对任务书修改", "市科技局已送回“{case}”的任务书。说明：{reason}请于{until}前核对。"),
    "agree": (
        "任务书文本已确认，请签署",
        "“{case}”的任务书（{contract}）双方已确认。请组织各方签字盖章，于{until}前上传签署文本。",
    ),
    "reopen": ("任务书文本重新协商", "“{case}”的任务书文本重新协商，此前签署的作废。说明：{reason}"),
    "hand_in_copies": ("签署文本已报送", "“{case}”的任务书签署文本已报送市科技局，不需办理。"),
    "return_copies": (
        "任务书签署文本被退回",
        "“{case}”的任务书签署文本被退回。理由：{reason}请于{until}前重新上传。",
    ),
    "confirm_contract": (
        "任务书已签订，项目开始实施",
        "“{case}”的任务书（{contract}）已审定，财政支持{grant}万元，首期资金按拨付安排办理。",
    ),
    "accept": (
        "项目已结题",
        "“{case}”已通过结题验收，项目结束；后续资金按拨付安排办理。考核指标中的成果已生成草稿，请在“成果”中补全后报送。",
    ),
    "fail": ("项目未通过结题", "“{case}”未通过结题验收，项目结束；结余财政资金须按任务书约定退回。"),
}
COUNTY_HEARS = frozenset({"begin", "agree", "confirm_contract"})


def tell_of_project(project: Project, event: AuditEvent) -> None:
    """Tell the unit what became of it, its county where it moved far, the next holder what to do."""
    action = move_of(event)
    if spoken := WORDS.get(action):
        title, body = f"{spoken[0]}：{project}", spoken[1].format(**_values(project, event))
        tell_unit(
            subject=project,
            event=event.verb,
            occasion=str(event.pk),
            title=title,
            body=body,
            copied_to=(Role.COUNTY_STAFF,) if action in COUNTY_HEARS else (),
        )
    call_holder(subject=project, event=event, state=PROJECT.states[project.state])


def _values(project: Project, event: AuditEvent) -> dict[str, object]:
    deadline = deadlines.current(project)
    return {
        "case": project,
        "number": project.number,
        "contract": project.contract_number or "",
        "grant": in_wan(project.grant),
        "sign_by": day_in_words(project.sign_by),
        "reason": sentence(event.reason),
        "until": day_in_words(deadline.due_on) if deadline and deadline.due_on else "",
    }
