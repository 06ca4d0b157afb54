"""What the room keeps."""

from funding.models.adjustment import BudgetAdjustment, BudgetChange
from funding.models.award import Award
from funding.models.bank import BankLine, BankStatement
from funding.models.budget import Budget
from funding.models.clawback import Clawback, Repayment
from funding.models.command import Command
from funding.models.county import CountyBudget
from funding.models.disbursement import Disbursement
from funding.models.edition import GrantEdition
from funding.models.ledger import LedgerEntry, LedgerPosting
from funding.models.payee import PayeeAccount
from funding.models.plan import AllocationPlan, PlanItem

__all__ = [
    "AllocationPlan",
    "Award",
    "BankLine",
    "BankStatement",
    "Budget",
    "BudgetAdjustment",
    "BudgetChange",
    "Clawback",
    "Command",
    "CountyBudget",
    "Disbursement",
    "GrantEdition",
    "LedgerEntry",
    "LedgerPosting",
    "PayeeAccount",
    "PlanItem",
    "Repayment",
]
