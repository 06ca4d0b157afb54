import pytest

from accounts.roles import Role
from notices import selectors, services
from notices.models import Delivery, Notice
from records import audit, clock, deadlines
from records.lifecycle import State
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.institutes import ApplicationFactory
from tests.factories.notices import MONDAY, NoticeFactory

pytestmark = pytest.mark.django_db
WORDS = {"event": "sample.submitted", "title": "已提交", "body": "示例正文。"}


@pytest.fixture
def subject():
    return OrganisationFactory()


def test_tell_writes_a_message_and_an_outbox_row_for_each(subject, rung, django_capture_on_commit_callbacks):
    one, other = UserFactory(), UserFactory(email="")

    with django_capture_on_commit_callbacks(execute=True):
        notices = services.tell(recipients=[one, other], subject=subject, at=MONDAY, **WORDS)

    assert [(n.recipient, n.title, n.subject_label, n.created_at) for n in notices] == [
        (one, "已提交", str(subject), MONDAY),
        (other, "已提交", str(subject), MONDAY),
    ]
    assert [(d.notice.recipient, d.channel, d.status) for d in Delivery.objects.all()] == [
        (one, "email", "waiting")
    ]
    assert rung == [("deliver_pending",)]


def test_what_is_told_of_a_day_that_is_over_leaves_from_now_on(subject):
    services.tell(recipients=[UserFactory()], subject=subject, at=MONDAY, **WORDS)

    (row,) = Delivery.objects.all()
    assert row.notice.created_at == MONDAY < row.next_try_at <= clock.now()


def test_telling_twice_tells_once(subject):
    reader = UserFactory()
    first = services.tell(recipients=[reader, reader], subject=subject, **WORDS)

    again = services.tell(recipients=[reader], subject=subject, **WORDS)

    assert (again, Notice.objects.count(), Delivery.objects.count()) == (first, 1, 1)


def test_another_occasion_is_told_again(subject):
    reader = UserFactory()
    services.tell(recipients=[reader], subject=subject, occasion="1", **WORDS)
    services.tell(recipients=[reader], subject=subject, occasion="2", **WORDS)

    assert Notice.objects.count() == 2


def test_who_cannot_sign_in_is_not_told(subject):
    assert services.tell(recipients=[UserFactory(is_active=False)], subject=subject, **WORDS) == []


def test_tell_costs_the_same_for_one_and_for_many(subject, django_assert_num_queries):
    people = UserFactory.create_batch(20)
    for number in (1, 20):
        with django_assert_num_queries(6):
            services.tell(recipients=people[:number], subject=subject, occasion=str(number), **WORDS)


@pytest.mark.parametrize(
    ("role", "mine", "other"),
    [
        (Role.COUNTY_STAFF, {"division": "130102"}, {"division": "130104"}),
        (Role.BUREAU_CLERK, {}, None),
    ],
)
def test_tell_holder_tells_the_people_of_the_role_within_reach(role, mine, other, subject):
    holder = person(role, **mine)
    if other:
        person(role, **other)
    person(Role.AUDITOR)
    deadlines.open_for(subject, label="待办理", role=role)

    notices = services.tell_holder(subject=subject, **WORDS)

    assert [notice.recipient for notice in notices] == [holder]


def test_tell_holder_of_a_unit_tells_that_unit_only(subject):
    holder = person(Role.ENT_ADMIN, organisation=subject)
    person(Role.ENT_ADMIN)
    deadlines.open_for(subject, label="待办理", role=Role.ENT_ADMIN)

    assert [n.recipient for n in services.tell_holder(subject=subject, **WORDS)] == [holder]


def test_tell_holder_of_what_nobody_holds_tells_nobody(subject):
    assert services.tell_holder(subject=subject, **WORDS) == []


@pytest.mark.parametrize(
    ("holder", "then"),
    [(Role.ENT_ADMIN, "由该单位办理"), (Role.BUREAU_CLERK, "抄送供知悉"), (None, "抄送供知悉")],
)
def test_a_county_reads_in_copy_what_its_unit_is_told_and_whether_the_unit_has_something_to_do(holder, then):
    case = ApplicationFactory()
    unit = {person(role, organisation=case.host) for role in (Role.ENT_FILLER, Role.ENT_ADMIN)}
    lead = person(Role.COUNTY_LEAD, division=case.division.code)
    for role, division in ((Role.COUNTY_STAFF, case.division.code), (Role.COUNTY_LEAD, "130109")):
        person(role, division=division)
    if holder:
        deadlines.open_for(case, label="待办理", role=holder)

    said = WORDS | {"subject": case, "occasion": "1"}
    told = services.tell_unit(copied_to=(Role.COUNTY_LEAD,), at=MONDAY, **said)

    assert {one.recipient for one in told} == {*unit, lead}
    assert {one.title for one in told if one.recipient in unit} == {"已提交"}
    (copy,) = (one for one in told if one.recipient == lead)
    assert (copy.title, copy.body) == ("抄告：已提交", f"示例正文。\n以上已告知该单位，{then}。")
    assert (copy.event, {one.event for one in told} - {copy.event}) == (
        "sample.submitted.copy",
        {"sample.submitted"},
    )
    assert services.tell_unit(**said) == [one for one in told if one.recipient in unit]


@pytest.mark.parametrize(
    ("role", "move", "called"),
    [
        (Role.BUREAU_CLERK, "sign", True),
        (Role.ENT_ADMIN, "hand_up", True),
        (Role.ENT_ADMIN, "return", False),  # the unit has read so in words of its own
        (None, "sign", False),
    ],
)
def test_whoever_holds_it_next_is_called_but_for_whoever_has_just_acted(role, move, called):
    case = ApplicationFactory()
    home = {"organisation": case.host} if role == Role.ENT_ADMIN else {}
    actor, other = (person(role or Role.BUREAU_CLERK, **home) for _ in range(2))
    if role:
        deadlines.open_for(case, label="待办理", role=role, due_on=MONDAY.date())
    event = audit.record(f"sample.case.{move}", case, by=actor, reason="请核对")

    told = services.call_holder(subject=case, event=event, state=State("待核查", todo="核查材料"))

    assert [one.recipient for one in told] == ([other] if called else [])
    for one in told:
        assert (one.event, one.title) == (f"sample.case.{move}.holder", f"待核查：{case}")
        said = f"待核查，请于{deadlines.day_in_words(MONDAY.date())}前核查材料。说明：请核对。"
        assert one.body == f"{case.host}（{case.division}）的“{case}”{said}"


def test_nobody_is_called_for_a_period_that_only_its_last_day_ends():
    case = ApplicationFactory(state="publicity")
    deadlines.open_for(case, label="公示中", role=Role.BUREAU_CLERK, due_on=MONDAY.date())
    person(Role.BUREAU_CLERK)
    event = audit.record("sample.case.publicise", case, by=person(Role.BUREAU_APPROVER))

    assert services.call_holder(subject=case, event=event, state=State("公示中")) == []


def test_mark_read_stamps_the_first_time_only():
    notice = NoticeFactory()
    services.mark_read(notice=notice, by=notice.recipient, at=MONDAY)
    services.mark_read(notice=notice, by=notice.recipient)

    notice.refresh_from_db()
    assert notice.read_at == MONDAY


def test_nobody_reads_for_another():
    notice = services.mark_read(notice=NoticeFactory(), by=UserFactory())

    assert notice.read_at is None


def test_mark_all_read_leaves_other_people_alone():
    mine, other = NoticeFactory(), NoticeFactory()

    assert services.mark_all_read(by=mine.recipient, at=MONDAY) == 1
    other.refresh_from_db()
    assert other.read_at is None


# --- what asks for a deed, and calls nobody once it is done ---------------------------------------------------------


def test_a_message_to_the_holder_names_the_deadline_that_it_asks_to_meet(subject):
    holder, other = person(Role.BUREAU_CLERK), person(Role.AUDITOR)
    held = deadlines.open_for(subject, label="待办理", role=Role.BUREAU_CLERK)
    deadlines.open_for(subject, label="窗口", role=Role.BUREAU_CLERK, kind="window")

    services.tell(recipients=[holder, other], subject=subject, **WORDS)

    found = dict(Notice.objects.values_list("recipient", "deadline"))
    assert found == {holder.pk: held.pk, other.pk: None}


def test_what_is_done_calls_nobody_any_more_whoever_did_it(subject):
    clerks, told = [person(Role.BUREAU_CLERK), person(Role.BUREAU_CLERK)], person(Role.AUDITOR)
    deadlines.open_for(subject, label="待办理", role=Role.BUREAU_CLERK)
    services.tell(recipients=[*clerks, told], subject=subject, **WORDS)
    assert [selectors.unread_count(who) for who in (*clerks, told)] == [1, 1, 1]

    deadlines.close(subject)

    assert [selectors.unread_count(who) for who in (*clerks, told)] == [0, 0, 1]
    assert {n.standing for n in Notice.objects.filter(recipient__in=clerks)} == {"已办结"}


def test_what_was_told_before_keeps_what_it_asked_for(subject):
    holder = person(Role.BUREAU_CLERK)
    first = deadlines.open_for(subject, label="待办理", role=Role.BUREAU_CLERK)
    services.tell(recipients=[holder], subject=subject, **WORDS)
    deadlines.open_for(subject, label="待审定", role=Role.BUREAU_CLERK)
    services.tell(recipients=[holder], subject=subject, **WORDS)

    assert Notice.objects.get().deadline == first


def test_marking_a_subject_read_leaves_the_others_alone(subject):
    reader = UserFactory()
    about = NoticeFactory.create_batch(2, recipient=reader, subject=subject)
    NoticeFactory(recipient=reader)
    NoticeFactory(subject=subject)

    assert services.mark_subject_read(notice=about[0], by=reader, at=MONDAY) == 2
    assert set(Notice.objects.filter(read_at=MONDAY)) == set(about)
