"""Who hears of a change, a stop, a revocation: the unit in its words, whoever holds the case next, whoever began it."""

from collections.abc import Iterable, Mapping

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_holding, people_in
from institutes.lifecycle import CHANGE, REVOCATION, SUSPENSION
from institutes.models import (
    Achievement,
    Change,
    ProgressReport,
    ProvincialFiling,
    Revocation,
    Suspension,
)
from institutes.selectors import COUNTY, UNIT, move_of
from notices.services import tell, tell_unit
from records import deadlines
from records.deadlines import day_in_words
from records.lifecycle import Lifecycle
from records.models import AuditEvent
from records.words import because, sentence

Case = Change | Suspension | Revocation | ProgressReport | Achievement | ProvincialFiling
PAPER = "文书可在案卷中下载。"
# What the unit hears; {case} is the matter, {reason} what the officer wrote, {until} a day.
CHANGE_WORDS = {
    "send_back": ("申请退回修改", "{case}被本单位管理员退回。理由：{reason}请修改后重新提交。"),
    "hand_in": ("申请已报送县级", "{case}已报送{division}科技管理部门，进展会在本平台通知，不需办理。"),
    "county_return": (
        "县级退回了申请",
        "{case}被{division}科技管理部门退回。理由：{reason}请补充后重新报送。",
    ),
    "give_opinion": ("县级已出具意见", "{division}已对{case}出具意见，材料已送市科技局核查，不需办理。"),
    "return": (
        "市科技局退回了申请",
        "{case}被退回补正。理由：{reason}请补正后重新报送，仍须经县级出具意见。",
    ),
    "approve": (
        "申请已批准",
        "{case}已批准，即日生效。批复可在案卷中下载；证书所载事项有变化的，新证书随后签发，原证书作废。",
    ),
    "refuse": ("申请未获批准", "{case}未获批准。理由：{reason}" + PAPER),
    "lapse": ("申请已失效", "{case}随研究院资格终止而失效，不需办理。"),
}
SUSPENSION_WORDS = {
    "approve": (
        "资格已暂停",
        "{institute}自即日起暂停市级产业技术研究院资格，至{until}；暂停期间不批准、不拨付扶持资金。"
        "请按通知书要求整改，期满前书面报告。" + PAPER,
    ),
    "extend": ("资格继续暂停", "{institute}继续暂停资格，至{until}。理由：{reason}"),
    "restore": ("资格已恢复", "{institute}自即日起恢复市级产业技术研究院资格。" + PAPER),
}
REVOCATION_WORDS = {
    "notify": (
        "拟撤销认定，请陈述申辩",
        "我局拟撤销{institute}的认定（{cause}）。请单位管理员于{until}24时前在案卷中提交陈述申辩意见和证据；"
        "逾期未提交的，视为放弃。告知书可在案卷中下载。",
    ),
    "state": ("陈述申辩已提交", "关于{institute}的陈述申辩意见已提交，我局将复核后作出决定，不需办理。"),
    "lapse_statement": (
        "陈述申辩期限已过",
        "{institute}在期限内未提交陈述申辩意见，视为放弃，我局将作出决定。",
    ),
    "revoke": (
        "认定已撤销",
        "{institute}的市级产业技术研究院认定已撤销，认定证书作废。决定书可在案卷中下载，其中写明救济途径。",
    ),
    "drop": ("不予撤销", "经研究，不予撤销{institute}的认定，案件已结。" + PAPER),
}
PROGRESS_WORDS = {
    "question": (
        "请说明建设进展",
        "{case}须说明：{reason}请在{until}前在报告中提交说明；填报有误的，撤回后重新报告。",
    ),
    "close": ("不再要求说明", "{case}随研究院资格终止不再要求说明，不需办理。"),
}
COUNTY_HEARS = frozenset({"approve", "refuse", "extend", "restore", "notify", "revoke", "drop", "lapse"})


def tell_of_change(change: Change, event: AuditEvent) -> None:
    """Tell the unit what happened to what it asked for, its county of the end, the next holder what to do."""
    tell_case(change, event, CHANGE, CHANGE_WORDS)


def tell_of_suspension(suspension: Suspension, event: AuditEvent) -> None:
    """Tell the unit and its county of a stop and of its end, the next holder what to do."""
    tell_case(suspension, event, SUSPENSION, SUSPENSION_WORDS)


def tell_of_revocation(revocation: Revocation, event: AuditEvent) -> None:
    """Tell the unit what it is notified of and what was decided; before the notice it hears nothing."""
    quiet = revocation.noticed_at is None
    tell_case(revocation, event, REVOCATION, {} if quiet else REVOCATION_WORDS)


def tell_of_progress(report: ProgressReport, event: AuditEvent) -> None:
    """Tell the county of a report and of one taken back, the unit of a question, whoever asked of the answer."""
    move = move_of(event)
    if said := PROGRESS_WORDS.get(move):
        title, body = f"{said[0]}：{report.institute}", said[1].format(**_values(report, event))
        said_so = {"event": event.verb, "occasion": str(event.pk), "at": event.at}
        tell_unit(subject=report, title=title, body=body, **said_so)
    elif move == "answer":
        asker = [report.questioned_by] if report.questioned_by and report.questioned_by.is_active else []
        body = f"“{report}”的说明已提交：{sentence(report.answer)}"
        _say(asker, report, event, event.verb, f"单位已说明：{report.institute}", body)
    else:
        taken_back = move == "withdraw"
        title = f"{'建设进展报告已撤回' if taken_back else '建设进展已报告'}：{report.institute}"
        why = (
            f"理由：{sentence(event.reason)}"
            if taken_back
            else "目标和阶段的进展见报告，有疑问的可要求说明。"
        )
        _say(_county_of(report), report, event, event.verb, title, f"{report.host}的“{report}”。{why}")


def tell_new_host(change: Change, event: AuditEvent) -> None:
    """Tell the enterprise that took the institute over that it is the host now."""
    host = change.new_host_id
    people = people_in(Role.ENT_FILLER, host_id=host) | people_in(Role.ENT_ADMIN, host_id=host)
    body = (
        f"{change.institute}的依托单位已变更为贵单位，即日生效；研究院的情况和证书见“研究院”。"
        "尚未拨付的扶持资金由市科技局另行办理。"
    )
    _say(
        people,
        change,
        event,
        f"{event.verb}.new_host",
        f"依托单位已变更：{change.institute}",
        body,
        url=change.institute.get_absolute_url(),
    )


def tell_case(
    case: Case,
    event: AuditEvent,
    table: Lifecycle,
    words: dict,
    *,
    county: frozenset[str] = COUNTY_HEARS,
    more: Mapping[str, object] | None = None,
) -> None:
    """Tell the unit what happened in its words, its county of the moves in ``county``, the next holder what to do,
    and whoever proposed it how it ended. ``more`` are further values for the words."""
    said = words.get(move_of(event))
    if said:
        values = _values(case, event) | dict(more or {})
        title, body = f"{said[0]}：{case.institute}", said[1].format(**values)
        tell_unit(
            subject=case,
            event=event.verb,
            occasion=str(event.pk),
            title=title,
            body=body,
            copied_to=COUNTY if move_of(event) in county else (),
            at=event.at,
        )
    _tell_holder(case, event, table)
    _tell_author(case, event, table)


def _tell_holder(case: Case, event: AuditEvent, table: Lifecycle) -> None:
    """Call whoever holds it next; the unit's own people have just read what to do."""
    deadline = deadlines.current(case)
    if deadline is None or (deadline.holder_role in UNIT and event.from_state != "draft"):
        return
    state = table.states[case.state]
    if state.todo and not deadline.due_on:
        return
    until = f"，请于{day_in_words(deadline.due_on)}前{state.todo or '办理'}" if deadline.due_on else ""
    holders = [one for one in people_holding(deadline) if one.pk != event.actor_id]
    body = f"{case.host}（{case.division}）的“{case}”{state.label}{until}。{because(event.reason)}"
    _say(holders, case, event, f"{event.verb}.holder", f"{state.label}：{case}", body)


def _tell_author(case: Case, event: AuditEvent, table: Lifecycle) -> None:
    """Tell whoever of the bureau proposed it, once it is decided by another."""
    author = getattr(case, "proposed_by", None)
    if author is None or not table.states[case.state].final or not author.is_active:
        return
    if author.pk == event.actor_id:
        return
    label = table.label(case.state)
    body = f"您提出的“{case}”办理结果：{label}。{sentence(event.reason)}"
    _say([author], case, event, f"{event.verb}.author", f"{label}：{case}", body)


def _values(case: Case, event: AuditEvent) -> dict[str, object]:
    until = getattr(case, "statement_until", None) or getattr(case, "until", None)
    if until is None and isinstance(case, ProgressReport) and (deadline := deadlines.current(case)):
        until = deadline.due_on
    return {
        "case": f"“{case}”",
        "institute": case.institute.name,
        "division": case.division,
        "reason": sentence(event.reason),
        "cause": case.cause_label if isinstance(case, Revocation) else "",
        "until": day_in_words(until) if until else "",
    }


def _county_of(case: Case) -> Iterable[User]:
    reach = {"division_id": case.division_id}
    return people_in(Role.COUNTY_STAFF, **reach) | people_in(Role.COUNTY_LEAD, **reach)


def _say(
    people: Iterable[User], case: Case, event: AuditEvent, name: str, title: str, body: str, *, url: str = ""
) -> None:
    tell(
        recipients=list(people),
        event=name,
        subject=case,
        title=title,
        body=body,
        url=url,
        occasion=str(event.pk),
        at=event.at,
    )
