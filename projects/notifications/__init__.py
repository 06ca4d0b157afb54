"""Who hears of a proposal, a call, a decision: the unit in its words, its county, whoever acts next."""

from collections.abc import Iterable

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_in
from institutes.selectors import COUNTY, move_of
from institutes.selectors.calls import everybody_who_applies
from notices.services import call_holder, tell, tell_unit
from projects.lifecycle import PROPOSAL
from projects.models import ProjectCall, ProjectDecision, Proposal
from records import deadlines
from records.amounts import in_wan
from records.deadlines import day_in_words
from records.models import AuditEvent
from records.words import sentence

# What the unit hears; {reason} is what the officer wrote, {until} a day.
WORDS = {
    "send_back": ("项目申报退回修改", "{case}被本单位管理员退回。理由：{reason}请修改后重新提交。"),
    "hand_in": ("项目申报已报送", "{case}（{number}）已报送{division}科技管理部门，不需办理。"),
    "recall": ("项目申报已撤回修改", "{case}已由本单位撤回。理由：{reason}请修改后在截止前重新报送。"),
    "county_return": (
        "县级退回了项目申报",
        "{case}被{division}科技管理部门退回。理由：{reason}请于{until}前修改后重新报送。",
    ),
    "sign": ("县级已推荐项目申报", "{division}已推荐{case}，材料已送市科技局形式审查，不需办理。"),
    "refuse": ("项目申报未获推荐", "{division}对{case}不予推荐。理由：{reason}告知书可在案卷中下载。"),
    "confirm_pass": (
        "项目申报通过形式审查",
        "{case}已通过形式审查，现由第三方机构组织专家评审和预算评审，不需办理。",
    ),
    "confirm_supplement": (
        "项目申报需要补正",
        "{case}需要一次性补正。{reason}请于{until}前补正后重新提交，逾期视为放弃申报。",
    ),
    "confirm_fail": ("项目申报未通过形式审查", "{case}未通过形式审查。理由：{reason}告知书可在案卷中下载。"),
    "resubmit": ("补正材料已提交", "{case}的补正材料已提交市科技局，不需办理。"),
    "lapse_supplement": ("逾期未补正", "{case}未在期限内补正，按规定视为放弃本次申报。"),
    "pass_review": ("专家评审已完成", "{case}的专家评审已完成，正在进行预算评审，不需办理。"),
    "fail_review": ("项目申报未通过专家评审", "{case}未通过专家评审。告知书可在案卷中下载。"),
    "shortlist": ("项目拟立项，正在公示", "{case}拟立项，支持{grant}万元，公示至{until}，期间受理异议。"),
    "reject": ("项目不予立项", "{case}经审议不予立项。理由：{reason}告知书可在案卷中下载。"),
    "approve": (
        "项目已立项",
        "{case}已立项，项目编号{project}，支持{grant}万元。立项通知可在案卷中下载，请准备签订任务书。",
    ),
    "uphold_objection": (
        "异议成立，不予立项",
        "{case}公示期间的异议经核实成立，不予立项。告知书可在案卷中下载。",
    ),
    "bar": ("项目申报终止", "{case}不再具备申报条件，申报终止。理由：{reason}"),
    "withdraw": ("项目申报已撤回", "{case}已由本单位撤回，不再办理。"),
}
COUNTY_HEARS = frozenset(
    {
        "recall",
        "confirm_supplement",
        "confirm_pass",
        "confirm_fail",
        "lapse_supplement",
        "fail_review",
        "shortlist",
        "reject",
        "approve",
        "uphold_objection",
        "bar",
    }
)


def tell_of_proposal(proposal: Proposal, event: AuditEvent) -> None:
    """Tell the unit what became of it, its county where it ended or moved far, the next holder what to do."""
    action = move_of(event)
    if spoken := WORDS.get(action):
        title, body = f"{spoken[0]}：{proposal}", spoken[1].format(**_values(proposal, event))
        tell_unit(
            subject=proposal,
            event=event.verb,
            occasion=str(event.pk),
            title=title,
            body=body,
            copied_to=COUNTY if action in COUNTY_HEARS else (),
        )
    hidden, state = proposal.is_hidden_from_agency, PROPOSAL.states[proposal.state]
    to_agency = proposal.blinded() if hidden else None
    call_holder(subject=proposal, event=event, state=state, to_agency=to_agency)


def _values(proposal: Proposal, event: AuditEvent) -> dict[str, object]:
    deadline = deadlines.current(proposal)
    return {
        "case": f"“{proposal}”",
        "division": proposal.division,
        "number": event.data.get("number") or proposal.number or "",
        "project": proposal.project_number or "",
        "grant": in_wan(proposal.grant) if proposal.grant else "",
        "reason": sentence(event.reason),
        "until": day_in_words(deadline.due_on) if deadline and deadline.due_on else "",
    }


# --- calls ------------------------------------------------------------------------------------------------------------


def tell_of_call(call: ProjectCall, event: AuditEvent) -> None:
    """The approver hears of a draft, everybody who applies of what is published, the author of what is given up."""
    action, occasion = move_of(event), str(event.pk)
    closes = day_in_words(timezone.localdate(call.closes_at))
    match action:
        case "begin":
            people, title = people_in(Role.BUREAU_APPROVER), f"联合攻关专项申报通知待发布：{call}"
            body = f"《{call}》（{call.number}）和所附指南已拟好，请审定后发布。"
        case "publish":
            people, title = everybody_who_applies(), f"联合攻关专项开始申报：{call}"
            body = f"《{call}》（{call.number}）已发布，{closes}截止。"
            body += "市级、省级产业技术研究院依托单位可以申报，申报数量不限。"
        case "propose_extension":
            people, title = people_in(Role.BUREAU_APPROVER), f"专项申报延期待发布：{call}"
            body = f"《{call}》拟延期。理由：{sentence(event.reason)}请审定。"
        case "publish_extension":
            people, title = everybody_who_applies(), f"专项申报延期：{call}"
            body = (
                f"《{call}》的截止时间延至{closes}（{event.data['number']}）。理由：{sentence(event.reason)}"
            )
        case _:
            people, title = [call.drafted_by], f"专项申报通知已撤回：{call}"
            body = f"《{call}》已撤回。理由：{sentence(event.reason)}"
    _say([one for one in people if one.pk != event.actor_id], call, event.verb, occasion, title, body)


def tell_of_decision(decision: ProjectDecision, event: AuditEvent) -> None:
    """The approver hears of a draft, its author of what became of it."""
    action = move_of(event)
    if action == "begin":
        people: Iterable[User] = people_in(Role.BUREAU_APPROVER)
        title, body = (
            f"立项审议决定待审定：{decision}",
            f"《{decision.call}》的{decision}已拟好，请审定后发布。",
        )
    elif action == "release":
        people, title = [decision.drafted_by], f"立项审议决定已发布：{decision}"
        body = f"您拟定的{decision}已审定发布，拟立项项目已公示。"
    else:
        people, title = [decision.drafted_by], f"立项审议决定已作废：{decision}"
        body = f"您拟定的{decision}已作废。理由：{sentence(event.reason)}"
    told = [one for one in people if one.pk != event.actor_id]
    _say(told, decision, event.verb, str(event.pk), title, body)


def _say(people: Iterable[User], subject, event: str, occasion: str, title: str, body: str) -> None:
    tell(recipients=list(people), event=event, subject=subject, title=title, body=body, occasion=occasion)
