from evaluation.models.acceptance import Acceptance, AcceptanceCheck
from evaluation.models.assessment import Assessment, AssessmentList
from evaluation.models.blind import BlindFile, BlindHit, BlindPackage
from evaluation.models.cycle import Cycle, Round
from evaluation.models.edition import ReviewEdition
from evaluation.models.engagement import Engagement, EngagementBatch
from evaluation.models.expert import Absence, Expert, Tie
from evaluation.models.panel import Assignment, AssignmentUserObjectPermission, Draw, Panel
from evaluation.models.performance import Evaluation, EvaluationCheck
from evaluation.models.report import AgencyReport, ReportQuestion, ReportVersion
from evaluation.models.sheet import Discussion, Score, Sheet
from evaluation.models.visit import VisitCheck, VisitMember, VisitPhoto, VisitPlan

__all__ = [
    "Acceptance",
    "AcceptanceCheck",
    "Assessment",
    "AssessmentList",
    "BlindFile",
    "BlindHit",
    "BlindPackage",
    "AgencyReport",
    "ReportQuestion",
    "ReportVersion",
    "VisitCheck",
    "VisitMember",
    "VisitPhoto",
    "VisitPlan",
    "Absence",
    "Tie",
    "Assignment",
    "AssignmentUserObjectPermission",
    "Discussion",
    "Draw",
    "Cycle",
    "Round",
    "Evaluation",
    "EvaluationCheck",
    "Engagement",
    "EngagementBatch",
    "Expert",
    "Panel",
    "ReviewEdition",
    "Score",
    "Sheet",
]
