"""The tables of moves, whole, written out a second time by hand: what is not here is refused."""

import pytest

from funding.lifecycle import (
    ADJUSTMENT,
    AWARD,
    CLAWBACK,
    DISBURSEMENT,
    LINE,
    PAYEE,
    PLAN,
    REPAYMENT,
)

TABLES = {
    "clawback": {
        ("suspected", "investigate"): "investigating",
        ("investigating", "propose"): "proposed",
        ("proposed", "send_back"): "investigating",
        ("proposed", "notify"): "notice_of_intent",
        ("notice_of_intent", "state"): "deciding",
        ("notice_of_intent", "lapse_statement"): "deciding",
        ("deciding", "decide"): "decided",
        ("suspected", "drop"): "not_founded",
        ("investigating", "drop"): "not_founded",
        ("proposed", "drop"): "not_founded",
        ("deciding", "drop"): "not_founded",
        ("decided", "serve"): "repay_due",
        ("repay_due", "part"): "partially_repaid",
        ("partially_repaid", "part"): "partially_repaid",
        ("repay_due", "settle"): "repaid",
        ("partially_repaid", "settle"): "repaid",
        ("overdue", "settle"): "repaid",
        ("credit_listed", "settle"): "repaid",
        ("enforced", "settle"): "repaid",
        ("repay_due", "fall_due"): "overdue",
        ("partially_repaid", "fall_due"): "overdue",
        ("overdue", "list_credit"): "credit_listed",
        ("overdue", "enforce"): "enforced",
        ("credit_listed", "enforce"): "enforced",
        ("repaid", "sign_closing"): "closing",
        ("enforced", "end_enforcement"): "closing",
        ("closing", "close"): "closed",
        ("closing", "refuse_closing"): "repaid",
        ("closing", "resume_enforcement"): "enforced",
    },
    "repayment": {("reported", "confirm"): "confirmed", ("reported", "reject"): "rejected"},
    "payee": {
        ("submitted", "first_check"): "first_checked",
        ("first_checked", "verify"): "verified",
        ("submitted", "reject"): "rejected",
        ("first_checked", "reject"): "rejected",
        ("verified", "supersede"): "superseded",
    },
    "award": {
        ("entitled", "confirm"): "account_check",
        ("entitled", "waive"): "waived",
        ("account_check", "waive"): "waived",
        ("pending_approval", "waive"): "waived",
        ("entitled", "forfeit"): "waived",
        ("account_check", "pass_account"): "pending_approval",
        ("account_check", "fail_account"): "entitled",
        ("pending_approval", "approve"): "approved",
        ("pending_approval", "send_back"): "entitled",
        ("approved", "change_account"): "approved",
        ("entitled", "suspend"): "suspended",
        ("account_check", "suspend"): "suspended",
        ("pending_approval", "suspend"): "suspended",
        ("approved", "suspend"): "suspended",
        ("suspended", "resume"): "entitled",
        ("suspended", "resume_payment"): "approved",
        **{
            (state, "redirect"): "entitled"
            for state in ("entitled", "account_check", "pending_approval", "suspended")
        },
        **{(state, "redirect_approved"): "approved" for state in ("approved", "suspended")},
        ("approved", "lapse"): "lapsed",
        ("suspended", "lapse"): "lapsed",
        **{
            (state, "end_with_project"): "lapsed"
            for state in ("entitled", "account_check", "pending_approval", "approved", "suspended")
        },
        **{(state, "free_rest"): state for state in ("approved", "suspended")},
        ("approved", "close"): "closed",
    },
    "plan": {
        ("draft", "submit"): "finance_review",
        ("draft", "discard"): "discarded",
        ("finance_review", "strike"): "finance_review",
        ("finance_review", "review"): "cosigning",
        ("finance_review", "send_back"): "draft",
        ("cosigning", "cosign"): "issuing",
        ("cosigning", "send_back"): "draft",
        ("issuing", "issue"): "issued",
        ("issuing", "send_back"): "draft",
    },
    "disbursement": {
        ("ordered", "send"): "sending",
        ("sending", "recall"): "ordered",
        ("sending", "issue"): "issued",
        ("sending", "issue_direct"): "issued_direct",
        ("sending", "doubt"): "unknown",
        ("unknown", "settle"): "issued",
        ("unknown", "settle_direct"): "issued_direct",
        ("unknown", "propose_unpaid"): "unknown",
        ("unknown", "confirm_unpaid"): "voided",
        ("ordered", "propose_void"): "ordered",
        ("ordered", "void"): "voided",
        **{
            (state, action): to or state
            for state in ("issued", "issued_direct", "county_received", "paid")
            for action, to in (("propose_return", ""), ("return", "returned"), ("keep", ""))
        },
        ("ordered", "keep"): "ordered",
        ("issued", "receive"): "county_received",
        ("issued_direct", "pay"): "paid",
        ("county_received", "pay"): "paid",
        ("paid", "confirm_receipt"): "receipted",
    },
    "adjustment": {("proposed", "enter"): "entered", ("proposed", "reject"): "rejected"},
    "line": {
        ("open", "propose"): "proposed",
        ("proposed", "confirm"): "settled",
        ("proposed", "send_back"): "open",
    },
}
REASONED = {
    "clawback": {"send_back", "drop", "list_credit", "refuse_closing", "resume_enforcement"},
    "repayment": {"reject"},
    "payee": {"reject"},
    "award": {
        "waive",
        "forfeit",
        "fail_account",
        "send_back",
        "suspend",
        "resume",
        "resume_payment",
        "redirect",
        "redirect_approved",
        "lapse",
        "end_with_project",
        "free_rest",
    },
    "plan": {"send_back", "discard", "strike"},
    "disbursement": {
        "propose_return",
        "return",
        "propose_void",
        "void",
        "keep",
        "recall",
        "doubt",
        "confirm_unpaid",
    },
    "adjustment": {"reject"},
    "line": {"send_back"},
}
FINAL = {
    "clawback": {"closed", "not_founded"},
    "repayment": {"confirmed", "rejected"},
    "payee": {"verified", "rejected", "superseded"},
    "award": {"closed", "waived", "lapsed"},
    "plan": {"issued", "discarded"},
    "disbursement": {"receipted", "returned", "voided"},
    "adjustment": {"entered", "rejected"},
    "line": {"settled"},
}
UNLIKE = {
    "clawback": {
        "notify": {"proposed_by"},
        "decide": {"proposed_by"},
        "drop": {"suspected_by", "proposed_by"},
        "close": {"signed_by"},
    },
    "repayment": {"confirm": {"reported_by"}},
    "payee": {"first_check": {"submitted_by"}, "verify": {"first_checked_by", "submitted_by"}},
    "award": {"approve": {"proposed_by", "confirmed_by", "account_first_checked_by", "account_verified_by"}},
    "plan": {
        "review": {"proposed_by", "submitted_by"},
        "cosign": {"proposed_by", "submitted_by", "reviewed_by"},
        "issue": {"proposed_by", "submitted_by", "reviewed_by", "cosigned_by"},
    },
    "disbursement": {
        "pay": {"ordered_by"},
        "confirm_receipt": {"paid_by"},
        "confirm_unpaid": {"unpaid_proposed_by"},
        "return": {"ending_proposed_by"},
        "void": {"ending_proposed_by"},
    },
    "adjustment": {"enter": {"proposed_by"}},
    "line": {"confirm": {"proposed_by"}},
}


@pytest.fixture(
    params=[PAYEE, AWARD, PLAN, DISBURSEMENT, ADJUSTMENT, LINE, CLAWBACK, REPAYMENT],
    ids=lambda table: table.name,
)
def table(request):
    return request.param


def test_every_move_and_no_other(table):
    pairs = [(state, action) for state in table.states for action in table.moves]

    targets = {
        (state, action): table.moves[action].leads_to(state)
        for state, action in pairs
        if state in table.moves[action].sources
    }

    assert targets == TABLES[table.name]


def test_which_moves_need_a_reason(table):
    assert {action for action, move in table.moves.items() if move.reason} == REASONED[table.name]


def test_which_states_are_final_and_the_others_have_a_holder(table):
    assert {code for code, state in table.states.items() if state.final} == FINAL[table.name]
    assert all(state.role for state in table.states.values() if not state.final)


def test_whose_hands_a_move_must_not_be(table):
    assert {action: set(move.unlike) for action, move in table.moves.items() if move.unlike} == UNLIKE[
        table.name
    ]
