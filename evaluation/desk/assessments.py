"""The desk of annual assessments: the unit reports, county, tax and finance add theirs, the bureau grades."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from evaluation import permissions, services
from evaluation.enums.assessment import AssessmentState
from evaluation.forms import ReasonForm
from evaluation.forms import assessments as forms
from evaluation.lifecycle import ASSESSMENT
from evaluation.models import Assessment
from evaluation.selectors.assessments import assessments_visible_to, whose_papers_are_read
from institutes.selectors import UNIT
from records.desk import Desk, Step, register

AMONG_OFFICES = frozenset({"ask_tax", "ask_finance", "grade", "return_grade", "confirm"})
"""What officers settle among themselves is not for the unit; it reads the result when it is published."""


def _history(user, assessment):
    inside = assessment.host_id in user.reach.organisations and user.holds(*UNIT)
    for line in ASSESSMENT_DESK.told(user, assessment):
        if not inside or line.action not in AMONG_OFFICES:
            yield line


ASSESSMENT_DESK = register(
    Desk(
        name="assessment",
        model=Assessment,
        lifecycle=ASSESSMENT,
        who=permissions.ASSESSMENT_WHO,
        visible=assessments_visible_to,
        page="evaluation:assessment",
        move_page="evaluation:assessment-move",
        resource="assessments",
        places={
            AssessmentState.CONFIRMED: lambda case: reverse("evaluation:assessment-year", args=[case.year])
        },
        begun=_("开始年度填报"),
        history=_history,
        reads_papers=whose_papers_are_read,
        steps={
            "hand_up": Step(
                services.hand_up_assessment,
                primary=True,
                consequence=_("报告锁定，交本单位管理员审核报送"),
            ),
            "hand_in": Step(
                services.hand_in_assessment,
                primary=True,
                consequence=_(
                    "以本单位名义报送县级科技管理部门\n"
                    "已核实成果按此刻的情况计数并固定\n出具年度考核报告，内容不能再改"
                ),
            ),
            "send_back": Step(services.send_back_assessment, ReasonForm),
            "recall": Step(
                services.recall_assessment,
                ReasonForm,
                danger=True,
                consequence=_("报告退回本单位修改，须重新报送\n报送日期按重新报送之日计算"),
            ),
            "county_check": Step(
                services.check_assessment,
                forms.CheckForm,
                primary=True,
                consequence=_("送市税务局填报税收数据，再由市财政局填报\n通知单位，单位可以看到县级意见"),
            ),
            "county_return": Step(
                services.county_return_assessment,
                ReasonForm,
                consequence=_("退回单位修改，通知单位\n在规定期限内报送过的，不因退回计为逾期"),
            ),
            "sign_tax": Step(
                services.sign_tax,
                forms.TaxForm,
                primary=True,
                consequence=_("税收数据和意见以市税务局名义会签，送市财政局填报"),
            ),
            "sign_finance": Step(
                services.sign_finance,
                forms.FinanceForm,
                primary=True,
                consequence=_("资金数据和意见以市财政局名义会签，送市科技局评定等次"),
            ),
            "grade": Step(
                services.grade_assessment,
                forms.GradeForm,
                primary=True,
                consequence=_("交审批人员审定，原办理时限不变"),
            ),
            "return": Step(
                services.return_assessment,
                ReasonForm,
                consequence=_("退回单位修改，重新经县级核实和税务、财政会签\n通知单位和县级"),
            ),
            "ask_tax": Step(
                services.ask_tax,
                ReasonForm,
                consequence=_("退市税务局核对，税务、财政须重新会签"),
            ),
            "ask_finance": Step(
                services.ask_finance, ReasonForm, consequence=_("退市财政局核对，财政须重新会签")
            ),
            "confirm": Step(
                services.confirm_assessment,
                primary=True,
                consequence=_("等次审定，与同年度其他研究院一并公布后生效\n通知经办"),
            ),
            "return_grade": Step(
                services.return_grade,
                ReasonForm,
                consequence=_("退回经办重新拟定，原办理时限不变"),
            ),
            "admit": Step(
                services.admit_assessment,
                ReasonForm,
                consequence=_("单位可以补报，仍按逾期记录\n考核后随补充公布公布结果"),
            ),
        },
    )
)
