"""What people fill in: shape only. Whether it is lawful, the services say."""

from funding.forms.filters import (
    AwardFilter,
    BudgetFilter,
    DisbursementFilter,
    LedgerFilter,
    PayeeFilter,
    PlanFilter,
)
from funding.forms.moves import (
    ApproveForm,
    ConfirmAwardForm,
    CountyReceiveForm,
    IssuePlanForm,
    PayUnitForm,
    ReasonForm,
    ReceiptForm,
    ReturnMoneyForm,
    ReviewPlanForm,
    SubmitPlanForm,
    VerifiedAccountForm,
    WaiveForm,
)
from funding.forms.records import BudgetForm, BudgetRaiseForm, PayeeForm, PlanForm, RevealForm

__all__ = [
    "ApproveForm",
    "AwardFilter",
    "BudgetFilter",
    "BudgetForm",
    "BudgetRaiseForm",
    "ConfirmAwardForm",
    "CountyReceiveForm",
    "DisbursementFilter",
    "IssuePlanForm",
    "LedgerFilter",
    "PayUnitForm",
    "PayeeFilter",
    "PayeeForm",
    "PlanFilter",
    "PlanForm",
    "ReasonForm",
    "ReceiptForm",
    "ReturnMoneyForm",
    "RevealForm",
    "ReviewPlanForm",
    "SubmitPlanForm",
    "VerifiedAccountForm",
    "WaiveForm",
]
