"""Stopping and ending projects: the whole table of moves and of who takes them, written out again; constraints."""

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from projects.desk import ENDING_DESK
from projects.enums.ending import EndingState as S
from projects.lifecycle.ending import ENDING
from projects.models import ProjectEnding
from projects.permissions import endings as permissions
from records import audit, clock
from records.errors import IllegalMove, SamePerson
from tests.factories.accounts import UserFactory, person, system_user
from tests.factories.endings import ProjectEndingFactory

pytestmark = pytest.mark.django_db

LAWFUL = {
    (S.PROPOSED, "notify"): S.STATEMENT,
    (S.STATEMENT, "state"): S.SETTLING,
    (S.STATEMENT, "lapse_statement"): S.SETTLING,
    (S.APPLIED, "settle"): S.CONFIRMATION,
    (S.SETTLING, "settle"): S.CONFIRMATION,
    (S.CONFIRMATION, "return_settlement"): S.SETTLING,
    (S.CONFIRMATION, "terminate"): S.TERMINATED,
    (S.CONFIRMATION, "suspend"): S.SUSPENDED,
    (S.PROPOSED, "drop"): S.DROPPED,
    (S.CONFIRMATION, "drop"): S.DROPPED,
    (S.APPLIED, "withdraw"): S.WITHDRAWN,
    (S.SUSPENDED, "propose_resumption"): S.RESUMING,
    (S.RESUMING, "resume"): S.RESUMED,
    (S.RESUMING, "extend"): S.SUSPENDED,
    **{
        (state, "overtake"): S.OVERTAKEN
        for state in (
            S.PROPOSED,
            S.STATEMENT,
            S.APPLIED,
            S.SETTLING,
            S.CONFIRMATION,
            S.SUSPENDED,
            S.RESUMING,
        )
    },
}
FOUR_EYES = {
    "notify": ("proposed_by",),
    "terminate": ("proposed_by", "settled_by"),
    "suspend": ("proposed_by", "settled_by"),
    "drop": ("proposed_by", "settled_by"),
    "resume": ("checked_by",),
    "extend": ("checked_by",),
}
NEEDS_A_REASON = {"return_settlement", "drop", "withdraw", "extend"}
BY_THE_SYSTEM = {"lapse_statement", "overtake"}
HELD = {
    S.PROPOSED: (Role.BUREAU_APPROVER, 5),
    S.STATEMENT: (Role.ENT_ADMIN, 5),
    S.APPLIED: (Role.BUREAU_CLERK, 15),
    S.SETTLING: (Role.BUREAU_CLERK, 15),
    S.CONFIRMATION: (Role.BUREAU_APPROVER, None),
    S.SUSPENDED: (Role.BUREAU_CLERK, None),
    S.RESUMING: (Role.BUREAU_APPROVER, 10),
}
MAY = {
    Role.ENT_ADMIN: {"state", "withdraw"},
    Role.BUREAU_CLERK: {"settle", "propose_resumption"},
    Role.BUREAU_APPROVER: {
        "notify",
        "return_settlement",
        "terminate",
        "suspend",
        "drop",
        "resume",
        "extend",
    },
    Role.SYSTEM: BY_THE_SYSTEM,
}
UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)


def stamps_for(target: str, by) -> dict:
    """The columns that the database asks for in the state entered."""
    at = clock.now()
    decided = {"decided_at": at, "decided_by": by, "minute_number": "示例"}
    heard = {"noticed_at": at, "noticed_by": by, "statement_until": clock.today()}
    money = {"received": "1.00", "recognised": "1.00", "balance": "0.00"}
    return {
        S.STATEMENT: heard,
        S.CONFIRMATION: {"settled_at": at, "settled_by": by, "finding": "示例"} | money,
        S.TERMINATED: decided,
        S.SUSPENDED: decided | {"kind": "suspend", "until": clock.today()},
        S.RESUMING: {"checked_at": at, "checked_by": by},
        S.RESUMED: {"resumed_at": at, "resumed_by": by},
    }.get(target, {})


@pytest.mark.parametrize(("state", "action"), [(s, a) for s in S for a in ENDING.moves])
def test_every_state_and_move(state, action):
    case, by = ProjectEndingFactory(state=state), UserFactory()
    before, target = audit.history(case).count(), LAWFUL.get((state, action))
    if target is None:
        with pytest.raises(IllegalMove):
            ENDING.move(case, action, by=by, reason="示例")
        assert audit.history(case).count() == before
        return
    ENDING.move(case, action, by=by, reason="示例", **stamps_for(target, by))
    case.refresh_from_db()
    assert case.state == target


@pytest.mark.parametrize(("action", "first"), [(a, f) for a, firsts in FOUR_EYES.items() for f in firsts])
def test_whoever_took_an_earlier_step_does_not_take_the_later(action, first):
    states = [source for source, move in LAWFUL if move == action]
    case = ProjectEndingFactory(state=S.CONFIRMATION if S.CONFIRMATION in states else states[0])

    with pytest.raises(SamePerson):
        ENDING.move(case, action, by=getattr(case, first), reason="示例")


def test_reasons_holders_limits_and_the_system_are_as_written_here():
    case = ProjectEndingFactory()

    assert {action for action, move in ENDING.moves.items() if move.reason} == NEEDS_A_REASON
    assert {action for action, move in ENDING.moves.items() if move.system} == BY_THE_SYSTEM
    assert {a: move.unlike for a, move in ENDING.moves.items() if move.unlike} == FOUR_EYES
    assert {
        code: (state.role, case.time_limit(state.limit) if state.limit else None)
        for code, state in ENDING.states.items()
        if not state.final
    } == HELD


@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_move(role):
    case = ProjectEndingFactory()
    someone = (
        system_user()
        if role is Role.SYSTEM
        else person(role, organisation=case.host if role in UNIT else None, division=case.division.code)
    )

    who = permissions.ENDING_WHO
    assert {action for action, grant in who.items() if grant(someone, case)} == MAY.get(role, set())
    assert set(who) == set(ENDING.moves)
    assert set(ENDING_DESK.steps) == set(ENDING.moves) - BY_THE_SYSTEM
    assert permissions.may_propose(someone, case.project) == (role is Role.BUREAU_CLERK)
    assert permissions.may_apply(someone, case.project) == (role is Role.ENT_ADMIN)


BROKEN = [
    (S.PROPOSED, {"state": "nowhere"}, "state_known"),
    (S.PROPOSED, {"kind": "pause"}, "kind_known"),
    (S.PROPOSED, {"facts": ""}, "has_facts"),
    (S.PROPOSED, {"state": "statement"}, "unit_was_notified"),
    (S.PROPOSED, {"statement": "示例", "stated_at": clock.now()}, "stated_at_stated_by"),
    (S.SETTLING, {"state": "confirmation"}, "settled_by_somebody"),
    (S.CONFIRMATION, {"state": "terminated", "minute_number": "示例"}, "decided_by_somebody"),
    (S.CONFIRMATION, {"finding": ""}, "settled_in_words"),
    (S.CONFIRMATION, {"received": None}, "settled_in_three_figures"),
    (S.CONFIRMATION, {"balance": "-0.01"}, "balance_not_negative"),
    (S.CONFIRMATION, {"noticed_at": None, "noticed_by": None, "statement_until": None}, "unit_was_heard"),
    (S.TERMINATED, {"minute_number": ""}, "by_a_meeting"),
    (S.TERMINATED, {"kind": "suspend"}, "ended_with_a_balance"),
    (S.SUSPENDED, {"until": None}, "stopped_until_a_day"),
    (S.SUSPENDED, {"state": "resuming"}, "checked_by_somebody"),
    (S.RESUMING, {"state": "resumed"}, "resumed_by_somebody"),
]


@pytest.mark.parametrize(("state", "change", "name"), BROKEN)
def test_a_state_without_its_evidence_cannot_be_stored(state, change, name):
    rows = ProjectEnding.objects.filter(pk=ProjectEndingFactory(state=state).pk)

    with pytest.raises(IntegrityError, match=f"projects_projectending_{name}"), transaction.atomic():
        rows.update(**change)


def test_a_project_has_one_case_of_a_kind_at_a_time_and_ends_once():
    first = ProjectEndingFactory()
    stop = ProjectEndingFactory(state="suspended", project=first.project)

    assert (str(first), str(stop)) == (f"{first.project}：终止", f"{first.project}：中止")
    with pytest.raises(IntegrityError, match="one_at_a_time"), transaction.atomic():
        ProjectEndingFactory(project=first.project, state="settling")
    ended = ProjectEndingFactory(state="terminated")
    with pytest.raises(IntegrityError, match="ended_once"), transaction.atomic():
        ProjectEndingFactory(state="terminated", project=ended.project)
