"""Who may take which move of an evaluation and of a yearly round, and who works on what lies between."""

from accounts.permissions import Grant, by
from accounts.roles import Role
from evaluation.enums.performance import GRADED_STATES, EvaluationState
from evaluation.selectors.performance import OFFICES, READERS

FILLER, ADMIN = by(Role.ENT_FILLER, Role.ENT_ADMIN), by(Role.ENT_ADMIN)
STAFF, LEAD = by(Role.COUNTY_STAFF), by(Role.COUNTY_LEAD)
TAX, FINANCE = by(Role.TAX), by(Role.FINANCE)
CLERK, APPROVER = by(Role.BUREAU_CLERK), by(Role.BUREAU_APPROVER)
CLOCK = by(Role.SYSTEM)

EVALUATION_WHO: dict[str, Grant] = {
    "hand_up": FILLER,
    "send_back": ADMIN,
    "hand_in": ADMIN,
    "recall": ADMIN,
    "county_return": STAFF,
    "give_opinion": STAFF,
    "return_opinion": LEAD,
    "sign": LEAD,
    "fill_tax": TAX,
    "fill_finance": FINANCE,
    "refill": CLERK,
    "return": CLERK,
    "mark_false": CLERK,
    "clear_false": CLERK,
    "cap": CLERK,
    "lift_cap": CLERK,
    "entrust": CLERK,
    "entrust_anew": CLERK,
    "record_review": CLOCK,
    "reopen_review": CLOCK,
    "propose_exemption": CLERK,
    "refuse_exemption": APPROVER,
    "defer": APPROVER,
    "deem": APPROVER,
    "miss": CLERK,
    "grade": CLOCK,
    "return_grade": CLOCK,
    "confirm": CLOCK,
    "correct_publicity": CLOCK,
    "uphold_objection": CLOCK,
    "release": CLOCK,
    "rectify": CLOCK,
    "fail": CLOCK,
    "lapse": CLOCK,
}

ROUND_WHO: dict[str, Grant] = {
    "grade": CLERK,
    "return": APPROVER,
    "publish": APPROVER,
    "release": APPROVER,
    "finish": CLOCK,
    "close": APPROVER,
}


def may_read_evaluations(user) -> bool:
    """Whether evaluations are this person's business at all."""
    return user.is_authenticated and user.holds(*READERS)


def may_read_rounds(user) -> bool:
    """Whether this person works with whole rounds: the offices of the city."""
    return user.is_authenticated and user.holds(*OFFICES)


def may_read_cycles(user) -> bool:
    """Whether cycles are this person's business: everybody's who reads evaluations but the agency's."""
    readers = [role for role in READERS if role != Role.AGENCY]
    return user.is_authenticated and user.holds(*readers)


def may_write_report(user, evaluation) -> bool:
    """Whether this person writes on the self-report now: the unit's people, until it was handed up."""
    return evaluation.state == EvaluationState.SELF_REPORT and FILLER(user, evaluation)


def may_read_report(user, evaluation) -> bool:
    """Whether this person reads what the unit wrote and brought: everybody else once it was handed in."""
    return evaluation.handed_in_at is not None or evaluation.host_id in user.reach.organisations


def may_check(user, evaluation) -> bool:
    """Whether this person enters what a look-up of the host brought."""
    return evaluation.state == EvaluationState.CHECKING and CLERK(user, evaluation)


def may_propose_revocation(user, evaluation) -> bool:
    """Whether this person proposes to end the recognition for what became of its evaluation."""
    return CLERK(user, evaluation)


def may_open_round(user) -> bool:
    """Whether this person opens a round before the clock does."""
    return user.holds(Role.BUREAU_CLERK)


def may_read_result(user, evaluation) -> bool:
    """Whether this person reads points and grade: officers at any time, everybody else once they were published."""
    if user.holds(*OFFICES):
        return True
    return evaluation.state in (EvaluationState.PUBLICITY, *GRADED_STATES)
