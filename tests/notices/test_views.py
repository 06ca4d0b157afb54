from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.roles import Role
from notices.models import Notice, Objection
from records import audit, clock
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.notices import (
    MONDAY,
    RESIDENT_ID,
    NoticeFactory,
    ObjectionFactory,
    PublicNoticeFactory,
    PublicNoticeItemFactory,
)
from tests.factories.records import PDF, AttachmentFactory, DeadlineFactory, pdf_upload

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
SECRETS = ("示例异议人甲", "13900005678", RESIDENT_ID)


@pytest.fixture
def reader(client):
    user = person(Role.ENT_FILLER)
    client.force_login(user)
    return user


@pytest.fixture
def clerk(client):
    user = person(Role.BUREAU_CLERK)
    client.force_login(user)
    return user


@pytest.fixture
def item():
    return PublicNoticeItemFactory(notice__posted_at=clock.now())


def form_for(item, **changes):
    fields = {
        "key": str(uuid4()),
        "kind": "person",
        "name": "示例异议人甲",
        "phone": "13900005678",
        "id_kind": "resident",
        "id_number": RESIDENT_ID,
        "grounds": "申报材料所列设备并不在申报单位名下，附照片与登记信息为证。",
        "signed": pdf_upload("异议书.pdf"),
    }
    return {name: value for name, value in (fields | changes).items() if value is not None}


def create_url(item):
    return reverse("notices:objection-create", args=[item.notice_id, item.pk])


# --- messages -------------------------------------------------------------------------------------------------------


def test_a_person_sees_their_own_messages_unread_first(client, reader):
    read = NoticeFactory(recipient=reader, read_at=MONDAY, title="读过的")
    unread = NoticeFactory(recipient=reader, created_at=MONDAY - timedelta(days=9), title="未读的")
    NoticeFactory(title="别人的")

    response = client.get(reverse("notices:notice-list"))

    assert list(response.context["page"].object_list) == [unread, read]
    assert "别人的" not in response.text


def test_messages_about_one_subject_stand_together(client, reader):
    subject = OrganisationFactory()
    first, _, third = (
        NoticeFactory(recipient=reader, subject=who, created_at=MONDAY + timedelta(hours=hour))
        for hour, who in enumerate((subject, OrganisationFactory(), subject))
    )

    (part,) = client.get(reverse("notices:notice-list")).context["parts"]

    assert part["groups"][0] == [third, first]


def test_what_is_done_already_stands_below_and_is_not_counted(client, reader):
    done = NoticeFactory(recipient=reader, deadline=DeadlineFactory(met_at=MONDAY), title="办过的")
    waiting = NoticeFactory(recipient=reader, created_at=MONDAY - timedelta(days=9), title="待看的")

    page = client.get(reverse("notices:notice-list"))

    assert (page.context["unread"], list(page.context["page"].object_list)) == (1, [waiting, done])
    assert "已办结" in page.text


def test_messages_about_one_subject_are_read_together(client, reader):
    subject = OrganisationFactory()
    _first, second = (NoticeFactory(recipient=reader, subject=subject) for _ in range(2))
    other = NoticeFactory(recipient=reader)
    address = reverse("notices:notice-read-subject", args=[second.pk])
    assert address in client.get(reverse("notices:notice-list")).text

    answer = client.post(address, follow=True)

    assert f"已将“{subject}”的 2 条消息标为已读。" in answer.text
    assert list(Notice.objects.unread()) == [other]


def test_messages_are_searched_and_filtered(client, reader):
    wanted = NoticeFactory(recipient=reader, title="形式审查通过")
    NoticeFactory(recipient=reader, read_at=MONDAY)

    asking = NoticeFactory(recipient=reader, read_at=MONDAY, deadline=DeadlineFactory())
    reminder = NoticeFactory(
        recipient=reader, read_at=MONDAY, deadline=DeadlineFactory(met_at=MONDAY), offset=2
    )

    found = {
        show: list(client.get(reverse("notices:notice-list"), {"show": show}).context["page"].object_list)
        for show in ("asking", "reminders")
    }

    assert found == {"asking": [asking], "reminders": [reminder]}
    for query in ({"q": "形式审查"}, {"show": "unread"}):
        response = client.get(reverse("notices:notice-list"), query)
        assert list(response.context["page"].object_list) == [wanted]


def test_the_list_of_messages_costs_the_same_at_1_and_at_30_rows(client, reader, django_assert_num_queries):
    for more in (1, 29):
        NoticeFactory.create_batch(more, recipient=reader)
        with django_assert_num_queries(7):
            client.get(reverse("notices:notice-list"))


def test_reading_a_page_writes_nothing(client, reader):
    notice = NoticeFactory(recipient=reader)

    client.get(notice.get_absolute_url())

    notice.refresh_from_db()
    assert not notice.is_read


def test_opening_notes_that_it_was_read_and_leads_on(client, reader):
    notice = NoticeFactory(recipient=reader, url="/publicity/")

    response = client.post(reverse("notices:notice-open", args=[notice.pk]), {"follow": "1"})

    notice.refresh_from_db()
    assert (response.url, notice.is_read) == ("/publicity/", True)


def test_reading_all_leaves_none_unread(client, reader):
    NoticeFactory.create_batch(3, recipient=reader)

    response = client.post(reverse("notices:notice-read-all"))

    assert response.url == reverse("notices:notice-list")
    assert not Notice.objects.unread().exists()


def test_reading_all_leaves_what_came_after_the_list_was_drawn(client, reader):
    seen = NoticeFactory(recipient=reader)
    drawn_at = client.get(reverse("notices:notice-list")).context["drawn_at"]
    later = NoticeFactory(recipient=reader)

    client.post(reverse("notices:notice-read-all"), {"until": drawn_at})

    assert list(Notice.objects.unread()) == [later]
    assert seen.pk < later.pk


@pytest.mark.parametrize("name", ["notice", "notice-open", "notice-read-subject"])
def test_a_message_of_another_is_not_found(client, reader, name):
    url = reverse(f"notices:{name}", args=[NoticeFactory().pk])

    assert (client.get if name == "notice" else client.post)(url).status_code == 404


# --- public notices -------------------------------------------------------------------------------------------------


def test_strangers_read_public_notices(client, item):
    page = client.get(reverse("notices:publicity-list"))
    notice = client.get(item.notice.get_absolute_url())

    assert (page.status_code, notice.status_code) == (200, 200)
    assert item.notice.title in page.text
    for shown in (item.name, item.host_name, "示例大学、示例上游企业", create_url(item)):
        assert shown in notice.text


def test_a_notice_that_is_over_stays_in_the_archive_and_takes_no_objection(client):
    old = PublicNoticeItemFactory(notice__posted_at=clock.now() - timedelta(days=90))

    page = client.get(old.notice.get_absolute_url()).text

    assert old.notice.title in client.get(reverse("notices:publicity-list")).text
    assert "公示期满" in page
    assert create_url(old) not in page


def test_lists_of_public_notices_cost_the_same_at_1_and_at_30_rows(client, django_assert_num_queries):
    for more in (1, 19):
        for _ in range(more):
            PublicNoticeItemFactory()
        with django_assert_num_queries(3):
            client.get(reverse("notices:publicity-list"))


def test_a_notice_costs_the_same_with_1_and_with_30_items(client, django_assert_num_queries):
    notice = PublicNoticeFactory(posted_at=clock.now())
    for more in (1, 29):
        PublicNoticeItemFactory.create_batch(more, notice=notice)
        with django_assert_num_queries(3):
            client.get(notice.get_absolute_url())


# --- objecting ------------------------------------------------------------------------------------------------------


def test_a_stranger_objects_and_gets_a_receipt_that_names_nobody(client, item):
    response = client.post(create_url(item), form_for(item))

    objection = Objection.objects.get()
    assert response.url == reverse("notices:objection-receipt", args=[objection.receipt_code])
    receipt = client.get(response.url).text
    assert objection.number in receipt
    assert not [secret for secret in SECRETS if secret in receipt]


def test_pressing_twice_files_one_objection(client, item):
    key = str(uuid4())
    answers = [client.post(create_url(item), form_for(item, key=key)).url for _ in range(2)]

    assert (len(set(answers)), Objection.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "匿名"}, "name"),
        ({"name": None}, "name"),
        ({"phone": "1"}, "phone"),
        ({"id_number": "130102199003070012"}, "id_number"),
        ({"grounds": "不同意"}, "grounds"),
        ({"signed": None}, "signed"),
        ({"evidence": pdf_upload("x.pdf", b"MZ")}, "evidence"),
    ],
)
def test_an_anonymous_or_empty_form_comes_back_with_its_errors(client, item, changes, field):
    response = client.post(create_url(item), form_for(item, **changes))

    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not Objection.objects.exists()


def test_a_late_objection_is_refused_in_words(client):
    late = PublicNoticeItemFactory(notice__posted_at=clock.now() - timedelta(days=90))

    response = client.post(create_url(late), form_for(late))

    assert response.status_code == 409
    assert "逾期提出的异议不予受理" in response.text
    assert "不再接受异议" in client.get(create_url(late)).text


def test_an_item_of_another_notice_is_not_found(client, item):
    other = PublicNoticeItemFactory()

    assert client.get(reverse("notices:objection-create", args=[other.notice_id, item.pk])).status_code == 404


def test_an_unknown_receipt_is_not_found(client):
    assert client.get(reverse("notices:objection-receipt", args=["UNKNOWN"])).status_code == 404


# --- the two offices ------------------------------------------------------------------------------------------------


def test_the_clerk_sees_objections_without_their_authors(client, clerk):
    objection = ObjectionFactory()

    pages = [
        client.get(reverse("notices:objection-list")).text,
        client.get(objection.get_absolute_url()).text,
    ]

    assert all(objection.number in page for page in pages)
    assert not [secret for secret in SECRETS for page in pages if secret in page]


def test_looking_at_the_author_is_written_into_the_register(client, clerk):
    objection = ObjectionFactory()

    page = client.post(reverse("notices:objection-identity", args=[objection.pk])).text

    assert all(secret in page for secret in SECRETS)
    (line,) = audit.history(objection)
    assert (line.verb, line.actor) == ("notices.objection.view_identity", clerk)


def test_downloading_the_signed_paper_is_written_into_the_register(client, clerk):
    objection = ObjectionFactory()
    file = AttachmentFactory(subject=objection)

    response = client.post(reverse("notices:objection-file", args=[objection.pk, file.pk]))

    assert (b"".join(response.streaming_content), response["Content-Type"]) == (PDF, "application/pdf")
    assert [line.actor for line in audit.history(objection)] == [clerk]


def test_a_file_of_another_case_is_not_found(client, clerk):
    objection, file = ObjectionFactory(), AttachmentFactory()

    assert client.post(reverse("notices:objection-file", args=[objection.pk, file.pk])).status_code == 404


def test_objections_cost_the_same_at_1_and_at_20_rows(client, clerk, django_assert_num_queries):
    for more in (1, 19):
        ObjectionFactory.create_batch(more)
        with django_assert_num_queries(6):
            client.get(reverse("notices:objection-list"))


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in (Role.SYSTEM, Role.BUREAU_CLERK, Role.BUREAU_APPROVER)]
)
def test_nobody_else_comes_near_an_objection(client, role):
    client.force_login(person(role))
    objection = ObjectionFactory()
    file = AttachmentFactory(subject=objection)

    assert client.get(reverse("notices:objection-list")).status_code == 403
    assert client.get(objection.get_absolute_url()).status_code == 404
    assert client.post(reverse("notices:objection-identity", args=[objection.pk])).status_code == 404
    assert client.post(reverse("notices:objection-file", args=[objection.pk, file.pk])).status_code == 404
    assert not audit.history(objection).exists()


@pytest.mark.parametrize(
    ("name", "args"),
    [("notice-list", []), ("notice", [1]), ("objection-list", []), ("objection", [1])],
)
def test_strangers_are_sent_to_the_door(client, name, args):
    assert client.get(reverse(f"notices:{name}", args=args)).url.startswith("/login/")


def test_who_holds_no_role_sees_their_messages_and_nothing_else(client):
    client.force_login(UserFactory())

    assert client.get(reverse("notices:notice-list")).status_code == 200
    assert client.get(reverse("notices:objection-list")).status_code == 403
