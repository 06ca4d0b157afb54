"""What this room does: one verb, one function, one transaction."""

from institutes.services.county import (
    county_return,
    propose_recommendation,
    refuse_recommendation,
    send_back_recommendation,
    sign_recommendation,
)
from institutes.services.decision import reject_application, shortlist_application, shortlist_applications
from institutes.services.formal import (
    confirm_fail,
    confirm_pass,
    confirm_supplement,
    lapse_supplement,
    lapse_supplements,
    propose_formal,
    send_back_formal,
)
from institutes.services.papers import issue_missing_papers, issue_paper, promise_of
from institutes.services.publicity import dismiss_objection, take_up_objection, uphold_objection
from institutes.services.recognition import recognise_application, recognise_what_has_run
from institutes.services.review import record_review, record_visit

__all__ = [
    "confirm_fail",
    "confirm_pass",
    "confirm_supplement",
    "county_return",
    "dismiss_objection",
    "issue_missing_papers",
    "issue_paper",
    "lapse_supplement",
    "lapse_supplements",
    "promise_of",
    "propose_formal",
    "propose_recommendation",
    "recognise_application",
    "recognise_what_has_run",
    "record_review",
    "record_visit",
    "refuse_recommendation",
    "reject_application",
    "send_back_formal",
    "send_back_recommendation",
    "shortlist_application",
    "shortlist_applications",
    "sign_recommendation",
    "take_up_objection",
    "uphold_objection",
]
