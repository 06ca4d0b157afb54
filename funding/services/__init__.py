"""What this room does: one verb, one transaction. Money commands stand on their own, and are safe to repeat."""

from funding.services.awards import (
    approve_award,
    change_account,
    confirm_award,
    resume_award,
    resume_payment,
    send_back_award,
    suspend_award,
    waive_award,
)
from funding.services.budgets import create_budget, raise_budget
from funding.services.disbursements import (
    confirm_receipt,
    county_receive,
    pay_unit,
    return_disbursement,
    void_disbursement,
)
from funding.services.exports import export_plan, fetch_treasury_file, sweep_exports
from funding.services.orders import order_disbursement
from funding.services.papers import issue_plan_papers, sweep_papers
from funding.services.payees import (
    first_check_account,
    reject_account,
    reveal_account,
    submit_payee_account,
    verify_account,
)
from funding.services.plans import (
    cosign_plan,
    discard_plan,
    draft_plan,
    issue_plan,
    return_plan,
    review_plan,
    revise_plan,
    submit_plan,
)
from funding.services.proposals import forfeit_award, lapse_award, lapse_awards, propose_award, propose_awards

__all__ = [
    "approve_award",
    "change_account",
    "confirm_award",
    "confirm_receipt",
    "cosign_plan",
    "county_receive",
    "create_budget",
    "discard_plan",
    "draft_plan",
    "export_plan",
    "fetch_treasury_file",
    "first_check_account",
    "forfeit_award",
    "issue_plan",
    "issue_plan_papers",
    "lapse_award",
    "lapse_awards",
    "order_disbursement",
    "pay_unit",
    "propose_award",
    "propose_awards",
    "raise_budget",
    "reject_account",
    "resume_award",
    "resume_payment",
    "return_disbursement",
    "return_plan",
    "reveal_account",
    "review_plan",
    "revise_plan",
    "send_back_award",
    "submit_payee_account",
    "submit_plan",
    "suspend_award",
    "sweep_exports",
    "sweep_papers",
    "verify_account",
    "void_disbursement",
    "waive_award",
]
