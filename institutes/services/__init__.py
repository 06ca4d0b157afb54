"""What this room does: one verb, one function, one transaction."""

from institutes.services.calls import discard_call, draft_call, publish_call, revise_call
from institutes.services.chain_import import import_members, read_members
from institutes.services.chain_members import (
    change_role,
    end_member,
    enter_member,
    enter_members,
    revise_member,
)
from institutes.services.chain_proposals import (
    accept_proposal,
    check_proposal,
    draft_proposal,
    hand_up_proposal,
    refuse_proposal,
    return_proposal_check,
    revise_proposal,
    send_back_proposal,
    submit_proposal,
    withdraw_proposal,
)
from institutes.services.chains import (
    add_segment,
    enter_chain,
    merge_segment,
    restore_chain,
    retire_chain,
    retire_segment,
    revise_chain,
    revise_segment,
)
from institutes.services.county import (
    county_return,
    propose_recommendation,
    refuse_recommendation,
    send_back_recommendation,
    sign_recommendation,
)
from institutes.services.decision import reject_application, shortlist_application, shortlist_applications
from institutes.services.drafting import attach, begin_application, remove, save_section
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
from institutes.services.publicity import (
    dismiss_objection,
    partly_uphold_objection,
    refuse_objection,
    take_up_objection,
    uphold_objection,
)
from institutes.services.recognition import recognise_application, recognise_what_has_run
from institutes.services.review import record_review, record_visit
from institutes.services.rows import import_rows
from institutes.services.unit import (
    approve_application,
    resubmit_application,
    return_to_filler,
    submit_application,
    withdraw_application,
)

__all__ = [
    "accept_proposal",
    "add_segment",
    "approve_application",
    "attach",
    "begin_application",
    "change_role",
    "check_proposal",
    "confirm_fail",
    "confirm_pass",
    "confirm_supplement",
    "county_return",
    "discard_call",
    "dismiss_objection",
    "draft_call",
    "draft_proposal",
    "end_member",
    "enter_chain",
    "enter_member",
    "enter_members",
    "hand_up_proposal",
    "import_members",
    "import_rows",
    "issue_missing_papers",
    "issue_paper",
    "lapse_supplement",
    "lapse_supplements",
    "merge_segment",
    "partly_uphold_objection",
    "promise_of",
    "propose_formal",
    "propose_recommendation",
    "publish_call",
    "read_members",
    "recognise_application",
    "recognise_what_has_run",
    "record_review",
    "record_visit",
    "refuse_objection",
    "refuse_proposal",
    "refuse_recommendation",
    "reject_application",
    "remove",
    "restore_chain",
    "resubmit_application",
    "retire_chain",
    "retire_segment",
    "return_proposal_check",
    "return_to_filler",
    "revise_call",
    "revise_chain",
    "revise_member",
    "revise_proposal",
    "revise_segment",
    "save_section",
    "send_back_formal",
    "send_back_proposal",
    "send_back_recommendation",
    "shortlist_application",
    "shortlist_applications",
    "sign_recommendation",
    "submit_application",
    "submit_proposal",
    "take_up_objection",
    "uphold_objection",
    "withdraw_application",
    "withdraw_proposal",
]
