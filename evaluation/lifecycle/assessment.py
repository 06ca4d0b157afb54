"""The table of moves of an annual assessment (domain B3)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from evaluation.enums.assessment import OPEN_ASSESSMENTS, UNWRITTEN
from evaluation.enums.assessment import AssessmentState as A
from records.lifecycle import Lifecycle, Move, State

_GRADING, _TO_CONFIRM = frozenset({A.GRADING}), frozenset({A.CONFIRMATION})
_AT_THE_BUREAU = _("市科技局评定中")
ASSESSMENT = Lifecycle(
    name="assessment",
    states={
        # Due on the last day of reporting: its service says which.
        A.DRAFT: State(_("待填报"), role=Role.ENT_FILLER, applicant_label=_("填写年度报告")),
        A.UNIT_REVIEW: State(_("待单位管理员报送"), role=Role.ENT_ADMIN, limit="unit_review"),
        A.COUNTY_CHECK: State(
            _("待县级核实"), role=Role.COUNTY_STAFF, limit="county_check", applicant_label=_("县级核实中")
        ),
        A.TAX_FILL: State(
            _("待税务填报"), role=Role.TAX, limit="tax_check", applicant_label=_("税务、财政填报中")
        ),
        A.FINANCE_FILL: State(
            _("待财政填报"), role=Role.FINANCE, limit="finance_check", applicant_label=_("税务、财政填报中")
        ),
        A.GRADING: State(
            _("待拟定等次"), role=Role.BUREAU_CLERK, limit="grading", applicant_label=_AT_THE_BUREAU
        ),
        A.CONFIRMATION: State(
            _("等次待审定"), role=Role.BUREAU_APPROVER, continues=True, applicant_label=_AT_THE_BUREAU
        ),
        A.CONFIRMED: State(
            _("已审定，待公布"),
            role=Role.BUREAU_APPROVER,
            limit="publication",
            applicant_label=_("待公布"),
            todo=_("公布年度考核结果"),
        ),
        A.PUBLISHED: State(_("已公布"), final=True),
        A.MISSING: State(_("缺报")),
        A.WITHDRAWN: State(_("已随研究院终止"), final=True),
    },
    moves={
        "hand_up": Move(_("送单位管理员"), frozenset({A.DRAFT}), A.UNIT_REVIEW),
        "send_back": Move(_("退回申报人修改"), frozenset({A.UNIT_REVIEW}), A.DRAFT, reason=True),
        "hand_in": Move(_("报送年度报告"), frozenset({A.UNIT_REVIEW}), A.COUNTY_CHECK),
        "recall": Move(_("撤回修改"), frozenset({A.COUNTY_CHECK}), A.DRAFT, reason=True),
        "county_return": Move(_("退回单位修改"), frozenset({A.COUNTY_CHECK}), A.DRAFT, reason=True),
        "county_check": Move(
            _("核实无误，送税务填报"), frozenset({A.COUNTY_CHECK}), A.TAX_FILL, unlike=("handed_in_by",)
        ),
        "sign_tax": Move(_("填报税收数据并会签"), frozenset({A.TAX_FILL}), A.FINANCE_FILL),
        "sign_finance": Move(_("填报财政资金并会签"), frozenset({A.FINANCE_FILL}), A.GRADING),
        "return": Move(_("退回单位修改"), _GRADING, A.DRAFT, reason=True),
        "ask_tax": Move(_("退税务核对"), _GRADING, A.TAX_FILL, reason=True),
        "ask_finance": Move(_("退财政核对"), _GRADING, A.FINANCE_FILL, reason=True),
        "grade": Move(_("拟定等次"), _GRADING, A.CONFIRMATION),
        "return_grade": Move(_("退回经办复核"), _TO_CONFIRM, A.GRADING, reason=True),
        "confirm": Move(_("审定等次"), _TO_CONFIRM, A.CONFIRMED, unlike=("graded_by",)),
        "publish": Move(_("公布结果"), frozenset({A.CONFIRMED}), A.PUBLISHED, system=True),
        "miss": Move(_("列为缺报"), frozenset(UNWRITTEN), A.MISSING, system=True),
        "admit": Move(_("准予补报"), frozenset({A.MISSING}), A.DRAFT, reason=True),
        "lapse": Move(
            _("研究院资格终止，考核终止"), frozenset(OPEN_ASSESSMENTS), A.WITHDRAWN, reason=True, system=True
        ),
    },
)
