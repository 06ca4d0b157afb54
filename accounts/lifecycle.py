"""Two tables of moves: a unit's registration, and the grant of a role."""

from accounts.enums import MembershipState as M
from accounts.enums import OrganisationState as O
from accounts.roles import Role
from records.lifecycle import Lifecycle, Move, State

REGISTRATION = Lifecycle(
    "registration",
    states={
        O.PENDING: State(
            "单位注册待确认",
            role=Role.COUNTY_STAFF,
            limit="organisation_confirmation",
            applicant_label="已提交注册，等待归口科技管理部门确认",
        ),
        O.CONFIRMED: State("已确认", applicant_label="注册已通过，可以申报", final=True),
        O.REFUSED: State("注册未通过", applicant_label="注册未通过，可修改后重新提交", final=True),
    },
    moves={
        "confirm": Move("通过注册", frozenset({O.PENDING}), O.CONFIRMED, unlike=("applied_by",)),
        "refuse": Move("不予通过", frozenset({O.PENDING}), O.REFUSED, unlike=("applied_by",), reason=True),
        "resubmit": Move("重新提交", frozenset({O.REFUSED}), O.PENDING),
    },
)

MEMBERSHIP = Lifecycle(
    "membership",
    states={
        M.PROPOSED: State("授权待批准", role=Role.SECADMIN, limit="grant_approval"),
        M.ACTIVE: State("有效", final=True),
        M.REFUSED: State("未批准", final=True),
        M.ENDED: State("已终止", final=True),
    },
    moves={
        "approve": Move("批准授权", frozenset({M.PROPOSED}), M.ACTIVE, unlike=("granted_by", "user")),
        "refuse": Move(
            "不予批准", frozenset({M.PROPOSED}), M.REFUSED, unlike=("granted_by", "user"), reason=True
        ),
        "end": Move("终止授权", frozenset({M.PROPOSED, M.ACTIVE}), M.ENDED),
    },
)
