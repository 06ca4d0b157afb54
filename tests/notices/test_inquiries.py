"""What the unit is asked and answers, and that nothing it or anybody else reads tells who objected."""

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.roles import Role
from notices import selectors, services
from notices.models import Inquiry, Notice
from records import clock, deadlines
from records.errors import Conflict, Incomplete
from records.models import Attachment
from tests.factories.accounts import person
from tests.factories.notices import MONDAY, RESIDENT_ID, InquiryFactory, ObjectionFactory
from tests.factories.records import PDF, pdf_upload
from tests.notices.test_objections import filing
from tests.notices.test_publicity import post

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
SHANGHAI = ZoneInfo("Asia/Shanghai")
TUESDAY = MONDAY + timedelta(days=1)
SECRETS = ("示例异议人甲", "13900005678", RESIDENT_ID)
QUESTION = "请说明申报材料所列设备的权属。"


@pytest.fixture
def clerk():
    return person(Role.BUREAU_CLERK)


@pytest.fixture
def objection(clerk):
    item = post(person(Role.BUREAU_APPROVER)).items.get()
    return services.accept_objection(objection=filing(item), by=clerk, at=TUESDAY)


@pytest.fixture
def unit(objection):
    return person(Role.ENT_ADMIN, organisation=objection.item.host)


def propose(objection, clerk, at):
    return services.propose_finding(
        objection=objection, finding="dismiss", reply="经查核，异议不成立。", by=clerk, at=at
    )


# --- the original -----------------------------------------------------------------------------------------------------


def test_the_original_is_asked_for_once_with_days_of_its_own(objection, clerk):
    waiting = filing(objection.item)
    services.ask_for_original(objection=waiting, wanted="请送异议书原件。", by=clerk, at=MONDAY)
    assert (waiting.state, deadlines.current(waiting).due_on) == ("awaiting_original", date(2026, 11, 26))
    assert selectors.objection_in_words(waiting)["wanted"] == "请送异议书原件。"

    services.receive_original(objection=waiting, by=clerk, at=MONDAY + timedelta(days=2))

    assert (waiting.state, deadlines.current(waiting).due_on) == ("received", date(2026, 11, 27))
    with pytest.raises(Conflict, match="只能要求一次"):
        services.ask_for_original(objection=waiting, wanted="再送一份。", by=clerk)


def test_nobody_is_refused_for_an_original_before_its_days_are_over(objection, clerk):
    waiting = filing(objection.item)
    services.ask_for_original(objection=waiting, wanted="请送异议书原件。", by=clerk, at=MONDAY)
    refusal = {"objection": waiting, "reply": "期满未补交原件。", "by": clerk}

    with pytest.raises(Conflict, match="2026年11月26日"):
        services.refuse_objection_acceptance(at=datetime(2026, 11, 26, 23, tzinfo=SHANGHAI), **refusal)
    services.refuse_objection_acceptance(at=datetime(2026, 11, 27, 0, tzinfo=SHANGHAI), **refusal)

    assert waiting.state == "not_accepted"


# --- the unit's word --------------------------------------------------------------------------------------------------


def test_the_unit_is_asked_and_the_finding_keeps_its_day(objection, clerk, unit):
    due_on = deadlines.current(objection).due_on

    inquiry = services.ask_unit(objection=objection, question=QUESTION, by=clerk, at=TUESDAY)

    deadline = deadlines.current(inquiry)
    assert (deadline.holder_role, deadline.host, deadline.due_on) == (
        Role.ENT_ADMIN,
        objection.item.host,
        date(2026, 12, 1),
    )
    assert (objection.state, deadlines.current(objection).due_on) == ("accepted", due_on)
    assert [n.title for n in selectors.notices_of(unit)] == [f"请说明情况：{objection.item.name}"]


def test_the_unit_answers_with_files_and_the_clerk_hears_of_it(objection, clerk, unit):
    inquiry = services.ask_unit(objection=objection, question=QUESTION, by=clerk, at=TUESDAY)

    services.answer_inquiry(
        inquiry=inquiry, answer="设备均有发票。", files=[pdf_upload("发票.pdf")], by=unit, at=TUESDAY
    )

    assert (inquiry.state, inquiry.answered_by) == ("answered", unit)
    assert Attachment.objects.about(inquiry).get().name == "发票.pdf"
    assert f"单位已说明情况：{objection.item.name}" in [n.title for n in selectors.notices_of(clerk)]
    propose(objection, clerk, TUESDAY)
    assert objection.state == "proposed"


def test_no_finding_while_the_unit_still_has_time_and_one_when_it_has_not(objection, clerk):
    inquiry = services.ask_unit(objection=objection, question=QUESTION, by=clerk, at=TUESDAY)
    with pytest.raises(Conflict, match="2026年12月1日"):
        propose(objection, clerk, datetime(2026, 12, 1, 23, tzinfo=SHANGHAI))

    propose(objection, clerk, datetime(2026, 12, 2, 9, tzinfo=SHANGHAI))

    inquiry.refresh_from_db()
    assert (inquiry.state, objection.state, deadlines.current(inquiry)) == ("lapsed", "proposed", None)


def test_one_question_is_open_at_a_time(objection, clerk, unit):
    inquiry = services.ask_unit(objection=objection, question=QUESTION, by=clerk, at=TUESDAY)
    with pytest.raises(Conflict, match="尚未答复"):
        services.ask_unit(objection=objection, question=QUESTION, by=clerk, at=TUESDAY)

    services.answer_inquiry(inquiry=inquiry, answer="设备均有发票。", by=unit, at=TUESDAY)
    services.ask_unit(objection=objection, question=QUESTION, by=clerk, at=TUESDAY)

    assert Inquiry.objects.count() == 2


@pytest.mark.parametrize("secret", SECRETS)
def test_a_question_that_names_the_author_is_refused(objection, clerk, secret):
    with pytest.raises(Incomplete, match="身份信息"):
        services.ask_unit(objection=objection, question=f"{secret}反映设备不实。", by=clerk)
    assert not Inquiry.objects.exists()


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "strange"}, "notices_inquiry_state_known"),
        ({"state": "answered", "answer": "说明"}, "notices_inquiry_answered_by_somebody"),
        ({"answered_at": MONDAY}, "notices_inquiry_answered_at_answered_by"),
        ({"question": ""}, "notices_inquiry_question_put"),
    ],
)
def test_half_a_question_cannot_be_stored(change, name):
    inquiry = InquiryFactory()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Inquiry.objects.filter(pk=inquiry.pk).update(**change)


def test_an_answer_without_words_cannot_be_stored():
    inquiry = InquiryFactory(answered=True)
    with pytest.raises(IntegrityError, match="notices_inquiry_answered_in_words"), transaction.atomic():
        Inquiry.objects.filter(pk=inquiry.pk).update(answer="")


def test_two_open_questions_cannot_be_stored():
    inquiry = InquiryFactory()
    with pytest.raises(IntegrityError, match="notices_inquiry_one_open"), transaction.atomic():
        InquiryFactory(objection=inquiry.objection)


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_unit_answers_on_its_page(client, unit, objection, clerk):
    inquiry = services.ask_unit(objection=objection, question=QUESTION, by=clerk)
    client.force_login(unit)

    page = client.get(inquiry.get_absolute_url())
    fields = {"answer": "设备均有发票。", "files": pdf_upload("发票.pdf")}
    answer = client.post(reverse("notices:inquiry-move", args=[inquiry.pk, "answer"]), fields)

    assert QUESTION in page.text
    assert objection.number not in page.text
    assert objection.grounds not in page.text
    assert answer.url == inquiry.get_absolute_url()
    file = Attachment.objects.about(inquiry).get()
    for reader in (unit, clerk):
        client.force_login(reader)
        sent = client.get(reverse("records:attachment", args=[file.pk]))
        assert b"".join(sent.streaming_content) == PDF
        assert "设备均有发票。" in client.get(inquiry.get_absolute_url()).text


READERS = [
    Role.ENT_ADMIN,
    Role.ENT_FILLER,
    Role.COUNTY_STAFF,
    Role.COUNTY_LEAD,
    Role.AGENCY,
    Role.FINANCE,
    Role.AUDITOR,
    Role.BUREAU_CLERK,
    Role.BUREAU_APPROVER,
]


def read_by(user, objection, inquiry):
    """Every page and answer of the API on which something of the objection might stand, as ``user`` reads them."""
    client = Client()
    client.force_login(user)
    addresses = [
        "/",
        "/notices/",
        "/objections/",
        "/api/v1/notices/",
        "/api/v1/deadlines/",
        "/api/v1/objections/",
        "/api/v1/inquiries/",
        "/api/v1/documents/",
        "/api/v1/register/",
        objection.get_absolute_url(),
        inquiry.get_absolute_url(),
        objection.item.notice.get_absolute_url(),
        reverse("notices:objection-receipt", args=[objection.receipt_code]),
    ]
    for kind, row in (("objections", objection), ("inquiries", inquiry)):
        addresses += [f"/api/v1/{kind}/{row.pk}/{part}" for part in ("", "moves/", "history/")]
    return {address: client.get(address).content.decode() for address in addresses}


@pytest.mark.parametrize("role", READERS)
def test_no_page_message_or_answer_tells_who_objected(
    role, objection, clerk, unit, caplog, django_capture_on_commit_callbacks
):
    caplog.set_level(logging.DEBUG)
    of_unit = role in (Role.ENT_ADMIN, Role.ENT_FILLER)
    reader = person(role, organisation=objection.item.host) if of_unit else person(role)
    with django_capture_on_commit_callbacks(execute=True):
        inquiry = services.ask_unit(objection=objection, question=QUESTION, by=clerk, at=TUESDAY)
        services.answer_inquiry(inquiry=inquiry, answer="设备均有发票。", by=unit, at=TUESDAY)
        propose(objection, clerk, TUESDAY)
        services.decide_objection(
            objection=objection, outcome="dismiss", by=person(Role.BUREAU_APPROVER), at=clock.now()
        )

    texts = read_by(reader, objection, inquiry)
    texts |= {f"message {n.pk}": f"{n.title}{n.body}{n.subject_label}" for n in Notice.objects.all()}
    texts |= {f"mail {n}": f"{m.subject}{m.body}" for n, m in enumerate(mail.outbox)}
    texts["log"] = caplog.text

    assert [(where, secret) for where, text in texts.items() for secret in SECRETS if secret in text] == []


def test_the_reader_of_the_canary_would_see_it(objection):
    """The reading is no empty gesture: what stands openly on a page is found by it."""
    inquiry = InquiryFactory(objection=objection)
    texts = read_by(person(Role.ENT_ADMIN, organisation=objection.item.host), objection, inquiry)

    assert QUESTION in texts[inquiry.get_absolute_url()]
    assert QUESTION in texts["/api/v1/inquiries/"]


def test_objections_of_another_unit_are_asked_of_that_unit_alone():
    inquiry, other = InquiryFactory(), InquiryFactory(objection=ObjectionFactory(accepted=True))
    reader = person(Role.ENT_ADMIN, organisation=inquiry.host)

    assert list(selectors.inquiries_visible_to(reader)) == [inquiry]
    assert other.host != inquiry.host
