import pytest

from accounts.roles import Role
from notices.enums import ExtensionState as E
from notices.enums import InquiryState
from notices.enums import ObjectionState as S
from notices.lifecycle import INQUIRY, OBJECTION, PUBLICITY_EXTENSION
from records import audit, calendar, deadlines
from records.errors import IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import UserFactory
from tests.factories.notices import MONDAY, InquiryFactory, ObjectionFactory, PublicityExtensionFactory

pytestmark = pytest.mark.django_db

# The whole table, written out a second time by hand: what is not here is refused.
LAWFUL = {
    (S.RECEIVED, "accept"): S.ACCEPTED,
    (S.RECEIVED, "ask_original"): S.AWAITING_ORIGINAL,
    (S.RECEIVED, "refuse"): S.NOT_ACCEPTED,
    (S.AWAITING_ORIGINAL, "receive_original"): S.RECEIVED,
    (S.AWAITING_ORIGINAL, "refuse"): S.NOT_ACCEPTED,
    (S.ACCEPTED, "ask_unit"): S.ACCEPTED,
    (S.ACCEPTED, "extend"): S.ACCEPTED,
    (S.ACCEPTED, "propose"): S.PROPOSED,
    (S.PROPOSED, "send_back"): S.ACCEPTED,
    (S.PROPOSED, "dismiss"): S.DISMISSED,
    (S.PROPOSED, "partly"): S.PARTLY_UPHELD,
    (S.PROPOSED, "uphold"): S.UPHELD,
}
TRAITS = {
    S.RECEIVED: {},
    S.AWAITING_ORIGINAL: {"awaiting_original": True},
    S.ACCEPTED: {"accepted": True},
    S.NOT_ACCEPTED: {"refused": True},
    S.PROPOSED: {"proposed": True},
    S.DISMISSED: {"decided": True},
    S.PARTLY_UPHELD: {"decided": True, "state": S.PARTLY_UPHELD},
    S.UPHELD: {"decided": True, "state": S.UPHELD},
}


def stamps_for(action, by):
    return {
        "ask_original": {"original_asked_at": MONDAY, "original_asked_by": by},
        "receive_original": {"original_received_at": MONDAY, "original_received_by": by},
        "accept": {"accepted_at": MONDAY, "accepted_by": by},
        "refuse": {"refused_at": MONDAY, "refused_by": by, "reply": "理由"},
        "propose": {"proposed_at": MONDAY, "proposed_by": by, "reply": "理由", "finding": "dismiss"},
        "dismiss": {"decided_at": MONDAY, "decided_by": by},
        "partly": {"decided_at": MONDAY, "decided_by": by, "finding": "partly", "correction": "更正"},
        "uphold": {"decided_at": MONDAY, "decided_by": by},
    }.get(action, {})


@pytest.mark.parametrize("action", sorted(OBJECTION.moves))
@pytest.mark.parametrize("state", S)
def test_objection_move(state, action):
    objection, by = ObjectionFactory(**TRAITS[state]), UserFactory()
    move = {"by": by, "at": MONDAY, "reason": "理由", **stamps_for(action, by)}

    if target := LAWFUL.get((state, action)):
        OBJECTION.move(objection, action, **move)
        event = audit.history(objection).get()
        assert (event.actor, event.from_state, event.to_state) == (by, state, target)
    else:
        with pytest.raises(IllegalMove):
            OBJECTION.move(objection, action, **move)
        assert not audit.history(objection).exists()

    objection.refresh_from_db()
    assert objection.state == (target or state)


def test_every_state_has_words_and_every_open_one_a_holder():
    assert set(OBJECTION.states) == set(S)
    assert {state for state, spec in OBJECTION.states.items() if spec.role} == {
        S.RECEIVED,
        S.AWAITING_ORIGINAL,
        S.ACCEPTED,
        S.PROPOSED,
    }


LAWFUL_INQUIRY = {
    (InquiryState.ASKED, "answer"): InquiryState.ANSWERED,
    (InquiryState.ASKED, "lapse"): InquiryState.LAPSED,
}


@pytest.mark.parametrize("action", sorted(INQUIRY.moves))
@pytest.mark.parametrize("state", InquiryState)
def test_inquiry_move(state, action):
    traits = {"answered": True} if state == InquiryState.ANSWERED else {"state": state}
    inquiry, by = InquiryFactory(**traits), UserFactory()
    stamps = {"answer": "说明", "answered_at": MONDAY, "answered_by": by} if action == "answer" else {}

    if target := LAWFUL_INQUIRY.get((state, action)):
        INQUIRY.move(inquiry, action, by=by, at=MONDAY, **stamps)
    else:
        with pytest.raises(IllegalMove):
            INQUIRY.move(inquiry, action, by=by, at=MONDAY, **stamps)

    inquiry.refresh_from_db()
    assert inquiry.state == (target or state)


# Who holds it and for how many working days (domain B1b); None: what the first person left of the time.
HELD = {
    S.RECEIVED: (Role.BUREAU_CLERK, 2),
    S.AWAITING_ORIGINAL: (Role.BUREAU_CLERK, 3),
    S.ACCEPTED: (Role.BUREAU_CLERK, 10),
    S.PROPOSED: (Role.BUREAU_APPROVER, None),
}
# Who may not take the second step, having taken the first.
FOUR_EYES = {
    "send_back": ("proposed_by",),
    "dismiss": ("proposed_by", "accepted_by"),
    "partly": ("proposed_by", "accepted_by"),
    "uphold": ("proposed_by", "accepted_by"),
}


def test_holders_and_time_limits_are_as_written_here():
    objection = ObjectionFactory()
    found = {
        code: (state.role, objection.time_limit(state.limit) if state.limit else None)
        for code, state in OBJECTION.states.items()
        if not state.final
    }
    (asked,) = [state for state in INQUIRY.states.values() if not state.final]

    assert found == HELD
    assert {code for code, state in OBJECTION.states.items() if state.continues} == {S.PROPOSED}
    assert (asked.role, objection.time_limit(asked.limit)) == (Role.ENT_ADMIN, 5)


def test_four_eyes_reasons_and_what_the_clock_does_are_as_written_here():
    assert {name: move.unlike for name, move in OBJECTION.moves.items() if move.unlike} == FOUR_EYES
    assert {name for name, move in OBJECTION.moves.items() if move.reason} == {"extend", "send_back"}
    assert {name for name, move in OBJECTION.moves.items() if move.system} == set()
    assert {name for name, move in INQUIRY.moves.items() if move.system} == {"lapse"}


@pytest.mark.parametrize(
    ("action", "first"), [(action, first) for action, firsts in FOUR_EYES.items() for first in firsts]
)
def test_the_person_of_the_first_step_may_not_take_the_second(action, first):
    objection = ObjectionFactory(proposed=True)

    with pytest.raises(SamePerson, match="另一人办理"):
        OBJECTION.move(objection, action, by=getattr(objection, first), at=MONDAY, reason="示例理由")

    objection.refresh_from_db()
    assert objection.state == S.PROPOSED
    assert not audit.history(objection).exists()


@pytest.mark.parametrize(("state", "action"), [(S.ACCEPTED, "extend"), (S.PROPOSED, "send_back")])
def test_a_move_that_needs_a_reason_is_refused_without(state, action):
    objection = ObjectionFactory(**TRAITS[state])

    with pytest.raises(Incomplete, match="必须说明理由"):
        OBJECTION.move(objection, action, by=UserFactory(), at=MONDAY, reason=" ")

    objection.refresh_from_db()
    assert objection.state == state


@pytest.mark.parametrize(
    ("state", "action"),
    sorted(pair for pair, target in LAWFUL.items() if HELD.get(target, ("", None))[1] and pair[0] != target),
)
def test_the_clock_of_the_state_entered_runs_its_working_days(state, action):
    objection, by = ObjectionFactory(**TRAITS[state]), UserFactory()

    OBJECTION.move(objection, action, by=by, at=MONDAY, reason="理由", **stamps_for(action, by))

    deadline, (role, days) = deadlines.current(objection), HELD[LAWFUL[state, action]]
    assert (deadline.holder_role, deadline.working_days) == (role, days)
    assert deadline.due_on == calendar.add_working_days(MONDAY.date(), days)


LAWFUL_EXTENSION = {
    (E.OFFERED, "take_up"): E.DRAFT,
    (E.OFFERED, "discard"): E.DISCARDED,
    (E.DRAFT, "revise"): E.DRAFT,
    (E.DRAFT, "publish"): E.PUBLISHED,
    (E.DRAFT, "discard"): E.DISCARDED,
}
EXTENSION_TRAITS = {
    E.OFFERED: {"offered": True},
    E.DRAFT: {},
    E.PUBLISHED: {"published": True},
    E.DISCARDED: {"discarded": True},
}


@pytest.mark.parametrize("action", sorted(PUBLICITY_EXTENSION.moves))
@pytest.mark.parametrize("state", E)
def test_publicity_extension_move(state, action):
    extension, by = PublicityExtensionFactory(**EXTENSION_TRAITS[state]), UserFactory()
    stamps = {
        "take_up": {"drafted_at": MONDAY, "drafted_by": by},
        "publish": {"published_at": MONDAY, "published_by": by},
    }.get(action, {})
    move = {"by": by, "at": MONDAY, "reason": "理由", **stamps}

    if target := LAWFUL_EXTENSION.get((state, action)):
        PUBLICITY_EXTENSION.move(extension, action, **move)
        event = audit.history(extension).get()
        assert (event.actor, event.from_state, event.to_state) == (by, state, target)
    else:
        with pytest.raises(IllegalMove):
            PUBLICITY_EXTENSION.move(extension, action, **move)
        assert not audit.history(extension).exists()

    extension.refresh_from_db()
    assert extension.state == (target or state)


# Who holds a later end in each state, and for how many working days (domain B1: extension if system was down).
EXTENSION_HELD = {E.OFFERED: (Role.BUREAU_CLERK, 1), E.DRAFT: (Role.BUREAU_APPROVER, 1)}


def test_holders_four_eyes_and_reasons_of_a_later_day_are_as_written_here():
    extension, moves = PublicityExtensionFactory(), PUBLICITY_EXTENSION.moves
    found = {
        code: (state.role, extension.time_limit(state.limit) if state.limit else None)
        for code, state in PUBLICITY_EXTENSION.states.items()
        if not state.final
    }

    assert found == EXTENSION_HELD
    assert {name: move.unlike for name, move in moves.items() if move.unlike} == {"publish": ("drafted_by",)}
    assert {name for name, move in moves.items() if move.reason} == {"discard"}
    assert {name for name, move in moves.items() if move.system} == set()
