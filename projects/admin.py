"""The tables of the joint research programme, to read."""

from django.contrib import admin

from projects.models import (
    BudgetLine,
    ClauseChange,
    ContractClause,
    ContractParty,
    ContractVersion,
    Guide,
    Project,
    ProjectCall,
    ProjectDecision,
    ProjectEdition,
    ProjectEnding,
    ProjectExpense,
    ProjectFinal,
    ProjectLine,
    ProjectMidterm,
    ProjectStage,
    ProjectTarget,
    ProposalHint,
    Topic,
)
from records.admin import ReadOnly

admin.site.register(
    [
        BudgetLine,
        ClauseChange,
        ContractClause,
        ContractParty,
        ContractVersion,
        Guide,
        Project,
        ProjectCall,
        ProjectDecision,
        ProjectEdition,
        ProjectEnding,
        ProjectExpense,
        ProjectFinal,
        ProjectLine,
        ProjectMidterm,
        ProjectStage,
        ProjectTarget,
        ProposalHint,
        Topic,
    ],
    ReadOnly,
)
