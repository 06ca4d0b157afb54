"""Who hears of a mid-term check: the unit in its words, its county, whoever acts next."""

from accounts.roles import Role
from institutes.selectors import move_of
from notices.services import call_holder, tell_unit
from projects.lifecycle.midterm import MIDTERM
from projects.models import ProjectMidterm
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
    call_holder(subject=midterm, event=event, state=MIDTERM.states[midterm.state])


def _values(midterm: ProjectMidterm, event: AuditEvent) -> dict[str, object]:
    return {
        "case": f"“{midterm}”",
        "number": midterm.number or "",
        "reason": sentence(event.reason),
        "due": day_in_words(midterm.due_by),
    }
