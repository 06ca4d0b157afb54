"""The desks of what follows the scores: site visits, and the agency's report on a batch."""

from django.utils.translation import gettext_lazy as _

from evaluation import forms, permissions, services
from evaluation.forms import reports as report_forms
from evaluation.forms import visits as visit_forms
from evaluation.lifecycle import REPORT, VISIT
from evaluation.models import AgencyReport, VisitPlan
from evaluation.selectors import reports as report_selectors
from evaluation.selectors import visits as visit_selectors
from records.desk import Desk, Step, register

AMONG_THEMSELVES = frozenset({"accept", "excuse", "recall", "send_back", "hand_over"})


def _history_of_visit(user, visit):
    """Who of the experts comes, and what is corrected before it is confirmed, is not for the unit."""
    inside = permissions.may_read_record(user, visit)
    for line in VISIT_DESK.told(user, visit):
        if inside or line.action not in AMONG_THEMSELVES:
            yield line


def _visits_read_whole(user):
    """The sheet is for those who read the record, not for the unit."""
    units = visit_selectors.units_of(user)
    return visit_selectors.visits_visible_to(user).exclude(application__host_id__in=units)


def _may_open_record(user, visit, kind: str) -> bool:
    return permissions.may_read_record(user, visit)


VISIT_DESK = register(
    Desk(
        name="visit",
        model=VisitPlan,
        lifecycle=VISIT,
        who=permissions.VISIT_WHO,
        visible=visit_selectors.visits_visible_to,
        page="evaluation:site-visit",
        move_page="evaluation:site-visit-move",
        resource="site-visits",
        begun=_("安排考察"),
        history=_history_of_visit,
        opens_files=_may_open_record,
        reads_papers=_visits_read_whole,
        carries=(visit_selectors.carried_by_visits,),
        steps={
            "accept": Step(services.accept_visit, primary=True, consequence=_("第三方机构据此准备考察")),
            "excuse": Step(
                services.excuse_visit,
                forms.ReasonForm,
                consequence=_("通知第三方机构改期或另请专家"),
            ),
            "hand_over": Step(
                services.hand_over_visit,
                primary=True,
                consequence=_("考察表、照片和签字锁定，送县级见证人确认\n确认前可以撤回修改"),
            ),
            "reschedule": Step(
                services.reschedule_visit,
                visit_forms.RescheduleForm,
                consequence=_("通知申报单位、专家、县级见证人和市科技局\n时间改变的，专家重新答复"),
            ),
            "recall": Step(
                services.recall_visit,
                forms.ReasonForm,
                consequence=_("退回到填写，县级见证人须重新确认"),
            ),
            "confirm": Step(
                services.confirm_visit,
                visit_forms.ConfirmForm,
                primary=True,
                consequence=_("考察内容不再修改，由第三方机构登记并提交审议"),
            ),
            "send_back": Step(
                services.send_visit_back, forms.ReasonForm, consequence=_("第三方机构更正后重新送您确认")
            ),
            "record": Step(
                services.enter_record,
                primary=True,
                consequence=_(
                    "出具现场考察表，连同照片和签字归入申报案卷\n申报转入局务会审议，通知申报单位\n登记后不能修改"
                ),
            ),
            "refuse": Step(
                services.register_refusal,
                visit_forms.RefuseForm,
                danger=True,
                consequence=_("考察停止，报市科技局处理并通知申报单位\n市科技局可以责成重新安排，或终止申报"),
            ),
            "resume": Step(
                services.resume_visit,
                forms.ReasonForm,
                primary=True,
                consequence=_("通知申报单位配合考察\n第三方机构另定时间"),
            ),
            "give_up": Step(
                services.give_up_visit,
                forms.ReasonForm,
                danger=True,
                consequence=_("视为放弃申报，本次申报终止，不可恢复\n通知申报单位、第三方机构和专家"),
            ),
        },
    )
)

REPORT_DESK = register(
    Desk(
        name="report",
        model=AgencyReport,
        lifecycle=REPORT,
        who=permissions.REPORT_WHO,
        visible=report_selectors.reports_visible_to,
        page="evaluation:report",
        move_page="evaluation:report-move",
        resource="agency-reports",
        begun=_("起草报告"),
        steps={
            "hand_over": Step(
                services.hand_over_report,
                primary=True,
                consequence=_("文字和此刻的评审数据存为一版，出具报告\n送市科技局审核，审核期间不能修改"),
            ),
            "accept": Step(
                services.accept_report,
                report_forms.AcceptReportForm,
                primary=True,
                consequence=_("报告归档，机构在本批次的工作办结\n认定决定页面可以查阅"),
            ),
            "send_back": Step(
                services.send_report_back,
                report_forms.QuestionsForm,
                consequence=_("机构须逐条答复并重新提交，答复时限开始计算\n已提交的版本保留"),
            ),
        },
    )
)
