"""The tables of moves: of an objection and what the unit is asked about it (domain B1b), of a later end."""

from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from notices.enums import ExtensionState as E
from notices.enums import InquiryState
from notices.enums import ObjectionState as S
from records.lifecycle import Lifecycle, Move, State

OBJECTION = Lifecycle(
    "objection",
    states={
        S.RECEIVED: State(
            "异议待受理审查",
            role=Role.BUREAU_CLERK,
            limit="acceptance",
            applicant_label="已收到，正在审查是否受理",
        ),
        S.AWAITING_ORIGINAL: State(
            "等待异议人补交原件",
            role=Role.BUREAU_CLERK,
            limit="original",
            applicant_label="请补交原件",
        ),
        S.ACCEPTED: State(
            "异议查核中", role=Role.BUREAU_CLERK, limit="finding", applicant_label="已受理，正在查核"
        ),
        S.NOT_ACCEPTED: State("异议不予受理", applicant_label="不予受理，理由见答复", final=True),
        S.PROPOSED: State(
            "异议处理意见待审定",
            role=Role.BUREAU_APPROVER,
            continues=True,
            applicant_label="已受理，正在查核",
        ),
        S.DISMISSED: State("异议不成立", applicant_label="已办结，结论见答复", final=True),
        S.PARTLY_UPHELD: State("异议部分成立", applicant_label="已办结，结论见答复", final=True),
        S.UPHELD: State("异议成立", applicant_label="已办结，结论见答复", final=True),
    },
    moves={
        "accept": Move("受理异议", frozenset({S.RECEIVED}), S.ACCEPTED),
        "ask_original": Move("要求补交原件", frozenset({S.RECEIVED}), S.AWAITING_ORIGINAL),
        "receive_original": Move("登记收到原件", frozenset({S.AWAITING_ORIGINAL}), S.RECEIVED),
        "refuse": Move("不予受理", frozenset({S.RECEIVED, S.AWAITING_ORIGINAL}), S.NOT_ACCEPTED),
        "extend": Move("延长查核期限", frozenset({S.ACCEPTED}), S.ACCEPTED, reason=True),
        "ask_unit": Move("请申报单位说明情况", frozenset({S.ACCEPTED}), S.ACCEPTED),
        "propose": Move("提出处理意见", frozenset({S.ACCEPTED}), S.PROPOSED),
        "send_back": Move(
            "退回重新查核", frozenset({S.PROPOSED}), S.ACCEPTED, unlike=("proposed_by",), reason=True
        ),
        "dismiss": Move(
            "决定异议不成立", frozenset({S.PROPOSED}), S.DISMISSED, unlike=("proposed_by", "accepted_by")
        ),
        "partly": Move(
            "决定异议部分成立",
            frozenset({S.PROPOSED}),
            S.PARTLY_UPHELD,
            unlike=("proposed_by", "accepted_by"),
        ),
        "uphold": Move(
            "决定异议成立", frozenset({S.PROPOSED}), S.UPHELD, unlike=("proposed_by", "accepted_by")
        ),
    },
)

INQUIRY = Lifecycle(
    "inquiry",
    states={
        InquiryState.ASKED: State(
            "待单位说明情况",
            role=Role.ENT_ADMIN,
            limit="answer",
            applicant_label="请说明情况",
        ),
        InquiryState.ANSWERED: State("单位已说明", applicant_label="已提交说明", final=True),
        InquiryState.LAPSED: State("单位未说明", applicant_label="期满未说明", final=True),
    },
    moves={
        "answer": Move("提交情况说明", frozenset({InquiryState.ASKED}), InquiryState.ANSWERED),
        "lapse": Move("期满未说明", frozenset({InquiryState.ASKED}), InquiryState.LAPSED, system=True),
    },
)


def later_end(name: str, *, offered: str, drafted: str) -> Lifecycle:
    """The moves of a later end (:class:`notices.models.LaterEnd`); the limits are those of the two waiting states."""
    return Lifecycle(
        name=name,
        states={
            E.OFFERED: State(E.OFFERED.label, role=Role.BUREAU_CLERK, limit=offered),
            E.DRAFT: State(E.DRAFT.label, role=Role.BUREAU_APPROVER, limit=drafted),
            E.PUBLISHED: State(E.PUBLISHED.label, final=True),
            E.DISCARDED: State(E.DISCARDED.label, final=True),
        },
        moves={
            "take_up": Move(_("采纳建议，拟写延期"), frozenset({E.OFFERED}), E.DRAFT),
            "revise": Move(_("修改延期"), frozenset({E.DRAFT}), E.DRAFT),
            "publish": Move(_("发布延期"), frozenset({E.DRAFT}), E.PUBLISHED, unlike=("drafted_by",)),
            "discard": Move(_("不予延期"), frozenset({E.OFFERED, E.DRAFT}), E.DISCARDED, reason=True),
        },
    )


PUBLICITY_EXTENSION = later_end(
    "publicity extension", offered="publicity_extension_offer", drafted="publicity_extension"
)
