"""Who is told what in review. An expert hears nothing that names the applicant; no message names an expert."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import people_in
from evaluation.enums import AssignmentState
from evaluation.models import Assignment, BlindPackage, Engagement, Panel
from evaluation.selectors import link_of
from notices.services import tell, tell_holder
from records import clock, deadlines


def invited(assignment: Assignment) -> None:
    """Invite the expert who was drawn; the message carries the panel's code and the day, nothing else."""
    deadline = deadlines.current(assignment)
    due_on = deadline.due_on if deadline else None
    left = deadlines.left_in_words(due_on, on=clock.today())
    until = (
        _("请于{day}前接受或谢绝{left}，逾期由下一位专家递补。").format(
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
            "您已被随机抽取为评审专家，请答复是否接受邀请。接受后登录平台签署保密与回避承诺，再查看材料并评分。{until}"
        ).format(until=until),
        url=link_of(assignment),
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
    "replace": "已更换",
    "lapse": "逾期未应邀",
}
UNSIGNED = "应邀后逾期未签署承诺"


def left(gone: Sequence[tuple[Assignment, Assignment | None]], action: str) -> None:
    """Tell the agency that seats of a panel changed hands, or stand empty; tell an expert who was replaced."""
    first, panel = gone[0][0], gone[0][0].panel
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=panel.agency_id),
        event="evaluation.panel.seat_left",
        subject=panel,
        occasion=str(first),
        title=_("评审组 {code} 专家变动").format(code=panel.code),
        body="\n".join(_of_seat(assignment, action, successor) for assignment, successor in gone),
        url=panel.get_absolute_url(),
    )
    for assignment, _successor in gone:
        _tell_replaced(assignment, action)


def _of_seat(assignment: Assignment, action: str, successor: Assignment | None) -> str:
    went = UNSIGNED if action == "lapse" and assignment.accepted_at else WENT[action]
    after = (
        _("已由抽取顺序中的下一位专家（{seat}）递补。").format(seat=successor)
        if successor
        else _("抽取顺序中已没有可递补的专家，席位空缺，请补充专家库后补抽。")
    )
    return _("{seat} 号专家{went}。{after}").format(seat=assignment, went=went, after=after)


def _tell_replaced(assignment: Assignment, action: str) -> None:
    if action == "replace":
        released(
            assignment,
            words=_("该项评审已改由其他专家承担（{ground}），材料已停止查阅。").format(
                ground=assignment.get_replaced_for_display()
            ),
        )


def late_conflict(assignment: Assignment) -> None:
    """Put before the approvers that an expert of a concluded panel had to keep away; the agency hears the ground."""
    panel, ground = assignment.panel, assignment.conflict_label
    body = _("评审组 {code} 汇总后，{seat} 号专家申报利益冲突（{ground}）。").format(
        code=panel.code, seat=assignment, ground=ground
    )
    event, title = (
        "evaluation.assignment.late_conflict",
        _("汇总后申报利益冲突：{code}").format(code=panel.code),
    )
    tell(
        recipients=people_in(Role.BUREAU_APPROVER),
        event=event,
        subject=assignment,
        title=title,
        body=body + _("请决定由其他专家补评后重新汇总，或说明理由维持结果。"),
        url=assignment.get_absolute_url(),
    )
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=panel.agency_id),
        event=event,
        subject=assignment,
        title=title,
        body=body + _("已报市科技局决定；该专家不再参加现场考察，人数不足的请改期并另请专家。"),
        url=panel.get_absolute_url(),
    )


def late_conflict_decided(assignment: Assignment) -> None:
    """Tell the agency and the expert what became of it."""
    panel = assignment.panel
    people = people_in(Role.AGENCY, organisation_id=panel.agency_id)
    for recipients, url in ((people, panel.get_absolute_url()), ([assignment.expert.user], "")):
        tell(
            recipients=recipients,
            event="evaluation.assignment.late_decided",
            subject=assignment,
            title=_("利益冲突申报已处理：{code}").format(code=panel.code),
            body=_("评审组 {code} 的 {seat} 号专家汇总后申报的利益冲突已由市科技局处理：{answer}。").format(
                code=panel.code, seat=assignment, answer=assignment.get_late_answer_display()
            ),
            url=url or assignment.get_absolute_url(),
        )


def package_to_clear(package: BlindPackage) -> None:
    """Tell the clerks that the search found places to look at; the message says which package, and no word of them."""
    tell_holder(
        subject=package,
        event="evaluation.package.to_clear",
        title=_("盲审包待核对：{code}").format(code=package.panel.code),
        body=_(
            "系统在评审组 {code} 的盲审包中检出可能透露申报单位的内容，请逐处替换或申请保留，核对后冻结。"
        ).format(code=package.panel.code),
    )


def package_waits_for_second(package: BlindPackage, *, by: User) -> None:
    """Tell the others who may agree that something waits for a second person."""
    people = people_in(Role.BUREAU_CLERK) | people_in(Role.BUREAU_APPROVER)
    tell(
        recipients=people.exclude(pk=by.pk).distinct(),
        event="evaluation.package.second",
        subject=package,
        occasion=f"{clock.now():%Y%m%d%H%M%S%f}",
        title=_("盲审包有待第二人同意的事项：{code}").format(code=package.panel.code),
        body=_("评审组 {code} 的盲审包有保留原文或放行附件的申请，须由申请人以外的人员同意。").format(
            code=package.panel.code
        ),
        url=package.get_absolute_url(),
    )


def package_frozen(package: BlindPackage) -> None:
    """Tell the agency that it can go on, and experts at work that the package is open again."""
    _tell_readers(
        package,
        event="evaluation.package.frozen",
        title=_("盲审包已冻结：{code}").format(code=package.panel.code),
        body=_("评审组 {code} 的盲审包已核对并冻结，评审可以继续。").format(code=package.panel.code),
    )


def package_reopened(package: BlindPackage) -> None:
    """Tell agency and experts that the package cannot be read for now."""
    _tell_readers(
        package,
        event="evaluation.package.reopened",
        title=_("盲审包暂停查阅：{code}").format(code=package.panel.code),
        body=_("评审组 {code} 的盲审包正在重新核对，冻结前暂停查阅；已填写的评分保留。").format(
            code=package.panel.code
        ),
    )


def _tell_readers(package: BlindPackage, *, event: str, title: str, body: str) -> None:
    panel, occasion = package.panel, f"{package.issue}"
    agency = people_in(Role.AGENCY, organisation_id=panel.agency_id)
    tell(
        recipients=agency,
        event=event,
        subject=panel,
        occasion=occasion,
        title=title,
        body=body,
        url=panel.get_absolute_url(),
    )
    for seat in panel.assignments.filter(state=AssignmentState.COMMITTED).select_related("expert__user"):
        tell(
            recipients=[seat.expert.user],
            event=event,
            subject=seat,
            occasion=occasion,
            title=title,
            body=body,
            url=seat.get_absolute_url(),
        )


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


def discussion_due(panel: Panel) -> None:
    """Tell the agency that the sheets are in and lie too far apart; no score is in the message."""
    flag = panel.edition.terms["scoring"]["spread_flag"]
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=panel.agency_id),
        event="evaluation.panel.discussion_due",
        subject=panel,
        title=_("评审组 {code} 分差过大，须合议").format(code=panel.code),
        body=_(
            "评审组 {code} 的专家已全部锁定评分，最高分与最低分相差超过 {flag} 分。"
            "请组织专家合议一次并记录，合议后由专家重新评分或维持原评分{until}。"
        ).format(code=panel.code, flag=flag, until=_until(panel)),
        url=panel.get_absolute_url(),
    )


def rescoring(assignment: Assignment) -> None:
    """Tell an expert that the panel has talked, and that they hand in once more."""
    deadline = deadlines.current(assignment)
    until = deadlines.day_in_words(deadline.due_on) if deadline and deadline.due_on else ""
    tell(
        recipients=[assignment.expert.user],
        event="evaluation.assignment.rescoring",
        subject=assignment,
        title=_("合议后请重新评分（{code}）").format(code=assignment.panel.code),
        body=_("评审组已经合议。请修改并锁定评分，或维持原评分；原评分保留，以本次提交为准。{until}").format(
            until=_("请于{day}前办理。").format(day=until) if until else ""
        ),
        url=assignment.get_absolute_url(),
    )


def engagement_drafted(engagement: Engagement) -> None:
    """Tell the approvers that an engagement waits for them."""
    tell_holder(
        subject=engagement,
        event="evaluation.engagement.drafted",
        title=_("评审委托待审批：{number}").format(number=engagement.number),
        body=_("拟委托“{agency}”承担“{title}”，期限{begins}至{ends}，请审批。").format(
            agency=engagement.agency, title=engagement.title, **_period(engagement)
        ),
    )


def engagement_approved(engagement: Engagement) -> None:
    """Tell the agency that it may work."""
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=engagement.agency_id),
        event="evaluation.engagement.approved",
        subject=engagement,
        title=_("评审委托已生效：{number}").format(number=engagement.number),
        body=_("“{title}”的评审委托已经批准，期限{begins}至{ends}。交办的申报在工作台列出。").format(
            title=engagement.title, **_period(engagement)
        ),
    )


def engagement_ended(engagement: Engagement, *, left: int, reason: str) -> None:
    """Tell the agency that its access is over, and the approvers what was left undone."""
    why = _("原因：{reason}").format(reason=reason) if reason else _("委托期限已满。")
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=engagement.agency_id),
        event="evaluation.engagement.ended",
        subject=engagement,
        title=_("评审委托已结束：{number}").format(number=engagement.number),
        body=_("{why}即日起不能再查阅该委托的申报、材料和评审组。").format(why=why),
        url="/",
    )
    undone = (
        _("尚有 {left} 项评审未完成，请移交其他机构。").format(left=left) if left else _("没有未完成的评审。")
    )
    tell(
        recipients=people_in(Role.BUREAU_APPROVER),
        event="evaluation.engagement.left",
        subject=engagement,
        title=_("评审委托已结束：{number}").format(number=engagement.number),
        body=why + undone,
    )


def engagement_taken_over(engagement: Engagement, *, left: int) -> None:
    """Tell the agency that takes over how much comes to it."""
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=engagement.agency_id),
        event="evaluation.engagement.taken_over",
        subject=engagement,
        occasion=f"{clock.now():%Y%m%d%H%M%S}",
        title=_("移交评审任务 {left} 项").format(left=left),
        body=_("市科技局已将 {left} 项未完成的评审移交你机构，请在工作台继续办理。").format(left=left),
    )


def _period(engagement: Engagement) -> dict[str, str]:
    begins, ends = engagement.begins_on, engagement.ends_on
    return {"begins": deadlines.day_in_words(begins), "ends": deadlines.day_in_words(ends)}
