from institutes.models.achievement import Achievement, AchievementHint
from institutes.models.application import (
    Application,
    ApplicationMark,
    ApplicationSection,
    ApplicationVersion,
)
from institutes.models.batch import CertificateBatch
from institutes.models.build import (
    Commitment,
    Milestone,
    ProgressReport,
    ProgressValue,
    StageReached,
)
from institutes.models.call import Call
from institutes.models.chain import ChainMember, ChainSegment, ChainSource, IndustryChain
from institutes.models.change import Change
from institutes.models.county import IntegrityCheck, RecommendationList
from institutes.models.county_policy import CountyPolicy, CountyPolicyMeasure
from institutes.models.cultivation import CultivationEntry, CultivationMeasure
from institutes.models.decision import DecisionBatch, DecisionItem
from institutes.models.earlier import EarlierRecognition
from institutes.models.edition import RecognitionEdition
from institutes.models.extension import CallExtension
from institutes.models.handling import FormalCheck, ReturnReason, SiteVisit
from institutes.models.institute import Institute, Recognition, Tenure
from institutes.models.listing import IntegrityListing
from institutes.models.lookup import Lookup
from institutes.models.offering import OfferingWording, ServiceOffering
from institutes.models.proposal import ChainProposal
from institutes.models.provincial import Inspection, InspectionParticipant, ProvincialFiling
from institutes.models.question import PublicQuestion, QuestionWording
from institutes.models.suspension import Revocation, Suspension

__all__ = [
    "PublicQuestion",
    "ServiceOffering",
    "Achievement",
    "AchievementHint",
    "Application",
    "ApplicationMark",
    "ApplicationSection",
    "ApplicationVersion",
    "Call",
    "CallExtension",
    "CertificateBatch",
    "ChainMember",
    "ChainProposal",
    "ChainSegment",
    "ChainSource",
    "Change",
    "Commitment",
    "CountyPolicy",
    "CountyPolicyMeasure",
    "CultivationEntry",
    "CultivationMeasure",
    "DecisionBatch",
    "DecisionItem",
    "EarlierRecognition",
    "FormalCheck",
    "IndustryChain",
    "Inspection",
    "InspectionParticipant",
    "Institute",
    "IntegrityCheck",
    "IntegrityListing",
    "Lookup",
    "Milestone",
    "OfferingWording",
    "ProgressReport",
    "ProgressValue",
    "ProvincialFiling",
    "QuestionWording",
    "Recognition",
    "RecognitionEdition",
    "RecommendationList",
    "ReturnReason",
    "Revocation",
    "SiteVisit",
    "StageReached",
    "Suspension",
    "Tenure",
]
