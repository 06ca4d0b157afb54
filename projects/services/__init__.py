"""What the joint research programme does: one verb, one transaction."""

from projects.services.calls import (
    discard_project_call,
    draft_guide,
    draft_project_call,
    drop_project_extension,
    propose_project_extension,
    publish_project_call,
    publish_project_extension,
    revise_guide,
    revise_project_call,
)
from projects.services.county import (
    county_return_proposal,
    give_project_opinion,
    record_project_lookup,
    refuse_project_opinion,
    return_project_opinion,
    sign_project_opinion,
)
from projects.services.decisions import (
    discard_project_decision,
    draft_project_decision,
    release_project_decision,
)
from projects.services.drafting import (
    attach_proposal_files,
    begin_proposal,
    name_leader,
    remove_proposal_file,
    save_proposal_section,
)
from projects.services.formal import (
    confirm_project_fail,
    confirm_project_pass,
    confirm_project_supplement,
    lapse_project_supplements,
    propose_project_formal,
    return_project_formal,
)
from projects.services.founding import found_project
from projects.services.papers import issue_missing_papers, issue_paper, promise_of
from projects.services.publicity import approve_proposal, settle_publicities
from projects.services.review import (
    bar_proposal,
    change_project_agency,
    record_project_review,
    reopen_project_review,
    return_budget_review,
    review_budget,
)
from projects.services.unit import (
    hand_in_proposal,
    hand_up_proposal,
    recall_proposal,
    resubmit_proposal,
    send_back_proposal,
    withdraw_proposal,
)

__all__ = [
    "approve_proposal",
    "attach_proposal_files",
    "bar_proposal",
    "begin_proposal",
    "change_project_agency",
    "confirm_project_fail",
    "confirm_project_pass",
    "confirm_project_supplement",
    "county_return_proposal",
    "discard_project_call",
    "discard_project_decision",
    "draft_guide",
    "draft_project_call",
    "draft_project_decision",
    "drop_project_extension",
    "found_project",
    "give_project_opinion",
    "hand_in_proposal",
    "hand_up_proposal",
    "issue_missing_papers",
    "issue_paper",
    "lapse_project_supplements",
    "name_leader",
    "promise_of",
    "propose_project_extension",
    "propose_project_formal",
    "publish_project_call",
    "publish_project_extension",
    "recall_proposal",
    "record_project_lookup",
    "record_project_review",
    "refuse_project_opinion",
    "release_project_decision",
    "remove_proposal_file",
    "reopen_project_review",
    "resubmit_proposal",
    "return_budget_review",
    "return_project_formal",
    "return_project_opinion",
    "review_budget",
    "revise_guide",
    "revise_project_call",
    "save_proposal_section",
    "send_back_proposal",
    "settle_publicities",
    "sign_project_opinion",
    "withdraw_proposal",
]
