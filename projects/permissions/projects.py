"""Who may take which move of an approved project, and who writes on its contract."""

from accounts.permissions import Grant
from projects.enums.running import ProjectState
from projects.permissions import ADMIN, APPROVER, CLERK, CLOCK, FILLER
from projects.selectors.endings import is_settled, may_still_list
from projects.selectors.sides import OFFICERS, UNIT

PROJECT_WHO: dict[str, Grant] = {
    "hand_over": ADMIN,
    "hand_back": CLERK,
    "agree": CLERK,
    "reopen": CLERK,
    "hand_in_copies": ADMIN,
    "return_copies": CLERK,
    "check_copies": CLERK,
    "return_check": APPROVER,
    "confirm_contract": APPROVER,
    "accept": CLOCK,
    "fail": CLOCK,
    "suspend": CLOCK,
    "resume": CLOCK,
    "terminate": CLOCK,
}


def is_of_unit(user, project) -> bool:
    """Whether the reader belongs to the unit that leads the project."""
    return project.host_id in user.reach.organisations and user.holds(*UNIT)


def may_change_clauses(user, project) -> bool:
    """Whether this person changes clauses now: the side whose turn it is."""
    if project.state == ProjectState.CONTRACT_UNIT:
        return FILLER(user, project)
    return project.state == ProjectState.CONTRACT_BUREAU and CLERK(user, project)


def writes_contracts(user, project) -> bool:
    """Whether clauses are this person's to change at all, whoever's turn it is."""
    return FILLER(user, project) or CLERK(user, project)


def may_bring_copies(user, project) -> bool:
    """Whether this person uploads what the parties signed: the unit's people, while it is to be signed."""
    return project.state == ProjectState.SIGNING and FILLER(user, project)


def may_read_negotiation(user, project) -> bool:
    """How the text came to be is between the two sides, and for the auditor; others read what was agreed."""
    return is_of_unit(user, project) or user.holds(*OFFICERS)


def may_report(user, project) -> bool:
    """Whether this person reports stages now: the unit's people, while the project runs."""
    return project.state == ProjectState.RUNNING and FILLER(user, project)


def may_list_expenses(user, project) -> bool:
    """Whether this person lists invoices now: while the project runs, or its unit is heard about its end."""
    open_to = project.state == ProjectState.RUNNING or (
        project.state == ProjectState.SUSPENDED and may_still_list(project)
    )
    return open_to and not is_settled(project) and FILLER(user, project)


def may_confirm_stages(user, project) -> bool:
    """Whether this person finds a reported stage reached, or not: the bureau's clerk."""
    return project.state == ProjectState.RUNNING and CLERK(user, project)
