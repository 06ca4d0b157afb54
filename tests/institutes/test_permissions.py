"""Who may take which move: the whole table, role by role, written out by hand."""

import pytest

from accounts.enums import OrganisationKind
from accounts.roles import Role
from institutes import permissions
from institutes.enums import ApplicationState as S
from institutes.lifecycle import APPLICATION, CALL, DECISION_BATCH, EXTENSION
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory, person, system_user
from tests.factories.institutes import (
    ApplicationFactory,
    CallExtensionFactory,
    CallFactory,
    DecisionBatchFactory,
)

pytestmark = pytest.mark.django_db

MAY = {
    Role.ENT_FILLER: {"submit", "resubmit"},
    Role.ENT_ADMIN: {"submit", "resubmit", "unit_return", "unit_approve", "withdraw"},
    Role.COUNTY_STAFF: {"county_return", "propose_recommendation"},
    Role.COUNTY_LEAD: {"send_back_recommendation", "sign_recommendation", "refuse_recommendation"},
    Role.COUNTY_FIN: set(),
    Role.BUREAU_CLERK: {"propose_formal", "raise_objection", "correct_publicity"},
    Role.BUREAU_APPROVER: {
        "send_back_formal",
        "confirm_pass",
        "confirm_supplement",
        "confirm_fail",
        "shortlist",
        "reject",
        "refuse_visit",
        "reopen_review",
        "dismiss_objection",
        "correct_publicity",
        "uphold_objection",
        "recognise",
    },
    Role.FINANCE: set(),
    Role.TAX: set(),
    Role.AGENCY: {"pass_review", "pass_again", "fail_review", "record_visit"},
    Role.EXPERT: set(),
    Role.AUDITOR: set(),
    Role.SYSADMIN: set(),
    Role.SECADMIN: set(),
    Role.SYSTEM: {"lapse_supplement", "recognise"},
}
MAY_DECIDE = {Role.BUREAU_CLERK: {"discard"}, Role.BUREAU_APPROVER: {"discard", "release"}}
MAY_CALL = {
    Role.BUREAU_CLERK: {"discard", "draft_extension"},
    Role.BUREAU_APPROVER: {"discard", "publish", "extend"},
}
MAY_EXTEND = {
    Role.BUREAU_CLERK: {"take_up", "revise", "discard"},
    Role.BUREAU_APPROVER: {"publish", "discard"},
}


@pytest.fixture
def application():
    return ApplicationFactory(state=S.REVIEWING)


def insider(role, application):
    """A person who holds ``role`` where this application belongs."""
    if role == Role.SYSTEM:
        return system_user()
    if role in (Role.ENT_FILLER, Role.ENT_ADMIN):
        return person(role, organisation=application.host)
    if role == Role.AGENCY:
        return person(role, organisation=application.agency)
    return person(role, division=application.division.code)


def taken(user, application):
    return {action for action in APPLICATION.moves if permissions.may(user, action, application)}


@pytest.mark.parametrize("role", Role)
def test_role_may_take_these_moves_and_no_other(application, role):
    assert taken(insider(role, application), application) == MAY[role]


@pytest.mark.parametrize("role", Role)
def test_role_may_take_these_moves_of_an_extension(role):
    extension = CallExtensionFactory()
    user = system_user() if role == Role.SYSTEM else person(role)

    found = {action for action in EXTENSION.moves if permissions.may_extend(user, action, extension)}

    assert found == MAY_EXTEND.get(role, set())


@pytest.mark.parametrize("role", Role)
def test_role_may_take_these_moves_of_a_call(role):
    call = CallFactory(drafted=True)
    user = system_user() if role == Role.SYSTEM else person(role)

    assert {action for action in CALL.moves if permissions.may_call(user, action, call)} == MAY_CALL.get(
        role, set()
    )


@pytest.mark.parametrize("role", Role)
def test_role_may_take_these_moves_of_a_decision(role):
    batch = DecisionBatchFactory()
    user = system_user() if role == Role.SYSTEM else person(role)

    assert {
        action for action in DECISION_BATCH.moves if permissions.BATCH_WHO[action](user, batch)
    } == MAY_DECIDE.get(role, set())
    assert permissions.may_draft_decisions(user) == (role == Role.BUREAU_CLERK)


def test_tables_have_the_keys_of_their_lifecycle():
    assert set(permissions.APPLICATION_WHO) == set(APPLICATION.moves)
    assert set(permissions.CALL_WHO) == set(CALL.moves)


@pytest.mark.parametrize(
    "role",
    [Role.ENT_FILLER, Role.ENT_ADMIN, Role.COUNTY_STAFF, Role.COUNTY_LEAD, Role.AGENCY],
)
def test_who_stands_elsewhere_may_nothing(application, role):
    """Another unit, another county, another agency."""
    assert taken(person(role, division="130104"), application) == set()


def test_a_filler_gives_up_a_draft_but_not_what_was_handed_in():
    draft, sent = ApplicationFactory(), ApplicationFactory(state=S.UNIT_REVIEW)

    assert permissions.may(insider(Role.ENT_FILLER, draft), "withdraw", draft)
    assert not permissions.may(insider(Role.ENT_FILLER, sent), "withdraw", sent)


def test_an_ended_role_gives_nothing(application):
    membership = MembershipFactory(
        role=Role.COUNTY_STAFF,
        organisation=OrganisationFactory(
            kind=OrganisationKind.COUNTY_GOVERNMENT, division=application.division
        ),
        until="2022-12-31",
    )

    assert taken(membership.user, application) == set()


def test_who_holds_no_role_may_nothing(application):
    assert taken(UserFactory(), application) == set()


def test_only_people_of_the_unit_apply_for_it(application):
    assert permissions.may_apply_for(person(Role.ENT_FILLER, organisation=application.host), application.host)
    assert not permissions.may_apply_for(person(Role.ENT_FILLER), application.host)
    assert not permissions.may_apply_for(person(Role.COUNTY_STAFF), application.host)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_only_the_clerk_draws_up_calls(role):
    assert permissions.may_draft_calls(person(role)) == (role == Role.BUREAU_CLERK)
