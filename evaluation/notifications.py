"""Who is told what in review. An expert hears nothing that names the applicant; no message names an expert."""

from django.utils.translation import gettext as _

from accounts.roles import Role
from accounts.selectors import people_in
from evaluation.models import Assignment, Panel
from notices.services import tell
from records import clock, deadlines


def invited(assignment: Assignment) -> None:
    """Invite the expert who was drawn; the message carries the panel's code and the day, nothing else."""
    deadline = deadlines.current(assignment)
    due_on = deadline.due_on if deadline else None
    left = deadlines.left_in_words(due_on, on=clock.today())
    until = (
        _("请于{day}前签署承诺或谢绝{left}，逾期可能由他人递补。").format(
            day=deadlines.day_in_words(due_on), left=left
        )
        if due_on
        else ""
    )
    tell(
        recipients=[assignment.expert.user],
        event="evaluation.assignment.invited",
        subject=assignment,
        title=_("邀请您参加项目评审（{code}）").format(code=assignment.panel.code),
        body=_(
            "您已被随机抽取为评审专家。请登录平台，先签署保密与回避承诺，再查看材料并评分。{until}"
        ).format(until=until),
        url=assignment.get_absolute_url(),
    )


def released(assignment: Assignment, *, words: str) -> None:
    """Tell an expert who left the panel that their access has ended."""
    tell(
        recipients=[assignment.expert.user],
        event="evaluation.assignment.released",
        subject=assignment,
        title=_("您已不再承担评审任务（{code}）").format(code=assignment.panel.code),
        body=words,
    )


# Why a seat became free, as the agency reads it.
WENT = {
    "decline": "谢绝了本次评审",
    "recuse": "申报利益冲突并回避",
    "replace": "逾期未评，已更换",
}


def left(assignment: Assignment, action: str, *, successor: Assignment | None) -> None:
    """Tell the agency that a seat changed hands, or stands empty; tell an expert who was replaced."""
    panel = assignment.panel
    after = (
        _("已由抽取顺序中的下一位专家（{seat}）递补。").format(seat=successor)
        if successor
        else _("抽取顺序中已没有可递补的专家，席位空缺，请补充专家库后补抽。")
    )
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=panel.agency_id),
        event="evaluation.panel.seat_left",
        subject=panel,
        occasion=str(assignment),
        title=_("评审组 {code} 专家变动").format(code=panel.code),
        body=_("{seat} 号专家{went}。{after}").format(seat=assignment, went=WENT[action], after=after),
        url=panel.get_absolute_url(),
    )
    if action == "replace":
        released(assignment, words=_("因逾期未完成评分，该项评审已改由其他专家承担，材料已停止查阅。"))


def _until(panel: Panel) -> str:
    deadline = deadlines.current(panel)
    if deadline is None or deadline.due_on is None:
        return ""
    left = deadlines.left_in_words(deadline.due_on, on=clock.today())
    return _("，期限至{day}{left}").format(day=deadlines.day_in_words(deadline.due_on), left=left)


def all_locked(panel: Panel) -> None:
    """Tell the agency that every sheet is in: the panel can conclude."""
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=panel.agency_id),
        event="evaluation.panel.all_locked",
        subject=panel,
        title=_("评审组 {code} 全部专家已锁定评分").format(code=panel.code),
        body=_("评审组 {code} 的专家已全部锁定评分，请填写专家组意见并汇总评审结果{until}。").format(
            code=panel.code, until=_until(panel)
        ),
        url=panel.get_absolute_url(),
    )
