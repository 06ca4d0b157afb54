"""Who hears of a mid-term check: the unit in its words, its county, whoever acts next."""

from accounts.roles import Role
from accounts.selectors import people_holding
from institutes.selectors import UNIT, move_of
from notices.services import tell, tell_unit
from projects.lifecycle.midterm import MIDTERM
from projects.models import ProjectMidterm
from records import deadlines
from records.deadlines import day_in_words
from records.models import AuditEvent
from records.words import sentence

# What the unit hears; {reason} is what the officer wrote, {due} the unit's day.
WORDS = {
    "begin": ("请报送中期报告", "{case}实施期限已过中期，请对照阶段目标填写中期报告，于{due}前报送。"),
    "send_back": ("中期报告退回修改", "{case}的报告被本单位管理员退回。理由：{reason}请修改后重新提交。"),
    "hand_in": (
        "中期报告已报送",
        "{case}的报告（{number}）已报送市科技局，阶段目标和经费数据已固定，不需办理。",
    ),
    "return": ("市科技局退回了中期报告", "{case}的报告被退回补充。理由：{reason}请于{due}前重新报送。"),
    "entrust": ("已委托专家中期检查", "{case}现由第三方机构组织专家检查，不需办理。"),
    "record_review": ("专家中期检查已完成", "{case}的专家检查已完成，由市科技局研究提出意见，不需办理。"),
    "continue": ("中期检查意见：继续实施", "{case}的意见为继续实施。意见书可在案卷中下载。"),
    "mend": (
        "中期检查意见：限期整改",
        "{case}的意见为限期整改，请逐项整改，于{due}前重新报送中期报告。意见书可在案卷中下载。",
    ),
    "stop": (
        "中期检查意见：建议终止",
        "{case}的意见为建议终止。终止按规定程序另行办理，届时可以陈述申辩。意见书可在案卷中下载。",
    ),
    "lapse": ("中期检查不再办理", "{case}：项目已经结束，中期检查不再办理。"),
}
COUNTY_HEARS = frozenset({"begin", "hand_in", "continue", "mend", "stop"})


def tell_of_midterm(midterm: ProjectMidterm, event: AuditEvent) -> None:
    """Tell the unit what became of it, its county where it moved far, the next holder what to do."""
    action = move_of(event)
    if spoken := WORDS.get(action):
        title, body = f"{spoken[0]}：{midterm.project}", spoken[1].format(**_values(midterm, event))
        tell_unit(
            subject=midterm,
            event=event.verb,
            occasion=str(event.pk),
            title=title,
            body=body,
            copied_to=(Role.COUNTY_STAFF,) if action in COUNTY_HEARS else (),
        )
    _tell_holder(midterm, event)


def _tell_holder(midterm: ProjectMidterm, event: AuditEvent) -> None:
    """Call whoever holds it next; the unit's own people have just read what to do, but of what is handed up."""
    deadline = deadlines.current(midterm)
    if deadline is None or (deadline.holder_role in UNIT and move_of(event) != "hand_up"):
        return
    state = MIDTERM.states[midterm.state]
    until = f"，请于{day_in_words(deadline.due_on)}前办理" if deadline.due_on else ""
    because = f"说明：{sentence(event.reason)}" if event.reason else ""
    holders = [one for one in people_holding(deadline) if one.pk != event.actor_id]
    body = f"{midterm.host}（{midterm.division}）的“{midterm}”{state.label}{until}。{because}"
    _say(holders, midterm, f"{event.verb}.holder", event, f"{state.label}：{midterm}", body)


def _values(midterm: ProjectMidterm, event: AuditEvent) -> dict[str, object]:
    return {
        "case": f"“{midterm}”",
        "number": midterm.number or "",
        "reason": sentence(event.reason),
        "due": day_in_words(midterm.due_by),
    }


def _say(people, midterm: ProjectMidterm, verb: str, event: AuditEvent, title: str, body: str) -> None:
    tell(recipients=list(people), event=verb, subject=midterm, title=title, body=body, occasion=str(event.pk))
