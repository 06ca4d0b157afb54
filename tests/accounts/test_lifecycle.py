"""Both tables of moves, whole, said a second time."""

import pytest

from accounts.enums import MembershipState as M
from accounts.enums import OrganisationState as O
from accounts.lifecycle import MEMBERSHIP, REGISTRATION
from records import audit, clock, deadlines
from records.errors import IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory, system_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("limits")]
REGISTERED = {
    (O.PENDING, "confirm"): O.CONFIRMED,
    (O.PENDING, "refuse"): O.REFUSED,
    (O.REFUSED, "resubmit"): O.PENDING,
}
GRANTED = {
    (M.PROPOSED, "approve"): M.ACTIVE,
    (M.PROPOSED, "refuse"): M.REFUSED,
    (M.PROPOSED, "end"): M.ENDED,
    (M.ACTIVE, "end"): M.ENDED,
}
ENDED = (M.REFUSED, M.ENDED)


def organisation_in(state):
    traits = {O.PENDING: {"pending": True}, O.REFUSED: {"refused": True}, O.CONFIRMED: {}}
    return OrganisationFactory(**traits[state])


def membership_in(state):
    ended = {"ended_at": clock.now(), "ended_by": system_user()} if state in ENDED else {}
    return MembershipFactory(role="bureau_clerk", state=state, **ended)


def stamps_for(action, by, at):
    return {
        "confirm": {"confirmed_at": at, "confirmed_by": by},
        "refuse": {"refused_at": at, "refused_by": by, "refusal_reason": "示例"},
        "approve": {"approved_at": at, "approved_by": by},
        "end": {"ended_at": at, "ended_by": by},
    }.get(action, {})


def check(lifecycle, subject, action, target, stamps, by):
    before = subject.state
    if target:
        lifecycle.move(subject, action, by=by, reason="示例", **stamps)
        event = audit.history(subject).get()
        assert (event.actor, event.from_state, event.to_state) == (by, before, target)
    else:
        with pytest.raises(IllegalMove):
            lifecycle.move(subject, action, by=by, reason="示例", **stamps)
        assert not audit.history(subject).exists()
    subject.refresh_from_db()
    assert subject.state == (target or before)


@pytest.mark.parametrize("action", sorted(REGISTRATION.moves))
@pytest.mark.parametrize("state", O)
def test_registration_moves(state, action):
    by = UserFactory()

    check(
        REGISTRATION,
        organisation_in(state),
        action,
        REGISTERED.get((state, action)),
        stamps_for(action, by, clock.now()),
        by,
    )


@pytest.mark.parametrize("action", sorted(MEMBERSHIP.moves))
@pytest.mark.parametrize("state", M)
def test_membership_moves(state, action):
    by, at = UserFactory(), clock.now()
    stamps = {"ended_at": at, "ended_by": by} if action == "refuse" else stamps_for(action, by, at)

    check(MEMBERSHIP, membership_in(state), action, GRANTED.get((state, action)), stamps, by)


def test_each_state_of_the_models_is_in_the_table():
    assert set(REGISTRATION.states) == set(O)
    assert set(MEMBERSHIP.states) == set(M)


@pytest.mark.parametrize("action", ["confirm", "refuse"])
def test_four_eyes_on_registrations(action):
    organisation = OrganisationFactory(pending=True)

    with pytest.raises(SamePerson):
        REGISTRATION.move(organisation, action, by=organisation.applied_by, reason="示例")


@pytest.mark.parametrize("action", ["approve", "refuse"])
@pytest.mark.parametrize("person", ["granted_by", "user"])
def test_four_eyes_on_grants(action, person):
    membership = membership_in(M.PROPOSED)

    with pytest.raises(SamePerson):
        MEMBERSHIP.move(membership, action, by=getattr(membership, person), reason="示例")


@pytest.mark.parametrize(
    ("lifecycle", "make"), [(REGISTRATION, organisation_in), (MEMBERSHIP, membership_in)]
)
def test_refusing_needs_a_reason(lifecycle, make):
    subject = make(O.PENDING if lifecycle is REGISTRATION else M.PROPOSED)

    with pytest.raises(Incomplete):
        lifecycle.move(subject, "refuse", by=UserFactory(), reason=" ")


def test_clocks_of_both():
    organisation, membership = organisation_in(O.PENDING), membership_in(M.PROPOSED)
    REGISTRATION.begin(organisation, by=organisation.applied_by)
    MEMBERSHIP.begin(membership, by=membership.granted_by)

    held = [deadlines.current(subject) for subject in (organisation, membership)]

    assert [(each.holder_role, each.division_id) for each in held] == [
        ("county_staff", organisation.division_id),
        ("secadmin", None),
    ]
    assert all(each.due_on for each in held)
