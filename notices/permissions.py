"""Who may do what with objections, and who may know who made them."""

from accounts.permissions import Grant, by
from accounts.roles import Role

CLERK, APPROVER = by(Role.BUREAU_CLERK), by(Role.BUREAU_APPROVER)

WHO_OBJECTION: dict[str, Grant] = {
    "accept": CLERK,
    "ask_original": CLERK,
    "receive_original": CLERK,
    "refuse": CLERK,
    "extend": CLERK,
    "ask_unit": CLERK,
    "propose": CLERK,
    "send_back": APPROVER,
    "dismiss": APPROVER,
    "partly": APPROVER,
    "uphold": APPROVER,
}

WHO_INQUIRY: dict[str, Grant] = {"answer": by(Role.ENT_ADMIN), "lapse": by(Role.SYSTEM)}

WHO_LATER_END: dict[str, Grant] = {
    "take_up": CLERK,
    "revise": CLERK,
    "publish": APPROVER,
    "discard": by(Role.BUREAU_CLERK, Role.BUREAU_APPROVER),
}
"""A later end of a call or of a publicity: the clerk writes it, the approver publishes, either gives it up."""

IDENTITY_READERS = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER)


def may_see_objector(user) -> bool:
    """Whether this person may know who made an objection: two offices, nobody else."""
    return user.is_authenticated and user.holds(*IDENTITY_READERS)
