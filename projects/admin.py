"""The tables of the joint research programme, to read."""

from django.contrib import admin

from projects.models import (
    BudgetLine,
    Guide,
    Project,
    ProjectCall,
    ProjectDecision,
    ProjectEdition,
    ProjectStage,
    ProposalHint,
    Topic,
)
from records.admin import ReadOnly

admin.site.register(
    [
        BudgetLine,
        Guide,
        Project,
        ProjectCall,
        ProjectDecision,
        ProjectEdition,
        ProjectStage,
        ProposalHint,
        Topic,
    ],
    ReadOnly,
)
