"""Who may take which move. The buttons a person sees and the gate they meet read these tables."""

from accounts.permissions import Grant, by
from accounts.roles import Role
from institutes.enums import (
    AchievementState,
    ApplicationState,
    CallState,
    ChangeState,
    CountyPolicyState,
    ProposalState,
)
from institutes.selectors import BUREAU, COUNTY, UNIT
from notices.permissions import WHO_LATER_END


def is_engaged(user, application) -> bool:
    """Whether the person works at the agency that reviews this application."""
    return application.agency_id is not None and any(
        membership.role == Role.AGENCY and membership.organisation_id == application.agency_id
        for membership in user.memberships_active
    )


def _is_draft(user, application) -> bool:
    return application.state == ApplicationState.DRAFT


FILLER, ADMIN = by(*UNIT), by(Role.ENT_ADMIN)
STAFF, LEAD = by(Role.COUNTY_STAFF), by(Role.COUNTY_LEAD)
CLERK, APPROVER = by(Role.BUREAU_CLERK), by(Role.BUREAU_APPROVER)
AGENCY = by(Role.AGENCY, also=is_engaged)
CLOCK = by(Role.SYSTEM)

CALL_WHO: dict[str, Grant] = {
    "publish": APPROVER,
    "discard": CLERK | APPROVER,
    "draft_extension": CLERK,
    "extend": APPROVER,
}

EXTENSION_WHO = WHO_LATER_END

APPLICATION_WHO: dict[str, Grant] = {
    "submit": FILLER,
    "unit_return": ADMIN,
    "unit_approve": ADMIN,
    "county_return": STAFF,
    "propose_recommendation": STAFF,
    "send_back_recommendation": LEAD,
    "sign_recommendation": LEAD,
    "refuse_recommendation": LEAD,
    "propose_formal": CLERK,
    "send_back_formal": APPROVER,
    "confirm_pass": APPROVER,
    "confirm_supplement": APPROVER,
    "confirm_fail": APPROVER,
    "resubmit": FILLER,
    "lapse_supplement": CLOCK,
    "pass_review": AGENCY,
    "pass_again": AGENCY,
    "fail_review": AGENCY,
    "reopen_review": APPROVER,
    "record_visit": AGENCY,
    "refuse_visit": APPROVER,
    "shortlist": APPROVER,
    "reject": APPROVER,
    "raise_objection": CLERK,
    "dismiss_objection": APPROVER,
    "correct_publicity": CLERK | APPROVER,
    "uphold_objection": APPROVER,
    "recognise": APPROVER | CLOCK,
    "withdraw": ADMIN | by(Role.ENT_FILLER, also=_is_draft),
}

KEEPS_MAP = CLERK | APPROVER
"""Who edits the map of chains; asked by role alone where a chain enters it."""
CHAIN_WHO: dict[str, Grant] = {
    "revise": KEEPS_MAP,
    "add_segment": KEEPS_MAP,
    "revise_segment": KEEPS_MAP,
    "merge_segment": KEEPS_MAP,
    "retire_segment": KEEPS_MAP,
    "enter_member": KEEPS_MAP,
    "import_members": KEEPS_MAP,
    "revise_member": KEEPS_MAP,
    "change_role": KEEPS_MAP,
    "end_member": KEEPS_MAP,
    "retire": APPROVER,
    "restore": APPROVER,
}


def _is_before_the_leader(user, proposal) -> bool:
    return proposal.state == ProposalState.DRAFT


PROPOSAL_WHO: dict[str, Grant] = {
    "hand_up": STAFF,
    "send_back": LEAD,
    "propose": LEAD,
    "check": CLERK,
    "return_check": APPROVER | CLERK,
    "accept": APPROVER | CLERK,
    "refuse": APPROVER | CLERK,
    "withdraw": LEAD | by(Role.COUNTY_STAFF, also=_is_before_the_leader),
}
DRAFT_PROPOSAL = STAFF
"""Who drafts what a county proposes; asked by role alone, or with the proposal that is to be changed."""

CULTIVATION_WHO: dict[str, Grant] = {
    "propose_entry": STAFF,
    "return_entry": LEAD,
    "confirm_entry": LEAD,
    "drop": STAFF,
    "prepare": STAFF,
    "resume": STAFF,
    "propose_exit": STAFF,
    "refuse_exit": LEAD,
    "confirm_exit": LEAD,
    "apply": CLOCK,
    "fall_back": CLOCK,
    "recognise": CLOCK,
}
KEEP_POOL = STAFF
"""Who keeps a county's pool; asked by role alone, or with the entry that is to be changed or added to."""
READ_CONTACT = STAFF | LEAD
"""Who reads how an enterprise in the pool is reached: its own county alone."""


def _is_no_more_than_a_draft(user, policy) -> bool:
    return policy.is_draft


COUNTY_POLICY_WHO: dict[str, Grant] = {
    "hand_up": STAFF,
    "send_back": LEAD,
    "publish": LEAD,
    "discard": LEAD | by(Role.COUNTY_STAFF, also=_is_no_more_than_a_draft),
    "supersede": CLOCK,
    "repeal": LEAD,
}
DRAFT_COUNTY_POLICY = STAFF
"""Who registers a county's documents; asked by role alone, or with the one that is to be changed or renewed."""


def _is_not_handed_in(user, change) -> bool:
    return change.state in (ChangeState.DRAFT, ChangeState.UNIT_REVIEW)


CHANGE_WHO: dict[str, Grant] = {
    "hand_up": FILLER,
    "send_back": ADMIN,
    "hand_in": ADMIN,
    "county_return": STAFF,
    "give_opinion": STAFF,
    "return": CLERK,
    "check": CLERK,
    "return_check": APPROVER,
    "approve": APPROVER,
    "refuse": APPROVER,
    "withdraw": ADMIN | by(Role.ENT_FILLER, also=_is_not_handed_in),
    "lapse": CLOCK,
}
SUSPENSION_WHO: dict[str, Grant] = {
    "approve": APPROVER,
    "refuse": APPROVER,
    "propose_restoration": CLERK,
    "restore": APPROVER,
    "extend": APPROVER,
    "end": CLOCK,
}
REVOCATION_WHO: dict[str, Grant] = {
    "notify": APPROVER,
    "state": ADMIN,
    "lapse_statement": CLOCK,
    "revoke": APPROVER,
    "drop": APPROVER,
}
PROGRESS_WHO: dict[str, Grant] = {
    "question": STAFF | CLERK,
    "answer": FILLER,
    "withdraw": FILLER,
    "close": CLOCK,
}
REPORT_PROGRESS = FILLER
"""Who reports on the build period; asked with the institute."""
DRAFT_CHANGE = FILLER
"""Who drafts what a unit asks for; asked with the institute, or with the draft that is to be changed."""
PROPOSE_ENDING = CLERK
"""Who proposes to suspend or to revoke; another person decides."""


def _is_inside_the_unit(user, achievement) -> bool:
    return achievement.state in (AchievementState.DRAFT, AchievementState.UNIT_REVIEW)


ACHIEVEMENT_WHO: dict[str, Grant] = {
    "hand_up": FILLER,
    "send_back": ADMIN,
    "hand_in": ADMIN,
    "county_return": STAFF,
    "county_verify": STAFF,
    "return": CLERK | APPROVER,
    "verify": CLERK | APPROVER,
    "reject": CLERK | APPROVER,
    "withdraw": ADMIN | by(Role.ENT_FILLER, also=_is_inside_the_unit),
    "lapse": CLOCK,
    "propose_annulment": CLERK,
    "annul": APPROVER,
    "keep": APPROVER,
}
DRAFT_ACHIEVEMENT = FILLER
"""Who enters achievements; asked by role alone, with the institute, or with the draft that is to be changed."""

BATCH_WHO: dict[str, Grant] = {
    "release": APPROVER,
    "discard": CLERK | APPROVER,
}

DRAFT_CALL = CLERK
"""Who draws up a call; asked by role alone, for there is no subject yet."""
DRAFT_DECISIONS = CLERK
"""Who puts down what a meeting decided; another person releases it."""
ORDER_CERTIFICATES = APPROVER
"""Who orders a joint notice with its certificates; asked by role alone."""
RECORD_INTEGRITY = STAFF
"""Who enters look-ups of the host."""
READ_INTEGRITY = by(*COUNTY, *BUREAU, Role.AUDITOR)
"""Who reads them: neither the unit nor the agency."""
RANK = LEAD
"""Who sets the order of a county's recommendations and signs several at once; asked by role alone."""
READ_RECUSAL = by(*UNIT, *BUREAU, Role.AUDITOR)
"""Who reads whom a unit asks to stay away: neither the county nor the agency, nor any expert."""
BEGIN = FILLER
"""Who begins an application; asked with the organisation that applies."""


def may(user, action: str, application) -> bool:
    """Whether this person may take the move on this application, whatever its state."""
    return APPLICATION_WHO[action](user, application)


def may_call(user, action: str, call) -> bool:
    """Whether this person may take the move on this call, whatever its state."""
    return CALL_WHO[action](user, call)


def may_extend(user, action: str, extension) -> bool:
    """Whether this person may take the move on this extension, whatever its state."""
    return EXTENSION_WHO[action](user, extension)


def may_change_draft(user, call) -> bool:
    """Whether this person changes the call's words and files: a clerk, while it is a draft."""
    return call.state == CallState.DRAFT and may_draft_calls(user)


def may_preview(user, call) -> bool:
    """Whether this person looks at the draft as everybody will see it: who changes and who publishes it."""
    return call.state == CallState.DRAFT and (may_draft_calls(user) or may_call(user, "publish", call))


def may_read_recusal(user, application) -> bool:
    return READ_RECUSAL(user, application)


def may_confirm_passes(user) -> bool:
    return user.is_authenticated and APPROVER.held_by(user)


def may_record_integrity(user, application) -> bool:
    return RECORD_INTEGRITY(user, application)


def may_read_integrity(user, application) -> bool:
    return READ_INTEGRITY(user, application)


def may_rank(user) -> bool:
    return user.is_authenticated and RANK.held_by(user)


def may_draft_calls(user) -> bool:
    return user.is_authenticated and DRAFT_CALL.held_by(user)


def may_draft_decisions(user) -> bool:
    return user.is_authenticated and DRAFT_DECISIONS.held_by(user)


def may_order_certificates(user) -> bool:
    return user.is_authenticated and ORDER_CERTIFICATES.held_by(user)


def may_apply_for(user, organisation) -> bool:
    """Whether this person fills in applications of ``organisation``."""
    return user.is_authenticated and any(
        membership.role in UNIT and membership.organisation_id == organisation.pk
        for membership in user.memberships_active
    )


def may_keep_the_map(user) -> bool:
    return user.is_authenticated and KEEPS_MAP.held_by(user)


def may_draft_proposals(user) -> bool:
    return user.is_authenticated and DRAFT_PROPOSAL.held_by(user)


def may_revise_proposal(user, proposal) -> bool:
    """Whether this person changes the draft: the county's clerk, while it is one."""
    return proposal.state == ProposalState.DRAFT and DRAFT_PROPOSAL(user, proposal)


def may_keep_the_pool(user) -> bool:
    return user.is_authenticated and KEEP_POOL.held_by(user)


def may_revise_entry(user, entry) -> bool:
    """Whether this person mends the entry and puts measures on record: the county's clerk, while it is open."""
    return entry.is_open and KEEP_POOL(user, entry)


def may_read_contact(user, entry) -> bool:
    return READ_CONTACT(user, entry)


def may_draft_county_policies(user) -> bool:
    return user.is_authenticated and DRAFT_COUNTY_POLICY.held_by(user)


def may_revise_county_policy(user, policy) -> bool:
    """Whether this person changes the draft: the county's clerk, while it is one."""
    return policy.is_draft and DRAFT_COUNTY_POLICY(user, policy)


def may_renew_county_policy(user, policy) -> bool:
    """Whether this person drafts the next version: the county's clerk, once it is published."""
    return policy.state == CountyPolicyState.PUBLISHED and DRAFT_COUNTY_POLICY(user, policy)


def may_draft_changes(user, institute=None) -> bool:
    """Whether this person asks for changes at all, or of this institute."""
    if not user.is_authenticated:
        return False
    return DRAFT_CHANGE(user, institute) if institute is not None else DRAFT_CHANGE.held_by(user)


def may_report_progress(user, institute=None) -> bool:
    """Whether this person reports on build periods at all, or on that of this institute."""
    if not user.is_authenticated:
        return False
    return REPORT_PROGRESS(user, institute) if institute is not None else REPORT_PROGRESS.held_by(user)


def may_revise_change(user, change) -> bool:
    """Whether this person edits the draft: the unit's people, while it is one."""
    return change.state == ChangeState.DRAFT and DRAFT_CHANGE(user, change)


def may_propose_ending(user) -> bool:
    """Whether this person proposes to suspend or to revoke."""
    return user.is_authenticated and PROPOSE_ENDING.held_by(user)


def may_draft_achievements(user, institute=None) -> bool:
    """Whether this person enters achievements at all, or of this institute."""
    if not user.is_authenticated:
        return False
    return DRAFT_ACHIEVEMENT(user, institute) if institute is not None else DRAFT_ACHIEVEMENT.held_by(user)


def may_revise_achievement(user, achievement) -> bool:
    """Whether this person edits the draft: the unit's people, while it is one."""
    return achievement.state == AchievementState.DRAFT and DRAFT_ACHIEVEMENT(user, achievement)
