"""Who may take which move of a mid-term check, and who reads what of it."""

from accounts.permissions import Grant
from projects.enums.midterm import MidtermState
from projects.permissions import ADMIN, APPROVER, CLERK, CLOCK, FILLER
from projects.selectors.sides import OFFICERS

MIDTERM_WHO: dict[str, Grant] = {
    "hand_up": FILLER,
    "send_back": ADMIN,
    "hand_in": ADMIN,
    "return": CLERK,
    "entrust": CLERK,
    "entrust_anew": CLOCK,
    "record_review": CLOCK,
    "reopen_review": CLOCK,
    "propose": CLERK,
    "return_proposal": APPROVER,
    "continue": APPROVER,
    "mend": APPROVER,
    "stop": APPROVER,
    "lapse": CLOCK,
}


def may_prepare_midterm(user, midterm) -> bool:
    """Whether this person writes on the unit's report now: its people, while it is with them."""
    return midterm.state in (MidtermState.PREPARING, MidtermState.MENDING) and FILLER(user, midterm)


def is_inside(user, midterm) -> bool:
    return midterm.host_id in user.reach.organisations


def may_read_report(user, midterm) -> bool:
    """Whether this person reads what the unit wrote and brought: everybody else once it was handed in."""
    return midterm.handed_in_at is not None or is_inside(user, midterm)


def may_read_review(user, midterm) -> bool:
    """The experts' result is the bureau's and the agency's until it was decided."""
    return user.holds(*OFFICERS, "agency") or midterm.decided_at is not None


def may_read_proposal(user, midterm) -> bool:
    """What is proposed is the bureau's until it was decided."""
    return user.holds(*OFFICERS) or midterm.decided_at is not None
