"""The desks of evaluations and of yearly rounds: the unit reports, offices check, the bureau grades all together."""

from django.utils.translation import gettext_lazy as _

from evaluation import services
from evaluation.desk.places import panel_list_of
from evaluation.enums.performance import EvaluationFile, EvaluationState, Exemption
from evaluation.forms import ReasonForm
from evaluation.forms import performance as forms
from evaluation.lifecycle import EVALUATION, ROUND
from evaluation.models import Evaluation, Round
from evaluation.permissions import performance as permissions
from evaluation.selectors.performance import evaluations_visible_to, has_performance_panel
from evaluation.selectors.performance_rounds import (
    carried_by_rounds,
    held_up_by_objections,
    in_the_way_of_closing,
    rounds_visible_to,
)
from institutes.selectors import UNIT
from records.desk import Desk, Step, register

AMONG_OFFICES = frozenset(
    {"give_opinion", "return_opinion", "refill", "propose_exemption", "grade", "return_grade"}
)
"""What officers settle among themselves is not for the unit."""


def _history(user, evaluation):
    inside = evaluation.host_id in user.reach.organisations and user.holds(*UNIT)
    for line in EVALUATION_DESK.told(user, evaluation):
        if not inside or line.action not in AMONG_OFFICES:
            yield line


def _opens(user, evaluation, kind: str) -> bool:
    """The unit opens its own files, others those that were handed in; what offices looked up is theirs."""
    if kind == EvaluationFile.EVIDENCE:
        return permissions.may_read_report(user, evaluation)
    return evaluation.host_id not in user.reach.organisations


def _has_no_false_item(evaluation: Evaluation) -> bool:
    return not any(one["item"] for one in evaluation.deductions)


EVALUATION_DESK = register(
    Desk(
        name="evaluation",
        model=Evaluation,
        lifecycle=EVALUATION,
        who=permissions.EVALUATION_WHO,
        visible=evaluations_visible_to,
        page="evaluation:evaluation",
        move_page="evaluation:evaluation-move",
        resource="evaluations",
        places={EvaluationState.PANEL_REVIEW: panel_list_of},
        begun=_("纳入本年度绩效评价"),
        history=_history,
        opens_files=_opens,
        hidden={
            "entrust_anew": has_performance_panel,
            "clear_false": _has_no_false_item,
            "lift_cap": lambda evaluation: not evaluation.cap,
            "cap": lambda evaluation: bool(evaluation.cap),
            "defer": lambda evaluation: evaluation.exemption != Exemption.DEFERRAL,
            "deem": lambda evaluation: evaluation.exemption != Exemption.PROVINCIAL,
        },
        steps={
            "hand_up": Step(
                services.hand_up_evaluation,
                primary=True,
                consequence=_("自评报告锁定，交本单位管理员审核报送"),
            ),
            "hand_in": Step(
                services.hand_in_evaluation,
                primary=True,
                consequence=_(
                    "以本单位名义报送自评报告，送县级科技管理部门\n"
                    "评价数据按此刻的情况固定\n出具自评报告，材料不能再改"
                ),
            ),
            "send_back": Step(services.send_back_evaluation, ReasonForm),
            "recall": Step(
                services.recall_evaluation,
                ReasonForm,
                danger=True,
                consequence=_("材料退回本单位修改，须重新报送\n评价数据在重新报送时重新固定"),
            ),
            "give_opinion": Step(
                services.give_evaluation_opinion,
                forms.EvaluationOpinionForm,
                primary=True,
                consequence=_("送县级分管领导签发，原办理时限不变"),
            ),
            "county_return": Step(
                services.county_return_evaluation, ReasonForm, consequence=_("退回单位补充，通知单位")
            ),
            "sign": Step(
                services.sign_evaluation_opinion,
                primary=True,
                consequence=_("县级意见签发，送税务部门填报，开始计时\n通知单位，单位可以看到县级意见"),
            ),
            "return_opinion": Step(services.return_evaluation_opinion, ReasonForm),
            "fill_tax": Step(
                services.fill_tax_figures,
                forms.TaxFigureForm,
                primary=True,
                consequence=_("所填数据替代预填数据，送财政部门核查"),
            ),
            "fill_finance": Step(
                services.fill_finance_figures,
                forms.FinanceFigureForm,
                primary=True,
                consequence=_("评价数据按此刻的情况固定，送市科技局核查"),
            ),
            "refill": Step(
                services.refill_figures, ReasonForm, consequence=_("退回税务部门，由税务、财政重新填报")
            ),
            "return": Step(
                services.return_evaluation,
                ReasonForm,
                consequence=_("退回单位补正，补正后重新经县级、税务、财政办理\n通知单位和县级"),
            ),
            "mark_false": Step(
                services.mark_false_item,
                forms.FalseItemForm,
                danger=True,
                consequence=_("该指标不得分，理由写入评价结果\n通知单位"),
            ),
            "clear_false": Step(
                services.clear_false_item,
                forms.ClearItemForm,
                consequence=_("该指标恢复按数据计分\n通知单位"),
            ),
            "cap": Step(
                services.cap_evaluation,
                forms.CapForm,
                danger=True,
                consequence=_("等次以合格为限，理由写入评价结果\n通知单位"),
            ),
            "lift_cap": Step(services.lift_cap, ReasonForm, consequence=_("等次恢复按总分评定\n通知单位")),
            "entrust": Step(
                services.entrust_evaluation,
                forms.EntrustEvaluationForm,
                primary=True,
                consequence=_("确认数据已核实、信用已查，交第三方机构组织专家评分\n通知机构和单位"),
            ),
            "entrust_anew": Step(
                services.entrust_evaluation_anew,
                forms.EntrustEvaluationAnewForm,
                consequence=_("原机构不再办理，由所选机构组织专家评分"),
            ),
            "propose_exemption": Step(
                services.propose_exemption,
                forms.ExemptionForm,
                consequence=_("交审批人员审定；同意前单位暂停填报"),
            ),
            "refuse_exemption": Step(
                services.refuse_exemption, ReasonForm, consequence=_("单位按期提交自评报告\n通知单位")
            ),
            "defer": Step(
                services.defer_evaluation,
                primary=True,
                consequence=_("本年度不评，该周期转入下一年度评价，缓评只有一次\n通知单位和县级"),
            ),
            "deem": Step(
                services.deem_evaluation,
                primary=True,
                consequence=_("不另行评分，按合格与本年度结果一并公示\n通知单位和县级"),
            ),
            "miss": Step(
                services.miss_evaluation,
                ReasonForm,
                danger=True,
                consequence=_("该周期按未参加评价办结；撤销认定由经办另行提出，单位可以陈述申辩"),
            ),
        },
    )
)

ROUND_DESK = register(
    Desk(
        name="evaluation_round",
        model=Round,
        lifecycle=ROUND,
        who=permissions.ROUND_WHO,
        visible=rounds_visible_to,
        page="evaluation:round",
        move_page="evaluation:round-move",
        resource="rounds",
        begun=_("启动年度评价"),
        carries=(carried_by_rounds, held_up_by_objections),
        hidden={
            "grade": lambda found: not found.evaluations.filter(state=EvaluationState.GRADING).exists(),
            "close": lambda found: bool(in_the_way_of_closing(found)),
        },
        steps={
            "grade": Step(
                services.grade_round,
                forms.MinuteForm,
                primary=True,
                consequence=_("按预览的总分和等次固定评价结果，交审批人员一并审定"),
            ),
            "return": Step(services.return_round, ReasonForm, consequence=_("全部退回经办复核，尚未公示")),
            "publish": Step(
                services.publish_round,
                primary=True,
                consequence=_("一并审定全部等次，发布公示，开始计算公示期\n通知各单位和县级"),
            ),
            "release": Step(
                services.release_round,
                primary=True,
                consequence=_(
                    "公示期满、没有异议在办的一并公布结果，出具结果通知书\n"
                    "优秀的由系统提出奖励；不合格的开始整改，届时再评一次\n异议在办的暂不公布"
                ),
            ),
            "close": Step(
                services.close_empty_round,
                ReasonForm,
                consequence=_(
                    "没有可评定等次的研究院，本年度不公示、不公布结果\n缓评的转入下一年度\n不可恢复"
                ),
            ),
        },
    )
)
