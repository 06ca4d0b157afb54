"""The desks of this room: what pages and API need to let a person act on a call, a case, a decision, an objection."""

from institutes.desk.achievements import ACHIEVEMENT_DESK
from institutes.desk.applications import APPLICATION_DESK
from institutes.desk.calls import CALL_DESK, EXTENSION_DESK
from institutes.desk.chains import CHAIN_DESK, CHAIN_PROPOSAL_DESK
from institutes.desk.county import COUNTY_POLICY_DESK, CULTIVATION_DESK
from institutes.desk.decisions import DECISION_DESK
from institutes.desk.earlier import EARLIER_DESK
from institutes.desk.objections import INQUIRY_DESK, OBJECTION_DESK
from institutes.desk.offerings import OFFERING_DESK
from institutes.desk.provincial import FILING_DESK
from institutes.desk.publicity import PUBLICITY_EXTENSION_DESK
from institutes.desk.questions import QUESTION_DESK
from institutes.desk.standing import CHANGE_DESK, PROGRESS_DESK, REVOCATION_DESK, SUSPENSION_DESK

__all__ = [
    "ACHIEVEMENT_DESK",
    "APPLICATION_DESK",
    "CALL_DESK",
    "CHAIN_DESK",
    "CHAIN_PROPOSAL_DESK",
    "COUNTY_POLICY_DESK",
    "CULTIVATION_DESK",
    "CHANGE_DESK",
    "EARLIER_DESK",
    "FILING_DESK",
    "DECISION_DESK",
    "EXTENSION_DESK",
    "INQUIRY_DESK",
    "OBJECTION_DESK",
    "OFFERING_DESK",
    "QUESTION_DESK",
    "PROGRESS_DESK",
    "PUBLICITY_EXTENSION_DESK",
    "REVOCATION_DESK",
    "SUSPENSION_DESK",
]
