"""Who is told of site visits and of agencies' reports, and when. The unit reads no expert's name."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import Role
from accounts.selectors import people_in
from evaluation.enums import Part
from evaluation.models import AgencyReport, Panel, VisitPlan
from notices.services import tell, tell_holder
from records import clock, deadlines


def _when(visit: VisitPlan) -> str:
    at = timezone.localtime(visit.starts_at)
    return f"{deadlines.day_in_words(at.date())} {at:%H:%M}"


def _going(visit: VisitPlan, *parts: str) -> list:
    rows = visit.members.filter(part__in=parts, left_at__isnull=True, user__isnull=False)
    return [one.user for one in rows.select_related("user")]


def visit_planned(visit: VisitPlan, *, occasion: str, reason: str = "") -> None:
    """Tell everybody when and where, as soon as it is planned or put off; the unit reads no expert's name."""
    changed = _("（时间或人员有调整：{reason}）").format(reason=reason.rstrip("。")) if reason else ""
    said = {"case": visit.application, "when": _when(visit), "place": visit.place, "changed": changed}
    common = {"subject": visit, "occasion": occasion}
    tell(
        recipients=people_in(Role.ENT_ADMIN, host_id=visit.host_id),
        event="evaluation.visit.host",
        title=_("现场考察安排：{when}").format(**said),
        body=_(
            "评审机构将于{when}到{place}考察“{case}”{changed}。请备好场地、设备、名册、账目和原件；"
            "时间确有困难的，请尽快与机构联系改期。"
        ).format(**said),
        **common,
    )
    tell(
        recipients=_going(visit, Part.EXPERT),
        event="evaluation.visit.expert",
        title=_("邀请您参加现场考察：{when}").format(**said),
        body=_("请答复能否于{when}参加“{case}”的现场考察{changed}。集合地点：{place}。").format(**said),
        **common,
    )
    tell(
        recipients=_going(visit, Part.COUNTY),
        event="evaluation.visit.witness",
        title=_("请到场见证现场考察：{when}").format(**said),
        body=_("请于{when}到{place}见证“{case}”的现场考察{changed}，考察后在平台确认。").format(**said),
        **common,
    )
    tell(
        recipients=people_in(Role.BUREAU_CLERK),
        event="evaluation.visit.bureau",
        title=_("现场考察安排：{case}").format(**said),
        body=_("第三方机构定于{when}考察“{case}”{changed}，地点：{place}。").format(**said),
        **common,
    )


def visit_left(visit: VisitPlan, people: list, *, occasion: str) -> None:
    """Tell those who no longer go along."""
    tell(
        recipients=people,
        event="evaluation.visit.left",
        subject=visit,
        occasion=occasion,
        title=_("您不再参加现场考察"),
        body=_("现场考察的人员有调整，您不需要到场。"),
        url="/",
    )


def visit_excused(visit: VisitPlan, expert) -> None:
    """Tell the agency that an expert cannot come."""
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=visit.agency_id),
        event="evaluation.visit.excused",
        subject=visit,
        occasion=f"{expert.pk}-{clock.now():%Y%m%d%H%M}",
        title=_("专家不能参加现场考察"),
        body=_("{name}不能参加{when}“{case}”的现场考察，请改期或另请本评审组的专家。").format(
            name=expert.name, when=_when(visit), case=visit.application
        ),
    )


def visit_refused(visit: VisitPlan) -> None:
    """Tell the approver, and the unit what may follow."""
    tell_holder(
        subject=visit,
        event="evaluation.visit.refused",
        occasion=f"{visit.refused_at:%Y%m%d%H%M%S}",
        title=_("单位不接受现场考察，待处理"),
        body=_("“{case}”的现场考察未能进行：{reason}请责成重新安排，或认定拒绝考察、终止申报。").format(
            case=visit.application, reason=visit.refusal
        ),
    )
    tell(
        recipients=people_in(Role.ENT_ADMIN, host_id=visit.host_id),
        event="evaluation.visit.refused_host",
        subject=visit,
        occasion=f"{visit.refused_at:%Y%m%d%H%M%S}",
        title=_("已登记贵单位不接受现场考察"),
        body=_(
            "“{case}”的现场考察登记为未被接受：{reason}市科技局认定拒绝考察的，视为放弃本次申报；"
            "愿意接受考察的，请立即与市科技局联系重新安排。"
        ).format(case=visit.application, reason=visit.refusal),
    )


def visit_resumed(visit: VisitPlan, reason: str, *, occasion: str) -> None:
    """Tell agency and unit that the visit is to be arranged anew."""
    people = [
        *people_in(Role.AGENCY, organisation_id=visit.agency_id),
        *people_in(Role.ENT_ADMIN, host_id=visit.host_id),
    ]
    tell(
        recipients=people,
        event="evaluation.visit.resumed",
        subject=visit,
        occasion=occasion,
        title=_("现场考察须重新安排"),
        body=_("市科技局责成配合考察“{case}”：{reason}请机构改定时间并通知各方。").format(
            case=visit.application, reason=reason
        ),
    )


def visit_repeated(visit: VisitPlan, *, occasion: str) -> None:
    """Tell agency, witness and whoever else goes that the visit has to be made once more; the ground is not told."""
    people = [
        *people_in(Role.AGENCY, organisation_id=visit.agency_id),
        *_going(visit, Part.EXPERT, Part.COUNTY),
    ]
    tell(
        recipients=people,
        event="evaluation.visit.repeated",
        subject=visit,
        occasion=occasion,
        title=_("现场考察须重新进行"),
        body=_(
            "“{case}”的现场考察中有专家应当回避，其余签字专家不足规定人数。"
            "申报由其他专家补评、重新汇总合格后，请机构另请专家重新考察、签字；原现场考察表不再作为审议依据。"
        ).format(case=visit.application),
    )


def visit_to_confirm(visit: VisitPlan, *, occasion: str) -> None:
    """Ask the witness to confirm."""
    tell_holder(
        subject=visit,
        event="evaluation.visit.to_confirm",
        occasion=occasion,
        title=_("请确认现场考察"),
        body=_("“{case}”的考察表、照片和签字已经整理完毕，请核对后确认或退回更正。").format(
            case=visit.application
        ),
    )


def visit_sent_back(visit: VisitPlan, reason: str, at) -> None:
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=visit.agency_id),
        event="evaluation.visit.sent_back",
        subject=visit,
        occasion=f"{at:%Y%m%d%H%M%S}",
        title=_("县级见证人退回了考察记录"),
        body=_("“{case}”的考察记录被退回：{reason}请更正后重新送确认。").format(
            case=visit.application, reason=reason
        ),
    )


def visit_confirmed(visit: VisitPlan) -> None:
    tell_holder(
        subject=visit,
        event="evaluation.visit.confirmed",
        occasion=f"{visit.witnessed_at:%Y%m%d%H%M%S}",
        title=_("县级见证人已确认现场考察"),
        body=_("“{case}”的考察记录已确认，请登记考察结果，提交审议。").format(case=visit.application),
    )


def visit_over(visit: VisitPlan, reason: str) -> None:
    """Tell whoever was to go along that nobody goes."""
    tell(
        recipients=[
            *_going(visit, Part.EXPERT, Part.COUNTY),
            *people_in(Role.AGENCY, organisation_id=visit.agency_id),
        ],
        event="evaluation.visit.over",
        subject=visit,
        title=_("现场考察已取消"),
        body=_("“{case}”的现场考察不再进行：{reason}").format(case=visit.application, reason=reason),
    )


def report_due(report: AgencyReport) -> None:
    """Tell the agency that its last case is done, and until when it reports."""
    deadline = deadlines.current(report)
    due_on = deadline.due_on if deadline else None
    until = (
        _("请于{day}前提交评审报告{left}。").format(
            day=deadlines.day_in_words(due_on), left=deadlines.left_in_words(due_on, on=clock.today())
        )
        if due_on
        else _("请提交评审报告。")
    )
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=report.agency_id),
        event="evaluation.report.due",
        subject=report,
        title=_("批次评审已全部完成，请提交评审报告"),
        body=_("“{call}”交办的评审和现场考察已全部完成，平台已按评审数据生成初稿。{until}").format(
            call=report.batch.call, until=until
        ),
    )


def report_handed_over(report: AgencyReport, *, number: int) -> None:
    """Tell the clerks that a report waits for them."""
    deadline = deadlines.current(report)
    until = (
        _("于{day}前").format(day=deadlines.day_in_words(deadline.due_on))
        if deadline and deadline.due_on
        else ""
    )
    tell_holder(
        subject=report,
        event="evaluation.report.handed",
        occasion=str(number),
        title=_("评审报告待审核：{agency}").format(agency=report.agency),
        body=_(
            "{agency}提交了“{call}”的评审报告（第 {number} 版），请{until}审核后接收，或退回并提出问题。"
        ).format(agency=report.agency, call=report.batch.call, number=number, until=until),
    )


def report_sent_back(report: AgencyReport, *, count: int, at) -> None:
    tell_holder(
        subject=report,
        event="evaluation.report.sent_back",
        occasion=f"{at:%Y%m%d%H%M%S}",
        title=_("评审报告已退回，有 {count} 个问题待答复").format(count=count),
        body=_("市科技局对“{call}”的评审报告提出 {count} 个问题，请逐条答复并修改后重新提交。").format(
            call=report.batch.call, count=count
        ),
    )


def report_reopened(report: AgencyReport, panel: Panel, *, at) -> None:
    """Tell the agency that a case is judged anew, so that its report has to follow."""
    tell_holder(
        subject=report,
        event="evaluation.report.reopened",
        occasion=f"{at:%Y%m%d%H%M%S}",
        title=_("评审报告须更新：评审组 {code} 重新评定").format(code=panel.code),
        body=_(
            "“{call}”的评审报告已退回：评审组 {code} 因利益冲突重新评定。"
            "请在重新汇总后更新得分、排序和结论，答复说明后重新提交；原版本保留。"
        ).format(call=report.batch.call, code=panel.code),
    )


def report_accepted(report: AgencyReport) -> None:
    tell(
        recipients=people_in(Role.AGENCY, organisation_id=report.agency_id),
        event="evaluation.report.accepted",
        subject=report,
        title=_("评审报告已接收"),
        body=_("市科技局已接收“{call}”的评审报告，本批次的评审工作已办结。").format(call=report.batch.call),
    )
