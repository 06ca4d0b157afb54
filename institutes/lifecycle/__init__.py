"""The tables of moves of the room: calls, recognition (domain B1), decisions of a meeting, the map of chains."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from institutes.enums import OPEN_STATES, BatchState, CallState, ChainState
from institutes.enums import ApplicationState as S
from institutes.enums import ProposalState as P
from institutes.lifecycle.achievements import ACHIEVEMENT
from institutes.lifecycle.county import COUNTY_POLICY, CULTIVATION, IN_POOL
from institutes.lifecycle.earlier import EARLIER
from institutes.lifecycle.offerings import OFFERING
from institutes.lifecycle.provincial import FILING
from institutes.lifecycle.questions import QUESTION
from institutes.lifecycle.standing import CHANGE, PROGRESS, REVOCATION, SUSPENSION
from notices.lifecycle import later_end
from records.lifecycle import Lifecycle, Move, State

__all__ = [
    "ACHIEVEMENT",
    "APPLICATION",
    "CALL",
    "CHAIN",
    "CHAIN_PROPOSAL",
    "CHANGE",
    "EARLIER",
    "FILING",
    "COUNTY_POLICY",
    "CULTIVATION",
    "DECISION_BATCH",
    "IN_POOL",
    "OFFERING",
    "QUESTION",
    "PROGRESS",
    "REVOCATION",
    "SUSPENSION",
]

CALL = Lifecycle(
    name="call",
    states={
        CallState.DRAFT: State(CallState.DRAFT.label, role=Role.BUREAU_APPROVER),
        CallState.PUBLISHED: State(CallState.PUBLISHED.label),
        CallState.WITHDRAWN: State(CallState.WITHDRAWN.label, final=True),
    },
    moves={
        "publish": Move(
            _("发布通知"), frozenset({CallState.DRAFT}), CallState.PUBLISHED, unlike=("drafted_by",)
        ),
        "discard": Move(_("撤回草稿"), frozenset({CallState.DRAFT}), CallState.WITHDRAWN, reason=True),
        "draft_extension": Move(_("拟写延期"), frozenset({CallState.PUBLISHED}), CallState.PUBLISHED),
        "extend": Move(_("延期"), frozenset({CallState.PUBLISHED}), CallState.PUBLISHED, system=True),
    },
)

EXTENSION = later_end("call extension", offered="call_extension_offer", drafted="call_extension")
"""A call's own end moves by ``extend``, which publishing an extension takes."""

APPLICATION = Lifecycle(
    name="application",
    states={
        S.DRAFT: State(_("填报中"), role=Role.ENT_FILLER, applicant_label=_("填报中")),
        S.UNIT_REVIEW: State(
            _("单位审核中"),
            role=Role.ENT_ADMIN,
            limit="unit_review",
            applicant_label=_("等待本单位管理员审核"),
        ),
        S.COUNTY_REVIEW: State(
            _("待推荐"), role=Role.COUNTY_STAFF, limit="county_review", applicant_label=_("县级审核中")
        ),
        S.COUNTY_SIGNING: State(
            _("推荐函待签发"), role=Role.COUNTY_LEAD, continues=True, applicant_label=_("县级推荐中")
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
        S.SUPPLEMENT_REQUESTED: State(
            _("待补正"), role=Role.ENT_FILLER, limit="supplement", applicant_label=_("需要补正材料")
        ),
        S.REVIEWING: State(
            _("专家评审中"),
            role=Role.AGENCY,
            limit="review",
            applicant_label=_("第三方评审中"),
            todo=_("组织专家评审"),
        ),
        S.SITE_VISIT: State(
            _("待现场考察"),
            role=Role.AGENCY,
            limit="site_visit",
            applicant_label=_("等待现场考察"),
            todo=_("安排现场考察，现场填写考察表"),
        ),
        S.PENDING_DECISION: State(
            _("待局务会审议"),
            role=Role.BUREAU_APPROVER,
            limit="decision",
            todo=_("会议后预览并发布审议决定"),
            applicant_label=_("市科技局审议中"),
        ),
        S.PUBLICITY: State(
            _("公示中"),
            role=Role.BUREAU_CLERK,
            todo=_("等公示期满，期间受理异议"),
            applicant_label=_("公示中"),
        ),
        S.OBJECTION_HANDLING: State(
            _("异议处理中"),
            role=Role.BUREAU_CLERK,
            todo=_("查核异议"),
            limit="objection_finding",
            applicant_label=_("公示期间收到异议，正在核实"),
        ),
        S.RECOGNISED: State(_("已认定"), final=True, applicant_label=_("已认定")),
        S.CLOSED_NOT_RECOMMENDED: State(_("未获推荐"), final=True),
        S.CLOSED_FORMAL: State(_("形式审查未通过"), final=True),
        S.CLOSED_REVIEW: State(_("评审未通过"), final=True),
        S.CLOSED_DECISION: State(_("审议未通过"), final=True),
        S.CLOSED_OBJECTION: State(_("异议成立，不予认定"), final=True),
        S.WITHDRAWN: State(_("已撤回"), final=True),
    },
    moves={
        "submit": Move(_("提交单位审核"), frozenset({S.DRAFT}), S.UNIT_REVIEW),
        "unit_return": Move(_("退回填报人"), frozenset({S.UNIT_REVIEW}), S.DRAFT),
        "unit_approve": Move(_("审核通过并报送县级"), frozenset({S.UNIT_REVIEW}), S.COUNTY_REVIEW),
        "county_return": Move(_("退回申报单位"), frozenset({S.COUNTY_REVIEW}), S.DRAFT),
        "propose_recommendation": Move(_("提出推荐意见"), frozenset({S.COUNTY_REVIEW}), S.COUNTY_SIGNING),
        "send_back_recommendation": Move(
            _("退回经办重拟"), frozenset({S.COUNTY_SIGNING}), S.COUNTY_REVIEW, reason=True
        ),
        "sign_recommendation": Move(
            _("签发推荐函"), frozenset({S.COUNTY_SIGNING}), S.FORMAL_REVIEW, unlike=("county_proposed_by",)
        ),
        "refuse_recommendation": Move(
            _("签发不予推荐意见"),
            frozenset({S.COUNTY_SIGNING}),
            S.CLOSED_NOT_RECOMMENDED,
            unlike=("county_proposed_by",),
            reason=True,
        ),
        "propose_formal": Move(_("提出形式审查意见"), frozenset({S.FORMAL_REVIEW}), S.FORMAL_CONFIRMATION),
        "send_back_formal": Move(
            _("退回经办复核"), frozenset({S.FORMAL_CONFIRMATION}), S.FORMAL_REVIEW, reason=True
        ),
        "confirm_pass": Move(
            _("审定通过，交付评审"),
            frozenset({S.FORMAL_CONFIRMATION}),
            S.REVIEWING,
            unlike=("formal_proposed_by",),
        ),
        "confirm_supplement": Move(
            _("审定补正，发补正通知"),
            frozenset({S.FORMAL_CONFIRMATION}),
            S.SUPPLEMENT_REQUESTED,
            unlike=("formal_proposed_by",),
        ),
        "confirm_fail": Move(
            _("审定不通过"),
            frozenset({S.FORMAL_CONFIRMATION}),
            S.CLOSED_FORMAL,
            unlike=("formal_proposed_by",),
        ),
        "resubmit": Move(_("提交补正材料"), frozenset({S.SUPPLEMENT_REQUESTED}), S.FORMAL_REVIEW),
        "lapse_supplement": Move(
            _("逾期未补正，视为放弃"), frozenset({S.SUPPLEMENT_REQUESTED}), S.CLOSED_FORMAL, system=True
        ),
        "pass_review": Move(_("评审合格"), frozenset({S.REVIEWING}), S.SITE_VISIT, system=True),
        "pass_again": Move(
            _("重新评定后合格，考察记录继续有效"), frozenset({S.REVIEWING}), S.PENDING_DECISION, system=True
        ),
        "fail_review": Move(_("评审不合格"), frozenset({S.REVIEWING}), S.CLOSED_REVIEW, system=True),
        "reopen_review": Move(
            _("评审中存在利益冲突，重新评定"),
            frozenset({S.SITE_VISIT, S.PENDING_DECISION, S.CLOSED_REVIEW}),
            S.REVIEWING,
            reason=True,
            system=True,
        ),
        "record_visit": Move(_("登记现场考察"), frozenset({S.SITE_VISIT}), S.PENDING_DECISION, system=True),
        "refuse_visit": Move(
            _("拒绝现场考察，视为放弃申报"),
            frozenset({S.SITE_VISIT}),
            S.WITHDRAWN,
            reason=True,
            system=True,
        ),
        "shortlist": Move(
            _("列入拟认定名单并公示"),
            frozenset({S.PENDING_DECISION}),
            S.PUBLICITY,
            unlike=("formal_proposed_by",),
            system=True,
        ),
        "reject": Move(
            _("不予认定"),
            frozenset({S.PENDING_DECISION}),
            S.CLOSED_DECISION,
            unlike=("formal_proposed_by",),
            reason=True,
            system=True,
        ),
        "raise_objection": Move(_("受理异议"), frozenset({S.PUBLICITY}), S.OBJECTION_HANDLING, system=True),
        "dismiss_objection": Move(
            _("异议不成立"), frozenset({S.OBJECTION_HANDLING}), S.PUBLICITY, system=True
        ),
        "correct_publicity": Move(
            _("异议部分成立，更正后重新公示"), frozenset({S.OBJECTION_HANDLING}), S.PUBLICITY, system=True
        ),
        "uphold_objection": Move(
            _("异议成立"), frozenset({S.OBJECTION_HANDLING}), S.CLOSED_OBJECTION, system=True, reason=True
        ),
        "recognise": Move(_("公示期满，予以认定"), frozenset({S.PUBLICITY}), S.RECOGNISED),
        "withdraw": Move(
            _("撤回申报"),
            frozenset(OPEN_STATES) - {S.PUBLICITY, S.OBJECTION_HANDLING},
            S.WITHDRAWN,
            reason=True,
        ),
    },
)

IN_USE = frozenset({ChainState.ACTIVE})
CHAIN = Lifecycle(
    name="chain",
    states={
        ChainState.ACTIVE: State(ChainState.ACTIVE.label),
        ChainState.RETIRED: State(ChainState.RETIRED.label),
    },
    moves={
        "revise": Move(_("修改产业链"), IN_USE, ChainState.ACTIVE),
        "add_segment": Move(_("增加环节"), IN_USE, ChainState.ACTIVE),
        "revise_segment": Move(_("修改环节"), IN_USE, ChainState.ACTIVE),
        "merge_segment": Move(_("合并环节"), IN_USE, ChainState.ACTIVE, reason=True),
        "retire_segment": Move(_("停用环节"), IN_USE, ChainState.ACTIVE, reason=True),
        "enter_member": Move(_("登记链上企业"), IN_USE, ChainState.ACTIVE),
        "import_members": Move(_("导入链上企业"), IN_USE, ChainState.ACTIVE),
        "revise_member": Move(_("更正企业登记"), IN_USE, ChainState.ACTIVE, reason=True),
        "change_role": Move(_("变更企业地位"), IN_USE, ChainState.ACTIVE),
        "end_member": Move(_("移出企业"), IN_USE, ChainState.ACTIVE, reason=True),
        "retire": Move(_("停用产业链"), IN_USE, ChainState.RETIRED, reason=True),
        "restore": Move(_("恢复使用"), frozenset({ChainState.RETIRED}), ChainState.ACTIVE),
    },
)
"""Editing the map leaves a chain in its state; it goes through the table all the same: one lock, one register."""

CHAIN_PROPOSAL = Lifecycle(
    name="chain proposal",
    states={
        P.DRAFT: State(P.DRAFT.label, role=Role.COUNTY_STAFF),
        P.SIGNING: State(P.SIGNING.label, role=Role.COUNTY_LEAD, limit="chain_signing"),
        P.PROPOSED: State(P.PROPOSED.label, role=Role.BUREAU_CLERK, limit="chain_decision"),
        P.CHECKED: State(P.CHECKED.label, role=Role.BUREAU_APPROVER, continues=True),
        P.ACCEPTED: State(P.ACCEPTED.label, final=True),
        P.REFUSED: State(P.REFUSED.label, final=True),
        P.WITHDRAWN: State(P.WITHDRAWN.label, final=True),
    },
    moves={
        "hand_up": Move(_("送领导审签"), frozenset({P.DRAFT}), P.SIGNING),
        "send_back": Move(_("退回经办修改"), frozenset({P.SIGNING}), P.DRAFT, reason=True),
        "propose": Move(_("报送市科技局"), frozenset({P.SIGNING}), P.PROPOSED, unlike=("drafted_by",)),
        "check": Move(_("提出审核意见"), frozenset({P.PROPOSED}), P.CHECKED),
        "return_check": Move(_("退回经办复核"), frozenset({P.CHECKED}), P.PROPOSED, reason=True),
        "accept": Move(_("采纳并更新图谱"), frozenset({P.CHECKED}), P.ACCEPTED, unlike=("checked_by",)),
        "refuse": Move(_("不予采纳"), frozenset({P.CHECKED}), P.REFUSED, unlike=("checked_by",), reason=True),
        "withdraw": Move(
            _("撤回建议"),
            frozenset({P.DRAFT, P.SIGNING, P.PROPOSED, P.CHECKED}),
            P.WITHDRAWN,
            reason=True,
        ),
    },
)

DECISION_BATCH = Lifecycle(
    name="decision_batch",
    states={
        BatchState.DRAFT: State(_("审议决定待发布"), role=Role.BUREAU_APPROVER),
        BatchState.RELEASED: State(_("已发布"), final=True),
        BatchState.DISCARDED: State(_("已作废"), final=True),
    },
    moves={
        "release": Move(
            _("发布审议决定"),
            frozenset({BatchState.DRAFT}),
            BatchState.RELEASED,
            unlike=("drafted_by",),
        ),
        "discard": Move(_("作废审议决定"), frozenset({BatchState.DRAFT}), BatchState.DISCARDED, reason=True),
    },
)
