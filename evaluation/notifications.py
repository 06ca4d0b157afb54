"""Who is told what in review. An expert hears nothing that names the applicant."""

from django.utils.translation import gettext as _

from evaluation.models import Assignment
from notices.services import tell
from records import deadlines


def invited(assignment: Assignment) -> None:
    """Invite the expert who was drawn; the message carries the panel's code and the day, nothing else."""
    deadline = deadlines.current(assignment)
    until = _("请于 {day:%Y-%m-%d} 前回复。").format(day=deadline.due_on) if deadline and deadline.due_on else ""
    tell(
        recipients=[assignment.expert.user],
        event="evaluation.assignment.invited",
        subject=assignment,
        title=_("邀请您参加项目评审（{code}）").format(code=assignment.panel.code),
        body=_("您已被随机抽取为评审专家。请登录平台，先签署保密与回避承诺，再查看材料并评分。{until}").format(until=until),
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
