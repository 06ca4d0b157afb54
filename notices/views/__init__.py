from notices.views.extensions import publicity_extension, publicity_extension_move
from notices.views.inbox import notice, notice_list, notice_open, preference, read_all, read_group
from notices.views.inquiries import inquiry, inquiry_move
from notices.views.objections import (
    objection,
    objection_export,
    objection_file,
    objection_identity,
    objection_list,
    objection_move,
)
from notices.views.outbox import delivery_list, delivery_retry, delivery_retry_all
from notices.views.publicity import (
    objection_create,
    objection_letter,
    objection_receipt,
    publicity,
    publicity_export,
    publicity_list,
)
from notices.views.robots import robot, robot_list, robot_new, robot_switch, robot_try

__all__ = [
    "delivery_list",
    "delivery_retry",
    "delivery_retry_all",
    "inquiry",
    "inquiry_move",
    "notice",
    "notice_list",
    "notice_open",
    "objection",
    "objection_create",
    "objection_export",
    "objection_file",
    "objection_identity",
    "objection_letter",
    "objection_list",
    "objection_move",
    "objection_receipt",
    "preference",
    "publicity",
    "publicity_export",
    "publicity_extension",
    "publicity_extension_move",
    "publicity_list",
    "read_all",
    "read_group",
    "robot",
    "robot_list",
    "robot_new",
    "robot_switch",
    "robot_try",
]
