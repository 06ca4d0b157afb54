from datetime import date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.roles import Role
from notices import selectors, services
from notices.models import Objection
from records import audit, deadlines
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, SamePerson, TooLate
from records.models import Attachment
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.notices import MONDAY, RESIDENT_ID, ObjectionFactory
from tests.factories.records import pdf_upload
from tests.notices.test_publicity import post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
SHANGHAI = ZoneInfo("Asia/Shanghai")
LAST_MOMENT = datetime(2026, 11, 27, 23, 59, 59, tzinfo=SHANGHAI)
GROUNDS = "申报材料所列设备并不在申报单位名下，附照片与登记信息为证。"


@pytest.fixture
def clerk():
    return person(Role.BUREAU_CLERK)


@pytest.fixture
def approver():
    return person(Role.BUREAU_APPROVER)


@pytest.fixture
def item(approver):
    return post(approver).items.get()


def subject_of(item):
    return OrganisationFactory._meta.model.objects.get(pk=item.subject_id)


def filing(item, **changes):
    terms = {
        "item": item,
        "key": uuid4(),
        "kind": "person",
        "name": "示例异议人甲",
        "phone": "13900005678",
        "id_kind": "resident",
        "id_number": RESIDENT_ID,
        "grounds": GROUNDS,
        "signed": pdf_upload("异议书.pdf"),
        "at": MONDAY,
    }
    return services.file_objection(**terms | changes)


def test_an_objection_is_numbered_registered_told_and_given_two_days(item, clerk):
    objection = filing(item)

    assert (objection.number, objection.state) == ("SJZ-YY-2026-0001", "received")
    assert [event.verb for event in audit.history(objection)] == [
        "notices.objection.begin",
        "records.attachment.attach",
    ]
    deadline = deadlines.current(objection)
    assert (deadline.holder_role, deadline.due_on) == (Role.BUREAU_CLERK, date(2026, 11, 25))
    assert [n.title for n in selectors.notices_of(clerk)] == [f"收到异议：{item.name}"]


def test_the_same_form_sent_twice_is_one_objection(item):
    key = uuid4()

    assert filing(item, key=key) == filing(item, key=key, at=LAST_MOMENT + timedelta(days=9))
    assert Attachment.objects.count() == 1


def test_a_form_used_for_another_item_is_a_conflict(item, approver):
    key = uuid4()
    filing(item, key=key)

    with pytest.raises(Conflict, match="重新打开表单"):
        filing(post(approver).items.get(), key=key)


def test_the_last_moment_of_the_last_day_is_in_time(item):
    assert filing(item, at=LAST_MOMENT).filed_at == LAST_MOMENT


def test_a_second_later_is_too_late(item):
    with pytest.raises(TooLate, match="2026年11月27日 24 时届满"):
        filing(item, at=LAST_MOMENT + timedelta(seconds=1))
    assert not Objection.objects.exists()


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": "匿名"}, ["name"]),
        ({"name": "一名群众"}, ["name"]),
        ({"name": " "}, ["name"]),
        ({"phone": "12345"}, ["phone"]),
        ({"id_number": "130102199003070012"}, ["id_number"]),
        ({"id_kind": "uscc"}, ["id_kind"]),
        (
            {"kind": "unit", "id_kind": "uscc", "id_number": "91130102000000000X"},
            ["contact_name", "id_number"],
        ),
        ({"grounds": "不同意评审结果"}, ["grounds"]),
        ({"signed": None}, ["signed"]),
        (
            {"name": "", "phone": "", "id_number": "", "grounds": "", "signed": None},
            ["name", "phone", "id_number", "grounds", "signed"],
        ),
    ],
)
def test_an_anonymous_or_empty_objection_is_refused_with_every_reason(item, changes, fields):
    with pytest.raises(Incomplete) as refusal:
        filing(item, **changes)

    assert [reason.field for reason in refusal.value.reasons] == fields
    assert (Objection.objects.count(), Attachment.objects.count()) == (0, 0)


def test_a_signed_paper_that_is_no_paper_is_refused(item):
    with pytest.raises(BadFile, match="后缀与内容不符"):
        filing(item, signed=pdf_upload("异议书.pdf", b"MZ not a paper"))
    assert not Objection.objects.exists()


def test_identity_is_stored_encrypted_and_named_nowhere_else(item, clerk):
    objection = filing(item, signed=pdf_upload("示例异议人甲的异议书.pdf"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT name, phone, id_number FROM notices_objection")
        stored = " ".join(cursor.fetchone())
        cursor.execute("SELECT to_jsonb(e)::text FROM records_auditevent e")
        register = " ".join(row[0] for row in cursor.fetchall())
        cursor.execute("SELECT to_jsonb(n)::text FROM notices_notice n")
        messages = " ".join(row[0] for row in cursor.fetchall())
    for secret in (objection.name, objection.phone, objection.id_number):
        assert secret not in stored + register + messages


def test_acceptance_stops_the_clock_of_that_item_alone(item, clerk):
    objection = filing(item)

    services.accept_objection(objection=objection, by=clerk, at=MONDAY + timedelta(days=1))

    item.refresh_from_db()
    assert (item.paused_on, item.days_left, item.status(date(2026, 11, 30))) == (
        date(2026, 11, 24),
        3,
        "paused",
    )
    assert deadlines.current(item, kind="publicity-end").paused_on == date(2026, 11, 24)
    assert deadlines.current(objection).due_on == date(2026, 12, 8)
    assert selectors.is_way_clear(subject_of(item), on=date(2026, 12, 31)) is False


def test_dismissal_lets_the_clock_go_on_with_the_days_that_were_left(item, clerk, approver):
    objection = handled(item, clerk)

    decided = datetime(2026, 12, 7, 9, tzinfo=SHANGHAI)
    services.decide_objection(objection=objection, outcome="dismiss", by=approver, at=decided)

    item.refresh_from_db()
    assert (objection.state, item.paused_on, item.ends_on) == ("dismissed", None, date(2026, 12, 10))
    assert deadlines.current(item, kind="publicity-end").due_on == date(2026, 12, 10)
    ways = [selectors.is_way_clear(subject_of(item), on=date(2026, 12, day)) for day in (10, 11)]
    assert ways == [False, True]


def handled(item, clerk, **filed):
    objection = filing(item, **filed)
    services.accept_objection(objection=objection, by=clerk, at=MONDAY + timedelta(days=1))
    services.propose_finding(
        objection=objection,
        finding="dismiss",
        reply="经查核，异议不成立。",
        by=clerk,
        at=MONDAY + timedelta(days=2),
    )
    return objection


def test_upholding_takes_the_item_out(item, clerk, approver):
    services.decide_objection(objection=handled(item, clerk), outcome="uphold", by=approver)

    item.refresh_from_db()
    assert item.status(date(2026, 12, 1)) == "withdrawn"
    assert not selectors.is_way_clear(subject_of(item), on=date(2027, 1, 1))


def founded_in_part(item, clerk, approver, correction="共建单位更正为示例大学一家。", **filed):
    objection = handled(item, clerk, **filed)
    decided = datetime(2026, 12, 7, 9, tzinfo=SHANGHAI)
    return services.decide_objection(
        objection=objection, outcome="partly", correction=correction, by=approver, at=decided
    )


def test_founded_in_part_keeps_the_clock_standing_until_it_is_published_again(item, clerk, approver):
    objection = founded_in_part(item, clerk, approver)

    item.refresh_from_db()
    assert (objection.state, objection.finding) == ("partly_upheld", "partly")
    assert (item.paused_on, item.withdrawn_at) == (date(2026, 11, 24), None)
    assert [str(r) for r in selectors.way_blockers(subject_of(item), on=date(2027, 1, 1))] == [
        "异议正在处理，公示期中止。",
        "异议部分成立，须更正后重新公示。",
    ]


def test_what_was_corrected_is_published_again_alone_for_a_new_full_period(item, clerk, approver):
    founded_in_part(item, clerk, approver)

    at = datetime(2026, 12, 7, 10, tzinfo=SHANGHAI)
    notice = services.post_corrected(item=item, subject=subject_of(item), by=approver, at=at)

    again = notice.items.get()
    item.refresh_from_db()
    assert (notice.first_day, notice.last_day) == (date(2026, 12, 7), date(2026, 12, 11))
    assert "共建单位更正为示例大学一家。" in notice.body
    assert (again.name, again.host_name, again.corrects) == (item.name, item.host_name, item)
    assert item.status(date(2026, 12, 7)) == "corrected"
    ways = [selectors.is_way_clear(subject_of(item), on=date(2026, 12, day)) for day in (11, 12)]
    assert ways == [False, True]


def test_it_is_published_again_once_with_all_that_was_corrected(item, clerk, approver):
    first, second = handled(item, clerk), handled(item, clerk)
    services.decide_objection(objection=first, outcome="partly", correction="更正甲。", by=approver)
    with pytest.raises(Conflict, match="尚有异议未办结"):
        services.post_corrected(item=item, subject=subject_of(item), by=approver)

    services.decide_objection(objection=second, outcome="partly", correction="更正乙。", by=approver)
    notice = services.post_corrected(item=item, subject=subject_of(item), by=approver)

    assert notice.body.splitlines() == ["更正的内容如下：", "更正甲。", "更正乙。"]
    item.refresh_from_db()
    with pytest.raises(Conflict, match="没有需要更正"):
        services.post_corrected(item=item, subject=subject_of(item), by=approver)


def test_founded_in_part_needs_what_is_corrected(item, clerk, approver):
    with pytest.raises(Incomplete, match="须写明更正的内容"):
        founded_in_part(item, clerk, approver, correction=" ")
    assert Objection.objects.get().state == "proposed"


@pytest.mark.parametrize("secret", ["示例异议人甲", "13900005678", RESIDENT_ID])
def test_no_word_of_the_offices_names_the_author(item, clerk, approver, secret):
    words = f"经查核，{secret}反映的情况属实。"
    waiting = filing(item)
    with pytest.raises(Incomplete, match="身份信息"):
        services.refuse_objection_acceptance(objection=waiting, reply=words, by=clerk)
    with pytest.raises(Incomplete, match="身份信息"):
        founded_in_part(item, clerk, approver, correction=words)
    for kind in ("dismiss", "uphold"):
        with pytest.raises(Incomplete, match="身份信息"):
            services.decide_objection(
                objection=Objection.objects.get(state="proposed"), outcome=kind, reply=words, by=approver
            )


def test_a_second_accepted_objection_keeps_the_clock_stopped(item, clerk, approver):
    first, second = handled(item, clerk), handled(item, clerk)

    services.decide_objection(objection=first, outcome="dismiss", by=approver)
    item.refresh_from_db()
    assert item.paused_on == date(2026, 11, 24)

    services.decide_objection(objection=second, outcome="dismiss", by=approver)
    item.refresh_from_db()
    assert item.paused_on is None


def test_nobody_decides_what_they_handled(item):
    both = person(Role.BUREAU_CLERK)
    objection = handled(item, both)

    with pytest.raises(SamePerson, match="不相容岗位分离"):
        services.decide_objection(objection=objection, outcome="dismiss", by=both)

    objection.refresh_from_db()
    assert (objection.state, objection.decided_by) == ("proposed", None)


def test_refusing_acceptance_needs_words_and_leaves_the_clock_alone(item, clerk):
    objection = filing(item)
    with pytest.raises(Incomplete, match="书面说明理由"):
        services.refuse_objection_acceptance(objection=objection, reply=" ", by=clerk)

    services.refuse_objection_acceptance(objection=objection, reply="与公示内容无关。", by=clerk)

    item.refresh_from_db()
    assert (objection.state, item.paused_on) == ("not_accepted", None)


def test_more_time_is_given_once(item, clerk):
    objection = filing(item)
    services.accept_objection(objection=objection, by=clerk, at=MONDAY)
    services.extend_objection(objection=objection, reason="须现场核实设备。", by=clerk)

    assert deadlines.current(objection).due_on == date(2026, 12, 21)
    with pytest.raises(Conflict, match="最多延长 1 次"):
        services.extend_objection(objection=objection, reason="再延。", by=clerk)


def test_a_finding_that_is_sent_back_keeps_its_due_day(item, clerk, approver):
    objection = handled(item, clerk)
    due_on = deadlines.current(objection).due_on

    services.send_back_finding(objection=objection, reason="请补充设备登记证明。", by=approver)

    assert (objection.state, deadlines.current(objection).due_on) == ("accepted", due_on)


def test_what_is_decided_is_not_decided_again(item, clerk, approver):
    objection = handled(item, clerk)
    services.decide_objection(objection=objection, outcome="dismiss", by=approver)

    with pytest.raises(IllegalMove):
        services.decide_objection(objection=objection, outcome="uphold", by=approver)


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "strange"}, "notices_objection_state_known"),
        ({"state": "accepted"}, "notices_objection_accepted_by_somebody"),
        ({"state": "not_accepted", "reply": "x"}, "notices_objection_refused_by_somebody"),
        ({"accepted_at": MONDAY}, "notices_objection_accepted_at_accepted_by"),
        ({"grounds": ""}, "notices_objection_grounds_given"),
        ({"finding": "partly"}, "notices_objection_partly_says_what_is_corrected"),
    ],
)
def test_half_an_objection_cannot_be_stored(change, name):
    objection = ObjectionFactory()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(**change)


@pytest.mark.parametrize(
    ("one", "name"),
    [
        ("proposed_by", "notices_objection_proposed_by_not_decided_by"),
        ("accepted_by", "notices_objection_accepted_by_not_decided_by"),
    ],
)
def test_one_person_cannot_be_stored_as_both(one, name):
    objection = ObjectionFactory(decided=True)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Objection.objects.filter(pk=objection.pk).update(decided_by=getattr(objection, one))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_who_sees_objections(role):
    objection = ObjectionFactory()
    seen = list(selectors.objections_visible_to(person(role)))

    expected = [objection] if role in (Role.BUREAU_CLERK, Role.BUREAU_APPROVER) else []
    assert seen == expected


def test_whoever_has_it_next_is_told(item, clerk, approver):
    objection = handled(item, clerk)
    services.send_back_finding(objection=objection, reason="请补充设备登记证明。", by=approver)

    assert [n.title for n in selectors.notices_of(approver)] == [f"异议处理意见待审定：{item.name}"]
    assert {n.title for n in selectors.notices_of(clerk)} == {
        f"异议处理意见被退回：{item.name}",
        f"收到异议：{item.name}",
    }
