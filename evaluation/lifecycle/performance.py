"""The tables of moves of an evaluation and of the yearly round that it stands in (domain B4)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from evaluation.enums.performance import OPEN_EVALUATIONS
from evaluation.enums.performance import EvaluationState as E
from evaluation.enums.performance import RoundState as R
from records.lifecycle import Lifecycle, Move, State

AT_THE_OFFICES = _("部门核实中")
AT_THE_BUREAU = _("市科技局办理中")
_UNIT = frozenset({E.SELF_REPORT, E.UNIT_REVIEW})
_JUDGED = frozenset({E.CHECKING, E.PANEL_REVIEW, E.GRADING})
_SHOWN = frozenset({E.PUBLICITY})

EVALUATION = Lifecycle(
    name="evaluation",
    states={
        # Due on the day of the round, or at the end of the time to mend: its service says which.
        E.SELF_REPORT: State(_("待提交自评报告"), role=Role.ENT_FILLER, applicant_label=_("填写自评报告")),
        E.UNIT_REVIEW: State(_("待单位管理员报送"), role=Role.ENT_ADMIN, limit="unit_review"),
        E.EXEMPTION: State(
            _("缓评、视同合格待审定"),
            role=Role.BUREAU_APPROVER,
            limit="exemption",
            applicant_label=AT_THE_BUREAU,
        ),
        E.COUNTY_REVIEW: State(
            _("待县级审核"), role=Role.COUNTY_STAFF, limit="county_check", applicant_label=_("县级审核中")
        ),
        E.COUNTY_SIGNING: State(
            _("县级意见待签发"), role=Role.COUNTY_LEAD, continues=True, applicant_label=_("县级审核中")
        ),
        E.TAX_FILL: State(_("待税务填报"), role=Role.TAX, limit="tax_fill", applicant_label=AT_THE_OFFICES),
        E.FINANCE_FILL: State(
            _("待财政核查"), role=Role.FINANCE, limit="finance_fill", applicant_label=AT_THE_OFFICES
        ),
        E.CHECKING: State(
            _("待诚信核查"), role=Role.BUREAU_CLERK, limit="check", applicant_label=AT_THE_BUREAU
        ),
        E.PANEL_REVIEW: State(
            _("专家评分中"),
            role=Role.AGENCY,
            limit="panel_review",
            applicant_label=_("专家评分中"),
            todo=_("组织专家评分"),
        ),
        E.GRADING: State(
            _("待评定等次"),
            role=Role.BUREAU_CLERK,
            limit="grading",
            applicant_label=AT_THE_BUREAU,
            todo=_("在评价年度中一并评定等次"),
        ),
        E.CONFIRMATION: State(
            _("等次待审定"),
            role=Role.BUREAU_APPROVER,
            continues=True,
            applicant_label=AT_THE_BUREAU,
            todo=_("在评价年度中一并审定"),
        ),
        E.PUBLICITY: State(_("公示中"), role=Role.BUREAU_APPROVER, todo=_("公示期满后在评价年度中一并公布")),
        E.FINAL: State(_("评价结果已公布"), final=True),
        E.RECTIFY: State(_("不合格，限期整改"), final=True),
        E.FAILED: State(_("整改后再评仍不合格"), final=True),
        E.DEFERRED: State(_("缓评，转入下一年度"), final=True),
        E.ABSENT: State(_("未参加评价"), final=True),
        E.WITHDRAWN: State(_("已随研究院终止"), final=True),
    },
    moves={
        "hand_up": Move(_("送单位管理员"), frozenset({E.SELF_REPORT}), E.UNIT_REVIEW),
        "send_back": Move(_("退回申报人修改"), frozenset({E.UNIT_REVIEW}), E.SELF_REPORT, reason=True),
        "hand_in": Move(_("报送自评报告"), frozenset({E.UNIT_REVIEW}), E.COUNTY_REVIEW),
        "recall": Move(
            _("撤回修改"), frozenset({E.COUNTY_REVIEW, E.COUNTY_SIGNING}), E.SELF_REPORT, reason=True
        ),
        "county_return": Move(_("退回单位补充"), frozenset({E.COUNTY_REVIEW}), E.SELF_REPORT, reason=True),
        "give_opinion": Move(_("提出县级意见"), frozenset({E.COUNTY_REVIEW}), E.COUNTY_SIGNING),
        "return_opinion": Move(
            _("退回经办修改"), frozenset({E.COUNTY_SIGNING}), E.COUNTY_REVIEW, reason=True
        ),
        "sign": Move(_("签发县级意见"), frozenset({E.COUNTY_SIGNING}), E.TAX_FILL, unlike=("opined_by",)),
        "fill_tax": Move(_("填报税务数据"), frozenset({E.TAX_FILL}), E.FINANCE_FILL),
        "fill_finance": Move(_("提交财政核查意见"), frozenset({E.FINANCE_FILL}), E.CHECKING),
        "refill": Move(_("退回税务、财政重新填报"), frozenset({E.CHECKING}), E.TAX_FILL, reason=True),
        "return": Move(_("退回单位补正"), frozenset({E.CHECKING}), E.SELF_REPORT, reason=True),
        "mark_false": Move(_("认定指标数据不实"), _JUDGED, reason=True),
        "clear_false": Move(_("撤销不实认定"), _JUDGED, reason=True),
        "cap": Move(_("按重大事故限定等次"), _JUDGED, reason=True),
        "lift_cap": Move(_("撤销等次限定"), _JUDGED, reason=True),
        "entrust": Move(_("委托专家评分"), frozenset({E.CHECKING}), E.PANEL_REVIEW),
        "entrust_anew": Move(_("改由其他机构评分"), frozenset({E.PANEL_REVIEW}), E.PANEL_REVIEW, reason=True),
        "record_review": Move(_("专家评分完成"), frozenset({E.PANEL_REVIEW}), E.GRADING, system=True),
        "reopen_review": Move(
            _("撤回评分，重新评定"), frozenset({E.GRADING}), E.PANEL_REVIEW, reason=True, system=True
        ),
        "propose_exemption": Move(_("提出缓评或视同合格"), _UNIT, E.EXEMPTION),
        "refuse_exemption": Move(_("不同意，按期评价"), frozenset({E.EXEMPTION}), E.SELF_REPORT, reason=True),
        "defer": Move(
            _("审定：缓评"), frozenset({E.EXEMPTION}), E.DEFERRED, unlike=("exemption_proposed_by",)
        ),
        "deem": Move(
            _("审定：视同合格"), frozenset({E.EXEMPTION}), E.GRADING, unlike=("exemption_proposed_by",)
        ),
        "miss": Move(_("登记未参加评价"), _UNIT, E.ABSENT, reason=True),
        "grade": Move(_("评定等次"), frozenset({E.GRADING}), E.CONFIRMATION, system=True),
        "return_grade": Move(
            _("退回经办复核"), frozenset({E.CONFIRMATION}), E.GRADING, reason=True, system=True
        ),
        "confirm": Move(
            _("审定等次并公示"),
            frozenset({E.CONFIRMATION}),
            E.PUBLICITY,
            unlike=("graded_by",),
            system=True,
        ),
        "correct_publicity": Move(_("更正后重新公示"), _SHOWN, system=True),
        "uphold_objection": Move(_("异议成立，重新评定"), _SHOWN, E.GRADING, reason=True, system=True),
        "release": Move(_("公布评价结果"), _SHOWN, E.FINAL, system=True),
        "rectify": Move(_("公布评价结果：限期整改"), _SHOWN, E.RECTIFY, system=True),
        "fail": Move(_("公布评价结果：再评不合格"), _SHOWN, E.FAILED, system=True),
        "lapse": Move(
            _("研究院资格终止，评价终止"),
            frozenset(OPEN_EVALUATIONS),
            E.WITHDRAWN,
            reason=True,
            system=True,
        ),
    },
)

ROUND = Lifecycle(
    name="evaluation round",
    states={
        R.OPEN: State(_("评价中")),
        R.GRADING: State(_("等次待审定"), role=Role.BUREAU_APPROVER, limit="grading"),
        R.PUBLICITY: State(_("公示中"), role=Role.BUREAU_APPROVER),
        R.FINAL: State(_("评价结果已公布")),
        R.CLOSED: State(_("已结束，无评价结果"), final=True),
    },
    moves={
        "grade": Move(_("一并评定等次"), frozenset({R.OPEN, R.FINAL}), R.GRADING),
        "return": Move(_("退回经办复核"), frozenset({R.GRADING}), R.OPEN, reason=True),
        "publish": Move(_("一并审定并公示"), frozenset({R.GRADING}), R.PUBLICITY, unlike=("graded_by",)),
        "release": Move(_("一并公布评价结果"), frozenset({R.PUBLICITY})),
        "finish": Move(_("本年度评价结果公布完毕"), frozenset({R.PUBLICITY}), R.FINAL, system=True),
        "close": Move(_("结束本年度评价"), frozenset({R.OPEN}), R.CLOSED, reason=True),
    },
)
