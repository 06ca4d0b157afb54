"""What the room keeps."""

from funding.models.award import Award
from funding.models.budget import Budget, BudgetChange
from funding.models.command import Command
from funding.models.disbursement import Disbursement
from funding.models.edition import GrantEdition
from funding.models.ledger import LedgerEntry, LedgerPosting
from funding.models.payee import PayeeAccount
from funding.models.plan import AllocationPlan, PlanItem

__all__ = [
    "AllocationPlan",
    "Award",
    "Budget",
    "BudgetChange",
    "Command",
    "Disbursement",
    "GrantEdition",
    "LedgerEntry",
    "LedgerPosting",
    "PayeeAccount",
    "PlanItem",
]
