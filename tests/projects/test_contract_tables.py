"""An approved project: the whole table of moves and of who takes them, written out a second time; constraints."""

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from projects.desk import PROJECT_DESK
from projects.enums.running import ProjectState as S
from projects.lifecycle.project import PROJECT
from projects.models import ClauseChange, ContractParty, Project
from projects.permissions import projects as permissions
from records import audit, clock
from records.errors import IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import UserFactory, person, system_user
from tests.factories.institutes import a_user
from tests.factories.running import (
    ClauseChangeFactory,
    ContractPartyFactory,
    ContractVersionFactory,
    ProjectLineFactory,
    ProjectTargetFactory,
    RunningFactory,
    sign,
)

pytestmark = pytest.mark.django_db

LAWFUL = {
    (S.CONTRACT_UNIT, "hand_over"): S.CONTRACT_BUREAU,
    (S.CONTRACT_BUREAU, "hand_back"): S.CONTRACT_UNIT,
    (S.CONTRACT_BUREAU, "agree"): S.SIGNING,
    (S.SIGNING, "reopen"): S.CONTRACT_UNIT,
    (S.SIGNING, "hand_in_copies"): S.COPIES_CHECK,
    (S.COPIES_CHECK, "return_copies"): S.SIGNING,
    (S.COPIES_CHECK, "check_copies"): S.CONFIRMATION,
    (S.CONFIRMATION, "return_check"): S.COPIES_CHECK,
    (S.CONFIRMATION, "confirm_contract"): S.RUNNING,
    (S.RUNNING, "accept"): S.ACCEPTED,
    (S.RUNNING, "fail"): S.FAILED,
    (S.RUNNING, "suspend"): S.SUSPENDED,
    (S.SUSPENDED, "resume"): S.RUNNING,
    **{
        (state, "terminate"): S.TERMINATED for state in S if state not in (S.ACCEPTED, S.FAILED, S.TERMINATED)
    },
}
BY_CASES = {"accept", "fail", "suspend", "resume", "terminate"}
FOUR_EYES = {"confirm_contract": "copies_checked_by"}
NEEDS_A_REASON = {"hand_back", "reopen", "return_copies", "return_check"}
# Who holds it, and for how many working days; None: until the day by which it is to be signed, or as before.
HELD = {
    S.CONTRACT_UNIT: (Role.ENT_ADMIN, 5),
    S.CONTRACT_BUREAU: (Role.BUREAU_CLERK, 5),
    S.SIGNING: (Role.ENT_ADMIN, None),
    S.COPIES_CHECK: (Role.BUREAU_CLERK, 5),
    S.CONFIRMATION: (Role.BUREAU_APPROVER, None),
    S.RUNNING: ("", None),
    S.SUSPENDED: ("", None),
}
MAY = {
    Role.ENT_ADMIN: {"hand_over", "hand_in_copies"},
    Role.BUREAU_CLERK: {"hand_back", "agree", "reopen", "return_copies", "check_copies"},
    Role.BUREAU_APPROVER: {"return_check", "confirm_contract"},
    Role.SYSTEM: BY_CASES,
}
UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)


def stamps_for(target: str, by) -> dict:
    """The columns that the database asks for in the state entered."""
    at = clock.now()
    return {
        S.SIGNING: {
            "unit_agreed_at": at,
            "unit_agreed_by": by,
            "bureau_agreed_at": at,
            "bureau_agreed_by": by,
            "contract_version": 1,
            "contract_number": "示例编号",
        },
        S.COPIES_CHECK: {"copies_handed_in_at": at, "copies_handed_in_by": by},
        S.CONFIRMATION: {"copies_checked_at": at, "copies_checked_by": by},
        S.RUNNING: {
            "contract_confirmed_at": at,
            "contract_confirmed_by": by,
            "contract_signed_on": clock.today(),
        },
        S.SUSPENDED: {"suspended_at": at, "suspended_by": by},
        S.ACCEPTED: {"ended_at": at, "ended_by": by},
        S.TERMINATED: {"ended_at": at, "ended_by": by},
        S.FAILED: {"ended_at": at, "ended_by": by},
    }.get(target, {})


@pytest.mark.parametrize(("state", "action"), [(s, a) for s in S for a in PROJECT.moves])
def test_every_state_and_move(state, action):
    case, by = RunningFactory(state=state), UserFactory()
    before, target = audit.history(case).count(), LAWFUL.get((state, action))
    if target is None:
        with pytest.raises(IllegalMove):
            PROJECT.move(case, action, by=by, reason="示例")
        assert audit.history(case).count() == before
        return
    PROJECT.move(case, action, by=by, reason="示例", **stamps_for(target, by))
    case.refresh_from_db()
    assert case.state == target


def test_whoever_checked_the_copies_does_not_confirm_the_contract():
    case = RunningFactory(state="confirmation")

    with pytest.raises(SamePerson):
        PROJECT.move(case, "confirm_contract", by=case.copies_checked_by)


def test_reasons_holders_and_limits_are_as_written_here():
    case = RunningFactory()

    assert {action for action, move in PROJECT.moves.items() if move.reason} == NEEDS_A_REASON
    assert {a: move.unlike for a, move in PROJECT.moves.items() if move.unlike} == {
        action: (first,) for action, first in FOUR_EYES.items()
    }
    assert {
        code: (state.role, case.time_limit(state.limit) if state.limit else None)
        for code, state in PROJECT.states.items()
        if not state.final
    } == HELD


@pytest.mark.parametrize("action", sorted(NEEDS_A_REASON))
def test_a_move_without_its_reason_is_refused(action):
    state = next(source for source, move in LAWFUL if move == action)

    with pytest.raises(Incomplete):
        PROJECT.move(RunningFactory(state=state), action, by=UserFactory(), reason=" ")


@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_move(role):
    case = RunningFactory()
    someone = (
        system_user()
        if role is Role.SYSTEM
        else person(role, organisation=case.host if role in UNIT else None, division=case.division.code)
    )

    who = permissions.PROJECT_WHO
    assert {action for action, grant in who.items() if grant(someone, case)} == MAY.get(role, set())


def test_a_unit_elsewhere_may_nothing_and_tables_have_the_same_keys():
    case, stranger = RunningFactory(), person(Role.ENT_ADMIN)

    assert {a for a, grant in permissions.PROJECT_WHO.items() if grant(stranger, case)} == set()
    assert set(permissions.PROJECT_WHO) == set(PROJECT.moves)
    assert set(PROJECT_DESK.steps) == set(PROJECT.moves) - BY_CASES


@pytest.mark.parametrize("state", S)
def test_each_side_writes_in_its_turn(state):
    case = RunningFactory(state=state)
    filler, clerk = person(Role.ENT_FILLER, organisation=case.host), person(Role.BUREAU_CLERK)
    county = person(Role.COUNTY_STAFF, division=case.division.code)

    assert permissions.may_change_clauses(filler, case) == (state == S.CONTRACT_UNIT)
    assert permissions.may_change_clauses(clerk, case) == (state == S.CONTRACT_BUREAU)
    assert permissions.may_bring_copies(filler, case) == (state == S.SIGNING)
    assert not permissions.may_change_clauses(county, case)
    assert [permissions.may_read_negotiation(one, case) for one in (filler, clerk, county)] == [
        True,
        True,
        False,
    ]


# --- what cannot be stored --------------------------------------------------------------------------------------------

BROKEN = [
    (S.CONTRACT_UNIT, {"state": "nowhere"}, "state_known"),
    (S.CONTRACT_UNIT, {"state": "signing"}, "agreed_by_both_sides"),
    (S.SIGNING, {"contract_version": None}, "agreed_on_a_version"),
    (S.SIGNING, {"state": "copies_check"}, "copies_handed_in_by_somebody"),
    (S.COPIES_CHECK, {"state": "confirmation"}, "copies_checked_by_somebody"),
    (S.CONFIRMATION, {"state": "running"}, "contract_confirmed_by_somebody"),
    (S.RUNNING, {"contract_signed_on": None}, "confirmed_as_signed"),
    (S.RUNNING, {"state": "accepted"}, "ended_by_somebody"),
    (S.CONTRACT_UNIT, {"state": "terminated"}, "ended_by_somebody"),
    (S.RUNNING, {"state": "suspended"}, "suspended_by_somebody"),
    (S.SUSPENDED, {"suspended_by": None}, "suspended_at_suspended_by"),
    (S.SIGNING, {"unit_agreed_by": None}, "unit_agreed_at_unit_agreed_by"),
    (S.COPIES_CHECK, {"copies_handed_in_by": None}, "copies_handed_in_at_copies_handed_in_by"),
    (S.CONFIRMATION, {"copies_checked_by": None}, "copies_checked_at_copies_checked_by"),
    (S.CONTRACT_UNIT, {"turn_began_at": clock.now()}, "turn_began_at_turn_began_by"),
]


def refused_by(name: str, deed) -> None:
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        deed()


@pytest.mark.parametrize(("state", "change", "name"), BROKEN)
def test_a_state_without_its_evidence_cannot_be_stored(state, change, name):
    rows = Project.objects.filter(pk=RunningFactory(state=state).pk)

    refused_by(f"projects_project_{name}", lambda: rows.update(**change))


def test_two_people_check_and_confirm():
    rows = Project.objects.filter(pk=RunningFactory(state="running").pk)

    refused_by(
        "projects_project_contract_four_eyes",
        lambda: rows.update(contract_confirmed_by=a_user("project-clerk")),
    )


def test_a_change_says_what_and_why_and_a_signature_has_its_copy():
    changes = ClauseChange.objects.filter(pk=ClauseChangeFactory().pk)
    refused_by("projects_clausechange_says_why", lambda: changes.update(reason=""))
    refused_by("projects_clausechange_side_known", lambda: changes.update(side="county"))
    refused_by("projects_clausechange_changes_something", lambda: changes.update(after="示例条款内容。"))

    parties = ContractParty.objects.filter(pk=sign(ContractPartyFactory()).pk)
    refused_by("projects_contractparty_signed_with_its_copy", lambda: parties.update(copy=None))
    refused_by("projects_contractparty_signed_by_somebody", lambda: parties.update(signatory=""))
    refused_by("projects_contractparty_has_a_name", lambda: parties.update(name=""))


def test_each_row_says_what_it_is():
    change, party = ClauseChangeFactory(), ContractPartyFactory()

    assert str(change) == "示例条款 第 1 次修改"
    assert str(party) == "丙方（联合单位） 示例研究所"
    assert str(ProjectTargetFactory()) == "纯度 ≥ 99.99%"
    assert str(ProjectLineFactory(label="差旅费")) == "差旅费"
    assert str(ContractVersionFactory(number=3)).endswith("任务书第 3 版")
