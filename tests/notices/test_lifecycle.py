import pytest

from notices.enums import InquiryState
from notices.enums import ObjectionState as S
from notices.lifecycle import INQUIRY, OBJECTION
from records import audit
from records.errors import IllegalMove
from tests.factories.accounts import UserFactory
from tests.factories.notices import MONDAY, InquiryFactory, ObjectionFactory

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
