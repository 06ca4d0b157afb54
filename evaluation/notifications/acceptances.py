"""Who hears of an acceptance: the unit in its words, its county, whoever holds it next, whoever worked on it."""

from collections.abc import Iterable

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_in_any
from evaluation.lifecycle import ACCEPTANCE
from evaluation.models import Acceptance
from institutes.selectors import COUNTY, UNIT, move_of
from notices.services import call_holder, tell, tell_unit
from records import deadlines
from records.deadlines import day_in_words
from records.models import AuditEvent
from records.words import sentence

# What the unit hears; {reason} is what the officer wrote, {until} a day.
WORDS = {
    "send_back": ("验收材料退回修改", "{case}的材料被本单位管理员退回。理由：{reason}请修改后重新提交。"),
    "hand_in": (
        "验收申请已报送",
        "{case}的申请（{number}）已报送{division}科技管理部门，建设目标数据已按报送时的情况固定，不需办理。",
    ),
    "recall": ("验收申请已撤回修改", "{case}的申请已由本单位撤回。理由：{reason}请修改后重新报送。"),
    "county_return": (
        "县级退回了验收申请",
        "{case}的申请被{division}科技管理部门退回。理由：{reason}请补充后重新报送。",
    ),
    "sign": ("县级已签发验收意见", "{division}已对{case}签发意见，材料已送市科技局核查，不需办理。"),
    "return": (
        "市科技局退回了验收申请",
        "{case}的申请被退回补正。理由：{reason}请于{until}前补正后重新报送，仍须经县级出具意见。",
    ),
    "entrust": ("已委托专家验收", "{case}的材料已核查，现由第三方机构组织专家验收，不需办理。"),
    "record_review": ("专家验收已完成", "{case}的专家验收已完成，由市科技局研究作出结论，不需办理。"),
    "pass": (
        "通过建设期验收",
        "{institute}通过建设期验收，纳入市级产业技术研究院管理序列。验收通知书可在案卷中下载。",
    ),
    "condition": (
        "建设期验收结论：限期整改",
        "{institute}的建设期验收结论为限期整改。请按通知书逐项整改，并于{until}前重新申请验收；重新验收只有一次。",
    ),
    "fail": (
        "未通过建设期验收",
        "{institute}未通过建设期验收。验收通知书可在案卷中下载；我局将按规定启动撤销认定程序，届时请陈述申辩。",
    ),
    "lapse": ("验收已终止", "{case}随研究院资格终止而终止，不需办理。"),
}
COUNTY_HEARS = frozenset({"recall", "return", "entrust", "pass", "condition", "fail", "lapse"})
BUREAU_HEARS = frozenset({"pass", "condition", "fail"})


def tell_of_acceptance(acceptance: Acceptance, event: AuditEvent) -> None:
    """Tell the unit what became of it, county and proposing clerk of the end, the next holder what to do."""
    action = move_of(event)
    if spoken := WORDS.get(action):
        title, body = f"{spoken[0]}：{acceptance.institute}", spoken[1].format(**_values(acceptance, event))
        tell_unit(
            subject=acceptance,
            event=event.verb,
            occasion=str(event.pk),
            title=title,
            body=body,
            copied_to=COUNTY if action in COUNTY_HEARS else (),
        )
    call_holder(subject=acceptance, event=event, state=ACCEPTANCE.states[acceptance.state])
    if action in BUREAU_HEARS and acceptance.proposed_by and acceptance.proposed_by_id != event.actor_id:
        label = ACCEPTANCE.label(acceptance.state)
        body = f"您拟定结论的“{acceptance}”已审定：{label}。"
        _say(
            [acceptance.proposed_by],
            acceptance,
            f"{event.verb}.author",
            str(event.pk),
            f"{label}：{acceptance}",
            body,
        )


def tell_period_ends(acceptance: Acceptance) -> None:
    """Tell the unit, and its county, that the period runs out and acceptance is to be asked for."""
    ends = acceptance.ends_on
    period = "整改期" if acceptance.attempt > 1 else "建设期"
    title = f"{period}将于{day_in_words(ends)}届满，请申请验收"
    body = (
        f"{acceptance.institute}的{period}至{day_in_words(ends)}届满。请填写建设总结，上传建设总结报告、"
        "建设与运行实施方案和佐证材料，由单位管理员在届满前报送。"
    )
    if acceptance.attempt == 1:
        body += "确需延期的，请在届满前提出延期申请。"
    tell_unit(
        subject=acceptance,
        event="evaluation.acceptance.due_soon",
        occasion=str(ends),
        title=title,
        body=body,
        copied_to=COUNTY,
    )


def tell_period_is_over(acceptance: Acceptance) -> None:
    """Tell the unit, its county and the bureau's clerk that it is so late that the recognition is at stake."""
    ends, days = acceptance.ends_on, acceptance.edition.terms["schedule"]["overdue_revoke_days"]
    title = f"逾期未申请验收：{acceptance.institute}"
    body = (
        f"{acceptance.institute}应于{day_in_words(ends)}前申请验收，现已超过{days}日。"
        "按规定可以提请撤销认定；由市科技局经办核实后提出，单位可以陈述申辩。"
    )
    people = people_in_any(
        (*UNIT, *COUNTY, Role.BUREAU_CLERK), host_id=acceptance.host_id, division_id=acceptance.division_id
    )
    _say(people, acceptance, "evaluation.acceptance.overdue", str(ends), title, body)


def _values(acceptance: Acceptance, event: AuditEvent) -> dict[str, object]:
    deadline = deadlines.current(acceptance)
    until = event.data.get("rectify_by") or (deadline and deadline.due_on and day_in_words(deadline.due_on))
    return {
        "case": f"“{acceptance}”",
        "institute": acceptance.institute.name,
        "division": acceptance.division,
        "number": acceptance.number or "",
        "reason": sentence(event.reason),
        "until": until or "",
    }


def _say(
    people: Iterable[User], acceptance: Acceptance, event: str, occasion: str, title: str, body: str
) -> None:
    tell(recipients=list(people), event=event, subject=acceptance, title=title, body=body, occasion=occasion)
