"""Who hears that a project is to be stopped or ended: the unit once it is notified, its county, whoever acts next."""

from datetime import date

from accounts.roles import Role
from institutes.selectors import move_of
from notices.services import call_holder, tell_unit
from projects.lifecycle.ending import ENDING
from projects.models import ProjectEnding
from records.amounts import grouped
from records.deadlines import day_in_words
from records.models import AuditEvent
from records.words import sentence

PAPER = "文书可在案卷中下载。"
# What the unit hears; {kind} is 中止 or 终止, {reason} what the officer wrote, {until} a day.
WORDS = {
    "begin": ("终止申请已报送", "“{project}”的终止申请（{number}）已报送市科技局核查，不需办理。"),
    "notify": (
        "拟{kind}项目，请陈述申辩",
        "我局拟{kind}“{project}”（{ground}）。请单位管理员于{heard}24时前在案卷中提交陈述申辩意见和证据，"
        "并补列尚未登记的支出；逾期视为放弃。" + PAPER,
    ),
    "state": ("陈述申辩已提交", "关于“{project}”的陈述申辩意见已提交，我局将复核后作出决定，不需办理。"),
    "lapse_statement": (
        "陈述申辩期限已过",
        "关于“{project}”，在期限内未提交陈述申辩意见，视为放弃，我局将作出决定。",
    ),
    "terminate": (
        "项目已终止",
        "“{project}”已终止，后续财政资金不再拨付。经核定应退回财政资金{balance}元，退回的办理另行通知。"
        + PAPER,
    ),
    "suspend": (
        "项目已中止",
        "“{project}”自即日起中止，至{until}；中止期间不拨付财政资金，不列支。请按要求整改。" + PAPER,
    ),
    "extend": ("项目继续中止", "“{project}”继续中止，至{until}。理由：{reason}"),
    "resume": ("项目恢复实施", "“{project}”自即日起恢复实施，期满日为{ends_on}。" + PAPER),
    "drop": ("不予{kind}项目", "经研究，不予{kind}“{project}”，案件已结，项目继续实施。" + PAPER),
    "withdraw": ("终止申请已撤回", "“{project}”的终止申请已由本单位撤回，项目继续实施。"),
    "overtake": ("案件已结", "“{project}”已结束，本案随之结案，不需办理。"),
}
COUNTY_HEARS = frozenset({"begin", "notify", "terminate", "suspend", "extend", "resume", "drop"})


def tell_of_ending(ending: ProjectEnding, event: AuditEvent) -> None:
    """Tell unit and county what they may know, the next holder what to do; before the notice the unit hears nothing."""
    action, known = move_of(event), ending.by_unit or ending.noticed_at is not None
    if known and (spoken := WORDS.get(action)):
        values = _values(ending, event)
        title, body = f"{spoken[0].format(**values)}：{ending.project}", spoken[1].format(**values)
        tell_unit(
            subject=ending,
            event=event.verb,
            occasion=str(event.pk),
            title=title,
            body=body,
            copied_to=(Role.COUNTY_STAFF,) if action in COUNTY_HEARS else (),
        )
    call_holder(subject=ending, event=event, state=ENDING.states[ending.state])


def _values(ending: ProjectEnding, event: AuditEvent) -> dict[str, object]:
    ends_on = event.data.get("ends_on")
    return {
        "project": ending.project,
        "number": ending.number,
        "kind": ending.get_kind_display(),
        "ground": ending.ground_label,
        "reason": sentence(event.reason),
        "heard": day_in_words(ending.statement_until) if ending.statement_until else "",
        "until": day_in_words(ending.until) if ending.until else "",
        "balance": grouped(ending.balance or 0),
        "ends_on": day_in_words(date.fromisoformat(ends_on)) if ends_on else "",
    }
