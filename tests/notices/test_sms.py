"""Text messages: what goes, to whom, when, in how few words; and that no number stands anywhere in clear."""

import json
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.files.storage import default_storage

from accounts.roles import Role
from notices import policy, services
from notices.channels import Message, Part, sms
from notices.models import Delivery, Notice
from records import clock
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.notices import DeliveryFactory, PreferenceFactory
from tests.factories.records import DeadlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE = date(2026, 11, 20)
NOON = datetime(2026, 11, 20, 12, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 11, 20, 23, 30, tzinfo=SHANGHAI)
PHONE = "13800001234"


class Deaf:
    """A gateway that repeats what it was told when it fails."""

    def send(self, reference, phone, text):
        raise ConnectionError(f"cannot reach {phone}")


@pytest.fixture(autouse=True)
def store(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def taken():
    """The messages that lie in the gateway's folder."""
    names = sorted(default_storage.listdir(sms.FOLDER)[1]) if default_storage.exists(sms.FOLDER) else []
    return [json.loads(read(f"{sms.FOLDER}/{name}")) for name in names]


def read(name):
    with default_storage.open(name) as kept:
        return kept.read()


def texted(at=NOON, **notice):
    with clock.at(at):
        return DeliveryFactory(
            channel="sms", next_try_at=at, **{f"notice__{key}": value for key, value in notice.items()}
        )


def deliver(at=NOON):
    with clock.at(at):
        return services.deliver_pending()


def test_the_unit_is_texted_on_the_last_day_and_officers_are_not():
    unit = OrganisationFactory()
    admin, clerk = person(Role.ENT_ADMIN, organisation=unit), person(Role.BUREAU_CLERK)
    opened = NOON - timedelta(days=20)
    DeadlineFactory(
        subject=unit, host=unit, holder_role=Role.ENT_ADMIN, opened_at=opened, due_on=DUE, label="补正"
    )
    DeadlineFactory(holder_role=Role.BUREAU_CLERK, opened_at=opened, due_on=DUE)

    for on in (DUE - timedelta(days=2), DUE):
        services.remind_due(on=on)

    (row,) = Delivery.objects.filter(channel="sms")
    assert (row.notice.recipient, row.notice.offset) == (admin, 0)
    assert Notice.objects.filter(recipient=clerk).count() == 2


def test_what_has_legal_effect_is_texted_to_whoever_has_a_phone():
    reader, without = UserFactory(), UserFactory(mobile="")

    for event in ("sample.decision", "sample.other"):
        services.tell(
            recipients=[reader, without], event=event, subject=reader, title="示例决定", body="示例"
        )

    assert [row.notice.recipient for row in Delivery.objects.filter(channel="sms")] == [reader]


def test_a_text_message_is_left_for_the_gateway_once():
    row = texted(title="今天到期：补正（示例研究院）")

    assert [deliver(), deliver()] == [1, 0]
    Delivery.objects.update(status="waiting", sent_at=None)
    deliver()

    assert taken() == [
        {
            "reference": f"delivery-{row.pk}",
            "phone": PHONE,
            "text": "【产研院平台】今天到期：补正（示例研究院）。请登录平台办理。",
        }
    ]


@pytest.mark.parametrize(
    ("title", "parts"), [("很长的标题" * 30, 1), ("短标题。", 1), ("很长的标题" * 30, 3), ("短标题", 3)]
)
def test_a_text_message_is_never_longer_than_one(title, parts):
    many = tuple(Part(title, "内容", "x") for _ in range(parts)) if parts > 1 else ()
    text = sms.text_of(Message("r", PHONE, "某人", title, "内容", "x", parts=many))

    assert len(text) <= sms.LONGEST
    assert text.startswith("【产研院平台】")
    assert text.endswith("请登录平台办理。")
    assert "。。" not in text
    assert "http" not in text


def test_several_for_one_person_go_as_one():
    reader = UserFactory()
    for n in range(3):
        texted(recipient=reader, title=f"第{n}件")

    assert deliver() == 3
    assert [one["text"] for one in taken()] == ["【产研院平台】第0件等 3 件事项，请登录平台办理。"]


@pytest.mark.parametrize(
    ("notice", "reason"),
    [
        ({"recipient__mobile": ""}, "收件人已停用或没有手机号码"),
        ({"recipient__is_active": False}, "收件人已停用或没有手机号码"),
        ({"deadline__met_at": NOON}, "所涉事项已办结"),
    ],
)
def test_what_need_not_be_texted_is_not(notice, reason):
    if "deadline__met_at" in notice:
        notice = {"deadline": DeadlineFactory(met_at=NOON)}
    row = texted(**notice)

    assert (deliver(), taken()) == (0, [])
    row.refresh_from_db()
    assert (row.status, row.last_error) == ("dropped", reason)


def test_who_wants_no_text_messages_gets_what_has_legal_effect_alone():
    reader = PreferenceFactory(sms=False).user
    texted(recipient=reader)
    texted(recipient=reader, event="sample.decision", title="示例决定")

    assert deliver() == 1
    assert [one["text"] for one in taken()] == ["【产研院平台】示例决定。请登录平台办理。"]


def test_who_wants_no_mail_is_texted():
    texted(recipient=PreferenceFactory(mail="never").user)

    assert deliver() == 1


@pytest.mark.parametrize("event", ["sample.other", "sample.decision"])
def test_nobody_is_texted_at_night(event):
    texted(NIGHT, event=event)

    assert [deliver(NIGHT), deliver(datetime(2026, 11, 21, 8, tzinfo=SHANGHAI))] == [0, 1]


def test_a_gateway_that_fails_is_tried_again_and_tells_nobody_the_number(settings):
    settings.SMS_GATEWAY = f"{__name__}.Deaf"
    row = texted()

    assert deliver() == 0
    row.refresh_from_db()
    assert (row.status, row.attempts) == ("waiting", 1)
    assert row.last_error == "Undelivered: ConnectionError: cannot reach 138****1234"
    assert row.next_try_at > NOON
    assert policy.ATTEMPTS > 1


def test_a_mail_server_that_is_away_keeps_no_text_message_waiting(monkeypatch):
    def refuse(*_, **__):
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.open", refuse)
    with clock.at(NOON):
        DeliveryFactory(next_try_at=NOON)
    texted()

    assert deliver() == 1
    assert dict(Delivery.objects.values_list("channel", "status")) == {"email": "waiting", "sms": "sent"}


def test_the_outbox_shows_no_number_in_full(client):
    row = texted()
    client.force_login(person(Role.SYSADMIN))

    page = client.get("/operations/outbox/", {"channel": "sms"}).text

    assert row.notice.title in page
    assert "138****1234" in page
    assert PHONE not in page
    assert PHONE not in repr(Message("r", PHONE, "某人", "标题", "", ""))


def test_the_choice_is_made_on_the_page(client):
    reader = UserFactory()
    client.force_login(reader)
    page = client.get("/notices/settings/").text
    assert "138****1234" in page
    assert "到期当日发短信提醒我" in page

    client.post("/notices/settings/", {"mail": "at_once", "daily_hour": "8"})
    assert reader.notice_preference.sms is False
