"""The mechanism; every room writes its own table out in its own tests."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from evaluation.models import Evaluation
from institutes.enums import ApplicationState as S
from institutes.lifecycle import APPLICATION, CALL
from institutes.models import Call
from records import audit, deadlines
from records.errors import IllegalMove, Incomplete, SamePerson
from records.lifecycle import Taking, lock_all, store_all
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.institutes import ApplicationFactory, CallFactory
from tests.factories.performance import EvaluationFactory

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


# --- many at once ---------------------------------------------------------------------------------------------------


def waiting(count: int) -> list:
    found = ApplicationFactory.create_batch(count, state=S.PENDING_DECISION)
    for one in found:
        deadlines.open_for(one, label="待审议", role="bureau_approver", due_on=date(2026, 12, 1))
    return found


def test_many_begin_at_once_as_one_does(django_assert_num_queries):
    by, one = UserFactory(), ApplicationFactory()
    hosts = OrganisationFactory.create_batch(2, division=one.division)
    rows = [ApplicationFactory.build(call=one.call, host=host, begun_by=by) for host in hosts]
    APPLICATION.begin(one, by=by, at=MONDAY)

    with django_assert_num_queries(3):
        begun = [Taking(row, data={"n": n}) for n, row in enumerate(rows)]
        events = APPLICATION.begin_all(begun, by=by, at=MONDAY)

    assert [(event.subject_id, event.verb, event.data) for event in events] == [
        (row.pk, "institutes.application.begin", {"n": n}) for n, row in enumerate(rows)
    ]
    held = [deadlines.current(row) for row in (one, *rows)]
    assert len({(found.label, found.holder_role, found.due_on, found.opened_at) for found in held}) == 1
    assert {row.state_since for row in rows} == {MONDAY}
    assert APPLICATION.begin_all([], by=by) == []


def closing(application, reason: str, by) -> Taking:
    stamps = {
        "minute_number": "示例纪要",
        "decided_at": MONDAY,
        "decided_by": by,
        "closed_at": MONDAY,
        "closed_by": by,
        "closing_reason": reason,
    }
    return Taking(application, reason=reason, data={"cause": reason[:1]}, stamps=stamps)


def test_many_take_a_move_at_once_each_with_its_own_words():
    first, second, by = *waiting(2), UserFactory()
    other = waiting(1)[0]

    events = APPLICATION.move_all(
        [closing(second, "乙的理由", by), closing(first, "甲的理由", by)], "reject", by=by, at=MONDAY
    )

    for one in (first, second, other):
        one.refresh_from_db()
    assert (first.state, second.state, other.state) == (
        S.CLOSED_DECISION,
        S.CLOSED_DECISION,
        S.PENDING_DECISION,
    )
    assert (first.closing_reason, second.closing_reason, first.decided_by) == ("甲的理由", "乙的理由", by)
    assert [(event.subject_id, event.reason, event.data) for event in events] == [
        (second.pk, "乙的理由", {"cause": "乙"}),
        (first.pk, "甲的理由", {"cause": "甲"}),
    ]
    assert [event.pk for event in audit.history(first)] == [events[1].pk]
    assert [deadlines.current(one) is None for one in (first, second, other)] == [True, True, False]


def test_many_enter_a_state_with_one_due_day():
    found, by, day = waiting(3), UserFactory(), date(2026, 12, 4)
    stamps = {"minute_number": "示例纪要", "decided_at": MONDAY, "decided_by": by}

    APPLICATION.move_all(
        [Taking(one, stamps=stamps) for one in found], "shortlist", by=by, at=MONDAY, due_on=day
    )

    held = deadlines.current_of(found).values()
    assert [(one.due_on, one.subject_state, one.opened_at) for one in held] == [
        (day, S.PUBLICITY, MONDAY)
    ] * 3


def test_where_one_of_many_may_not_move_none_does():
    (first,), by = waiting(1), UserFactory()
    elsewhere = ApplicationFactory(state=S.REVIEWING)

    with pytest.raises(IllegalMove), transaction.atomic():
        APPLICATION.move_all(
            [closing(first, "理由", by), closing(elsewhere, "理由", by)], "reject", by=by, at=MONDAY
        )

    first.refresh_from_db()
    assert (first.state, audit.history(first).count()) == (S.PENDING_DECISION, 0)
    assert APPLICATION.move_all([], "reject", by=by) == []


def test_stale_copies_of_many_decide_nothing():
    (stale,), by = waiting(1), UserFactory()
    type(stale).objects.filter(pk=stale.pk).update(
        state=S.WITHDRAWN, closed_at=MONDAY, closed_by=by, closing_reason="已撤回"
    )

    with pytest.raises(IllegalMove, match="撤回"):
        APPLICATION.move_all([closing(stale, "理由", by)], "reject", by=by, at=MONDAY)


def test_what_many_refer_to_is_read_anew_with_them(django_assert_num_queries):
    """Nothing is decided by a call as it was when the cases were first read."""
    first, second = ApplicationFactory.create_batch(2, call=CallFactory())
    Call.objects.filter(pk=first.call_id).update(title="改过的通知")
    assert first.call.title != "改过的通知"

    lock_all([first, second])

    with django_assert_num_queries(0):
        assert [one.call.title for one in (first, second)] == ["改过的通知"] * 2
    assert first.call.edition == second.call.edition


@pytest.mark.parametrize(
    "stamps",
    [
        pytest.param([{"a": 1}, {"a": [1, "二"], "b": None}, {}], id="each its own"),
        pytest.param([{"a": 1}, {"a": 1}, {"a": 1}], id="one for all"),
        pytest.param([[], ["一"], [{"code": "late", "points": "1.00"}]], id="lists"),
        pytest.param(["字", "", "null"], id="texts"),
    ],
)
def test_many_store_json_of_their_own_in_one_statement(stamps, django_assert_num_queries):
    """What was said of each stands with it as it was said: an object is no text, and an empty list is not nothing."""
    found, other = EvaluationFactory.create_batch(len(stamps)), EvaluationFactory(sheet={"kept": True})
    for n, (one, said) in enumerate(zip(found, stamps, strict=True)):
        one.sheet, one.exemption_reason = said, f"示例 {n}"

    with django_assert_num_queries(1):
        store_all(found, ["sheet", "exemption_reason"])

    stored = Evaluation.objects.in_bulk([one.pk for one in found])
    assert [stored[one.pk].sheet for one in found] == stamps
    assert [stored[one.pk].exemption_reason for one in found] == [f"示例 {n}" for n in range(len(found))]
    other.refresh_from_db()
    assert (other.sheet, other.exemption_reason) == ({"kept": True}, "")


def test_nothing_to_store_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        store_all([], ["snapshot"])


def test_the_diagram_names_every_state_and_move():
    diagram = APPLICATION.diagram()

    assert all(f"    {state} : " in diagram for state in S)
    assert all(f": {action}" in diagram for action in APPLICATION.moves)
