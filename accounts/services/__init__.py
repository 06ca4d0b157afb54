"""What this room does: one verb, one transaction."""

from accounts.services.deputies import end_deputy, name_deputy
from accounts.services.feeds import close_feed, open_feed
from accounts.services.grants import (
    approve_grant,
    create_organisation,
    create_user,
    deactivate_user,
    end_membership,
    found_administration,
    grant_role,
    reactivate_user,
    refuse_grant,
    unlock_login,
)
from accounts.services.letters import post_letter, send_letter, send_waiting_letters
from accounts.services.members import accept_invitation, change_role, invite_member, resend_invitation
from accounts.services.people import (
    ask_password_reset,
    change_password,
    expire_passwords,
    finish_password_reset,
    system_user,
    update_profile,
)
from accounts.services.proofs import is_proof_valid, issue_proof
from accounts.services.registration import (
    confirm_organisation,
    refuse_organisation,
    register_enterprise,
    rename_organisation,
    resubmit_organisation,
)
from accounts.services.second_factor import (
    drop_second_factor,
    enrol_second_factor,
    pass_second_factor,
)
from accounts.services.tokens import is_token_valid, issue_token, revoke_token
from accounts.services.visits import end_other_visits, end_visit, forget_old_visits

__all__ = [
    "accept_invitation",
    "approve_grant",
    "ask_password_reset",
    "change_password",
    "change_role",
    "close_feed",
    "confirm_organisation",
    "create_organisation",
    "create_user",
    "deactivate_user",
    "drop_second_factor",
    "end_deputy",
    "end_membership",
    "end_other_visits",
    "end_visit",
    "enrol_second_factor",
    "expire_passwords",
    "finish_password_reset",
    "forget_old_visits",
    "found_administration",
    "grant_role",
    "invite_member",
    "is_proof_valid",
    "is_token_valid",
    "issue_proof",
    "issue_token",
    "name_deputy",
    "open_feed",
    "pass_second_factor",
    "post_letter",
    "reactivate_user",
    "refuse_grant",
    "refuse_organisation",
    "register_enterprise",
    "rename_organisation",
    "resend_invitation",
    "resubmit_organisation",
    "revoke_token",
    "send_letter",
    "send_waiting_letters",
    "system_user",
    "unlock_login",
    "update_profile",
]
