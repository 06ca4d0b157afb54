"""Who words the answers to common questions, and who publishes them."""

from accounts.permissions import Grant
from institutes.permissions import APPROVER, CLERK

QUESTION_WHO: dict[str, Grant] = {
    "propose": CLERK,
    "send_back": APPROVER,
    "publish": APPROVER,
    "reopen": CLERK,
    "withdraw": CLERK | APPROVER,
}
DRAFT_QUESTION = CLERK
"""Who words them; asked by role alone, or with the draft that is to be changed."""


def may_draft_questions(user) -> bool:
    return user.is_authenticated and DRAFT_QUESTION.held_by(user)


def may_revise_question(user, question) -> bool:
    """Whether this person edits it: the bureau's clerk, while it is a draft."""
    return question.is_draft and DRAFT_QUESTION(user, question)
