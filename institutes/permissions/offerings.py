"""Who keeps what an institute offers, who checks it, who takes it down."""

from accounts.permissions import Grant
from institutes.permissions import CLERK, CLOCK, FILLER, STAFF

OFFERING_WHO: dict[str, Grant] = {
    "hand_in": FILLER,
    "return": STAFF,
    "publish": STAFF,
    "reopen": FILLER,
    "take_down": STAFF | CLERK,
    "withdraw": FILLER,
    "lapse": CLOCK,
}
KEEP_OFFERINGS = FILLER
"""Who enters services; asked by role alone, with the institute, or with the draft that is to be changed."""


def may_draft_offerings(user, institute=None) -> bool:
    """Whether this person enters services at all, or of this institute."""
    if not user.is_authenticated:
        return False
    return KEEP_OFFERINGS(user, institute) if institute is not None else KEEP_OFFERINGS.held_by(user)


def may_revise_offering(user, offering) -> bool:
    """Whether this person edits it: the unit's people, while it is a draft."""
    return offering.is_draft and KEEP_OFFERINGS(user, offering)
