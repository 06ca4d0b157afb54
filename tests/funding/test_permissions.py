"""Who may take which move: the whole tables, role by role, written out by hand."""

import pytest

from funding import permissions
from funding.desk import AWARD_DESK, DISBURSEMENT_DESK, PAYEE_DESK, PLAN_DESK
from funding.lifecycle import AWARD, DISBURSEMENT, PAYEE, PLAN
from tests.factories.funding import (
    AllocationPlanFactory,
    AwardFactory,
    BankLineFactory,
    BudgetAdjustmentFactory,
    ClawbackFactory,
    DisbursementFactory,
    RepaymentFactory,
    people_of,
)

pytestmark = pytest.mark.django_db

AWARD_MAY = {
    "ent_admin": {"confirm", "waive", "change_account"},
    "bureau_approver": {
        "approve",
        "send_back",
        "suspend",
        "resume",
        "resume_payment",
        "redirect",
        "redirect_approved",
    },
    "system": {
        "forfeit",
        "pass_account",
        "fail_account",
        "lapse",
        "end_with_project",
        "free_rest",
        "close",
        "suspend",
        "resume",
        "resume_payment",
    },
}
PAYEE_MAY = {"bureau_clerk": {"first_check", "verify", "reject"}, "system": {"supersede"}}
PLAN_MAY = {
    "draft": {
        "bureau_clerk": {"submit", "discard"},
        "bureau_approver": {"cosign", "send_back"},
        "finance": {"review", "strike", "issue", "send_back"},
    },
    "finance_review": {
        "bureau_clerk": {"submit", "discard"},
        "bureau_approver": {"cosign"},
        "finance": {"review", "strike", "issue", "send_back"},
    },
    "cosigning": {
        "bureau_clerk": {"submit", "discard"},
        "bureau_approver": {"cosign", "send_back"},
        "finance": {"review", "strike", "issue"},
    },
}
CLOCK = {"issue", "issue_direct", "send", "recall", "doubt", "settle", "settle_direct"}
UNPAID = {"propose_unpaid", "confirm_unpaid"}
ENDINGS = {"propose_return", "return", "propose_void", "void", "keep"}
DISBURSEMENT_MAY = {
    False: {
        "ent_admin": {"confirm_receipt"},
        "county_fin": {"receive", "pay", "propose_return"},
        "finance": {*ENDINGS, *UNPAID},
        "system": CLOCK,
    },
    True: {
        "ent_admin": {"confirm_receipt"},
        "finance": {"pay", *ENDINGS, *UNPAID},
        "system": CLOCK,
    },
}
REVEAL_MAY = {
    "submitted": {"ent_admin", "bureau_clerk", "auditor"},
    "verified": {"ent_admin", "auditor"},
}


def held(who, people, subject):
    """What each person may, those who may nothing left out."""
    may = {
        name: {action for action in who if who[action](person, subject)} for name, person in people.items()
    }
    return {name: actions for name, actions in may.items() if actions}


def test_awards():
    award = AwardFactory(state="account_check")

    assert held(permissions.AWARD_WHO, people_of(award), award) == AWARD_MAY


def test_payee_accounts():
    award = AwardFactory(state="account_check")

    assert held(permissions.PAYEE_WHO, people_of(award), award.account) == PAYEE_MAY


@pytest.mark.parametrize("state", PLAN_MAY)
def test_plans(state):
    plan, people = AllocationPlanFactory(), people_of(AwardFactory())
    plan.__dict__["state"] = state

    assert held(permissions.PLAN_WHO, people, plan) == PLAN_MAY[state]


@pytest.mark.parametrize("direct", [False, True], ids=["via-county", "direct"])
def test_disbursements(direct):
    disbursement = DisbursementFactory(direct_pay=direct)

    assert (
        held(permissions.DISBURSEMENT_WHO, people_of(disbursement.award), disbursement)
        == DISBURSEMENT_MAY[direct]
    )


@pytest.mark.parametrize("state", REVEAL_MAY)
def test_who_reads_an_account_number(state):
    award = AwardFactory(state="account_check" if state == "submitted" else "pending_approval")
    people = people_of(award)

    assert {n for n, p in people.items() if permissions.may_reveal(p, award.account)} == REVEAL_MAY[state]


@pytest.mark.parametrize(
    ("may", "roles"),
    [
        (permissions.may_submit_account, {"ent_admin", "other_ent_admin"}),
        (permissions.may_propose_awards, {"bureau_clerk"}),
        (permissions.may_fetch_treasury_file, {"finance"}),
        (permissions.may_draft_plan, {"bureau_clerk"}),
        (permissions.may_keep_budgets, {"finance"}),
        (permissions.may_suspect, {"bureau_clerk"}),
        (permissions.may_report_repayments, {"ent_admin", "other_ent_admin", "finance"}),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_who_does_what_needs_no_case(may, roles):
    assert {name for name, person in people_of(AwardFactory()).items() if may(person)} == roles


@pytest.mark.parametrize(
    ("name", "roles"),
    [
        ("awards", "ent_filler ent_admin county_staff county_lead county_fin city"),
        ("payees", "ent_admin county_fin city"),
        ("budgets", "city"),
        ("plans", "city"),
        ("disbursements", "ent_filler ent_admin county_staff county_lead county_fin city"),
        ("ledger", "county_lead county_fin city"),
        ("clawbacks", "ent_filler ent_admin county_staff county_lead county_fin city"),
        ("repayments", "ent_filler ent_admin county_staff county_lead county_fin city"),
    ],
)
def test_who_opens_which_list(name, roles):
    roles = roles.replace("city", "bureau_clerk bureau_approver finance auditor").split()
    people = people_of(AwardFactory())
    mine = {
        role: person for role, person in people.items() if not role.startswith("other") and role != "system"
    }

    assert {role for role, person in mine.items() if permissions.may_list(person, name)} == set(roles)


@pytest.mark.parametrize(
    "desk", [AWARD_DESK, PAYEE_DESK, PLAN_DESK, DISBURSEMENT_DESK], ids=lambda desk: desk.name
)
def test_tables_have_the_same_moves(desk):
    tables = {"award": AWARD, "account": PAYEE, "plan": PLAN, "disbursement": DISBURSEMENT}
    moves = tables[desk.name].moves

    assert set(desk.who) == set(moves)
    assert set(desk.steps) == {action for action, move in moves.items() if not move.system}


def test_adjustments_and_lines_are_the_finance_bureaus():
    people = people_of(AwardFactory())

    adjustment, line = BudgetAdjustmentFactory(), BankLineFactory()

    assert held(permissions.ADJUSTMENT_WHO, people, adjustment) == {"finance": {"enter", "reject"}}
    assert held(permissions.LINE_WHO, people, line) == {"finance": {"propose", "confirm", "send_back"}}


def test_who_claims_money_back():
    clawback = ClawbackFactory(state="repay_due")
    people = people_of(clawback.award)

    assert held(permissions.CLAWBACK_WHO, people, clawback) == {
        "ent_admin": {"state"},
        "bureau_clerk": {"investigate", "propose", "serve"},
        "bureau_approver": {
            "send_back",
            "notify",
            "decide",
            "drop",
            "list_credit",
            "enforce",
            "sign_closing",
            "end_enforcement",
        },
        "finance": {"close", "refuse_closing", "resume_enforcement"},
        "system": {"lapse_statement", "part", "settle", "fall_due"},
    }
    repayment = RepaymentFactory(clawback=clawback)
    assert held(permissions.REPAYMENT_WHO, people, repayment) == {"finance": {"confirm", "reject"}}
    reports = {name for name, one in people.items() if permissions.may_report_repayment(one, clawback)}
    assert reports == {"ent_admin", "finance"}
    publishes = {name for name, one in people.items() if permissions.may_publish_clawback(one, clawback)}
    assert publishes == {"bureau_approver"}
