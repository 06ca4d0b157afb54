"""Who hears of an annual assessment: the unit in its words, its county, tax and finance, whoever holds it next."""

from collections.abc import Iterable

from accounts.models import User
from accounts.roles import Role
from evaluation.lifecycle import ASSESSMENT
from evaluation.models import Assessment
from institutes.selectors import move_of
from notices.services import call_holder, tell, tell_unit
from records import deadlines
from records.deadlines import day_in_words
from records.models import AuditEvent
from records.words import sentence

# What the unit hears; {reason} is what the officer wrote, {until} a day.
WORDS = {
    "begin": (
        "请填报年度报告",
        "{case}已开始填报，已核实的成果和上年末数已自动填好。请于{until}前填写并由单位管理员报送；没有发生的填 0。",
    ),
    "send_back": ("年度报告退回修改", "{case}被本单位管理员退回。理由：{reason}请修改后重新提交。"),
    "hand_in": (
        "年度报告已报送",
        "{case}（{number}）已报送{division}科技管理部门{late}，县级核实后由市税务局、市财政局填报，不需办理。",
    ),
    "recall": ("年度报告已撤回修改", "{case}已由本单位撤回。理由：{reason}请于{until}前重新报送。"),
    "county_return": (
        "县级退回了年度报告",
        "{case}被{division}科技管理部门退回。理由：{reason}请于{until}前修改后重新报送。",
    ),
    "county_check": (
        "年度报告已经县级核实",
        "{case}已经{division}核实，送市税务局、市财政局填报，不需办理。",
    ),
    "return": (
        "市科技局退回了年度报告",
        "{case}被退回修改。理由：{reason}请于{until}前修改后重新报送，仍须经县级核实。",
    ),
    "publish": (
        "年度考核结果：{grade}",
        "{institute}{year}年度考核结果为{grade}。{next}结果通知可在案卷中下载。",
    ),
    "miss": (
        "年度报告缺报",
        "{institute}未在规定期限内提交{year}年度报告，已随年度考核结果公布为缺报。缺报两次的可以提请撤销认定；"
        "确需补报的，请联系市科技局。",
    ),
    "admit": ("准予补报年度报告", "{case}准予补报。说明：{reason}请于{until}前报送，仍按逾期报送记录。"),
    "lapse": ("年度考核已终止", "{case}随研究院资格终止而终止，不需办理。"),
}
COUNTY_HEARS = frozenset({"begin", "recall", "return", "publish", "miss", "admit", "lapse"})


def tell_of_assessment(assessment: Assessment, event: AuditEvent) -> None:
    """Tell the unit what became of it, the county where it concerns it, the proposer of the end, the next holder."""
    action = move_of(event)
    if spoken := WORDS.get(action):
        values = _values(assessment, event)
        title, body = f"{spoken[0].format(**values)}：{assessment}", spoken[1].format(**values)
        tell_unit(
            subject=assessment,
            event=event.verb,
            occasion=str(event.pk),
            title=title,
            body=body,
            copied_to=(Role.COUNTY_STAFF,) if action in COUNTY_HEARS else (),
        )
    if (
        action != "confirm"
    ):  # then it waits for the others of its year; the day in the workbasket says until when
        call_holder(subject=assessment, event=event, state=ASSESSMENT.states[assessment.state])
    if action == "confirm" and assessment.graded_by and assessment.graded_by_id != event.actor_id:
        grade = assessment.get_grade_display()
        body = f"您拟定等次的“{assessment}”已审定为{grade}，待统一公布。"
        _say(
            [assessment.graded_by],
            assessment,
            f"{event.verb}.author",
            str(event.pk),
            f"已审定：{assessment}",
            body,
        )


def _values(assessment: Assessment, event: AuditEvent) -> dict[str, object]:
    deadline = deadlines.current(assessment)
    held = (
        " 未拨付的市级资金暂缓拨付，连续两次不合格的可以提请撤销认定。" if assessment.grade == "fail" else ""
    )
    return {
        "case": f"“{assessment}”",
        "institute": assessment.institute.name,
        "year": assessment.year,
        "division": assessment.division,
        "number": assessment.number or "",
        "late": f"（逾期 {assessment.days_late} 日，已记录）" if assessment.days_late else "",
        "grade": assessment.get_grade_display(),
        "next": held.strip(),
        "reason": sentence(event.reason),
        "until": day_in_words(deadline.due_on) if deadline and deadline.due_on else "",
    }


def _say(
    people: Iterable[User], assessment: Assessment, event: str, occasion: str, title: str, body: str
) -> None:
    tell(recipients=list(people), event=event, subject=assessment, title=title, body=body, occasion=occasion)
