from evaluation.models.edition import ReviewEdition
from evaluation.models.engagement import Engagement, EngagementBatch
from evaluation.models.expert import Expert
from evaluation.models.panel import Assignment, AssignmentUserObjectPermission, Draw, Panel, Score

__all__ = [
    "Assignment",
    "AssignmentUserObjectPermission",
    "Draw",
    "Engagement",
    "EngagementBatch",
    "Expert",
    "Panel",
    "ReviewEdition",
    "Score",
]
