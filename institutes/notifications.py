"""Who is told what on every move: the unit in its words, whoever holds the case next in the officers'."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_holding, people_in
from institutes.lifecycle import APPLICATION, CALL
from institutes.models import Application, Call
from institutes.selectors import move_of
from notices.services import tell
from records import deadlines
from records.models import AuditEvent, Deadline


@dataclass(frozen=True, slots=True)
class Words:
    """A message to the unit. ``{name}`` is the institute, ``{reason}`` what the officer wrote, ``{until}`` the day."""

    title: str
    body: str


# What the unit hears. A move that is not here is the officers' own affair.
UNIT_WORDS: dict[str, Words] = {
    "submit": Words(
        "申报书已提交本单位审核", "《{name}》申报书已提交，由本单位管理员审核后报送县级科技管理部门。"
    ),
    "unit_return": Words(
        "本单位管理员退回了申报书",
        "《{name}》申报书被退回，共 {reasons} 处，请按退回理由逐条修改后重新提交。",
    ),
    "unit_approve": Words(
        "申报书已报送县级科技管理部门",
        "《{name}》受理号 {number}，已报送{division}科技管理部门审核。办理进展会在本平台通知。",
    ),
    "county_return": Words(
        "县级科技管理部门退回了申报书",
        "《{name}》申报书被退回修改，共 {reasons} 处，理由已标注在对应栏目。请于{until}前修改并重新提交。",
    ),
    "sign_recommendation": Words(
        "县级已推荐", "{division}已签发对《{name}》的推荐函，材料已送石家庄市科学技术局进行形式审查。"
    ),
    "refuse_recommendation": Words(
        "县级不予推荐", "{division}未推荐《{name}》。理由：{reason}结果告知书可在案卷中下载。"
    ),
    "confirm_pass": Words("形式审查通过", "《{name}》已通过形式审查，交由第三方机构组织专家评审。"),
    "confirm_supplement": Words(
        "需要补正材料",
        "《{name}》形式审查需一次性补正 {reasons} 处，请于{until}前提交，逾期视为放弃申报。"
        "补正通知书可在案卷中下载。",
    ),
    "confirm_fail": Words(
        "形式审查未通过", "《{name}》未通过形式审查。理由：{reason}结果告知书可在案卷中下载。"
    ),
    "resubmit": Words("补正材料已提交", "《{name}》的补正材料已提交，石家庄市科学技术局继续进行形式审查。"),
    "lapse_supplement": Words(
        "逾期未补正，视为放弃", "《{name}》未在规定期限内补正，按规定视为放弃本次申报。"
    ),
    "pass_review": Words(
        "专家评审已完成", "《{name}》已通过第三方评审，下一步由第三方机构安排现场考察，请做好准备。"
    ),
    "fail_review": Words(
        "未通过专家评审", "《{name}》未通过第三方评审。评审意见：{reason}结果告知书可在案卷中下载。"
    ),
    "record_visit": Words("现场考察已完成", "《{name}》现场考察已登记，材料提交石家庄市科学技术局审议。"),
    "shortlist": Words(
        "列入拟认定名单，正在公示",
        "《{name}》已列入拟认定名单并公示，公示至{until}。公示期满无异议的，予以认定。",
    ),
    "reject": Words("审议未通过", "经审议，《{name}》本次未予认定。理由：{reason}结果告知书可在案卷中下载。"),
    "raise_objection": Words(
        "公示期间收到异议",
        "对《{name}》的公示收到异议并已受理，正在核实。核实期间本项公示暂停计时，其他事项不受影响。",
    ),
    "dismiss_objection": Words(
        "异议不成立，恢复公示", "对《{name}》的异议经核实不成立，公示恢复计时，公示至{until}。"
    ),
    "uphold_objection": Words(
        "异议成立，不予认定",
        "对《{name}》的异议经核实成立，本次不予认定。理由：{reason}结果告知书可在案卷中下载。",
    ),
    "recognise": Words(
        "已认定为市级产业技术研究院",
        "《{name}》已认定，证书编号 {certificate}。认定证书可在案卷中下载；"
        "建设资金由系统自动提出，无需另行申请，请留意账户确认通知。",
    ),
    "withdraw": Words("申报已撤回", "《{name}》申报已撤回。"),
}
# Whose work a state is that only time or another room ends: nobody is called to act.
QUIET_STATES = frozenset({"publicity", "draft"})


def tell_of_move(application: Application, event: AuditEvent) -> None:
    """Tell the unit what happened and the next holder what to do; ``event`` is the line of the register."""
    deadline = deadlines.current(application)
    _tell_unit(application, event, deadline)
    _tell_holder(application, event, deadline)


def people_of_unit(application: Application) -> list[User]:
    """Fillers and administrators of the host."""
    reach = {"host_id": application.host_id}
    return list(people_in(Role.ENT_FILLER, **reach) | people_in(Role.ENT_ADMIN, **reach))


def _tell_unit(application: Application, event: AuditEvent, deadline: Deadline | None) -> None:
    words = UNIT_WORDS.get(move_of(event))
    if words is None:
        return
    values = _values(application, event, deadline)
    tell(
        recipients=people_of_unit(application),
        event=event.verb,
        subject=application,
        title=f"{words.title}：{application}",
        body=words.body.format(**values),
        occasion=str(event.pk),
        at=event.at,
    )


def _tell_holder(application: Application, event: AuditEvent, deadline: Deadline | None) -> None:
    state = APPLICATION.states[application.state]
    if deadline is None or application.state in QUIET_STATES:
        return
    until = f"，请于{_day(deadline.due_on)}前办理" if deadline.due_on else ""
    if deadline.holder_role == Role.AGENCY and application.is_hidden_from_agency:
        _tell_agency(application, event, deadline, until)
        return
    because = f"说明：{_sentence(event.reason)}" if event.reason else ""
    tell(
        recipients=people_holding(deadline),
        event=f"{event.verb}.holder",
        subject=application,
        title=f"{state.label}：{application}",
        body=f"{application.host}（{application.division}）的申报《{application}》{state.label}{until}。{because}",
        occasion=str(event.pk),
        at=event.at,
    )


def _tell_agency(application: Application, event: AuditEvent, deadline: Deadline, until: str) -> None:
    """Say what is to be done without saying whose application it is."""
    blinded = application.blinded()
    tell(
        recipients=people_holding(deadline),
        event=f"{event.verb}.holder",
        subject=blinded,
        title=f"专家评审：{blinded}",
        body=f"{blinded}已交贵机构组织专家评审{until}。评审期间不显示申报单位。",
        occasion=str(event.pk),
        at=event.at,
    )


def _values(application: Application, event: AuditEvent, deadline: Deadline | None) -> dict[str, object]:
    return {
        "name": application,
        "number": application.number or "",
        "division": application.division,
        "reason": _sentence(event.reason),
        "reasons": event.data.get("reasons", 0),
        "certificate": event.data.get("paper", {}).get("number", ""),
        "until": _day(deadline.due_on) if deadline and deadline.due_on else "",
    }


def tell_of_call(call: Call, event: AuditEvent) -> None:
    """Tell units and counties that a call was published, and the approver that one waits."""
    if move_of(event) == "publish":
        until = timezone.localtime(call.closes_at)
        tell(
            recipients=_everybody_who_applies(),
            event=event.verb,
            subject=call,
            title=f"申报通知已发布：{call}",
            body=f"《{call}》（{call.number}）已发布，申报截止{_day(until.date())}{until:%H:%M}。",
            occasion=str(event.pk),
            at=event.at,
        )
    elif role := CALL.states[call.state].role:
        tell(
            recipients=people_in(role),
            event=event.verb,
            subject=call,
            title=f"申报通知待发布：{call}",
            body=f"《{call}》（{call.number}）已拟好，请审定后发布。",
            occasion=str(event.pk),
            at=event.at,
        )


def _everybody_who_applies() -> list[User]:
    roles = (Role.ENT_FILLER, Role.ENT_ADMIN, Role.COUNTY_STAFF)
    return list(
        User.objects.active().filter(memberships__role__in=roles, memberships__state="active").distinct()
    )


def _day(day) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _sentence(text: str) -> str:
    """The text with a full stop, so that another sentence can follow."""
    text = text.strip()
    return text if not text or text[-1] in "。！？；" else f"{text}。"
