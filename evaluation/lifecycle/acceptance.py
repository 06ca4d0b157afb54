"""The table of moves of an acceptance at the end of the building period (domain B2)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from evaluation.enums import OPEN_ACCEPTANCES
from evaluation.enums import AcceptanceState as C
from records.lifecycle import Lifecycle, Move, State

_OPEN_ACCEPTANCES = frozenset(OPEN_ACCEPTANCES)
_TO_CONFIRM = frozenset({C.CONFIRMATION})
AT_THE_BUREAU = _("市科技局办理中")
ACCEPTANCE = Lifecycle(
    name="acceptance",
    states={
        # Due on the last day of the building period, or of the time to mend: its service says which.
        C.PREPARING: State(_("待申请验收"), role=Role.ENT_FILLER, applicant_label=_("准备验收材料")),
        C.UNIT_REVIEW: State(_("待单位管理员报送"), role=Role.ENT_ADMIN, limit="unit_review"),
        C.COUNTY_REVIEW: State(
            _("待县级审核"), role=Role.COUNTY_STAFF, limit="county_review", applicant_label=_("县级审核中")
        ),
        C.COUNTY_SIGNING: State(
            _("县级意见待签发"), role=Role.COUNTY_LEAD, continues=True, applicant_label=_("县级审核中")
        ),
        C.CHECKING: State(
            _("待核查材料"), role=Role.BUREAU_CLERK, limit="check", applicant_label=AT_THE_BUREAU
        ),
        C.PANEL_REVIEW: State(
            _("专家验收中"),
            role=Role.AGENCY,
            limit="panel_review",
            applicant_label=_("专家验收中"),
            todo=_("组织专家验收"),
        ),
        C.DECISION: State(
            _("待拟定结论"), role=Role.BUREAU_CLERK, limit="decision", applicant_label=AT_THE_BUREAU
        ),
        C.CONFIRMATION: State(
            _("结论待审定"), role=Role.BUREAU_APPROVER, continues=True, applicant_label=AT_THE_BUREAU
        ),
        C.PASSED: State(_("通过验收"), final=True),
        C.CONDITIONAL: State(_("限期整改"), final=True),
        C.FAILED: State(_("未通过验收"), final=True),
        C.WITHDRAWN: State(_("已随研究院终止"), final=True),
    },
    moves={
        "hand_up": Move(_("送单位管理员"), frozenset({C.PREPARING}), C.UNIT_REVIEW),
        "send_back": Move(_("退回申报人修改"), frozenset({C.UNIT_REVIEW}), C.PREPARING, reason=True),
        "hand_in": Move(_("申请验收"), frozenset({C.UNIT_REVIEW}), C.COUNTY_REVIEW),
        "recall": Move(
            _("撤回修改"), frozenset({C.COUNTY_REVIEW, C.COUNTY_SIGNING}), C.PREPARING, reason=True
        ),
        "county_return": Move(_("退回单位补充"), frozenset({C.COUNTY_REVIEW}), C.PREPARING, reason=True),
        "give_opinion": Move(_("提出县级意见"), frozenset({C.COUNTY_REVIEW}), C.COUNTY_SIGNING),
        "return_opinion": Move(
            _("退回经办修改"), frozenset({C.COUNTY_SIGNING}), C.COUNTY_REVIEW, reason=True
        ),
        "sign": Move(_("签发县级意见"), frozenset({C.COUNTY_SIGNING}), C.CHECKING, unlike=("opined_by",)),
        "return": Move(_("退回单位补正"), frozenset({C.CHECKING}), C.PREPARING, reason=True),
        "entrust": Move(_("委托专家验收"), frozenset({C.CHECKING}), C.PANEL_REVIEW),
        "entrust_anew": Move(_("改由其他机构验收"), frozenset({C.PANEL_REVIEW}), C.PANEL_REVIEW, reason=True),
        "record_review": Move(_("专家验收完成"), frozenset({C.PANEL_REVIEW}), C.DECISION, system=True),
        "reopen_review": Move(
            _("撤回验收意见，重新评定"), frozenset({C.DECISION}), C.PANEL_REVIEW, reason=True, system=True
        ),
        "propose": Move(_("拟定验收结论"), frozenset({C.DECISION}), C.CONFIRMATION),
        "return_proposal": Move(_("退回经办复核"), _TO_CONFIRM, C.DECISION, reason=True),
        "pass": Move(_("审定：通过验收"), _TO_CONFIRM, C.PASSED, unlike=("proposed_by",)),
        "condition": Move(_("审定：限期整改"), _TO_CONFIRM, C.CONDITIONAL, unlike=("proposed_by",)),
        "fail": Move(_("审定：未通过验收"), _TO_CONFIRM, C.FAILED, unlike=("proposed_by",)),
        "lapse": Move(
            _("研究院资格终止，验收终止"), _OPEN_ACCEPTANCES, C.WITHDRAWN, reason=True, system=True
        ),
    },
)
