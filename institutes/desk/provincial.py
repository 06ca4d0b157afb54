"""The desk of filings for provincial recognition."""

from django.utils.translation import gettext_lazy as _

from institutes.enums.provincial import InspectionConclusion, ProvincialOutcome
from institutes.forms import provincial as forms
from institutes.forms.changes import CountyOpinionForm
from institutes.forms.officers import ReasonForm
from institutes.lifecycle import FILING
from institutes.models import ProvincialFiling
from institutes.permissions.provincial import FILING_WHO
from institutes.selectors import provincial as reads
from institutes.services import inspections, province, provincial
from records.desk import Desk, Step, register

AMONG_COUNTY = ("draft_opinion", "return_opinion")
AMONG_OFFICERS = (*AMONG_COUNTY, "record_inspection", "return_conclusion", "record_result", "return_result")


def _history_of_filing(user, filing):
    """What officers weigh among themselves is not for the unit; what they decide is."""
    inside = filing.host_id in user.reach.organisations
    for line in FILING_DESK.told(user, filing):
        if not inside or line.action not in AMONG_OFFICERS:
            yield line


def _unless_concluded(conclusion: str):
    """Hides a confirmation that is not of the conclusion put down; the service refuses it all the same."""
    return lambda filing: filing.conclusion != conclusion


def _unless_resulted(outcome: str):
    return lambda filing: filing.outcome != outcome


FILING_DESK = register(
    Desk(
        name="filing",
        model=ProvincialFiling,
        lifecycle=FILING,
        who=FILING_WHO,
        visible=reads.filings_visible_to,
        page="institutes:filing",
        move_page="institutes:filing-move",
        resource="provincial-filings",
        begun=_("起草省级申报"),
        history=_history_of_filing,
        reads_papers=reads.filings_with_papers_for,
        hidden={
            "confirm_support": _unless_concluded(InspectionConclusion.SUPPORT),
            "confirm_improvement": _unless_concluded(InspectionConclusion.IMPROVE),
            "confirm_refusal": _unless_concluded(InspectionConclusion.NOT_SUPPORT),
            "settle_recognition": _unless_resulted(ProvincialOutcome.RECOGNISED),
            "settle_refusal": _unless_resulted(ProvincialOutcome.NOT_RECOGNISED),
        },
        steps={
            "hand_up": Step(
                provincial.hand_up_filing, primary=True, consequence=_("交本单位管理员审核报送，内容锁定")
            ),
            "hand_in": Step(
                provincial.hand_in_filing,
                primary=True,
                consequence=_("以本单位名义报送县级科技管理部门，开始计时"),
            ),
            "send_back": Step(provincial.send_back_filing, ReasonForm),
            "draft_opinion": Step(
                provincial.draft_filing_opinion,
                CountyOpinionForm,
                primary=True,
                consequence=_("交县级负责人签发，原办理时限不变"),
            ),
            "county_return": Step(provincial.county_return_filing, ReasonForm),
            "sign_opinion": Step(
                provincial.sign_filing_opinion,
                primary=True,
                consequence=_("送市科技局办理报备，开始计时\n单位可以看到县级意见"),
            ),
            "return_opinion": Step(
                provincial.return_filing_opinion,
                ReasonForm,
                consequence=_("退回经办重拟，原办理时限不变"),
            ),
            "accept": Step(
                provincial.accept_filing,
                primary=True,
                consequence=_("取得报备编号，报备日期为今天\n省级文件日期晚于今天的，方可享受奖励"),
            ),
            "return": Step(
                provincial.return_filing,
                ReasonForm,
                consequence=_("退回单位补正，补正后重新经县级出具意见"),
            ),
            "schedule": Step(
                inspections.schedule_inspection,
                forms.ScheduleForm,
                primary=True,
                consequence=_("出具考察论证通知，供送达各参加方\n通知单位和县级"),
            ),
            "record_inspection": Step(
                inspections.record_inspection,
                forms.InspectionForm,
                primary=True,
                consequence=_("交审批人员审批，批准前单位看不到结论"),
            ),
            "reschedule": Step(
                inspections.reschedule_inspection,
                forms.RescheduleForm,
                consequence=_("出具新的通知，原通知作废\n通知单位和县级"),
            ),
            "confirm_support": Step(
                inspections.confirm_support,
                primary=True,
                consequence=_("出具考察论证意见，由经办向省推荐\n通知单位和县级"),
            ),
            "confirm_improvement": Step(
                inspections.confirm_improvement,
                primary=True,
                consequence=_("出具考察论证意见，单位完善后报告，再次论证\n通知单位和县级"),
            ),
            "confirm_refusal": Step(
                inspections.confirm_refusal,
                danger=True,
                consequence=_("出具考察论证意见，本次申报结束\n通知单位和县级"),
            ),
            "return_conclusion": Step(
                inspections.return_conclusion,
                ReasonForm,
                consequence=_("退回经办重新登记，原办理时限不变"),
            ),
            "report_improvement": Step(
                inspections.report_improvement,
                forms.ImprovementForm,
                primary=True,
                consequence=_("交市科技局再次安排考察论证"),
            ),
            "apply_to_province": Step(
                province.apply_to_province,
                forms.DispatchForm,
                primary=True,
                consequence=_("登记报省，等待省级结果\n通知单位"),
            ),
            "record_result": Step(
                province.record_result,
                forms.ResultForm,
                primary=True,
                consequence=_("交审批人员复核，复核后生效"),
            ),
            "settle_recognition": Step(
                province.settle_recognition,
                primary=True,
                consequence=_("研究院登记为省级，名录即时公布\n省级认定奖励由系统提出\n通知单位和县级"),
            ),
            "settle_refusal": Step(
                province.settle_refusal,
                consequence=_("本次申报结束，市级资格不受影响\n通知单位和县级"),
            ),
            "return_result": Step(
                province.return_result, ReasonForm, consequence=_("退回经办核对后重新登记")
            ),
            "withdraw": Step(
                provincial.withdraw_filing,
                ReasonForm,
                danger=True,
                consequence=_("本次申报结束，不可恢复\n重新申报须重新报备"),
            ),
        },
    )
)
