"""Who may take which move. The buttons a person sees and the gate they meet read these tables."""

from accounts.permissions import Grant, by
from accounts.roles import Role
from funding.enums import DisbursementState, PayeeState, PlanState


def _direct(user, disbursement) -> bool:
    return disbursement.direct_pay


def _via_county(user, disbursement) -> bool:
    return not disbursement.direct_pay


def _has_proposed_its_end(user, disbursement) -> bool:
    return disbursement.ending_proposed_by_id == user.pk


def _not_at_bureau(user, plan) -> bool:
    return plan.state != PlanState.COSIGNING


def _not_at_finance(user, plan) -> bool:
    """The bureau sends back what it signs, and what is shown to the officers; the rest is finance's."""
    if plan.publicity_until is not None:
        return True
    return plan.state not in (PlanState.FINANCE_REVIEW, PlanState.ISSUING)


def _is_being_checked(user, account) -> bool:
    return account.state in (PayeeState.SUBMITTED, PayeeState.FIRST_CHECKED)


def _has_to_pay(user, account) -> bool:
    """Whether money for this account is at the person's county, or on its way there."""
    waiting = (DisbursementState.ISSUED, DisbursementState.COUNTY_RECEIVED)
    divisions = {m.organisation.division_id for m in user.memberships_active if m.role == Role.COUNTY_FIN}
    return account.disbursements.filter(state__in=waiting, division_id__in=divisions).exists()


ADMIN = by(Role.ENT_ADMIN)
CLERK, APPROVER = by(Role.BUREAU_CLERK), by(Role.BUREAU_APPROVER)
FINANCE, COUNTY_FINANCE = by(Role.FINANCE), by(Role.COUNTY_FIN)
CLOCK = by(Role.SYSTEM)

PAYEE_WHO: dict[str, Grant] = {
    "first_check": CLERK,
    "verify": CLERK,
    "reject": CLERK,
    "supersede": CLOCK,
}

AWARD_WHO: dict[str, Grant] = {
    "confirm": ADMIN,
    "waive": ADMIN,
    "forfeit": CLOCK,
    "pass_account": CLOCK,
    "fail_account": CLOCK,
    "approve": APPROVER,
    "send_back": APPROVER,
    "change_account": ADMIN,
    "suspend": APPROVER | CLOCK,
    "resume": APPROVER | CLOCK,
    "resume_payment": APPROVER | CLOCK,
    "redirect": APPROVER,
    "redirect_approved": APPROVER,
    "lapse": CLOCK,
    "end_with_project": CLOCK,
    "free_rest": CLOCK,
    "close": CLOCK,
}

PLAN_WHO: dict[str, Grant] = {
    "submit": CLERK,
    "send_back": by(Role.FINANCE, also=_not_at_bureau) | by(Role.BUREAU_APPROVER, also=_not_at_finance),
    "strike": FINANCE,
    "review": FINANCE,
    "cosign": APPROVER,
    "issue": FINANCE,
    "discard": CLERK,
}

DISBURSEMENT_WHO: dict[str, Grant] = {
    "issue": CLOCK,
    "issue_direct": CLOCK,
    "receive": by(Role.COUNTY_FIN, also=_via_county),
    "pay": by(Role.COUNTY_FIN, also=_via_county) | by(Role.FINANCE, also=_direct),
    "confirm_receipt": ADMIN,
    "propose_return": by(Role.COUNTY_FIN, also=_via_county) | FINANCE,
    "return": FINANCE,
    "propose_void": FINANCE,
    "void": FINANCE,
    "keep": by(Role.COUNTY_FIN, also=_has_proposed_its_end) | FINANCE,
    "send": CLOCK,
    "recall": CLOCK,
    "doubt": CLOCK,
    "settle": CLOCK,
    "settle_direct": CLOCK,
    "propose_unpaid": FINANCE,
    "confirm_unpaid": FINANCE,
}

ADJUSTMENT_WHO: dict[str, Grant] = {"enter": FINANCE, "reject": FINANCE}

LINE_WHO: dict[str, Grant] = {"propose": FINANCE, "confirm": FINANCE, "send_back": FINANCE}

CLAWBACK_WHO: dict[str, Grant] = {
    "investigate": CLERK,
    "propose": CLERK,
    "send_back": APPROVER,
    "notify": APPROVER,
    "state": ADMIN,
    "lapse_statement": CLOCK,
    "decide": APPROVER,
    "drop": APPROVER,
    "serve": CLERK,
    "part": CLOCK,
    "settle": CLOCK,
    "fall_due": CLOCK,
    "list_credit": APPROVER,
    "enforce": APPROVER,
    "sign_closing": APPROVER,
    "end_enforcement": APPROVER,
    "close": FINANCE,
    "refuse_closing": FINANCE,
    "resume_enforcement": FINANCE,
}

REPAYMENT_WHO: dict[str, Grant] = {"confirm": FINANCE, "reject": FINANCE}

SUSPECT = CLERK
"""Who enters a suspicion that paid money has to come back."""
REPORT_REPAYMENT = ADMIN | FINANCE
"""Who says that a part was paid back; asked with the clawback. Another of finance confirms it."""
PUBLISH_CLAWBACK = APPROVER
SUBMIT_ACCOUNT = ADMIN
"""Who names an account of a unit; asked with an account or with a case of that unit."""
PROPOSE_AWARDS = CLERK
"""Who need not wait for the clock where a recognition entitles to money."""
FETCH_TREASURY_FILE = FINANCE
"""Who brings the file to the treasury; it holds account numbers in full, so each time goes into the register."""
DRAFT_PLAN = CLERK
KEEP_BUDGETS = FINANCE
RECONCILE = FINANCE
"""Who takes in what the bank says, and settles it with another person."""
KEEP_COUNTY_BUDGETS = by(Role.COUNTY_STAFF, Role.COUNTY_FIN)
"""Who records what a county sets aside itself (五(二)); asked with its row."""
REVEAL_ACCOUNT = (
    ADMIN
    | by(Role.BUREAU_CLERK, also=_is_being_checked)
    | by(Role.COUNTY_FIN, also=_has_to_pay)
    | by(Role.AUDITOR)
)
"""Who may read an account number in full, with a reason that goes into the register."""


_CITY = (Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.FINANCE, Role.AUDITOR)
_COUNTY = (Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.COUNTY_FIN)
_UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)
LISTS: dict[str, tuple[Role, ...]] = {
    "awards": (*_UNIT, *_COUNTY, *_CITY),
    "payees": (Role.ENT_ADMIN, Role.COUNTY_FIN, *_CITY),
    "budgets": _CITY,
    "plans": _CITY,
    "plan_publicities": (*_COUNTY, *_CITY, Role.TAX),
    "disbursements": (*_UNIT, *_COUNTY, *_CITY),
    "ledger": (Role.COUNTY_LEAD, Role.COUNTY_FIN, *_CITY),
    "adjustments": _CITY,
    "statements": (Role.FINANCE, Role.AUDITOR),
    "lines": (Role.FINANCE, Role.AUDITOR),
    "county_budgets": (*_COUNTY, *_CITY),
    "balance": _CITY,
    "clawbacks": (*_UNIT, *_COUNTY, *_CITY),
    "repayments": (*_UNIT, *_COUNTY, *_CITY),
}
"""Who opens which list at all; the rows in it follow from reach."""


def may_list(user, name: str) -> bool:
    return user.holds(*LISTS[name])


def may_submit_account(user) -> bool:
    return SUBMIT_ACCOUNT.held_by(user)


def may_propose_awards(user) -> bool:
    return PROPOSE_AWARDS.held_by(user)


def may_fetch_treasury_file(user) -> bool:
    return FETCH_TREASURY_FILE.held_by(user)


def may_draft_plan(user) -> bool:
    return DRAFT_PLAN.held_by(user)


def may_keep_budgets(user) -> bool:
    return KEEP_BUDGETS.held_by(user)


def may_reveal(user, account) -> bool:
    return REVEAL_ACCOUNT(user, account)


def may_reconcile(user) -> bool:
    return RECONCILE.held_by(user)


def may_record_county_budget(user) -> bool:
    return KEEP_COUNTY_BUDGETS.held_by(user)


def may_keep_county_budget(user, county_budget) -> bool:
    return KEEP_COUNTY_BUDGETS(user, county_budget)


def may_see_bank(user) -> bool:
    return may_list(user, "lines")


def may_suspect(user) -> bool:
    return SUSPECT.held_by(user)


def may_report_repayment(user, clawback) -> bool:
    return REPORT_REPAYMENT(user, clawback)


def may_report_repayments(user) -> bool:
    """Whether this person reports repayments at all, of whichever case."""
    return REPORT_REPAYMENT.held_by(user)


def may_publish_clawback(user, clawback) -> bool:
    return PUBLISH_CLAWBACK(user, clawback)
