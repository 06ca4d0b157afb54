"""The desks of the room: calls, proposals, decisions."""

from projects.desk.calls import PROJECT_CALL_DESK
from projects.desk.changes import PROJECT_CHANGE_DESK
from projects.desk.decisions import PROJECT_DECISION_DESK
from projects.desk.endings import ENDING_DESK
from projects.desk.finals import FINAL_DESK
from projects.desk.midterms import MIDTERM_DESK
from projects.desk.projects import PROJECT_DESK
from projects.desk.proposals import PROPOSAL_DESK

__all__ = [
    "FINAL_DESK",
    "MIDTERM_DESK",
    "PROJECT_CALL_DESK",
    "PROJECT_CHANGE_DESK",
    "ENDING_DESK",
    "PROJECT_DECISION_DESK",
    "PROJECT_DESK",
    "PROPOSAL_DESK",
]
