"""The tables of review, to read. Assignments and scores are not here: nobody reads them before the panel concludes."""

from django.contrib import admin

from evaluation.models import (
    Acceptance,
    AcceptanceCheck,
    Assessment,
    AssessmentList,
    Cycle,
    Draw,
    Evaluation,
    EvaluationCheck,
    Expert,
    Panel,
    ReviewEdition,
    Round,
)
from records.admin import ReadOnly

admin.site.register(
    [
        Acceptance,
        AcceptanceCheck,
        Assessment,
        AssessmentList,
        Cycle,
        Draw,
        Evaluation,
        EvaluationCheck,
        Expert,
        Panel,
        ReviewEdition,
        Round,
    ],
    ReadOnly,
)
