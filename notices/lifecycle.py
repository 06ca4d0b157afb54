"""The table of moves of an objection (domain B1b)."""

from accounts.roles import Role
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
        "refuse": Move("不予受理", frozenset({S.RECEIVED}), S.NOT_ACCEPTED),
        "extend": Move("延长查核期限", frozenset({S.ACCEPTED}), S.ACCEPTED, reason=True),
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
