"""The tables of moves, whole, written out a second time by hand: what is not here is refused."""

import pytest
from django.utils import timezone

from accounts.roles import Role
from institutes.enums import ApplicationState as S
from institutes.enums import BatchState as B
from institutes.enums import CallState as C
from institutes.lifecycle import APPLICATION, CALL, DECISION_BATCH, EXTENSION
from institutes.models import Application, Call, CallExtension, DecisionBatch
from notices.enums import ExtensionState as X
from records import audit, calendar, clock, deadlines
from records.errors import IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import UserFactory
from tests.factories.institutes import ApplicationFactory, CallFactory, policy_terms, stamps_of

LAWFUL = {
    (S.DRAFT, "submit"): S.UNIT_REVIEW,
    (S.DRAFT, "withdraw"): S.WITHDRAWN,
    (S.UNIT_REVIEW, "unit_return"): S.DRAFT,
    (S.UNIT_REVIEW, "unit_approve"): S.COUNTY_REVIEW,
    (S.UNIT_REVIEW, "withdraw"): S.WITHDRAWN,
    (S.COUNTY_REVIEW, "county_return"): S.DRAFT,
    (S.COUNTY_REVIEW, "propose_recommendation"): S.COUNTY_SIGNING,
    (S.COUNTY_REVIEW, "withdraw"): S.WITHDRAWN,
    (S.COUNTY_SIGNING, "send_back_recommendation"): S.COUNTY_REVIEW,
    (S.COUNTY_SIGNING, "sign_recommendation"): S.FORMAL_REVIEW,
    (S.COUNTY_SIGNING, "refuse_recommendation"): S.CLOSED_NOT_RECOMMENDED,
    (S.COUNTY_SIGNING, "withdraw"): S.WITHDRAWN,
    (S.FORMAL_REVIEW, "propose_formal"): S.FORMAL_CONFIRMATION,
    (S.FORMAL_REVIEW, "withdraw"): S.WITHDRAWN,
    (S.FORMAL_CONFIRMATION, "send_back_formal"): S.FORMAL_REVIEW,
    (S.FORMAL_CONFIRMATION, "confirm_pass"): S.REVIEWING,
    (S.FORMAL_CONFIRMATION, "confirm_supplement"): S.SUPPLEMENT_REQUESTED,
    (S.FORMAL_CONFIRMATION, "confirm_fail"): S.CLOSED_FORMAL,
    (S.FORMAL_CONFIRMATION, "withdraw"): S.WITHDRAWN,
    (S.SUPPLEMENT_REQUESTED, "resubmit"): S.FORMAL_REVIEW,
    (S.SUPPLEMENT_REQUESTED, "lapse_supplement"): S.CLOSED_FORMAL,
    (S.SUPPLEMENT_REQUESTED, "withdraw"): S.WITHDRAWN,
    (S.REVIEWING, "pass_review"): S.SITE_VISIT,
    (S.REVIEWING, "pass_again"): S.PENDING_DECISION,
    (S.REVIEWING, "fail_review"): S.CLOSED_REVIEW,
    (S.REVIEWING, "withdraw"): S.WITHDRAWN,
    (S.SITE_VISIT, "record_visit"): S.PENDING_DECISION,
    (S.SITE_VISIT, "refuse_visit"): S.WITHDRAWN,
    (S.SITE_VISIT, "reopen_review"): S.REVIEWING,
    (S.PENDING_DECISION, "reopen_review"): S.REVIEWING,
    (S.CLOSED_REVIEW, "reopen_review"): S.REVIEWING,
    (S.SITE_VISIT, "withdraw"): S.WITHDRAWN,
    (S.PENDING_DECISION, "shortlist"): S.PUBLICITY,
    (S.PENDING_DECISION, "reject"): S.CLOSED_DECISION,
    (S.PENDING_DECISION, "withdraw"): S.WITHDRAWN,
    (S.PUBLICITY, "raise_objection"): S.OBJECTION_HANDLING,
    (S.PUBLICITY, "recognise"): S.RECOGNISED,
    (S.OBJECTION_HANDLING, "dismiss_objection"): S.PUBLICITY,
    (S.OBJECTION_HANDLING, "correct_publicity"): S.PUBLICITY,
    (S.OBJECTION_HANDLING, "uphold_objection"): S.CLOSED_OBJECTION,
}
LAWFUL_CALLS = {
    (C.DRAFT, "publish"): C.PUBLISHED,
    (C.DRAFT, "discard"): C.WITHDRAWN,
    (C.PUBLISHED, "draft_extension"): C.PUBLISHED,
    (C.PUBLISHED, "extend"): C.PUBLISHED,
}
LAWFUL_EXTENSIONS = {
    (X.OFFERED, "take_up"): X.DRAFT,
    (X.OFFERED, "discard"): X.DISCARDED,
    (X.DRAFT, "revise"): X.DRAFT,
    (X.DRAFT, "publish"): X.PUBLISHED,
    (X.DRAFT, "discard"): X.DISCARDED,
}
LAWFUL_BATCHES = {
    (B.DRAFT, "release"): B.RELEASED,
    (B.DRAFT, "discard"): B.DISCARDED,
}
# Who may not take the second step, having taken the first.
FOUR_EYES = {
    "sign_recommendation": ("county_proposed_by",),
    "refuse_recommendation": ("county_proposed_by",),
    "confirm_pass": ("formal_proposed_by",),
    "confirm_supplement": ("formal_proposed_by",),
    "confirm_fail": ("formal_proposed_by",),
    "shortlist": ("formal_proposed_by",),
    "reject": ("formal_proposed_by",),
}
NEEDS_A_REASON = {
    "send_back_recommendation",
    "refuse_recommendation",
    "send_back_formal",
    "refuse_visit",
    "reject",
    "reopen_review",
    "uphold_objection",
    "withdraw",
}
BY_THE_SYSTEM = {
    "lapse_supplement",
    "pass_review",
    "pass_again",
    "fail_review",
    "record_visit",
    "reopen_review",
    "shortlist",
    "refuse_visit",
    "reject",
    "raise_objection",
    "dismiss_objection",
    "correct_publicity",
    "uphold_objection",
}


@pytest.mark.parametrize("action", sorted(APPLICATION.moves))
@pytest.mark.parametrize("state", S)
def test_application_table(state, action):
    subject, by = Application(state=state, institute_name="示例"), UserFactory.build(pk=1)

    refusals = APPLICATION.blocks(subject, action, by)

    assert APPLICATION.allows(subject, action) == ((state, action) in LAWFUL)
    assert [type(refusal) for refusal in refusals] == ([] if (state, action) in LAWFUL else [IllegalMove])


@pytest.mark.parametrize("action", sorted(CALL.moves))
@pytest.mark.parametrize("state", C)
def test_call_table(state, action):
    assert CALL.allows(Call(state=state), action) == ((state, action) in LAWFUL_CALLS)


@pytest.mark.parametrize("action", sorted(EXTENSION.moves))
@pytest.mark.parametrize("state", X)
def test_extension_table(state, action):
    move = EXTENSION.moves[action]

    assert EXTENSION.allows(CallExtension(state=state), action) == ((state, action) in LAWFUL_EXTENSIONS)
    assert move.target == next(
        target for (_state, name), target in LAWFUL_EXTENSIONS.items() if name == action
    )
    assert (move.unlike, move.reason) == (("drafted_by",) * (action == "publish"), action == "discard")


@pytest.mark.parametrize("action", sorted(DECISION_BATCH.moves))
@pytest.mark.parametrize("state", B)
def test_decision_table(state, action):
    batch = DecisionBatch(state=state)

    assert DECISION_BATCH.allows(batch, action) == ((state, action) in LAWFUL_BATCHES)
    assert {name: move.target for name, move in DECISION_BATCH.moves.items()} == {
        "release": B.RELEASED,
        "discard": B.DISCARDED,
    }


def test_four_eyes_and_reasons_of_decisions_are_as_written_here():
    assert {n: move.unlike for n, move in DECISION_BATCH.moves.items() if move.unlike} == {
        "release": ("drafted_by",)
    }
    assert {name for name, move in DECISION_BATCH.moves.items() if move.reason} == {"discard"}


@pytest.mark.django_db
@pytest.mark.parametrize(("state", "action"), sorted(LAWFUL))
def test_application_move_is_stamped_and_recorded(state, action):
    target = LAWFUL[state, action]
    application, by = ApplicationFactory(state=state), UserFactory()
    stamps = stamps_of(target, at=clock.now())
    if "number" not in stamps and stamps.get("received_at") and not application.number:
        stamps["number"] = "SJZ-SB-2026-9001"

    APPLICATION.move(application, action, by=by, reason="示例理由", **stamps)

    application.refresh_from_db()
    event = audit.history(application).get()
    assert application.state == target
    assert (event.actor, event.verb) == (by, f"institutes.application.{action}")
    assert (event.from_state, event.to_state) == (state, target)
    final = APPLICATION.states[target].final
    assert (deadlines.current(application) is None) == final


@pytest.mark.django_db
@pytest.mark.parametrize("action", sorted(FOUR_EYES))
def test_the_person_of_the_first_step_may_not_take_the_second(action):
    assert APPLICATION.moves[action].unlike == FOUR_EYES[action]
    state = next(state for state, other in LAWFUL if other == action)
    application = ApplicationFactory(state=state)
    first = getattr(application, FOUR_EYES[action][0])

    with pytest.raises(SamePerson, match="另一人办理"):
        APPLICATION.move(application, action, by=first, reason="示例理由")

    application.refresh_from_db()
    assert application.state == state
    assert not audit.history(application).exists()


def test_four_eyes_and_reasons_are_as_written_here():
    assert {name: move.unlike for name, move in APPLICATION.moves.items() if move.unlike} == FOUR_EYES
    assert {name for name, move in APPLICATION.moves.items() if move.reason} == NEEDS_A_REASON
    assert {name for name, move in APPLICATION.moves.items() if move.system} == BY_THE_SYSTEM


@pytest.mark.django_db
def test_a_move_that_needs_a_reason_is_refused_without():
    application = ApplicationFactory(state=S.COUNTY_SIGNING)

    with pytest.raises(Incomplete, match="必须说明理由"):
        APPLICATION.move(application, "send_back_recommendation", by=UserFactory(), reason=" ")

    application.refresh_from_db()
    assert application.state == S.COUNTY_SIGNING


@pytest.mark.django_db
def test_a_call_is_published_by_another_than_its_author():
    call = CallFactory(drafted=True)

    with pytest.raises(SamePerson):
        CALL.move(call, "publish", by=call.drafted_by)


@pytest.mark.parametrize(("lifecycle", "enum"), [(APPLICATION, S), (CALL, C)], ids=["application", "call"])
def test_every_state_is_described_and_reached(lifecycle, enum):
    targets = {move.target for move in lifecycle.moves.values()}

    assert set(lifecycle.states) == set(enum)
    assert targets | {"draft"} == set(enum)


def test_every_state_that_is_not_final_has_a_holder():
    without = {code for code, state in APPLICATION.states.items() if not state.role}

    assert without == {code for code, state in APPLICATION.states.items() if state.final}


# Who holds a case in each state, and for how many working days (domain B1); None: as long as the step before leaves,
# the call is open, or the public notice runs.
HELD = {
    S.DRAFT: (Role.ENT_FILLER, None),
    S.UNIT_REVIEW: (Role.ENT_ADMIN, 5),
    S.COUNTY_REVIEW: (Role.COUNTY_STAFF, 10),
    S.COUNTY_SIGNING: (Role.COUNTY_LEAD, None),
    S.FORMAL_REVIEW: (Role.BUREAU_CLERK, 10),
    S.FORMAL_CONFIRMATION: (Role.BUREAU_APPROVER, None),
    S.SUPPLEMENT_REQUESTED: (Role.ENT_FILLER, 5),
    S.REVIEWING: (Role.AGENCY, 20),
    S.SITE_VISIT: (Role.AGENCY, 10),
    S.PENDING_DECISION: (Role.BUREAU_APPROVER, 10),
    S.PUBLICITY: (Role.BUREAU_CLERK, None),
    S.OBJECTION_HANDLING: (Role.BUREAU_CLERK, 10),
}
GO_ON = {S.COUNTY_SIGNING, S.FORMAL_CONFIRMATION}


def test_holders_and_time_limits_are_as_written_here():
    limits = policy_terms()["time_limits"]
    found = {
        code: (state.role, limits[state.limit] if state.limit else None)
        for code, state in APPLICATION.states.items()
        if not state.final
    }

    assert found == HELD
    assert {code for code, state in APPLICATION.states.items() if state.continues} == GO_ON


HELD_BESIDE = {
    "call": {C.DRAFT: (Role.BUREAU_APPROVER, None), C.PUBLISHED: ("", None)},
    "extension": {X.OFFERED: (Role.BUREAU_CLERK, 1), X.DRAFT: (Role.BUREAU_APPROVER, 1)},
    "decision": {B.DRAFT: (Role.BUREAU_APPROVER, None)},
}


@pytest.mark.parametrize(
    ("name", "lifecycle"), [("call", CALL), ("extension", EXTENSION), ("decision", DECISION_BATCH)]
)
def test_holders_and_time_limits_of_calls_and_decisions_are_as_written_here(name, lifecycle):
    limits = policy_terms()["time_limits"]
    found = {
        code: (state.role, limits[state.limit] if state.limit else None)
        for code, state in lifecycle.states.items()
        if not state.final
    }

    assert found == HELD_BESIDE[name]


def test_four_eyes_reasons_and_the_system_s_part_of_a_call_are_as_written_here():
    assert {name: move.unlike for name, move in CALL.moves.items() if move.unlike} == {
        "publish": ("drafted_by",)
    }
    assert {name for name, move in CALL.moves.items() if move.reason} == {"discard"}
    assert {name for name, move in CALL.moves.items() if move.system} == {"extend"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "action"), sorted(pair for pair, target in LAWFUL.items() if HELD.get(target, ("", None))[1])
)
def test_the_clock_of_the_state_entered_runs_its_working_days(state, action):
    target = LAWFUL[state, action]
    application, at = ApplicationFactory(state=state), clock.now()
    stamps = stamps_of(target, at=at)
    if "number" not in stamps and stamps.get("received_at") and not application.number:
        stamps["number"] = "SJZ-SB-2026-9001"

    APPLICATION.move(application, action, by=UserFactory(), at=at, reason="示例理由", **stamps)

    deadline = deadlines.current(application)
    role, days = HELD[target]
    assert (deadline.holder_role, deadline.working_days) == (role, days)
    assert deadline.due_on == calendar.add_working_days(timezone.localdate(at), days)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("start", "action"), [(S.COUNTY_REVIEW, "propose_recommendation"), (S.FORMAL_REVIEW, "propose_formal")]
)
def test_the_second_person_gets_what_the_first_left_of_the_time(start, action):
    application = ApplicationFactory(state=start)
    first = deadlines.open_for(
        application, label="示例", role=HELD[start][0], at=clock.now(), due_on=clock.today()
    )

    APPLICATION.move(
        application, action, by=UserFactory(), **stamps_of(LAWFUL[start, action], at=clock.now())
    )

    second = deadlines.current(application)
    assert (second.pk != first.pk, second.holder_role, second.due_on) == (
        True,
        HELD[LAWFUL[start, action]][0],
        first.due_on,
    )
