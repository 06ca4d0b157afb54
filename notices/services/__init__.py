"""What this room does: one verb, one transaction."""

from notices.services.delivery import deliver_pending
from notices.services.extensions import (
    discard_publicity_extension,
    offer_publicity_extensions,
    publish_publicity_extension,
    revise_publicity_extension,
    take_up_publicity_extension,
)
from notices.services.heads import keep_register_head
from notices.services.inquiries import answer_inquiry, ask_unit
from notices.services.letters import draw_addressed, issue_letter, issue_missing_letters
from notices.services.objections import (
    accept_objection,
    ask_for_original,
    decide_objection,
    extend_objection,
    file_objection,
    open_identity,
    propose_finding,
    receive_original,
    refuse_objection_acceptance,
    send_back_finding,
)
from notices.services.outbox import retry_delivery, retry_failed
from notices.services.preferences import choose_mail
from notices.services.publicity import (
    Entry,
    conclude_publicity,
    issue_missing_papers,
    issue_public_notice,
    post_corrected,
    post_public_notice,
    withdraw_from_notice,
)
from notices.services.registrations import tell_of_registrations
from notices.services.reminders import remind_due
from notices.services.robots import change_robot, post_bulletins, register_robot, switch_robot, try_robot
from notices.services.telling import (
    Telling,
    call_holder,
    mark_all_read,
    mark_read,
    mark_subject_read,
    tell,
    tell_all,
    tell_holder,
    tell_unit,
)
from notices.services.working_days import change_working_days

__all__ = [
    "Entry",
    "Telling",
    "accept_objection",
    "answer_inquiry",
    "ask_for_original",
    "ask_unit",
    "call_holder",
    "change_robot",
    "change_working_days",
    "choose_mail",
    "conclude_publicity",
    "decide_objection",
    "deliver_pending",
    "discard_publicity_extension",
    "draw_addressed",
    "extend_objection",
    "file_objection",
    "issue_letter",
    "issue_missing_letters",
    "issue_missing_papers",
    "issue_public_notice",
    "keep_register_head",
    "mark_all_read",
    "mark_read",
    "mark_subject_read",
    "offer_publicity_extensions",
    "open_identity",
    "post_bulletins",
    "post_corrected",
    "post_public_notice",
    "propose_finding",
    "publish_publicity_extension",
    "receive_original",
    "refuse_objection_acceptance",
    "register_robot",
    "remind_due",
    "retry_delivery",
    "retry_failed",
    "revise_publicity_extension",
    "send_back_finding",
    "switch_robot",
    "take_up_publicity_extension",
    "tell",
    "tell_all",
    "tell_holder",
    "tell_of_registrations",
    "tell_unit",
    "try_robot",
    "withdraw_from_notice",
]
