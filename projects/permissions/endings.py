"""Who may take which move of stopping or ending a project, who opens such a case, and who reads what of it."""

from accounts.permissions import Grant
from projects.lifecycle.project import PROJECT
from projects.permissions import ADMIN, APPROVER, CLERK, CLOCK
from projects.selectors.sides import OFFICERS

ENDING_WHO: dict[str, Grant] = {
    "notify": APPROVER,
    "state": ADMIN,
    "lapse_statement": CLOCK,
    "settle": CLERK,
    "return_settlement": APPROVER,
    "terminate": APPROVER,
    "suspend": APPROVER,
    "drop": APPROVER,
    "withdraw": ADMIN,
    "propose_resumption": CLERK,
    "resume": APPROVER,
    "extend": APPROVER,
    "overtake": CLOCK,
}


def may_propose(user, project) -> bool:
    """Whether this person proposes to stop or to end the project now: the bureau's clerk, while it has not ended."""
    return PROJECT.allows(project, "terminate") and CLERK(user, project)


def may_apply(user, project) -> bool:
    """Whether this person gives the project up for its unit: the administrator, while it has not ended."""
    return PROJECT.allows(project, "terminate") and ADMIN(user, project)


def is_inside(user, ending) -> bool:
    return ending.host_id in user.reach.organisations


def may_read_settlement(user, ending) -> bool:
    """What is proposed is the bureau's until it was decided; then the unit and its county read it too."""
    return bool(ending.settled_at) and (user.holds(*OFFICERS, "finance") or ending.decided_at is not None)
