"""Mid-term checks: moves, who takes and hears of them, written out a second time; constraints by name."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from notices.models import Notice
from projects.desk import MIDTERM_DESK
from projects.enums.midterm import MidtermState as S
from projects.lifecycle.midterm import MIDTERM
from projects.models import ProjectMidterm
from projects.notifications.midterms import tell_of_midterm
from projects.permissions import midterms as permissions
from projects.policy.midterm import day_of_check, outcomes_open
from records import audit, clock
from records.errors import IllegalMove, SamePerson
from tests.factories.accounts import OrganisationFactory, UserFactory, person, system_user
from tests.factories.midterms import ProjectMidtermFactory

pytestmark = pytest.mark.django_db
OPEN = (
    S.PREPARING,
    S.UNIT_REVIEW,
    S.CHECKING,
    S.PANEL_REVIEW,
    S.DECISION,
    S.CONFIRMATION,
    S.MENDING,
)
LAWFUL = {
    (S.PREPARING, "hand_up"): S.UNIT_REVIEW,
    (S.MENDING, "hand_up"): S.UNIT_REVIEW,
    (S.UNIT_REVIEW, "send_back"): S.PREPARING,
    (S.UNIT_REVIEW, "hand_in"): S.CHECKING,
    (S.CHECKING, "return"): S.PREPARING,
    (S.CHECKING, "entrust"): S.PANEL_REVIEW,
    (S.PANEL_REVIEW, "entrust_anew"): S.PANEL_REVIEW,
    (S.PANEL_REVIEW, "record_review"): S.DECISION,
    (S.DECISION, "reopen_review"): S.PANEL_REVIEW,
    (S.CHECKING, "propose"): S.CONFIRMATION,
    (S.DECISION, "propose"): S.CONFIRMATION,
    (S.CONFIRMATION, "return_proposal"): S.CHECKING,
    (S.CONFIRMATION, "continue"): S.CONTINUED,
    (S.CONFIRMATION, "mend"): S.MENDING,
    (S.CONFIRMATION, "stop"): S.STOPPED,
    **{(state, "lapse"): S.LAPSED for state in OPEN},
}
NEEDS_A_REASON = {"send_back", "return", "entrust_anew", "reopen_review", "return_proposal"}
BY_THE_SYSTEM = {"entrust_anew", "record_review", "reopen_review", "lapse"}
HELD = {
    S.PREPARING: (Role.ENT_FILLER, None),
    S.UNIT_REVIEW: (Role.ENT_ADMIN, None),
    S.CHECKING: (Role.BUREAU_CLERK, 10),
    S.PANEL_REVIEW: (Role.AGENCY, 20),
    S.DECISION: (Role.BUREAU_CLERK, 10),
    S.CONFIRMATION: (Role.BUREAU_APPROVER, None),
    S.MENDING: (Role.ENT_FILLER, None),
}
MAY = {
    Role.ENT_FILLER: {"hand_up"},
    Role.ENT_ADMIN: {"hand_up", "send_back", "hand_in"},
    Role.BUREAU_CLERK: {"return", "entrust", "propose"},
    Role.BUREAU_APPROVER: {"return_proposal", "continue", "mend", "stop"},
    Role.SYSTEM: BY_THE_SYSTEM,
}
UNIT = (Role.ENT_FILLER, Role.ENT_ADMIN)
BOTH = {"ent_filler", "ent_admin"}
# Who reads of which move, beside whoever took it.
HEARS = {
    "hand_up": {"ent_admin"},
    "send_back": BOTH,
    "hand_in": BOTH | {"county_staff", "bureau_clerk"},
    "return": BOTH,
    "entrust": BOTH | {"agency"},
    "entrust_anew": {"agency"},
    "record_review": BOTH | {"bureau_clerk"},
    "reopen_review": {"agency"},
    "propose": {"bureau_approver"},
    "return_proposal": {"bureau_clerk"},
    "continue": BOTH | {"county_staff"},
    "mend": BOTH | {"county_staff"},
    "stop": BOTH | {"county_staff"},
    "lapse": BOTH,
}


def stamps_for(target: str, by, agency=None) -> dict:
    """The columns that the database asks for in the state entered."""
    at = clock.now()
    concluded = {"decided_at": at, "decided_by": by}
    return {
        S.CHECKING: {"handed_in_at": at, "handed_in_by": by, "number": "示例"},
        S.PANEL_REVIEW: {"entrusted_at": at, "entrusted_by": by, "agency": agency or OrganisationFactory()},
        S.DECISION: {"reviewed_at": at, "reviewed_by": by, "score": "70.00", "panel_passed": True},
        S.CONFIRMATION: {"proposed_at": at, "proposed_by": by, "outcome": "continue", "grounds": "示例"},
        S.CONTINUED: concluded | {"outcome": "continue"},
        S.MENDING: concluded | {"outcome": "mend", "requirements": "示例", "mend_by": clock.today()},
        S.STOPPED: concluded | {"outcome": "stop"},
    }.get(target, {})


@pytest.mark.parametrize("state", S)
def test_every_state_and_move(state):
    case, by = ProjectMidtermFactory(state=state), UserFactory()
    for action in MIDTERM.moves:
        target = LAWFUL.get((state, action))
        if target is None:
            before = audit.history(case).count()
            with pytest.raises(IllegalMove):
                MIDTERM.move(case, action, by=by, reason="示例")
            assert audit.history(case).count() == before
            continue
        with transaction.atomic():
            MIDTERM.move(case, action, by=by, reason="示例", **stamps_for(target, by))
            assert ProjectMidterm.objects.get(pk=case.pk).state == target
            transaction.set_rollback(True)
        case.refresh_from_db()


@pytest.mark.parametrize("action", ["continue", "mend", "stop"])
def test_whoever_proposed_does_not_decide(action):
    case = ProjectMidtermFactory(state="confirmation")

    with pytest.raises(SamePerson):
        MIDTERM.move(case, action, by=case.proposed_by)


def test_reasons_holders_limits_and_the_system_are_as_written_here():
    case = ProjectMidtermFactory()

    assert {action for action, move in MIDTERM.moves.items() if move.reason} == NEEDS_A_REASON
    assert {action for action, move in MIDTERM.moves.items() if move.system} == BY_THE_SYSTEM
    assert {a: move.unlike for a, move in MIDTERM.moves.items() if move.unlike} == dict.fromkeys(
        ("continue", "mend", "stop"), ("proposed_by",)
    )
    assert {
        code: (state.role, case.time_limit(state.limit) if state.limit else None)
        for code, state in MIDTERM.states.items()
        if not state.final
    } == HELD


@pytest.mark.parametrize("role", Role)
def test_who_may_take_which_move(role):
    case = ProjectMidtermFactory()
    someone = (
        system_user()
        if role is Role.SYSTEM
        else person(role, organisation=case.host if role in UNIT else None, division=case.division.code)
    )

    who = permissions.MIDTERM_WHO
    assert {action for action, grant in who.items() if grant(someone, case)} == MAY.get(role, set())
    assert set(who) == set(MIDTERM.moves)
    assert set(MIDTERM_DESK.steps) == set(MIDTERM.moves) - BY_THE_SYSTEM


def test_everybody_concerned_hears_of_every_move():
    case, by = ProjectMidtermFactory(state="decision"), UserFactory()
    ProjectMidterm.objects.filter(pk=case.pk).update(**stamps_for(S.CONFIRMATION, UserFactory()))
    people = {
        role: person(role, organisation=case.host if role in UNIT else None, division=case.division.code)
        for role in (*UNIT, Role.COUNTY_STAFF, Role.BUREAU_CLERK, Role.BUREAU_APPROVER)
    }
    people[Role.AGENCY] = person(Role.AGENCY, organisation=case.agency)
    heard = {}
    for (state, action), target in LAWFUL.items():
        with transaction.atomic():
            ProjectMidterm.objects.filter(pk=case.pk).update(
                state=state if state != S.MENDING else S.PREPARING
            )
            stamps = stamps_for(target, by, agency=case.agency)
            event = MIDTERM.move(case, action, by=by, reason="示例", **stamps)
            tell_of_midterm(case, event)
            told = set(Notice.objects.filter(occasion=str(event.pk)).values_list("recipient", flat=True))
            heard[action] = {str(role) for role, one in people.items() if one.pk in told}
            transaction.set_rollback(True)

    assert heard == HEARS
    assert set(HEARS) == set(MIDTERM.moves)


BROKEN = [
    (S.PREPARING, {"state": "nowhere"}, "state_known"),
    (S.CONFIRMATION, {"outcome": "perhaps"}, "outcome_known"),
    (S.UNIT_REVIEW, {"state": "checking"}, "handed_in_by_somebody"),
    (S.CHECKING, {"number": None}, "handed_in_under_a_number"),
    (S.CHECKING, {"state": "panel_review"}, "entrusted_to_somebody"),
    (S.CHECKING, {"state": "decision"}, "reviewed_by_experts"),
    (S.CHECKING, {"state": "confirmation"}, "proposed_by_somebody"),
    (S.CONFIRMATION, {"state": "continued"}, "decided_by_somebody"),
    (S.CONFIRMATION, {"grounds": ""}, "proposed_with_grounds"),
    (S.CONFIRMATION, {"outcome": "mend"}, "says_what_to_mend_by_when"),
    (S.CONTINUED, {"outcome": "stop"}, "continued_as_proposed"),
    (S.MENDING, {"outcome": "stop"}, "mending_as_proposed"),
    (S.STOPPED, {"outcome": "continue"}, "stopped_as_proposed"),
    (S.DECISION, {"score": None}, "reviewed_with_a_result"),
    (S.PANEL_REVIEW, {"agency": None}, "entrusted_to_an_agency"),
]


@pytest.mark.parametrize(("state", "change", "name"), BROKEN)
def test_a_state_without_its_evidence_cannot_be_stored(state, change, name):
    rows = ProjectMidterm.objects.filter(pk=ProjectMidtermFactory(state=state).pk)

    with pytest.raises(IntegrityError, match=f"projects_projectmidterm_{name}"), transaction.atomic():
        rows.update(**change)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "share", "day"),
    [
        (date(2026, 1, 1), date(2027, 12, 31), "50.00", date(2027, 1, 1)),
        (date(2026, 1, 1), date(2026, 1, 3), "50.00", date(2026, 1, 2)),
        (date(2026, 1, 1), date(2026, 12, 31), "33.33", date(2026, 5, 3)),
    ],
)
def test_the_check_begins_when_so_much_of_the_term_is_over(starts_on, ends_on, share, day):
    assert day_of_check(starts_on, ends_on, Decimal(share)) == day


def test_a_time_to_mend_is_given_only_so_often():
    assert outcomes_open(mended=0, mend_max=1) == ["continue", "mend", "stop"]
    assert outcomes_open(mended=1, mend_max=1) == ["continue", "stop"]
