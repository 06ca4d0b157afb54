"""Who may take which move on the way to the province."""

from accounts.permissions import Grant, by
from accounts.roles import Role
from institutes.enums.provincial import FilingState
from institutes.permissions import ADMIN, APPROVER, CLERK, CLOCK, FILLER, LEAD, STAFF


def _is_inside_the_unit(user, filing) -> bool:
    return filing.state in (FilingState.DRAFT, FilingState.UNIT_REVIEW)


FILING_WHO: dict[str, Grant] = {
    "hand_up": FILLER,
    "send_back": ADMIN,
    "hand_in": ADMIN,
    "county_return": STAFF,
    "draft_opinion": STAFF,
    "return_opinion": LEAD,
    "sign_opinion": LEAD,
    "return": CLERK,
    "accept": CLERK,
    "schedule": CLERK,
    "reschedule": CLERK,
    "record_inspection": CLERK,
    "return_conclusion": APPROVER,
    "confirm_support": APPROVER,
    "confirm_improvement": APPROVER,
    "confirm_refusal": APPROVER,
    "report_improvement": ADMIN,
    "apply_to_province": CLERK,
    "record_result": CLERK,
    "return_result": APPROVER,
    "settle_recognition": APPROVER,
    "settle_refusal": APPROVER,
    "withdraw": ADMIN | by(Role.ENT_FILLER, also=_is_inside_the_unit),
    "lapse": CLOCK,
}
DRAFT_FILING = FILLER
"""Who files for the province; asked by role alone, with the institute, or with the draft that is to be changed."""


def may_draft_filings(user, institute=None) -> bool:
    """Whether this person files for the province at all, or for this institute."""
    if not user.is_authenticated:
        return False
    return DRAFT_FILING(user, institute) if institute is not None else DRAFT_FILING.held_by(user)


def may_revise_filing(user, filing) -> bool:
    """Whether this person edits the draft: the unit's people, while it is one."""
    return filing.state == FilingState.DRAFT and DRAFT_FILING(user, filing)
