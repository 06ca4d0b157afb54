"""Who may take which move of an annual assessment, and who reads what of it."""

from accounts.permissions import Grant, by
from accounts.roles import Role
from evaluation.enums.assessment import AssessmentState
from evaluation.selectors.assessments import OFFICERS
from evaluation.selectors.assessments import READERS as ASSESSMENT_READERS

_FILLER, _ADMIN = by(Role.ENT_FILLER, Role.ENT_ADMIN), by(Role.ENT_ADMIN)
_STAFF, _CLOCK = by(Role.COUNTY_STAFF), by(Role.SYSTEM)
_TAX, _FINANCE = by(Role.TAX), by(Role.FINANCE)
_CLERK, _APPROVER = by(Role.BUREAU_CLERK), by(Role.BUREAU_APPROVER)

ASSESSMENT_WHO: dict[str, Grant] = {
    "hand_up": _FILLER,
    "send_back": _ADMIN,
    "hand_in": _ADMIN,
    "recall": _ADMIN,
    "county_return": _STAFF,
    "county_check": _STAFF,
    "sign_tax": _TAX,
    "sign_finance": _FINANCE,
    "return": _CLERK,
    "ask_tax": _CLERK,
    "ask_finance": _CLERK,
    "grade": _CLERK,
    "return_grade": _APPROVER,
    "confirm": _APPROVER,
    "publish": _CLOCK,
    "miss": _CLOCK,
    "admit": _CLERK,
    "lapse": _CLOCK,
}


def may_read_assessments(user) -> bool:
    """Whether annual assessments are this person's business at all."""
    return user.is_authenticated and user.holds(*ASSESSMENT_READERS)


def may_write_assessment(user, assessment) -> bool:
    """Whether this person may write on reports of this unit, in whatever state they are."""
    return _FILLER(user, assessment)


def may_fill_in_assessment(user, assessment) -> bool:
    """Whether this person fills in the report now: the unit's people, until it was handed up."""
    return assessment.state == AssessmentState.DRAFT and may_write_assessment(user, assessment)


def may_read_figures(user, assessment) -> bool:
    """Whether this person reads what the unit filled in: everybody else once it was handed in."""
    return assessment.handed_in_at is not None or assessment.host_id in user.reach.organisations


def may_read_grade(user, assessment) -> bool:
    """Whether this person knows what it was graded as: the bureau and the auditor, everybody else when published."""
    return user.holds(*OFFICERS) or assessment.state == AssessmentState.PUBLISHED


def may_publish_assessments(user) -> bool:
    """Whether this person publishes the results of a year."""
    return user.is_authenticated and user.holds(Role.BUREAU_APPROVER)


def may_flag_for_assessments(user) -> bool:
    """Whether this person proposes to end a recognition for what its years came to."""
    return user.holds(Role.BUREAU_CLERK)
