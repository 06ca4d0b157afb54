"""Who may take which move: the whole table, role by role, written out by hand."""

import pytest

from accounts.roles import Role
from evaluation import permissions
from evaluation.desk import ASSIGNMENT_DESK, PANEL_DESK
from evaluation.enums import AssignmentState as A
from evaluation.lifecycle import ASSIGNMENT, PANEL
from tests.factories.accounts import UserFactory, person, system_user
from tests.factories.evaluation import AssignmentFactory, ExpertFactory

pytestmark = pytest.mark.django_db

OF_PANEL = {
    Role.AGENCY: {"pledge", "draw", "pledge_refill", "refill", "discuss", "conclude"},
    Role.SYSTEM: {"cancel", "flag", "resume", "reopen"},
}
OF_ASSIGNMENT = {
    Role.AGENCY: {"replace"},
    Role.EXPERT: {"accept", "commit", "decline", "recuse", "declare", "lock", "keep"},
    Role.BUREAU_APPROVER: {"keep_result", "redo"},
    Role.SYSTEM: {"release", "lapse", "reopen"},
}
POOL = {Role.AGENCY, Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR}


@pytest.fixture
def assignment(edition):
    return AssignmentFactory()


def insider(role, assignment):
    if role == Role.SYSTEM:
        return system_user()
    if role == Role.EXPERT:
        return assignment.expert.user
    if role == Role.AGENCY:
        return person(role, organisation=assignment.panel.agency)
    return person(role)


@pytest.mark.parametrize("role", Role)
def test_role_may_take_these_moves_and_no_other(assignment, role):
    user, panel = insider(role, assignment), assignment.panel

    assert {a for a in PANEL.moves if permissions.PANEL_WHO[a](user, panel)} == OF_PANEL.get(role, set())
    assert {
        a for a in ASSIGNMENT.moves if permissions.ASSIGNMENT_WHO[a](user, assignment)
    } == OF_ASSIGNMENT.get(role, set())


@pytest.mark.parametrize("role", [Role.AGENCY, Role.EXPERT])
def test_another_agency_and_another_expert_may_nothing(assignment, role):
    user = person(role)

    assert not any(grant(user, assignment.panel) for grant in permissions.PANEL_WHO.values())
    assert not any(grant(user, assignment) for grant in permissions.ASSIGNMENT_WHO.values())


def test_tables_have_the_keys_of_their_lifecycle_and_steps_their_people():
    assert set(permissions.PANEL_WHO) == set(PANEL.moves)
    assert set(permissions.ASSIGNMENT_WHO) == set(ASSIGNMENT.moves)
    assert set(PANEL_DESK.steps) == {name for name, move in PANEL.moves.items() if not move.system}
    assert set(ASSIGNMENT_DESK.steps) == {name for name, move in ASSIGNMENT.moves.items() if not move.system}


@pytest.mark.parametrize("state", A)
def test_the_package_is_open_to_its_expert_from_commitment_on(edition, state):
    assignment = AssignmentFactory(state=state)

    assert permissions.may_read_package(assignment.expert.user, assignment) == (
        state in (A.COMMITTED, A.RESCORING, A.LOCKED)
    )
    assert permissions.may_score(assignment.expert.user, assignment) == (state in (A.COMMITTED, A.RESCORING))


def test_the_package_is_open_to_nobody_else(edition):
    assignment = AssignmentFactory(state=A.COMMITTED)
    others = [insider(role, assignment) for role in Role if role != Role.EXPERT]
    others += [AssignmentFactory(panel=assignment.panel, state=A.COMMITTED).expert.user, UserFactory()]

    assert not any(permissions.may_read_package(user, assignment) for user in others)


def test_a_grant_taken_away_closes_the_package_at_once(edition):
    assignment = AssignmentFactory(state=A.COMMITTED)

    permissions.revoke_assignment(assignment)
    assert not permissions.may_read_package(assignment.expert.user, assignment)

    permissions.grant_assignment(assignment)
    assert permissions.may_read_package(assignment.expert.user, assignment)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_the_pool_and_the_panels_are_the_business_of_these(role):
    assert (permissions.may_read_pool(person(role)), permissions.may_read_panels(person(role))) == (
        role in POOL,
    ) * 2


def test_everybody_speaks_for_themselves():
    one, other = ExpertFactory(), ExpertFactory()

    assert permissions.may_set_availability(one.user, one)
    assert not permissions.may_set_availability(other.user, one)


def test_only_the_engaged_agency_opens_the_panel(assignment):
    application = assignment.panel.application

    assert permissions.may_open_panel(insider(Role.AGENCY, assignment), application)
    assert not permissions.may_open_panel(person(Role.AGENCY), application)
    assert not permissions.may_open_panel(person(Role.BUREAU_CLERK), application)
