"""Who may take which move of a final acceptance, and who reads what of it."""

from accounts.permissions import Grant
from projects.enums.final import FinalState
from projects.permissions import ADMIN, APPROVER, CLERK, CLOCK, FILLER, LEAD, STAFF
from projects.selectors.sides import OFFICERS

FINAL_WHO: dict[str, Grant] = {
    "hand_up": FILLER,
    "send_back": ADMIN,
    "hand_in": ADMIN,
    "county_return": STAFF,
    "give_opinion": STAFF,
    "return_opinion": LEAD,
    "sign": LEAD,
    "return": CLERK,
    "entrust": CLERK,
    "entrust_anew": CLOCK,
    "record_review": CLOCK,
    "reopen_review": CLOCK,
    "propose": CLERK,
    "return_proposal": APPROVER,
    "pass": APPROVER,
    "condition": APPROVER,
    "fail": APPROVER,
    "lapse": CLOCK,
}


def may_prepare(user, final) -> bool:
    """Whether this person writes on the unit's material now: its people, until it was handed up."""
    return final.state == FinalState.PREPARING and FILLER(user, final)


def is_inside(user, final) -> bool:
    return final.host_id in user.reach.organisations


def may_read_material(user, final) -> bool:
    """Whether this person reads what the unit wrote and brought: everybody else once it was handed in."""
    return final.handed_in_at is not None or is_inside(user, final)


def may_read_county(user, final) -> bool:
    """What a county has not signed is not for the unit."""
    return bool(final.opined_at) and (bool(final.signed_at) or not is_inside(user, final))


def may_read_review(user, final) -> bool:
    """The experts' result is the bureau's and the agency's until it was decided."""
    return user.holds(*OFFICERS, "agency") or final.decided_at is not None


def may_read_proposal(user, final) -> bool:
    """What is proposed is the bureau's until it was decided."""
    return user.holds(*OFFICERS) or final.decided_at is not None
