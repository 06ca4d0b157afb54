"""Whatever is due is reminded of: each kind of deadline and each state with a limit has its rule."""

import ast
from importlib import import_module
from itertools import pairwise

import pytest

from notices import policy
from notices.models.edition import REMINDERS
from portal.policy.loader import policy_file
from records.deadlines import open_for, open_new
from records.desk import all_desks
from records.models.deadline import STATE
from tests.house.sources import nodes

OPENERS = {open_for.__name__, open_new.__name__}
NOBODY_HAS_TO_ACT = {"publicity": "the clock ends it, and its end is said when it comes"}
# Late, and nobody above them whom the portal could tell.
TOP = {
    "bureau_approver": "the bureau's own decision",
    "county_lead": "the county's own decision",
    "ent_admin": "the unit's own word",
    "finance": "the bureau does not stand above the treasury",
    "secadmin": "three administrators who stand apart, nobody above another",
    "tax": "nor above the tax bureau",
}

# What falls due, by whom: states that the edition gives a limit, ...
LIMITED = {
    "confirmation of a unit": ("organisation", "pending"),
    "confirmation of an account": ("award", "entitled"),
    "check of an account": ("award", "account_check"),
    "money that a county keeps back": ("disbursement", "county_received"),
    "receipt of money": ("disbursement", "paid"),
    "repayment that was reported": ("repayment", "reported"),
    "invitation of an expert": ("assignment", "invited"),
    "scores of an expert": ("assignment", "committed"),
    "finding on an objection": ("objection", "accepted"),
    "answer to a question": ("inquiry", "asked"),
}
# ... and those whose day a service gives: where.
GIVEN = {
    "end of a call": ("application", "draft", "institutes/services/drafting.py"),
    "end of a call of the programme": ("project_proposal", "draft", "projects/services/drafting.py"),
    "end of a publicity": ("application", "publicity", "institutes/services/decision.py"),
    "end of a build period": ("acceptance", "preparing", "evaluation/services/acceptances.py"),
    "yearly report": ("assessment", "draft", "evaluation/services/assessments.py"),
    "end of a cycle of three years": (
        "evaluation",
        "self_report",
        "evaluation/services/performance_rounds.py",
    ),
    "end of a project": ("final", "preparing", "projects/services/finals.py"),
    "mid-term report": ("midterm", "preparing", "projects/services/midterms.py"),
    "repayment": ("clawback", "repay_due", "funding/services/recovery.py"),
    "day of a visit": ("visit", "planned", "evaluation/services/visits.py"),
}
# Windows besides states: a kind of their own.
WINDOWS = {
    "stages of projects and of build periods": "stage",
    "end of a county's policy": "county_policy_expiry",
    "end of an engagement": "engagement_end",
    "internal publicity of a plan": "internal_publicity",
    "public notice": "publicity",
}


def terms() -> dict:
    (found,) = [one for one in policy_file().editions if (one.room, one.kind) == ("notices", REMINDERS)]
    return found.terms


def rules() -> list[policy.Rule]:
    return policy.rules_of(terms())


def kinds_opened() -> dict[str, str]:
    """The kinds of the deadlines that the code opens, each with a place."""
    found = {STATE: "records/lifecycle.py"}
    for place, call in nodes("services", kind=ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in OPENERS:
            for keyword in call.keywords:
                if keyword.arg == "kind":
                    found[_kind(keyword.value, place)] = place
    return found


def _kind(value: ast.expr, place: str) -> str:
    if isinstance(value, ast.Attribute):  # stage.deadline_kind: one for each stage
        return value.attr.removeprefix("deadline_").replace("kind", "stage")
    assert isinstance(value, ast.Name), place
    module = import_module(place.rpartition(".py:")[0].replace("/", "."))
    return getattr(module, value.id).partition("-")[0]


def test_every_kind_of_deadline_has_a_rule_or_nobody_has_to_act():
    ruled = {kind for rule in rules() if rule.to == policy.HOLDER for kind in rule.kinds}

    assert len(kinds_opened()) > 6
    assert set(kinds_opened()) == ruled | set(NOBODY_HAS_TO_ACT)


def states(name: str) -> dict:
    (desk,) = [desk for desk in all_desks() if desk.name == name]
    return {str(code): state for code, state in desk.lifecycle.states.items()}


def test_whatever_falls_due_by_the_edition_has_its_limit():
    assert [what for what, (desk, code) in LIMITED.items() if not states(desk)[code].limit] == []


def test_whatever_falls_due_on_a_given_day_is_given_it():
    giving = {
        place.rpartition(":")[0]
        for place, call in nodes("services", kind=ast.Call)
        if any(keyword.arg == "due_on" for keyword in call.keywords)
    }

    held = {what: states(desk)[code] for what, (desk, code, _place) in GIVEN.items()}
    assert [what for what, state in held.items() if state.limit or not state.role or state.final] == []
    assert {place for *_case, place in GIVEN.values()} <= giving


def test_whatever_else_falls_due_has_a_kind_of_its_own():
    assert set(WINDOWS.values()) <= set(kinds_opened())


def rules_for(state: str) -> list[policy.Rule]:
    """By which rules whoever holds a case in this state is reminded."""
    return [
        rule
        for rule in rules()
        if STATE in rule.kinds and rule.to == policy.HOLDER
        if (not rule.states or state in rule.states) and state not in rule.other_than
    ]


AS_THE_OTHER = {
    "objection_handling": "the objection is reminded of, and the case goes on when that is decided",
    "account_check": "the account is, and the award goes on when that is verified",
}
"""States that wait for another case: whoever is told of that one is not told twice."""
NAMED = {state for rule in rules() for state in (*rule.states, *rule.other_than)}


@pytest.mark.parametrize("state", ["", *sorted(NAMED - AS_THE_OTHER.keys())])
def test_the_rules_for_states_meet_and_overlap_nowhere(state):
    """Whatever its length, exactly one rule reminds the holder of the time limit of a state."""
    spans = sorted((rule.days_from or 0, rule.days_below or 10**6) for rule in rules_for(state))

    assert (spans[0][0], spans[-1][1]) == (0, 10**6)
    assert all(below == start for (_, below), (start, _) in pairwise(spans))


def test_where_nothing_can_be_done_before_the_day_nobody_is_asked_to():
    """States that wait for a day: their rule speaks once it is over, and each is a state of the house."""
    codes = {code for desk in all_desks() for code in desk.lifecycle.states}

    assert {"publicity", "awaiting_original"} | AS_THE_OTHER.keys() == NAMED <= codes
    assert all(offset < 0 for state in NAMED for rule in rules_for(state) for offset in rule.offsets)
    assert not any(rules_for(state) for state in AS_THE_OTHER)


def test_whoever_holds_a_state_with_a_limit_has_a_superior_or_stands_at_the_top():
    superiors = policy.superiors_of(terms())
    holders = {
        state.role
        for desk in all_desks()
        for state in desk.lifecycle.states.values()
        if state.limit and not state.final
    }

    assert holders <= superiors.keys() | TOP.keys()
    assert not superiors.keys() & TOP.keys()


def test_no_chain_of_superiors_goes_round():
    superiors = policy.superiors_of(terms())
    for junior in superiors:
        seen = [junior]
        while (above := superiors.get(seen[-1])) is not None:
            assert above not in seen
            seen.append(above)


def test_every_notice_that_cannot_be_switched_off_is_told_of_a_move():
    moves = {
        f"{desk.model._meta.label_lower}.{action}" for desk in all_desks() for action in desk.lifecycle.moves
    }

    assert set(terms()["mail"]["legal"]) <= moves | {
        "evaluation.assignment.invited"
    }  # it brings a link of its own


def test_what_has_legal_effect_is_a_move_that_its_reader_hears_of_by_that_name():
    moves = {
        f"{desk.model._meta.label_lower}.{action}" for desk in all_desks() for action in desk.lifecycle.moves
    }

    assert set(terms()["mail"]["legal"]) - moves == {"evaluation.assignment.invited"}  # by a draw, no move
