from evaluation.models.edition import ReviewEdition
from evaluation.models.expert import Expert
from evaluation.models.panel import Assignment, AssignmentUserObjectPermission, Draw, Panel, Score

__all__ = [
    "Assignment",
    "AssignmentUserObjectPermission",
    "Draw",
    "Expert",
    "Panel",
    "ReviewEdition",
    "Score",
]
