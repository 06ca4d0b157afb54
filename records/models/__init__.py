from records.models.audit import AuditEvent
from records.models.availability import UpInterval
from records.models.calendar import CalendarChange, DayOverride, DeadlineMove
from records.models.deadline import Deadline
from records.models.edition import Edition
from records.models.file import Attachment, Document
from records.models.head import RegisterHead
from records.models.job import Job, JobPiece, JobState
from records.models.numbering import NumberSeries
from records.models.subject import LifecycleSubject

__all__ = [
    "Attachment",
    "AuditEvent",
    "CalendarChange",
    "DayOverride",
    "Deadline",
    "DeadlineMove",
    "Document",
    "Edition",
    "Job",
    "JobPiece",
    "JobState",
    "LifecycleSubject",
    "NumberSeries",
    "RegisterHead",
    "UpInterval",
]
