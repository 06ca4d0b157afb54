"""The mechanism; every room writes its own table out in its own tests."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from institutes.enums import ApplicationState as S
from institutes.lifecycle import APPLICATION, CALL
from records import audit, deadlines
from records.errors import IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import UserFactory
from tests.factories.institutes import ApplicationFactory, CallFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo("Asia/Shanghai"))


def test_a_move_stamps_records_and_moves_the_clock():
    application, by = ApplicationFactory(state=S.DRAFT), UserFactory()

    APPLICATION.move(application, "submit", by=by, at=MONDAY, submitted_at=MONDAY, submitted_by=by)

    application.refresh_from_db()
    event = audit.history(application).last()
    deadline = deadlines.current(application)
    assert (application.state, application.state_since, application.submitted_by) == (
        S.UNIT_REVIEW,
        MONDAY,
        by,
    )
    assert (event.verb, event.from_state, event.to_state) == (
        "institutes.application.submit",
        S.DRAFT,
        S.UNIT_REVIEW,
    )
    assert (deadline.holder_role, deadline.host_id) == ("ent_admin", application.host_id)
    assert deadline.subject_state == S.UNIT_REVIEW
    assert deadline.due_on > date(2026, 11, 23)


def test_a_move_that_the_table_does_not_have_leaves_no_trace():
    application = ApplicationFactory(state=S.DRAFT)

    with pytest.raises(IllegalMove, match="填报中"):
        APPLICATION.move(application, "recognise", by=UserFactory())
    application.refresh_from_db()
    assert (application.state, audit.history(application).count()) == (S.DRAFT, 0)


def test_two_officers_of_one_step_share_its_due_day():
    application = ApplicationFactory(state=S.COUNTY_REVIEW)
    due = date(2026, 12, 1)
    deadlines.open_for(application, label="待推荐", role="county_staff", due_on=due)
    by = UserFactory()

    APPLICATION.move(
        application, "propose_recommendation", by=by, county_proposed_at=MONDAY, county_proposed_by=by
    )

    deadline = deadlines.current(application)
    assert (deadline.holder_role, deadline.due_on) == ("county_lead", due)


def test_who_drafted_cannot_publish():
    call = CallFactory(state="draft")

    with pytest.raises(SamePerson, match="不相容岗位"):
        CALL.move(call, "publish", by=call.drafted_by)
    assert [type(r) for r in CALL.blocks(call, "publish", call.drafted_by)] == [SamePerson]
    assert CALL.blocks(call, "publish", UserFactory()) == []


def test_a_move_that_needs_a_reason_is_not_taken_without():
    application = ApplicationFactory(state=S.DRAFT)

    with pytest.raises(Incomplete, match="必须说明理由"):
        APPLICATION.move(application, "withdraw", by=UserFactory(), reason="  ")


def test_a_final_state_is_held_by_nobody():
    call, by = CallFactory(state="draft"), UserFactory()
    deadlines.open_for(call, label="草稿", role="bureau_approver")

    CALL.move(call, "publish", by=by, published_at=MONDAY, published_by=by)

    assert deadlines.current(call) is None


def test_a_stale_copy_decides_nothing():
    application, by = ApplicationFactory(state=S.DRAFT), UserFactory()
    stale = type(application).objects.get(pk=application.pk)
    APPLICATION.move(application, "submit", by=by, submitted_at=MONDAY, submitted_by=by)

    with pytest.raises(IllegalMove, match="单位审核中"):
        APPLICATION.move(stale, "submit", by=by, submitted_at=MONDAY, submitted_by=by)


def test_the_diagram_names_every_state_and_move():
    diagram = APPLICATION.diagram()

    assert all(f"    {state} : " in diagram for state in S)
    assert all(f": {action}" in diagram for action in APPLICATION.moves)
