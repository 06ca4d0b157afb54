"""Final acceptance: the whole table of moves and of who takes them, written out a second time; constraints by name."""

from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from projects.desk import FINAL_DESK
from projects.enums.final import FinalState as S
from projects.lifecycle.final import FINAL
from projects.models import ProjectFinal
from projects.permissions import finals as permissions
from projects.policy.final import outcomes_open, verdict
from records import audit, clock
from records.errors import IllegalMove, SamePerson
from tests.factories.accounts import OrganisationFactory, UserFactory, person, system_user
from tests.factories.running import FROZEN, ProjectFinalFactory

pytestmark = pytest.mark.django_db

LAWFUL = {
    (S.PREPARING, "hand_up"): S.UNIT_REVIEW,
    (S.UNIT_REVIEW, "send_back"): S.PREPARING,
    (S.UNIT_REVIEW, "hand_in"): S.COUNTY_REVIEW,
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
    (S.PREPARING, "lapse"): S.LAPSED,
    (S.UNIT_REVIEW, "lapse"): S.LAPSED,
}
FOUR_EYES = {"sign": "opined_by", "pass": "proposed_by", "condition": "proposed_by", "fail": "proposed_by"}
NEEDS_A_REASON = {
    "send_back",
    "county_return",
    "return_opinion",
    "return",
    "entrust_anew",
    "reopen_review",
    "return_proposal",
}
BY_THE_SYSTEM = {"entrust_anew", "record_review", "reopen_review", "lapse"}
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
    Role.ENT_ADMIN: {"hand_up", "send_back", "hand_in"},
    Role.COUNTY_STAFF: {"county_return", "give_opinion"},
    Role.COUNTY_LEAD: {"return_opinion", "sign"},
    Role.BUREAU_CLERK: {"return", "entrust", "propose"},
    Role.BUREAU_APPROVER: {"return_proposal", "pass", "condition", "fail"},
    Role.SYSTEM: BY_THE_SYSTEM,
}
UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)


def stamps_for(target: str, by) -> dict:
    """The columns that the database asks for in the state entered."""
    at = clock.now()
    if target in (S.PASSED, S.CONDITIONAL, S.FAILED):
        return {"outcome": target, "requirements": "示例", "decided_at": at, "decided_by": by}
    said = {"outcome": "passed", "minute_number": "示例", "grounds": "示例"}
    return {
        S.COUNTY_REVIEW: {"handed_in_at": at, "handed_in_by": by, "number": "示例", "comparison": [FROZEN]},
        S.COUNTY_SIGNING: {
            "opined_at": at,
            "opined_by": by,
            "county_position": "agrees",
            "county_opinion": "示例",
        },
        S.CHECKING: {"signed_at": at, "signed_by": by},
        S.PANEL_REVIEW: {"entrusted_at": at, "entrusted_by": by, "agency": OrganisationFactory()},
        S.DECISION: {"reviewed_at": at, "reviewed_by": by, "score": "70.00", "panel_passed": True},
        S.CONFIRMATION: said | {"proposed_at": at, "proposed_by": by},
    }.get(target, {})


@pytest.mark.parametrize(("state", "action"), [(s, a) for s in S for a in FINAL.moves])
def test_every_state_and_move(state, action):
    case, by = ProjectFinalFactory(state=state), UserFactory()
    before, target = audit.history(case).count(), LAWFUL.get((state, action))
    if target is None:
        with pytest.raises(IllegalMove):
            FINAL.move(case, action, by=by, reason="示例")
        assert audit.history(case).count() == before
        return
    FINAL.move(case, action, by=by, reason="示例", **stamps_for(target, by))
    case.refresh_from_db()
    assert case.state == target


@pytest.mark.parametrize("action", FOUR_EYES)
def test_whoever_took_the_first_step_does_not_take_the_second(action):
    case = ProjectFinalFactory(state=next(source for source, move in LAWFUL if move == action))

    with pytest.raises(SamePerson):
        FINAL.move(case, action, by=getattr(case, FOUR_EYES[action]), reason="示例")


def test_reasons_holders_limits_and_the_system_are_as_written_here():
    case = ProjectFinalFactory()

    assert {action for action, move in FINAL.moves.items() if move.reason} == NEEDS_A_REASON
    assert {action for action, move in FINAL.moves.items() if move.system} == BY_THE_SYSTEM
    assert {a: move.unlike for a, move in FINAL.moves.items() if move.unlike} == {
        action: (first,) for action, first in FOUR_EYES.items()
    }
    assert {
        code: (state.role, case.time_limit(state.limit) if state.limit else None)
        for code, state in FINAL.states.items()
        if not state.final
    } == HELD


@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_move(role):
    case = ProjectFinalFactory()
    someone = (
        system_user()
        if role is Role.SYSTEM
        else person(role, organisation=case.host if role in UNIT else None, division=case.division.code)
    )

    who = permissions.FINAL_WHO
    assert {action for action, grant in who.items() if grant(someone, case)} == MAY.get(role, set())
    assert set(who) == set(FINAL.moves)
    assert set(FINAL_DESK.steps) == set(FINAL.moves) - BY_THE_SYSTEM


BROKEN = [
    (S.PREPARING, {"state": "nowhere"}, "state_known"),
    (S.CHECKING, {"county_position": "perhaps"}, "county_position_known"),
    (S.CONFIRMATION, {"outcome": "perhaps"}, "outcome_known"),
    (S.PREPARING, {"state": "county_review"}, "handed_in_by_somebody"),
    (S.COUNTY_REVIEW, {"state": "county_signing"}, "opined_by_somebody"),
    (S.COUNTY_SIGNING, {"state": "checking"}, "signed_by_somebody"),
    (S.CHECKING, {"state": "panel_review"}, "entrusted_to_somebody"),
    (S.PANEL_REVIEW, {"state": "decision"}, "reviewed_by_experts"),
    (S.DECISION, {"state": "confirmation"}, "proposed_by_somebody"),
    (S.CONFIRMATION, {"state": "passed"}, "decided_by_somebody"),
    (S.PREPARING, {"attempt": 2}, "second_after_a_first"),
    (S.COUNTY_SIGNING, {"county_opinion": ""}, "county_takes_a_position"),
    (S.CONFIRMATION, {"minute_number": ""}, "proposed_by_a_meeting"),
    (S.PASSED, {"outcome": "failed"}, "ends_as_proposed"),
    (S.CONDITIONAL, {"requirements": ""}, "says_what_to_mend"),
    (S.PASSED, {"panel_passed": False}, "passed_by_experts"),
    (S.COUNTY_REVIEW, {"number": None}, "handed_in_under_a_number"),
    (S.PANEL_REVIEW, {"agency": None}, "entrusted_to_an_agency"),
    (S.DECISION, {"score": None}, "reviewed_with_a_result"),
]


@pytest.mark.parametrize(("state", "change", "name"), BROKEN)
def test_a_state_without_its_evidence_cannot_be_stored(state, change, name):
    rows = ProjectFinal.objects.filter(pk=ProjectFinalFactory(state=state).pk)

    with pytest.raises(IntegrityError, match=f"projects_projectfinal_{name}"), transaction.atomic():
        rows.update(**change)


def test_a_project_has_one_open_final_acceptance_and_each_attempt_once():
    first = ProjectFinalFactory(state="conditional")
    again = ProjectFinalFactory(project=first.project, former=first, attempt=2)

    assert (str(again), str(first)) == (f"{first.project}：整改后重新验收", f"{first.project}：结题验收")
    with pytest.raises(IntegrityError, match="attempt_once"), transaction.atomic():
        ProjectFinalFactory(project=first.project, state="conditional")
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        ProjectFinal.objects.filter(pk=first.pk).update(state="preparing")


@pytest.mark.parametrize(
    ("met", "enough", "share"),
    [
        ([True] * 4 + [False], True, D("80.00")),
        ([True] * 3 + [False], False, D("75.00")),
        ([True], True, D("100.00")),
        ([], False, D("0.00")),
    ],
)
def test_enough_is_four_fifths_of_the_targets(met, enough, share):
    found = verdict(met, D("80.00"))

    assert (found.enough, found.share) == (enough, share)


def test_what_may_be_proposed_follows_from_targets_experts_and_attempt():
    good, bad = verdict([True], D(80)), verdict([False], D(80))

    assert outcomes_open(good, panel_passed=True, attempt=1, mend_max=1) == [
        "passed",
        "conditional",
        "failed",
    ]
    assert outcomes_open(good, panel_passed=False, attempt=1, mend_max=1) == ["conditional", "failed"]
    assert outcomes_open(bad, panel_passed=True, attempt=2, mend_max=1) == ["failed"]
