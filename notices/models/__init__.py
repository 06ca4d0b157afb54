from notices.models.edition import ReminderEdition
from notices.models.inquiry import Inquiry
from notices.models.notice import Delivery, Notice, ReadingMark
from notices.models.objection import Objection
from notices.models.publicity import PublicNotice, PublicNoticeItem

__all__ = [
    "Delivery",
    "Inquiry",
    "Notice",
    "Objection",
    "PublicNotice",
    "PublicNoticeItem",
    "ReadingMark",
    "ReminderEdition",
]
