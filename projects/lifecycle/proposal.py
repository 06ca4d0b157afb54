"""The table of moves of a proposal, from its draft to its approval or refusal (domain B6)."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from projects.enums import ProposalState as S
from records.lifecycle import Lifecycle, Move, State

AT_THE_BUREAU = _("市科技局办理中")
IN_REVIEW = _("评审中")
_BEFORE_PUBLICITY = frozenset(
    {
        S.DRAFT,
        S.UNIT_REVIEW,
        S.COUNTY_REVIEW,
        S.COUNTY_SIGNING,
        S.FORMAL_REVIEW,
        S.FORMAL_CONFIRMATION,
        S.SUPPLEMENT,
        S.REVIEWING,
        S.BUDGET_REVIEW,
        S.DECISION,
    }
)
_AT_THE_CITY = frozenset(
    {S.FORMAL_REVIEW, S.FORMAL_CONFIRMATION, S.REVIEWING, S.BUDGET_REVIEW, S.DECISION, S.PUBLICITY}
)
_SIGNING, _CONFIRMING = frozenset({S.COUNTY_SIGNING}), frozenset({S.FORMAL_CONFIRMATION})

PROPOSAL = Lifecycle(
    name="project proposal",
    states={
        # Due on the call's last day: its service says which.
        S.DRAFT: State(_("填报中"), role=Role.ENT_FILLER),
        S.UNIT_REVIEW: State(
            _("待单位管理员报送"),
            role=Role.ENT_ADMIN,
            limit="unit_review",
            applicant_label=_("等待本单位管理员审核"),
        ),
        S.COUNTY_REVIEW: State(
            _("待县级审核"), role=Role.COUNTY_STAFF, limit="county_review", applicant_label=_("县级审核中")
        ),
        S.COUNTY_SIGNING: State(
            _("县级意见待签发"), role=Role.COUNTY_LEAD, continues=True, applicant_label=_("县级审核中")
        ),
        S.FORMAL_REVIEW: State(
            _("待形式审查"),
            role=Role.BUREAU_CLERK,
            limit="formal_review",
            applicant_label=_("市科技局形式审查中"),
        ),
        S.FORMAL_CONFIRMATION: State(
            _("形式审查待审定"),
            role=Role.BUREAU_APPROVER,
            continues=True,
            applicant_label=_("市科技局形式审查中"),
        ),
        S.SUPPLEMENT: State(
            _("待补正"), role=Role.ENT_FILLER, limit="supplement", applicant_label=_("需要补正材料")
        ),
        S.REVIEWING: State(
            _("专家评审中"),
            role=Role.AGENCY,
            limit="expert_review",
            applicant_label=IN_REVIEW,
            todo=_("组织专家评审"),
        ),
        S.BUDGET_REVIEW: State(_("预算评审中"), role=Role.AGENCY, continues=True, applicant_label=IN_REVIEW),
        S.DECISION: State(
            _("待审议立项"),
            role=Role.BUREAU_CLERK,
            limit="decision",
            applicant_label=AT_THE_BUREAU,
            todo=_("列入立项审议决定"),
        ),
        S.PUBLICITY: State(_("公示中"), role=Role.BUREAU_CLERK, todo=_("等公示期满，期间受理异议")),
        S.APPROVED: State(_("已立项"), final=True),
        S.CLOSED_COUNTY: State(_("未获推荐"), final=True),
        S.CLOSED_FORMAL: State(_("形式审查未通过"), final=True),
        S.CLOSED_REVIEW: State(_("专家评审未通过"), final=True),
        S.CLOSED_DECISION: State(_("不予立项"), final=True),
        S.CLOSED_OBJECTION: State(_("异议成立，不予立项"), final=True),
        S.BARRED: State(_("申报条件不再具备"), final=True),
        S.WITHDRAWN: State(_("已撤回"), final=True),
    },
    moves={
        "hand_up": Move(_("送单位管理员"), frozenset({S.DRAFT}), S.UNIT_REVIEW),
        "send_back": Move(_("退回申报人修改"), frozenset({S.UNIT_REVIEW}), S.DRAFT, reason=True),
        "hand_in": Move(_("审核通过并报送县级"), frozenset({S.UNIT_REVIEW}), S.COUNTY_REVIEW),
        "recall": Move(_("撤回修改"), frozenset({S.COUNTY_REVIEW, S.COUNTY_SIGNING}), S.DRAFT, reason=True),
        "county_return": Move(_("退回单位修改"), frozenset({S.COUNTY_REVIEW}), S.DRAFT, reason=True),
        "give_opinion": Move(_("提出县级意见"), frozenset({S.COUNTY_REVIEW}), S.COUNTY_SIGNING),
        "return_opinion": Move(_("退回经办重拟"), _SIGNING, S.COUNTY_REVIEW, reason=True),
        "sign": Move(_("签发推荐意见"), _SIGNING, S.FORMAL_REVIEW, unlike=("opined_by",)),
        "refuse": Move(_("签发不予推荐意见"), _SIGNING, S.CLOSED_COUNTY, unlike=("opined_by",)),
        "propose_formal": Move(_("提出形式审查意见"), frozenset({S.FORMAL_REVIEW}), S.FORMAL_CONFIRMATION),
        "return_formal": Move(_("退回经办复核"), _CONFIRMING, S.FORMAL_REVIEW, reason=True),
        "confirm_pass": Move(_("审定通过，委托评审"), _CONFIRMING, S.REVIEWING, unlike=("checked_by",)),
        "confirm_supplement": Move(_("审定：一次性补正"), _CONFIRMING, S.SUPPLEMENT, unlike=("checked_by",)),
        "confirm_fail": Move(_("审定不通过"), _CONFIRMING, S.CLOSED_FORMAL, unlike=("checked_by",)),
        "resubmit": Move(_("提交补正材料"), frozenset({S.SUPPLEMENT}), S.FORMAL_REVIEW),
        "lapse_supplement": Move(
            _("逾期未补正，视为放弃"), frozenset({S.SUPPLEMENT}), S.CLOSED_FORMAL, system=True
        ),
        "change_agency": Move(
            _("改由其他机构评审"), frozenset({S.REVIEWING, S.BUDGET_REVIEW}), reason=True, system=True
        ),
        "pass_review": Move(_("专家评审通过"), frozenset({S.REVIEWING}), S.BUDGET_REVIEW, system=True),
        "fail_review": Move(_("专家评审未通过"), frozenset({S.REVIEWING}), S.CLOSED_REVIEW, system=True),
        "reopen_review": Move(
            _("撤回评审结果，重新评定"), frozenset({S.BUDGET_REVIEW}), S.REVIEWING, reason=True, system=True
        ),
        "review_budget": Move(_("提交预算评审意见"), frozenset({S.BUDGET_REVIEW}), S.DECISION),
        "return_budget": Move(_("退回机构复核预算"), frozenset({S.DECISION}), S.BUDGET_REVIEW, reason=True),
        "shortlist": Move(_("列入拟立项名单"), frozenset({S.DECISION}), S.PUBLICITY, system=True),
        "reject": Move(_("不予立项"), frozenset({S.DECISION}), S.CLOSED_DECISION, system=True),
        "approve": Move(_("立项"), frozenset({S.PUBLICITY}), S.APPROVED, system=True),
        "uphold_objection": Move(
            _("异议成立，不予立项"), frozenset({S.PUBLICITY}), S.CLOSED_OBJECTION, reason=True, system=True
        ),
        "bar": Move(_("终止：申报条件不再具备"), _AT_THE_CITY, S.BARRED, reason=True),
        "withdraw": Move(_("撤回申报"), _BEFORE_PUBLICITY, S.WITHDRAWN, reason=True),
    },
)
