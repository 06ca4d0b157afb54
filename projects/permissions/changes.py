"""Who asks for changes of a running project, who may take which move, and who reads what of one."""

from accounts.permissions import Grant
from projects.enums.changes import ProjectChangeState
from projects.enums.running import ProjectState
from projects.permissions import ADMIN, APPROVER, CLERK, CLOCK, FILLER, STAFF
from projects.selectors.sides import UNIT

PROJECT_CHANGE_WHO: dict[str, Grant] = {
    "hand_up": FILLER,
    "send_back": ADMIN,
    "note": ADMIN,
    "hand_in": ADMIN,
    "hand_in_to_city": ADMIN,
    "county_return": STAFF,
    "give_opinion": STAFF,
    "return": CLERK,
    "propose": CLERK,
    "return_proposal": APPROVER,
    "approve": APPROVER,
    "refuse": APPROVER,
    "withdraw": ADMIN,
    "lapse": CLOCK,
}


def may_draft_project_changes(user) -> bool:
    """Whether this person asks for changes at all: people of units."""
    return user.is_authenticated and user.holds(*UNIT)


def may_ask_change(user, project) -> bool:
    """Whether this person asks for a change of this project now: the unit's people, while it runs."""
    return project.state == ProjectState.RUNNING and FILLER(user, project)


def may_revise_project_change(user, change) -> bool:
    """Whether this person writes on the request now: the unit's people, until it was handed up."""
    return change.state == ProjectChangeState.DRAFT and FILLER(user, change)


def is_inside(user, change) -> bool:
    return change.host_id in user.reach.organisations


def may_read_finding(user, change) -> bool:
    """What the bureau's clerk proposes is settled among officers: not for the unit."""
    return not is_inside(user, change)
