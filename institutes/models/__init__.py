from institutes.models.application import Application, ApplicationSection, ApplicationVersion
from institutes.models.call import Call
from institutes.models.chain import ChainMember, ChainSegment, IndustryChain
from institutes.models.edition import RecognitionEdition
from institutes.models.handling import FormalCheck, ReturnReason, SiteVisit
from institutes.models.institute import Institute, Recognition

__all__ = [
    "Application",
    "ApplicationSection",
    "ApplicationVersion",
    "Call",
    "ChainMember",
    "ChainSegment",
    "FormalCheck",
    "IndustryChain",
    "Institute",
    "RecognitionEdition",
    "Recognition",
    "ReturnReason",
    "SiteVisit",
]
