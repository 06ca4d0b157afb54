"""Who may take which move. The buttons a person sees and the gate they meet read these tables."""

from accounts.permissions import Grant, by
from accounts.roles import Role
from projects.enums import ProjectCallState, ProposalState
from projects.selectors.sides import COUNTY, OFFICERS, READERS, UNIT


def is_entrusted(user, proposal) -> bool:
    """Whether the person works at the agency that reviews this proposal."""
    return proposal.agency_id is not None and any(
        membership.role == Role.AGENCY and membership.organisation_id == proposal.agency_id
        for membership in user.memberships_active
    )


FILLER, ADMIN = by(*UNIT), by(Role.ENT_ADMIN)
STAFF, LEAD = by(Role.COUNTY_STAFF), by(Role.COUNTY_LEAD)
CLERK, APPROVER = by(Role.BUREAU_CLERK), by(Role.BUREAU_APPROVER)
AGENCY = by(Role.AGENCY, also=is_entrusted)
CLOCK = by(Role.SYSTEM)

PROJECT_CALL_WHO: dict[str, Grant] = {
    "publish": APPROVER,
    "discard": CLERK | APPROVER,
    "propose_extension": CLERK,
    "publish_extension": APPROVER,
    "drop_extension": APPROVER,
}

PROPOSAL_WHO: dict[str, Grant] = {
    "hand_up": FILLER,
    "send_back": ADMIN,
    "hand_in": ADMIN,
    "recall": ADMIN,
    "county_return": STAFF,
    "give_opinion": STAFF,
    "return_opinion": LEAD,
    "sign": LEAD,
    "refuse": LEAD,
    "propose_formal": CLERK,
    "return_formal": APPROVER,
    "confirm_pass": APPROVER,
    "confirm_supplement": APPROVER,
    "confirm_fail": APPROVER,
    "resubmit": FILLER,
    "lapse_supplement": CLOCK,
    "change_agency": CLOCK,
    "pass_review": CLOCK,
    "fail_review": CLOCK,
    "reopen_review": CLOCK,
    "review_budget": AGENCY,
    "return_budget": CLERK,
    "shortlist": CLOCK,
    "reject": CLOCK,
    "approve": CLOCK,
    "uphold_objection": CLOCK,
    "bar": APPROVER,
    "withdraw": ADMIN,
}

PROJECT_DECISION_WHO: dict[str, Grant] = {
    "release": APPROVER,
    "discard": CLERK | APPROVER,
}


def may_draft_calls(user) -> bool:
    """Whether this person draws up guides and calls."""
    return user.is_authenticated and user.holds(Role.BUREAU_CLERK)


def may_change_call(user, call) -> bool:
    """Whether this person changes the draft, and the guide it goes out with."""
    return call.state == ProjectCallState.DRAFT and may_draft_calls(user)


def may_change_guide(user, guide) -> bool:
    return guide.published_at is None and may_draft_calls(user)


def may_draft_decisions(user) -> bool:
    """Whether this person puts down what a meeting decided."""
    return user.is_authenticated and user.holds(Role.BUREAU_CLERK)


def may_read_proposals(user) -> bool:
    """Whether the programme is this person's business at all."""
    return user.is_authenticated and user.holds(*READERS)


def may_read_ranking(user) -> bool:
    """Whether this person compares the proposals of a call with each other, and reads decisions."""
    return user.is_authenticated and user.holds(*OFFICERS)


def may_fill(user, proposal) -> bool:
    """Whether this person writes on the proposal now: the unit's people, while it is with them."""
    return proposal.is_editable and FILLER(user, proposal)


def may_read_book(user, proposal) -> bool:
    """Whether this person reads what the unit wrote: not an agency that must not learn whose it is."""
    return not proposal.is_blinded


def is_inside(user, proposal) -> bool:
    """Whether the reader belongs to the unit that proposes."""
    return proposal.host_id in user.reach.organisations and user.holds(*UNIT)


def may_look_up(user, proposal) -> bool:
    """Whether this person enters what a look-up of the unit brought: its county, before it recommends."""
    return proposal.state == ProposalState.COUNTY_REVIEW and STAFF(user, proposal)


def may_read_lookups(user, proposal) -> bool:
    """Look-ups, likenesses and what officers find among themselves are not for the unit, nor for the agency."""
    return user.holds(*COUNTY, *OFFICERS) and not is_inside(user, proposal) and not proposal.is_blinded


def may_read_decision(user, proposal) -> bool:
    """Scores are the bureau's until a decision is out; then the unit reads its own."""
    return user.holds(*OFFICERS) or proposal.decided_at is not None or bool(proposal.closed_at)


def may_read_budget_review(user, proposal) -> bool:
    """What the budget review found: the bureau's and the agency's, the unit's once it was decided."""
    return may_read_decision(user, proposal) or AGENCY(user, proposal)
