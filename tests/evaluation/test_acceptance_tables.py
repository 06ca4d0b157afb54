"""Acceptance: the whole table of moves and of who takes them, written out a second time; constraints by name."""

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from evaluation import permissions
from evaluation.desk import ACCEPTANCE_DESK
from evaluation.enums import AcceptanceState as S
from evaluation.lifecycle import ACCEPTANCE
from evaluation.models import Acceptance, AcceptanceCheck
from records import audit, clock
from records.errors import IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import UserFactory, person, system_user
from tests.factories.evaluation import FIGURE, AcceptanceCheckFactory, AcceptanceFactory, built_institute
from tests.factories.institutes import a_user

pytestmark = pytest.mark.django_db

LAWFUL = {
    (S.PREPARING, "hand_up"): S.UNIT_REVIEW,
    (S.UNIT_REVIEW, "send_back"): S.PREPARING,
    (S.UNIT_REVIEW, "hand_in"): S.COUNTY_REVIEW,
    (S.COUNTY_REVIEW, "recall"): S.PREPARING,
    (S.COUNTY_SIGNING, "recall"): S.PREPARING,
    (S.COUNTY_REVIEW, "county_return"): S.PREPARING,
    (S.COUNTY_REVIEW, "give_opinion"): S.COUNTY_SIGNING,
    (S.COUNTY_SIGNING, "return_opinion"): S.COUNTY_REVIEW,
    (S.COUNTY_SIGNING, "sign"): S.CHECKING,
    (S.CHECKING, "return"): S.PREPARING,
    (S.CHECKING, "entrust"): S.PANEL_REVIEW,
    (S.PANEL_REVIEW, "entrust_anew"): S.PANEL_REVIEW,
    (S.PANEL_REVIEW, "record_review"): S.DECISION,
    (S.DECISION, "reopen_review"): S.PANEL_REVIEW,
    (S.DECISION, "propose"): S.CONFIRMATION,
    (S.CONFIRMATION, "return_proposal"): S.DECISION,
    (S.CONFIRMATION, "pass"): S.PASSED,
    (S.CONFIRMATION, "condition"): S.CONDITIONAL,
    (S.CONFIRMATION, "fail"): S.FAILED,
    (S.PREPARING, "lapse"): S.WITHDRAWN,
    (S.UNIT_REVIEW, "lapse"): S.WITHDRAWN,
    (S.COUNTY_REVIEW, "lapse"): S.WITHDRAWN,
    (S.COUNTY_SIGNING, "lapse"): S.WITHDRAWN,
    (S.CHECKING, "lapse"): S.WITHDRAWN,
    (S.PANEL_REVIEW, "lapse"): S.WITHDRAWN,
    (S.DECISION, "lapse"): S.WITHDRAWN,
    (S.CONFIRMATION, "lapse"): S.WITHDRAWN,
}
FOUR_EYES = {
    "sign": "opined_by",
    "pass": "proposed_by",
    "condition": "proposed_by",
    "fail": "proposed_by",
}
NEEDS_A_REASON = {
    "send_back",
    "recall",
    "county_return",
    "return_opinion",
    "return",
    "entrust_anew",
    "reopen_review",
    "return_proposal",
    "lapse",
}
BY_THE_SYSTEM = {"record_review", "reopen_review", "lapse"}
# Who holds it, and for how many working days; None: until a day of its own, or as long as the step before leaves.
HELD = {
    S.PREPARING: (Role.ENT_FILLER, None),
    S.UNIT_REVIEW: (Role.ENT_ADMIN, 5),
    S.COUNTY_REVIEW: (Role.COUNTY_STAFF, 10),
    S.COUNTY_SIGNING: (Role.COUNTY_LEAD, None),
    S.CHECKING: (Role.BUREAU_CLERK, 10),
    S.PANEL_REVIEW: (Role.AGENCY, 20),
    S.DECISION: (Role.BUREAU_CLERK, 10),
    S.CONFIRMATION: (Role.BUREAU_APPROVER, None),
}
MAY = {
    Role.ENT_FILLER: {"hand_up"},
    Role.ENT_ADMIN: {"hand_up", "send_back", "hand_in", "recall"},
    Role.COUNTY_STAFF: {"county_return", "give_opinion"},
    Role.COUNTY_LEAD: {"return_opinion", "sign"},
    Role.BUREAU_CLERK: {"return", "entrust", "entrust_anew", "propose"},
    Role.BUREAU_APPROVER: {"return_proposal", "pass", "condition", "fail"},
    Role.SYSTEM: {"record_review", "reopen_review", "lapse"},
}
PAIRS = [(state, action) for state in S for action in ACCEPTANCE.moves]
UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)


def stamps_for(target: str, by) -> dict:
    """The columns that the database asks for in the state entered."""
    at = clock.now()
    if target == S.COUNTY_REVIEW:
        return {"handed_in_at": at, "handed_in_by": by, "number": "示例编号", "comparison": [FIGURE]}
    if target == S.COUNTY_SIGNING:
        return {"opined_at": at, "opined_by": by, "county_position": "agrees", "county_opinion": "示例"}
    if target == S.CHECKING:
        return {"signed_at": at, "signed_by": by}
    if target == S.PANEL_REVIEW:
        agency = AcceptanceFactory(state="panel_review").agency
        return {"entrusted_at": at, "entrusted_by": by, "agency": agency}
    if target == S.DECISION:
        return {"reviewed_at": at, "reviewed_by": by, "score": "70.00", "panel_passed": True}
    if target == S.CONFIRMATION:
        said = {"outcome": "passed", "minute_number": "示例", "grounds": "示例"}
        return said | {"proposed_at": at, "proposed_by": by}
    if target in (S.PASSED, S.CONDITIONAL, S.FAILED):
        said = {"outcome": target, "requirements": "示例", "decided_at": at, "decided_by": by}
        return said
    return {}


@pytest.mark.parametrize(("state", "action"), PAIRS)
def test_every_state_and_move(state, action):
    case, by = AcceptanceFactory(state=state), UserFactory()
    before = audit.history(case).count()
    target = LAWFUL.get((state, action))
    if target is None:
        with pytest.raises(IllegalMove):
            ACCEPTANCE.move(case, action, by=by, reason="示例")
        assert audit.history(case).count() == before
        return
    ACCEPTANCE.move(case, action, by=by, reason="示例", **stamps_for(target, by))
    case.refresh_from_db()
    assert case.state == target


@pytest.mark.parametrize("action", FOUR_EYES)
def test_whoever_took_the_first_step_does_not_take_the_second(action):
    state = next(source for source, move in LAWFUL if move == action)
    case = AcceptanceFactory(state=state)

    with pytest.raises(SamePerson):
        ACCEPTANCE.move(case, action, by=getattr(case, FOUR_EYES[action]), reason="示例")


def test_reasons_holders_limits_and_the_system_are_as_written_here():
    case = AcceptanceFactory()
    states = ACCEPTANCE.states.items()

    assert {action for action, move in ACCEPTANCE.moves.items() if move.reason} == NEEDS_A_REASON
    assert {action for action, move in ACCEPTANCE.moves.items() if move.system} == BY_THE_SYSTEM
    assert {a: move.unlike for a, move in ACCEPTANCE.moves.items() if move.unlike} == {
        action: (first,) for action, first in FOUR_EYES.items()
    }
    assert {
        code: (state.role, case.time_limit(state.limit) if state.limit else None)
        for code, state in states
        if not state.final
    } == HELD
    assert [code for code, state in states if state.continues] == [S.COUNTY_SIGNING, S.CONFIRMATION]


@pytest.mark.parametrize("action", sorted(NEEDS_A_REASON))
def test_a_move_without_its_reason_is_refused(action):
    state = next(source for source, move in LAWFUL if move == action)

    with pytest.raises(Incomplete):
        ACCEPTANCE.move(AcceptanceFactory(state=state), action, by=UserFactory(), reason=" ")


# --- who ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_move(role):
    case = AcceptanceFactory(state="checking")
    someone = (
        system_user()
        if role is Role.SYSTEM
        else person(role, organisation=case.host if role in UNIT else None, division=case.division.code)
    )

    who = permissions.ACCEPTANCE_WHO
    assert {action for action, grant in who.items() if grant(someone, case)} == MAY.get(role, set())


def test_a_unit_and_a_county_elsewhere_may_nothing():
    case = AcceptanceFactory()

    for someone in (person(Role.ENT_ADMIN), person(Role.COUNTY_STAFF, division="130104")):
        who = permissions.ACCEPTANCE_WHO
        assert {action for action, grant in who.items() if grant(someone, case)} == set()


def test_tables_have_the_keys_of_their_lifecycle_and_steps_their_people():
    assert set(permissions.ACCEPTANCE_WHO) == set(ACCEPTANCE.moves)
    assert set(ACCEPTANCE_DESK.steps) == set(ACCEPTANCE.moves) - BY_THE_SYSTEM


@pytest.mark.parametrize("state", S)
def test_the_unit_writes_while_it_prepares_and_the_clerk_looks_up_while_checking(state):
    case = AcceptanceFactory(state=state)
    filler, clerk = person(Role.ENT_FILLER, organisation=case.host), person(Role.BUREAU_CLERK)

    assert permissions.may_prepare(filler, case) == (state == S.PREPARING)
    assert permissions.may_look_up(clerk, case) == (state == S.CHECKING)
    assert not permissions.may_prepare(clerk, case)
    assert not permissions.may_look_up(filler, case)
    assert not permissions.may_prepare(person(Role.ENT_FILLER), case)


# --- what cannot be stored ------------------------------------------------------------------------------------------

BROKEN = [
    (S.PREPARING, {"state": "nowhere"}, "state_known"),
    (S.CHECKING, {"county_position": "perhaps"}, "county_position_known"),
    (S.CONFIRMATION, {"outcome": "perhaps"}, "outcome_known"),
    (S.PREPARING, {"saved_at": clock.now()}, "saved_at_saved_by"),
    (S.COUNTY_REVIEW, {"number": None}, "handed_in_under_a_number"),
    (S.COUNTY_SIGNING, {"opined_by": None}, "opined_at_opined_by"),
    (S.CHECKING, {"signed_by": None}, "signed_at_signed_by"),
    (S.PANEL_REVIEW, {"agency": None}, "entrusted_to_an_agency"),
    (S.DECISION, {"score": None}, "reviewed_with_a_result"),
    (S.CONFIRMATION, {"proposed_by": None}, "proposed_at_proposed_by"),
    (S.PASSED, {"decided_by": None}, "decided_at_decided_by"),
    (S.PREPARING, {"state": "county_review"}, "handed_in_by_somebody"),
    (S.COUNTY_REVIEW, {"state": "county_signing"}, "opined_by_somebody"),
    (S.COUNTY_SIGNING, {"state": "checking"}, "signed_by_somebody"),
    (S.CHECKING, {"state": "panel_review"}, "entrusted_to_somebody"),
    (S.PANEL_REVIEW, {"state": "decision"}, "reviewed_by_experts"),
    (S.DECISION, {"state": "confirmation"}, "proposed_by_somebody"),
    (S.CONFIRMATION, {"state": "passed"}, "decided_by_somebody"),
    (S.PREPARING, {"attempt": 2}, "second_after_a_first"),
    (S.PREPARING, {"rectify_by": "2027-01-01"}, "second_after_a_first"),
    (S.COUNTY_REVIEW, {"comparison": []}, "handed_in_with_figures"),
    (S.COUNTY_SIGNING, {"county_opinion": ""}, "county_takes_a_position"),
    (S.CONFIRMATION, {"minute_number": ""}, "proposed_by_a_meeting"),
    (S.CONFIRMATION, {"grounds": ""}, "proposed_by_a_meeting"),
    (S.PASSED, {"outcome": "failed"}, "ends_as_proposed"),
    (S.CONDITIONAL, {"requirements": ""}, "says_what_to_mend"),
    (S.PASSED, {"panel_passed": False}, "passed_by_experts"),
]


def refused_by(name: str, deed) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        deed()


@pytest.mark.parametrize(("state", "change", "name"), BROKEN)
def test_a_state_without_its_evidence_cannot_be_stored(state, change, name):
    rows = Acceptance.objects.filter(pk=AcceptanceFactory(state=state).pk)

    refused_by(f"evaluation_acceptance_{name}", lambda: rows.update(**change))


def test_two_people_sign_and_two_decide():
    rows = Acceptance.objects.filter(pk=AcceptanceFactory(state="passed").pk)

    refused_by(
        "evaluation_acceptance_signed_by_another", lambda: rows.update(signed_by=a_user("acceptance-staff"))
    )
    refused_by("evaluation_acceptance_four_eyes", lambda: rows.update(decided_by=a_user("acceptance-clerk")))


def test_an_institute_has_one_open_acceptance_and_each_attempt_once():
    institute = built_institute()
    AcceptanceFactory(institute=institute, state="passed")

    refused_by(
        "evaluation_acceptance_attempt_once",
        lambda: AcceptanceFactory(institute=institute, state="failed"),
    )
    again = AcceptanceFactory(again=True)
    refused_by(
        "evaluation_acceptance_one_at_a_time",
        lambda: Acceptance.objects.filter(pk=again.former_id).update(state="preparing"),
    )


def test_a_look_up_says_where_and_what_was_found():
    rows = AcceptanceCheck.objects.filter(pk=AcceptanceCheckFactory().pk)

    refused_by("evaluation_acceptancecheck_result_known", lambda: rows.update(result="perhaps", note="示例"))
    refused_by("evaluation_acceptancecheck_has_source", lambda: rows.update(source=""))
    refused_by("evaluation_acceptancecheck_entry_has_note", lambda: rows.update(result="listed"))


def test_each_row_says_what_it_is():
    again = AcceptanceFactory(again=True)

    assert str(again) == f"{again.institute}：整改后重新验收"
    assert str(again.former) == f"{again.institute}：建设期验收"
    assert str(AcceptanceCheckFactory()).startswith("serious_dishonesty 未发现记录")
