"""Rows of the joint research programme 联合攻关专项 (四(六), 四(七), domain B6)."""

from projects.models.call import Guide, ProjectCall, Topic
from projects.models.change import ProjectChange
from projects.models.content import BudgetLine, ProposalCheck, ProposalHint, ProposalSection, ProposalVersion
from projects.models.contract import (
    ClauseChange,
    ContractClause,
    ContractParty,
    ContractVersion,
    ProjectLine,
    ProjectTarget,
)
from projects.models.decision import ProjectDecision, ProjectDecisionItem
from projects.models.edition import ProjectEdition
from projects.models.ending import ProjectEnding
from projects.models.final import ProjectFinal
from projects.models.midterm import ProjectMidterm
from projects.models.project import Project, ProjectStage
from projects.models.proposal import Proposal
from projects.models.running import ProjectExpense

__all__ = [
    "BudgetLine",
    "ClauseChange",
    "ContractClause",
    "ContractParty",
    "ContractVersion",
    "Guide",
    "Project",
    "ProjectCall",
    "ProjectChange",
    "ProjectDecision",
    "ProjectDecisionItem",
    "ProjectEdition",
    "ProjectEnding",
    "ProjectExpense",
    "ProjectFinal",
    "ProjectLine",
    "ProjectMidterm",
    "ProjectStage",
    "ProjectTarget",
    "Proposal",
    "ProposalCheck",
    "ProposalHint",
    "ProposalSection",
    "ProposalVersion",
    "Topic",
]
