from notices.models.edition import ReminderEdition
from notices.models.extension import PublicityExtension
from notices.models.inquiry import Inquiry
from notices.models.later_end import LaterEnd
from notices.models.notice import Delivery, Notice, ReadingMark
from notices.models.objection import Objection
from notices.models.preference import Preference
from notices.models.publicity import PublicNotice, PublicNoticeItem
from notices.models.robot import Bulletin, Robot

__all__ = [
    "Bulletin",
    "Delivery",
    "Inquiry",
    "LaterEnd",
    "Notice",
    "Objection",
    "Preference",
    "PublicNotice",
    "PublicNoticeItem",
    "PublicityExtension",
    "ReadingMark",
    "ReminderEdition",
    "Robot",
]
