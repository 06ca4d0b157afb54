"""Changes of projects: moves, who takes and hears of them, written out a second time; constraints by name."""

from datetime import date
from decimal import Decimal as D

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from notices.models import Notice
from projects.desk import PROJECT_CHANGE_DESK
from projects.enums.changes import ProjectChangeState as S
from projects.lifecycle.change import PROJECT_CHANGE
from projects.models import ProjectChange
from projects.notifications.changes import BUREAU_HEARS, COUNTY_HEARS, tell_of_project_change
from projects.permissions import changes as permissions
from projects.policy import changes as rules
from projects.policy.changes import Line
from records import audit, clock
from records.errors import IllegalMove, SamePerson
from tests.factories.accounts import UserFactory, person, system_user
from tests.factories.changes import ProjectChangeFactory

pytestmark = pytest.mark.django_db
OPEN = (S.DRAFT, S.UNIT_REVIEW, S.COUNTY_OPINION, S.CHECKING, S.DECISION)
LAWFUL = {
    (S.DRAFT, "hand_up"): S.UNIT_REVIEW,
    (S.UNIT_REVIEW, "send_back"): S.DRAFT,
    (S.UNIT_REVIEW, "note"): S.NOTED,
    (S.UNIT_REVIEW, "hand_in"): S.COUNTY_OPINION,
    (S.UNIT_REVIEW, "hand_in_to_city"): S.CHECKING,
    (S.COUNTY_OPINION, "county_return"): S.DRAFT,
    (S.COUNTY_OPINION, "give_opinion"): S.CHECKING,
    (S.CHECKING, "return"): S.DRAFT,
    (S.CHECKING, "propose"): S.DECISION,
    (S.DECISION, "return_proposal"): S.CHECKING,
    (S.DECISION, "approve"): S.APPROVED,
    (S.DECISION, "refuse"): S.REFUSED,
    **{(state, action): S.WITHDRAWN for state in OPEN for action in ("withdraw", "lapse")},
}
NEEDS_A_REASON = {"send_back", "county_return", "return", "return_proposal", "refuse", "withdraw"}
HELD = {
    S.DRAFT: (Role.ENT_FILLER, None),
    S.UNIT_REVIEW: (Role.ENT_ADMIN, 5),
    S.COUNTY_OPINION: (Role.COUNTY_STAFF, 5),
    S.CHECKING: (Role.BUREAU_CLERK, 10),
    S.DECISION: (Role.BUREAU_APPROVER, None),
}
MAY = {
    Role.ENT_FILLER: {"hand_up"},
    Role.ENT_ADMIN: {"hand_up", "send_back", "note", "hand_in", "hand_in_to_city", "withdraw"},
    Role.COUNTY_STAFF: {"county_return", "give_opinion"},
    Role.BUREAU_CLERK: {"return", "propose"},
    Role.BUREAU_APPROVER: {"return_proposal", "approve", "refuse"},
    Role.SYSTEM: {"lapse"},
}
UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)
# Who reads of which move, beside whoever took it: unit, county, clerk, approver.
HEARS = {
    "hand_up": {"ent_admin"},
    "send_back": {"ent_filler", "ent_admin"},
    "note": {"ent_filler", "ent_admin", "county_staff", "bureau_clerk"},
    "hand_in": {"ent_filler", "ent_admin", "county_staff"},
    "hand_in_to_city": {"ent_filler", "ent_admin", "bureau_clerk"},
    "county_return": {"ent_filler", "ent_admin"},
    "give_opinion": {"ent_filler", "ent_admin", "bureau_clerk"},
    "return": {"ent_filler", "ent_admin", "county_staff"},
    "propose": {"bureau_approver"},
    "return_proposal": {"bureau_clerk"},
    "approve": {"ent_filler", "ent_admin", "county_staff"},
    "refuse": {"ent_filler", "ent_admin", "county_staff"},
    "withdraw": {"ent_filler", "ent_admin"},
    "lapse": {"ent_filler", "ent_admin"},
}


def stamps_for(target: str, by) -> dict:
    """The columns that the database asks for in the state entered."""
    at = clock.now()
    handed_in = {"handed_in_at": at, "handed_in_by": by, "number": "示例"}
    return {
        S.COUNTY_OPINION: handed_in,
        S.CHECKING: handed_in,
        S.NOTED: handed_in | {"contract_version": 2},
        S.DECISION: {"proposed_at": at, "proposed_by": by, "finding": "approve", "opinion": "示例"},
        S.APPROVED: {"decided_at": at, "decided_by": by, "contract_version": 2},
        S.REFUSED: {"decided_at": at, "decided_by": by},
    }.get(target, {})


@pytest.mark.parametrize("state", S)
def test_every_state_and_move(state):
    by = UserFactory()
    case = ProjectChangeFactory(state=state)
    for action in PROJECT_CHANGE.moves:
        target = LAWFUL.get((state, action))
        if target is None:
            before = audit.history(case).count()
            with pytest.raises(IllegalMove):
                PROJECT_CHANGE.move(case, action, by=by, reason="示例")
            assert audit.history(case).count() == before
            continue
        with transaction.atomic():
            PROJECT_CHANGE.move(case, action, by=by, reason="示例", **stamps_for(target, by))
            assert ProjectChange.objects.get(pk=case.pk).state == target
            transaction.set_rollback(True)
        case.refresh_from_db()


@pytest.mark.parametrize("action", ["approve", "refuse"])
def test_whoever_proposed_does_not_decide(action):
    case = ProjectChangeFactory(state="decision")

    with pytest.raises(SamePerson):
        PROJECT_CHANGE.move(case, action, by=case.proposed_by, reason="示例")


def test_reasons_holders_and_limits_are_as_written_here():
    case = ProjectChangeFactory()

    assert {action for action, move in PROJECT_CHANGE.moves.items() if move.reason} == NEEDS_A_REASON
    assert {a: move.unlike for a, move in PROJECT_CHANGE.moves.items() if move.unlike} == {
        "approve": ("proposed_by",),
        "refuse": ("proposed_by",),
    }
    assert {
        code: (state.role, case.time_limit(state.limit) if state.limit else None)
        for code, state in PROJECT_CHANGE.states.items()
        if not state.final
    } == HELD


@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_move(role):
    case = ProjectChangeFactory()
    someone = (
        system_user()
        if role is Role.SYSTEM
        else person(role, organisation=case.host if role in UNIT else None, division=case.division.code)
    )

    who = permissions.PROJECT_CHANGE_WHO
    assert {action for action, grant in who.items() if grant(someone, case)} == MAY.get(role, set())
    assert set(who) == set(PROJECT_CHANGE.moves) == {*PROJECT_CHANGE_DESK.steps, "lapse"}


def test_everybody_concerned_hears_of_every_move():
    case, by = ProjectChangeFactory(state="decision"), UserFactory()
    people = {
        role: person(role, organisation=case.host if role in UNIT else None, division=case.division.code)
        for role in MAY
    }
    heard = {}
    for (state, action), target in LAWFUL.items():
        with transaction.atomic():
            ProjectChange.objects.filter(pk=case.pk).update(state=state)
            event = PROJECT_CHANGE.move(case, action, by=by, reason="示例", **stamps_for(target, by))
            tell_of_project_change(case, event)
            told = Notice.objects.filter(occasion=str(event.pk)).values_list("recipient", flat=True)
            heard[action] = {str(role) for role, one in people.items() if one.pk in set(told)}
            copies = Notice.objects.filter(occasion=str(event.pk), title__startswith="抄告：")
            offices = ((Role.COUNTY_STAFF, COUNTY_HEARS), (Role.BUREAU_CLERK, BUREAU_HEARS))
            assert {one.recipient_id for one in copies} == {
                people[role].pk for role, hears in offices if action in hears
            }
            transaction.set_rollback(True)

    assert heard == HEARS
    assert set(HEARS) == set(PROJECT_CHANGE.moves)


BROKEN = [
    (S.DRAFT, {"state": "nowhere"}, "state_known"),
    (S.DRAFT, {"kind": "colour"}, "kind_known"),
    (S.DRAFT, {"kind": "leader"}, "knows_the_leader"),
    (S.DRAFT, {"grounds": ""}, "says_why"),
    (S.CHECKING, {"county_position": "perhaps"}, "county_position_known"),
    (S.CHECKING, {"county_opinion": ""}, "county_takes_a_position"),
    (S.DECISION, {"finding": "perhaps"}, "finding_known"),
    (S.DECISION, {"opinion": ""}, "proposed_with_grounds"),
    (S.UNIT_REVIEW, {"state": "county_opinion"}, "handed_in_by_somebody"),
    (S.CHECKING, {"state": "decision"}, "proposed_by_somebody"),
    (S.DECISION, {"state": "refused"}, "decided_by_somebody"),
    (S.APPROVED, {"contract_version": None}, "made_a_version"),
    (S.APPROVED, {"finding": "refuse"}, "approved_as_proposed"),
    (S.NOTED, {"kind": "term"}, "units_move_money_alone"),
    (S.CHECKING, {"number": None}, "handed_in_under_a_number"),
]


@pytest.mark.parametrize(("state", "change", "name"), BROKEN)
def test_a_state_without_its_evidence_cannot_be_stored(state, change, name):
    rows = ProjectChange.objects.filter(pk=ProjectChangeFactory(state=state).pk)

    with pytest.raises(IntegrityError, match=f"projects_projectchange_{name}"), transaction.atomic():
        rows.update(**change)


def test_one_of_a_kind_is_open_at_a_time_and_only_partners_leave():
    first = ProjectChangeFactory()
    ProjectChangeFactory(project=first.project, state="withdrawn")

    with pytest.raises(IntegrityError, match="one_of_a_kind_at_a_time"), transaction.atomic():
        ProjectChangeFactory(project=first.project, state="checking")
    with pytest.raises(IntegrityError, match="partners_leave_alone"), transaction.atomic():
        first.project.parties.filter(role="leader").update(left_by=first)


# --- arithmetic -----------------------------------------------------------------------------------------------------

NOW = {"a": Line(D(600), D(500)), "b": Line(D(400), D(500))}


@pytest.mark.parametrize(
    ("after", "moved"),
    [
        (NOW, D(0)),
        ({"a": Line(D(500)), "b": Line(D(500))}, D(100)),
        ({"a": Line(D(0)), "b": Line(D(400)), "c": Line(D(600))}, D(600)),
        ({"a": Line(D(600), D(0)), "b": Line(D(400), D(1000))}, D(0)),
    ],
)
def test_what_moves_is_what_lines_gain_of_the_grant(after, moved):
    assert rules.shifted(NOW, after) == moved


@pytest.mark.parametrize(
    ("moved", "before", "alone"),
    [
        (D("100.00"), D(0), True),
        (D("100.01"), D(0), False),
        (D("60"), D("40"), True),
        (D("60"), D("40.01"), False),
    ],
)
def test_a_tenth_of_the_grant_is_the_units_own_all_together(moved, before, alone):
    assert rules.is_the_units_own(moved, before, D(1000), D("10.00")) is alone


def test_no_line_falls_below_what_was_spent_and_no_stage_comes_earlier_or_after_the_end():
    spent = {"a": D("600.01"), "b": D(400), "gone": D(1)}
    assert rules.below_spent(NOW, spent) == {"a": D("0.01"), "gone": D(1)}
    assert rules.sums(NOW.values()) == Line(D(1000), D(1000))

    day, end = date(2027, 1, 31), date(2027, 6, 30)
    rows = [("A", day, day), ("B", day, date(2027, 1, 30)), ("C", day, end), ("D", day, date(2027, 7, 1))]
    assert rules.out_of_order(rows, end) == [("B", "earlier"), ("D", "after_the_end")]
