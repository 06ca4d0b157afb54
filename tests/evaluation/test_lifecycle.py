"""The tables of moves, whole, written out a second time by hand: what is not here is refused."""

import pytest

from evaluation.enums import AssignmentState as A
from evaluation.enums import PanelState as P
from evaluation.lifecycle import ASSIGNMENT, PANEL
from evaluation.models import Assignment, Panel
from records import audit, clock, deadlines
from records.errors import IllegalMove
from tests.factories.accounts import UserFactory
from tests.factories.evaluation import AssignmentFactory, PanelFactory

PANELS = {
    (P.FORMING, "pledge"): P.PLEDGED,
    (P.PLEDGED, "draw"): P.SCORING,
    (P.SCORING, "pledge_refill"): P.SCORING,
    (P.SCORING, "refill"): P.SCORING,
    (P.SCORING, "flag"): P.DISCUSSING,
    (P.DISCUSSING, "discuss"): P.SCORING,
    (P.DISCUSSING, "resume"): P.SCORING,
    (P.DISCUSSING, "cancel"): P.CANCELLED,
    (P.SCORING, "conclude"): P.CONCLUDED,
    (P.CONCLUDED, "reopen"): P.SCORING,
    (P.FORMING, "cancel"): P.CANCELLED,
    (P.PLEDGED, "cancel"): P.CANCELLED,
    (P.SCORING, "cancel"): P.CANCELLED,
}
ASSIGNMENTS = {
    (A.INVITED, "accept"): A.ACCEPTED,
    (A.ACCEPTED, "commit"): A.COMMITTED,
    (A.ACCEPTED, "decline"): A.DECLINED,
    (A.ACCEPTED, "recuse"): A.RECUSED,
    (A.ACCEPTED, "replace"): A.REPLACED,
    (A.ACCEPTED, "release"): A.RELEASED,
    (A.INVITED, "lapse"): A.LAPSED,
    (A.ACCEPTED, "lapse"): A.LAPSED,
    (A.INVITED, "commit"): A.COMMITTED,
    (A.INVITED, "decline"): A.DECLINED,
    (A.INVITED, "recuse"): A.RECUSED,
    (A.COMMITTED, "recuse"): A.RECUSED,
    (A.LOCKED, "recuse"): A.RECUSED,
    (A.LOCKED, "declare"): A.LOCKED,
    (A.LOCKED, "keep_result"): A.LOCKED,
    (A.LOCKED, "redo"): A.RECUSED,
    (A.COMMITTED, "lock"): A.LOCKED,
    (A.INVITED, "replace"): A.REPLACED,
    (A.COMMITTED, "replace"): A.REPLACED,
    (A.INVITED, "release"): A.RELEASED,
    (A.COMMITTED, "release"): A.RELEASED,
    (A.LOCKED, "reopen"): A.RESCORING,
    (A.RESCORING, "keep"): A.LOCKED,
    (A.RESCORING, "lock"): A.LOCKED,
    (A.RESCORING, "recuse"): A.RECUSED,
    (A.RESCORING, "replace"): A.REPLACED,
    (A.RESCORING, "release"): A.RELEASED,
}


@pytest.mark.parametrize("action", sorted(PANEL.moves))
@pytest.mark.parametrize("state", P)
def test_panel_table(state, action):
    refusals = PANEL.blocks(Panel(state=state, code="示例"), action, UserFactory.build(pk=1))

    assert [type(refusal) for refusal in refusals] == ([] if (state, action) in PANELS else [IllegalMove])


@pytest.mark.parametrize("action", sorted(ASSIGNMENT.moves))
@pytest.mark.parametrize("state", A)
def test_assignment_table(state, action):
    assert ASSIGNMENT.allows(Assignment(state=state), action) == ((state, action) in ASSIGNMENTS)


def test_reasons_and_system_moves_are_as_written_here():
    both = {**PANEL.moves, **ASSIGNMENT.moves}

    assert {n for n, m in both.items() if m.reason} == {
        "cancel",
        "decline",
        "declare",
        "keep_result",
        "recuse",
        "redo",
        "replace",
        "release",
    }
    assert {n for n, m in both.items() if m.system} == {
        "cancel",
        "release",
        "lapse",
        "flag",
        "resume",
        "reopen",
    }


def stamps(target):
    at, by = clock.now(), UserFactory()
    return {
        P.PLEDGED: {"pledged_at": at, "pledged_by": by},
        A.ACCEPTED: {"accepted_at": at, "accepted_by": by},
        P.SCORING: {"drawn_at": at, "drawn_by": by},
        P.CONCLUDED: {
            "concluded_at": at,
            "concluded_by": by,
            "score": "80",
            "spread": "1",
            "passed": True,
            "opinion": "示例",
        },
        P.CANCELLED: {"cancelled_at": at, "cancelled_by": by},
        A.COMMITTED: {"committed_at": at, "committed_by": by, "signature": by.name},
        A.RECUSED: {"left_at": at, "left_by": by, "conflict": "interest"},
        A.REPLACED: {"left_at": at, "left_by": by, "replaced_for": "overdue"},
        A.RESCORING: {"round": 2, "locked_at": None, "locked_by": None, "total": None},
        P.DISCUSSING: {},
        A.LOCKED: {"locked_at": at, "locked_by": by, "total": "80"},
    }.get(target, {"left_at": at, "left_by": by})


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "action"), sorted(PANELS))
def test_panel_move_is_stamped_and_recorded(edition, state, action):
    subject, by, target = PanelFactory(state=state), UserFactory(), PANELS[state, action]

    PANEL.move(subject, action, by=by, reason="示例理由", **stamps(target))

    subject.refresh_from_db()
    event = audit.history(subject).get()
    assert (subject.state, event.verb, event.actor) == (target, f"evaluation.panel.{action}", by)
    assert (deadlines.current(subject) is None) == PANEL.states[target].final


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "action"), sorted(ASSIGNMENTS))
def test_assignment_move_is_stamped_and_recorded(edition, state, action):
    subject, by, target = AssignmentFactory(state=state), UserFactory(), ASSIGNMENTS[state, action]

    ASSIGNMENT.move(subject, action, by=by, reason="示例理由", **stamps(target))

    subject.refresh_from_db()
    event = audit.history(subject).get()
    assert (subject.state, event.verb, event.actor) == (target, f"evaluation.assignment.{action}", by)
    assert (deadlines.current(subject) is None) == ASSIGNMENT.states[target].final
    assert subject.host_id is None
    assert subject.division_id is None


@pytest.mark.parametrize(("lifecycle", "enum"), [(PANEL, P), (ASSIGNMENT, A)], ids=["panel", "assignment"])
def test_every_state_is_described_and_has_a_holder_or_is_final(lifecycle, enum):
    assert set(lifecycle.states) == set(enum)
    assert all(bool(state.role) != state.final for state in lifecycle.states.values())
