"""The table of moves of a filing for provincial recognition: unit, county, filing, inspection, province (四(五))."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from institutes.enums.provincial import FilingState as F
from records.lifecycle import Lifecycle, Move, State

CONCLUDER, RESULTER, OPINER = ("concluded_by",), ("resulted_by",), ("opined_by",)
WITHDRAWABLE = frozenset(
    {
        F.DRAFT,
        F.UNIT_REVIEW,
        F.COUNTY_OPINION,
        F.COUNTY_SIGNING,
        F.ACCEPTANCE,
        F.FILED,
        F.SCHEDULED,
        F.CONCLUDING,
        F.IMPROVING,
        F.INSPECTED,
        F.APPLIED,
    }
)
FILING = Lifecycle(
    name="filing",
    states={
        F.DRAFT: State(_("草拟中"), role=Role.ENT_FILLER),
        F.UNIT_REVIEW: State(_("待单位管理员报送"), role=Role.ENT_ADMIN, limit="filing_unit"),
        F.COUNTY_OPINION: State(
            _("待县级意见"),
            role=Role.COUNTY_STAFF,
            limit="filing_county",
            applicant_label=_("县级审核中"),
        ),
        F.COUNTY_SIGNING: State(
            _("待县级负责人签发意见"),
            role=Role.COUNTY_LEAD,
            continues=True,
            applicant_label=_("县级审核中"),
        ),
        F.ACCEPTANCE: State(
            _("待受理报备"),
            role=Role.BUREAU_CLERK,
            limit="filing_acceptance",
            applicant_label=_("市科技局办理报备中"),
        ),
        F.FILED: State(_("已报备，待安排考察论证"), role=Role.BUREAU_CLERK, limit="inspection_scheduling"),
        F.SCHEDULED: State(_("待考察论证"), role=Role.BUREAU_CLERK, limit="inspection_record"),
        F.CONCLUDING: State(
            _("考察论证结论待审批"),
            role=Role.BUREAU_APPROVER,
            limit="inspection_conclusion",
            applicant_label=_("考察论证结论审批中"),
        ),
        F.IMPROVING: State(
            _("待单位完善"),
            role=Role.ENT_ADMIN,
            limit="improvement",
            applicant_label=_("请完善后报告，再次论证"),
        ),
        F.INSPECTED: State(_("考察论证支持，待报省"), role=Role.BUREAU_CLERK, limit="province_application"),
        F.NOT_SUPPORTED: State(_("考察论证不予支持"), final=True),
        F.APPLIED: State(
            _("已报省，等待结果"), role=Role.BUREAU_CLERK, todo=_("省级公布后登记结果和省级文件")
        ),
        F.RESULT_CHECK: State(
            _("省级结果待复核"),
            role=Role.BUREAU_APPROVER,
            limit="province_result",
            applicant_label=_("省级结果复核中"),
        ),
        F.RECOGNISED: State(_("省级已认定"), final=True),
        F.NOT_RECOGNISED: State(_("省级未认定"), final=True),
        F.WITHDRAWN: State(_("已撤回"), final=True),
    },
    moves={
        "hand_up": Move(_("送单位管理员"), frozenset({F.DRAFT}), F.UNIT_REVIEW),
        "send_back": Move(_("退回申报人修改"), frozenset({F.UNIT_REVIEW}), F.DRAFT, reason=True),
        "hand_in": Move(_("报送县级科技管理部门"), frozenset({F.UNIT_REVIEW}), F.COUNTY_OPINION),
        "county_return": Move(_("退回单位补充"), frozenset({F.COUNTY_OPINION}), F.DRAFT, reason=True),
        "draft_opinion": Move(_("拟写县级意见"), frozenset({F.COUNTY_OPINION}), F.COUNTY_SIGNING),
        "return_opinion": Move(
            _("退回经办重拟"), frozenset({F.COUNTY_SIGNING}), F.COUNTY_OPINION, reason=True
        ),
        "sign_opinion": Move(_("签发县级意见"), frozenset({F.COUNTY_SIGNING}), F.ACCEPTANCE, unlike=OPINER),
        "return": Move(_("退回单位补正"), frozenset({F.ACCEPTANCE}), F.DRAFT, reason=True),
        "accept": Move(_("受理报备"), frozenset({F.ACCEPTANCE}), F.FILED),
        "schedule": Move(_("安排考察论证"), frozenset({F.FILED}), F.SCHEDULED),
        "reschedule": Move(_("改期"), frozenset({F.SCHEDULED}), F.SCHEDULED, reason=True),
        "record_inspection": Move(_("登记考察论证结论"), frozenset({F.SCHEDULED}), F.CONCLUDING),
        "return_conclusion": Move(_("退回经办重新登记"), frozenset({F.CONCLUDING}), F.SCHEDULED, reason=True),
        "confirm_support": Move(
            _("批准结论：支持申报"), frozenset({F.CONCLUDING}), F.INSPECTED, unlike=CONCLUDER
        ),
        "confirm_improvement": Move(
            _("批准结论：完善后再论证"), frozenset({F.CONCLUDING}), F.IMPROVING, unlike=CONCLUDER
        ),
        "confirm_refusal": Move(
            _("批准结论：不予支持"), frozenset({F.CONCLUDING}), F.NOT_SUPPORTED, unlike=CONCLUDER
        ),
        "report_improvement": Move(_("报告完善情况"), frozenset({F.IMPROVING}), F.FILED),
        "apply_to_province": Move(_("登记报省"), frozenset({F.INSPECTED}), F.APPLIED),
        "record_result": Move(_("登记省级结果"), frozenset({F.APPLIED}), F.RESULT_CHECK),
        "return_result": Move(_("退回经办核对"), frozenset({F.RESULT_CHECK}), F.APPLIED, reason=True),
        "settle_recognition": Move(
            _("复核：省级已认定"), frozenset({F.RESULT_CHECK}), F.RECOGNISED, unlike=RESULTER
        ),
        "settle_refusal": Move(
            _("复核：省级未认定"), frozenset({F.RESULT_CHECK}), F.NOT_RECOGNISED, unlike=RESULTER
        ),
        "withdraw": Move(_("撤回申报"), WITHDRAWABLE, F.WITHDRAWN, reason=True),
        "lapse": Move(
            _("研究院资格终止，申报失效"),
            WITHDRAWABLE | {F.RESULT_CHECK},
            F.WITHDRAWN,
            reason=True,
            system=True,
        ),
    },
)
