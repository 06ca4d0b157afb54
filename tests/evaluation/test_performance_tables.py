"""Evaluations and rounds: the whole tables of moves and of who takes them, written out a second time."""

import pytest

from accounts.roles import Role
from evaluation.enums.performance import EvaluationState as S
from evaluation.enums.performance import RoundState as R
from evaluation.lifecycle import EVALUATION, ROUND
from evaluation.permissions import performance as permissions

OPEN = (
    S.SELF_REPORT,
    S.UNIT_REVIEW,
    S.EXEMPTION,
    S.COUNTY_REVIEW,
    S.COUNTY_SIGNING,
    S.TAX_FILL,
    S.FINANCE_FILL,
    S.CHECKING,
    S.PANEL_REVIEW,
    S.GRADING,
    S.CONFIRMATION,
    S.PUBLICITY,
)
JUDGED = (S.CHECKING, S.PANEL_REVIEW, S.GRADING)
LAWFUL = {
    (S.SELF_REPORT, "hand_up"): S.UNIT_REVIEW,
    (S.UNIT_REVIEW, "send_back"): S.SELF_REPORT,
    (S.UNIT_REVIEW, "hand_in"): S.COUNTY_REVIEW,
    (S.COUNTY_REVIEW, "recall"): S.SELF_REPORT,
    (S.COUNTY_SIGNING, "recall"): S.SELF_REPORT,
    (S.COUNTY_REVIEW, "county_return"): S.SELF_REPORT,
    (S.COUNTY_REVIEW, "give_opinion"): S.COUNTY_SIGNING,
    (S.COUNTY_SIGNING, "return_opinion"): S.COUNTY_REVIEW,
    (S.COUNTY_SIGNING, "sign"): S.TAX_FILL,
    (S.TAX_FILL, "fill_tax"): S.FINANCE_FILL,
    (S.FINANCE_FILL, "fill_finance"): S.CHECKING,
    (S.CHECKING, "refill"): S.TAX_FILL,
    (S.CHECKING, "return"): S.SELF_REPORT,
    **{(state, move): state for state in JUDGED for move in ("mark_false", "clear_false", "cap", "lift_cap")},
    (S.CHECKING, "entrust"): S.PANEL_REVIEW,
    (S.PANEL_REVIEW, "entrust_anew"): S.PANEL_REVIEW,
    (S.PANEL_REVIEW, "record_review"): S.GRADING,
    (S.GRADING, "reopen_review"): S.PANEL_REVIEW,
    (S.SELF_REPORT, "propose_exemption"): S.EXEMPTION,
    (S.UNIT_REVIEW, "propose_exemption"): S.EXEMPTION,
    (S.EXEMPTION, "refuse_exemption"): S.SELF_REPORT,
    (S.EXEMPTION, "defer"): S.DEFERRED,
    (S.EXEMPTION, "deem"): S.GRADING,
    (S.SELF_REPORT, "miss"): S.ABSENT,
    (S.UNIT_REVIEW, "miss"): S.ABSENT,
    (S.GRADING, "grade"): S.CONFIRMATION,
    (S.CONFIRMATION, "return_grade"): S.GRADING,
    (S.CONFIRMATION, "confirm"): S.PUBLICITY,
    (S.PUBLICITY, "correct_publicity"): S.PUBLICITY,
    (S.PUBLICITY, "uphold_objection"): S.GRADING,
    (S.PUBLICITY, "release"): S.FINAL,
    (S.PUBLICITY, "rectify"): S.RECTIFY,
    (S.PUBLICITY, "fail"): S.FAILED,
    **{(state, "lapse"): S.WITHDRAWN for state in OPEN},
}
LAWFUL_ROUND = {
    (R.OPEN, "grade"): R.GRADING,
    (R.FINAL, "grade"): R.GRADING,
    (R.GRADING, "return"): R.OPEN,
    (R.GRADING, "publish"): R.PUBLICITY,
    (R.PUBLICITY, "release"): R.PUBLICITY,
    (R.PUBLICITY, "finish"): R.FINAL,
    (R.OPEN, "close"): R.CLOSED,
}
FOUR_EYES = {
    "sign": ("opined_by",),
    "defer": ("exemption_proposed_by",),
    "deem": ("exemption_proposed_by",),
    "confirm": ("graded_by",),
}
HELD = {
    S.SELF_REPORT: Role.ENT_FILLER,
    S.UNIT_REVIEW: Role.ENT_ADMIN,
    S.EXEMPTION: Role.BUREAU_APPROVER,
    S.COUNTY_REVIEW: Role.COUNTY_STAFF,
    S.COUNTY_SIGNING: Role.COUNTY_LEAD,
    S.TAX_FILL: Role.TAX,
    S.FINANCE_FILL: Role.FINANCE,
    S.CHECKING: Role.BUREAU_CLERK,
    S.PANEL_REVIEW: Role.AGENCY,
    S.GRADING: Role.BUREAU_CLERK,
    S.CONFIRMATION: Role.BUREAU_APPROVER,
    S.PUBLICITY: Role.BUREAU_APPROVER,
}
MAY = {
    Role.ENT_FILLER: {"hand_up"},
    Role.ENT_ADMIN: {"hand_up", "send_back", "hand_in", "recall"},
    Role.COUNTY_STAFF: {"county_return", "give_opinion"},
    Role.COUNTY_LEAD: {"return_opinion", "sign"},
    Role.TAX: {"fill_tax"},
    Role.FINANCE: {"fill_finance"},
    Role.BUREAU_CLERK: {
        "refill",
        "return",
        "mark_false",
        "clear_false",
        "cap",
        "lift_cap",
        "entrust",
        "entrust_anew",
        "propose_exemption",
        "miss",
    },
    Role.BUREAU_APPROVER: {"refuse_exemption", "defer", "deem"},
    Role.SYSTEM: {
        "record_review",
        "reopen_review",
        "grade",
        "return_grade",
        "confirm",
        "correct_publicity",
        "uphold_objection",
        "release",
        "rectify",
        "fail",
        "lapse",
    },
}
MAY_ROUND = {
    Role.BUREAU_CLERK: {"grade"},
    Role.BUREAU_APPROVER: {"return", "publish", "release", "close"},
    Role.SYSTEM: {"finish"},
}


def moves_of(lifecycle) -> dict:
    return {
        (source, action): move.leads_to(source)
        for action, move in lifecycle.moves.items()
        for source in move.sources
    }


def test_every_move_of_an_evaluation():
    assert moves_of(EVALUATION) == LAWFUL


def test_every_move_of_a_round():
    assert moves_of(ROUND) == LAWFUL_ROUND
    assert ROUND.moves["publish"].unlike == ("graded_by",)


def test_two_people_where_two_have_to_look():
    assert {name: move.unlike for name, move in EVALUATION.moves.items() if move.unlike} == FOUR_EYES


def test_who_holds_it():
    assert {state: one.role for state, one in EVALUATION.states.items() if one.role} == HELD
    assert {state for state, one in EVALUATION.states.items() if one.final} == set(S) - set(OPEN)


@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_move(role):
    may = {name for name, grant in permissions.EVALUATION_WHO.items() if role in grant.all_roles}
    may_round = {name for name, grant in permissions.ROUND_WHO.items() if role in grant.all_roles}

    assert (may, may_round) == (MAY.get(role, set()), MAY_ROUND.get(role, set()))
