"""Who enters institutes from before the portal, and who confirms them."""

from accounts.permissions import Grant
from institutes.permissions import APPROVER, CLERK

EARLIER_WHO: dict[str, Grant] = {
    "hand_up": CLERK,
    "send_back": APPROVER,
    "record": APPROVER,
    "discard": CLERK,
}
ENTER_EARLIER = CLERK
"""Who enters them; asked by role alone, or with the draft that is to be changed."""


def may_enter_earlier(user) -> bool:
    return user.is_authenticated and ENTER_EARLIER.held_by(user)


def may_revise_earlier(user, earlier) -> bool:
    """Whether this person changes the entry: a clerk, while it is a draft."""
    return earlier.is_draft and ENTER_EARLIER(user, earlier)
