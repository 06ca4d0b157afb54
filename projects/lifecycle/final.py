"""The table of moves of the final acceptance of a project (domain B6)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from projects.enums.final import WITH_THE_UNIT
from projects.enums.final import FinalState as S
from records.lifecycle import Lifecycle, Move, State

AT_THE_BUREAU = _("市科技局办理中")
_TO_CONFIRM = frozenset({S.CONFIRMATION})

FINAL = Lifecycle(
    name="project final",
    states={
        # Due on the last day of the term, or of the time to mend: its service says which.
        S.PREPARING: State(_("待申请结题"), role=Role.ENT_FILLER, applicant_label=_("准备结题材料")),
        S.UNIT_REVIEW: State(_("待单位管理员报送"), role=Role.ENT_ADMIN, limit="unit_review"),
        S.COUNTY_REVIEW: State(
            _("待县级审核"), role=Role.COUNTY_STAFF, limit="county_review", applicant_label=_("县级审核中")
        ),
        S.COUNTY_SIGNING: State(
            _("县级意见待签发"), role=Role.COUNTY_LEAD, continues=True, applicant_label=_("县级审核中")
        ),
        S.CHECKING: State(
            _("待核查材料"), role=Role.BUREAU_CLERK, limit="final_check", applicant_label=AT_THE_BUREAU
        ),
        S.PANEL_REVIEW: State(
            _("专家验收中"),
            role=Role.AGENCY,
            limit="final_panel",
            applicant_label=_("专家验收中"),
            todo=_("组织专家验收"),
        ),
        S.DECISION: State(
            _("待拟定结论"), role=Role.BUREAU_CLERK, limit="final_decision", applicant_label=AT_THE_BUREAU
        ),
        S.CONFIRMATION: State(
            _("结论待审定"), role=Role.BUREAU_APPROVER, continues=True, applicant_label=AT_THE_BUREAU
        ),
        S.PASSED: State(_("通过结题验收"), final=True),
        S.CONDITIONAL: State(_("限期整改"), final=True),
        S.FAILED: State(_("未通过结题验收"), final=True),
        S.LAPSED: State(_("项目终止，不再验收"), final=True),
    },
    moves={
        "hand_up": Move(_("送单位管理员"), frozenset({S.PREPARING}), S.UNIT_REVIEW),
        "send_back": Move(_("退回申报人修改"), frozenset({S.UNIT_REVIEW}), S.PREPARING, reason=True),
        "hand_in": Move(_("申请结题验收"), frozenset({S.UNIT_REVIEW}), S.COUNTY_REVIEW),
        "county_return": Move(_("退回单位补充"), frozenset({S.COUNTY_REVIEW}), S.PREPARING, reason=True),
        "give_opinion": Move(_("送领导签发"), frozenset({S.COUNTY_REVIEW}), S.COUNTY_SIGNING),
        "return_opinion": Move(
            _("退回经办重拟"), frozenset({S.COUNTY_SIGNING}), S.COUNTY_REVIEW, reason=True
        ),
        "sign": Move(_("签发意见"), frozenset({S.COUNTY_SIGNING}), S.CHECKING, unlike=("opined_by",)),
        "return": Move(_("退回补正"), frozenset({S.CHECKING}), S.PREPARING, reason=True),
        "entrust": Move(_("委托专家验收"), frozenset({S.CHECKING}), S.PANEL_REVIEW),
        "entrust_anew": Move(
            _("改由其他机构验收"), frozenset({S.PANEL_REVIEW}), S.PANEL_REVIEW, reason=True, system=True
        ),
        "record_review": Move(_("专家验收完成"), frozenset({S.PANEL_REVIEW}), S.DECISION, system=True),
        "reopen_review": Move(
            _("撤回验收意见，重新评定"), frozenset({S.DECISION}), S.PANEL_REVIEW, reason=True, system=True
        ),
        "propose": Move(_("拟定结题结论"), frozenset({S.DECISION}), S.CONFIRMATION),
        "return_proposal": Move(_("退回经办复核"), _TO_CONFIRM, S.DECISION, reason=True),
        "pass": Move(_("审定：通过"), _TO_CONFIRM, S.PASSED, unlike=("proposed_by",)),
        "condition": Move(_("审定：限期整改"), _TO_CONFIRM, S.CONDITIONAL, unlike=("proposed_by",)),
        "fail": Move(_("审定：未通过"), _TO_CONFIRM, S.FAILED, unlike=("proposed_by",)),
        "lapse": Move(_("项目终止，不再验收"), frozenset(WITH_THE_UNIT), S.LAPSED, system=True),
    },
)
