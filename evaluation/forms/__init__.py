"""What people bring to engagements, panels and the pool. Shape only; the services decide."""

from evaluation.forms.blind import (
    AskWaiverForm,
    FileReasonForm,
    MaskForm,
    OpenFileForm,
    PackageFilter,
    WaiveForm,
)
from evaluation.forms.engagements import EngagementFilter, EngagementForm, HandOverForm
from evaluation.forms.panels import (
    AnswerForm,
    CommitForm,
    ConcludeForm,
    DiscussForm,
    ExpertFilter,
    PanelFilter,
    ReasonForm,
    RecuseForm,
    ReplaceForm,
    SheetForm,
)

__all__ = [
    "AskWaiverForm",
    "FileReasonForm",
    "MaskForm",
    "OpenFileForm",
    "PackageFilter",
    "WaiveForm",
    "AnswerForm",
    "CommitForm",
    "ConcludeForm",
    "DiscussForm",
    "EngagementFilter",
    "EngagementForm",
    "ExpertFilter",
    "HandOverForm",
    "PanelFilter",
    "ReasonForm",
    "RecuseForm",
    "ReplaceForm",
    "SheetForm",
]
