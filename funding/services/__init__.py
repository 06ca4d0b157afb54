"""What this room does: one verb, one transaction. Money commands stand on their own, and are safe to repeat."""

from funding.services.adjustments import enter_adjustment, propose_adjustment, reject_adjustment
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
from funding.services.budgets import create_budget
from funding.services.county import record_county_budget, revise_county_budget
from funding.services.disbursements import (
    confirm_receipt,
    county_receive,
    pay_unit,
    return_disbursement,
    void_disbursement,
)
from funding.services.exports import ask_treasury, export_plan, fetch_treasury_file, sweep_exports
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
from funding.services.reconciliation import (
    Outcome,
    confirm_line,
    confirm_matches,
    confirm_unpaid,
    propose_line,
    propose_matches,
    propose_unpaid,
    return_line,
)
from funding.services.redirects import redirect_approved_award, redirect_award
from funding.services.retention import warn_retention
from funding.services.statements import import_statement, statement_template

__all__ = [
    "Outcome",
    "approve_award",
    "ask_treasury",
    "change_account",
    "confirm_award",
    "confirm_line",
    "confirm_matches",
    "confirm_receipt",
    "confirm_unpaid",
    "cosign_plan",
    "county_receive",
    "create_budget",
    "discard_plan",
    "draft_plan",
    "enter_adjustment",
    "export_plan",
    "fetch_treasury_file",
    "first_check_account",
    "forfeit_award",
    "import_statement",
    "issue_plan",
    "issue_plan_papers",
    "lapse_award",
    "lapse_awards",
    "order_disbursement",
    "pay_unit",
    "propose_adjustment",
    "propose_award",
    "propose_awards",
    "propose_line",
    "propose_matches",
    "propose_unpaid",
    "record_county_budget",
    "reject_account",
    "reject_adjustment",
    "resume_award",
    "resume_payment",
    "return_disbursement",
    "return_line",
    "return_plan",
    "reveal_account",
    "review_plan",
    "revise_county_budget",
    "revise_plan",
    "send_back_award",
    "statement_template",
    "submit_payee_account",
    "submit_plan",
    "suspend_award",
    "sweep_exports",
    "sweep_papers",
    "verify_account",
    "void_disbursement",
    "waive_award",
    "warn_retention",
    "redirect_approved_award",
    "redirect_award",
]
