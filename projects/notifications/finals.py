"""Who hears of a final acceptance: the unit in its words, its county, whoever acts next."""

from accounts.roles import Role
from institutes.selectors import move_of
from notices.services import call_holder, tell_unit
from projects.lifecycle.final import FINAL
from projects.models import ProjectFinal
from records import deadlines
from records.deadlines import day_in_words
from records.models import AuditEvent
from records.words import sentence

# What the unit hears; {reason} is what the officer wrote, {until} a day.
WORDS = {
    "send_back": ("结题材料退回修改", "{case}的材料被本单位管理员退回。理由：{reason}请修改后重新提交。"),
    "hand_in": (
        "结题申请已报送",
        "{case}的申请（{number}）已报送县级科技管理部门，考核指标和经费数据已固定，不需办理。",
    ),
    "county_return": ("县级退回了结题申请", "{case}的申请被县级退回。理由：{reason}请补充后重新报送。"),
    "sign": ("县级已签发结题意见", "县级已对{case}签发意见，材料已送市科技局核查，不需办理。"),
    "return": (
        "市科技局退回了结题申请",
        "{case}的申请被退回补正。理由：{reason}请于{until}前补正后重新报送，仍须经县级出具意见。",
    ),
    "entrust": ("已委托专家结题验收", "{case}的材料已核查，现由第三方机构组织专家验收，不需办理。"),
    "record_review": ("专家验收已完成", "{case}的专家验收已完成，由市科技局研究作出结论，不需办理。"),
    "pass": ("通过结题验收", "{case}已通过。结题证书可在案卷中下载，后续资金按拨付安排办理。"),
    "condition": (
        "结题结论：限期整改",
        "{case}的结论为限期整改。请按通知书逐项整改，于{mend_by}前重新申请；重新验收只有一次。",
    ),
    "fail": ("未通过结题验收", "{case}未通过。通知书可在案卷中下载，结余财政资金须按规定退回。"),
}
COUNTY_HEARS = frozenset({"return", "entrust", "pass", "condition", "fail"})


def tell_of_final(final: ProjectFinal, event: AuditEvent) -> None:
    """Tell the unit what became of it, its county where it moved far, the next holder what to do."""
    action = move_of(event)
    if spoken := WORDS.get(action):
        title, body = f"{spoken[0]}：{final.project}", spoken[1].format(**_values(final, event))
        tell_unit(
            subject=final,
            event=event.verb,
            occasion=str(event.pk),
            title=title,
            body=body,
            copied_to=(Role.COUNTY_STAFF,) if action in COUNTY_HEARS else (),
        )
    call_holder(subject=final, event=event, state=FINAL.states[final.state])


def _values(final: ProjectFinal, event: AuditEvent) -> dict[str, object]:
    deadline = deadlines.current(final)
    return {
        "case": f"“{final}”",
        "number": final.number or "",
        "reason": sentence(event.reason),
        "mend_by": event.data.get("mend_by", ""),
        "until": day_in_words(deadline.due_on) if deadline and deadline.due_on else "",
    }
