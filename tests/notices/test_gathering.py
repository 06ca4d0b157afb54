"""What goes together, when, and to whom not at all: the reader's choice within what the office requires."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core import mail

from notices import services
from notices.models import Delivery
from records import clock
from tests.factories.accounts import UserFactory
from tests.factories.notices import DeliveryFactory, PreferenceFactory
from tests.factories.records import DeadlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
SHANGHAI = ZoneInfo("Asia/Shanghai")
AFTERNOON = datetime(2026, 11, 24, 14, 30, tzinfo=SHANGHAI)
NIGHT = datetime(2026, 11, 24, 23, 30, tzinfo=SHANGHAI)
LEGAL = "sample.decision"


def waiting(reader, *, at=AFTERNOON, **notice):
    with clock.at(at):
        return DeliveryFactory(
            next_try_at=at,
            notice__recipient=reader,
            **{f"notice__{key}": value for key, value in notice.items()},
        )


def deliver(at):
    """How many went out, and in how many messages."""
    mail.outbox.clear()
    with clock.at(at):
        return services.deliver_pending(), len(mail.outbox)


def outcomes():
    return list(Delivery.objects.order_by("pk").values_list("status", "last_error"))


def test_two_messages_go_one_by_one_and_three_together():
    reader, other = UserFactory(), UserFactory()
    for _ in range(2):
        waiting(other)
    rows = [waiting(reader, title=f"第{n}件", url=f"/sample/{n}/") for n in range(3)]

    assert deliver(AFTERNOON) == (5, 3)

    (together,) = [message for message in mail.outbox if message.to == [reader.email]]
    assert together.subject == "【产研院平台】第0件，另有 2 条消息"
    assert "您有 3 条消息" in together.body
    for n in range(3):
        for text in (together.body, together.alternatives[0].content):
            assert f"第{n}件" in text
            assert f"http://127.0.0.1:8000/sample/{n}/" in text
    assert together.extra_headers["X-Portal-Carries"].split() == [f"delivery-{row.pk}" for row in rows]


def test_what_is_due_first_stands_first_and_gives_its_name():
    reader = UserFactory()
    waiting(reader, title="已受理")
    for days in (9, 3):
        waiting(
            reader,
            title=f"还剩 {days} 天",
            deadline=DeadlineFactory(due_on=AFTERNOON.date() + timedelta(days)),
        )

    assert deliver(AFTERNOON) == (3, 1)
    (together,) = mail.outbox
    assert together.subject == "【产研院平台】还剩 3 天，另有 2 条消息"
    places = [together.body.index(words) for words in ("还剩 3 天", "还剩 9 天", "已受理")]
    assert places == sorted(places)


def test_what_waits_for_one_person_goes_together_however_much_waits_for_others(monkeypatch):
    """A worker takes a few rows at a time; what is due for the same people comes with them."""
    monkeypatch.setattr("notices.services.delivery.BATCH", 3)
    readers = [UserFactory() for _ in range(4)]
    for n in range(3):
        for reader in readers:
            waiting(reader, title=f"第{n}件")

    assert deliver(AFTERNOON) == (12, 4)
    assert {len(message.extra_headers["X-Portal-Carries"].split()) for message in mail.outbox} == {3}


def test_a_long_name_is_cut_in_the_title_of_several():
    reader = UserFactory()
    for n in range(3):
        waiting(reader, title=f"{n}" + "长" * 80)

    deliver(AFTERNOON)

    assert mail.outbox[0].subject == f"【产研院平台】0{'长' * 38}…，另有 2 条消息"


def test_what_fails_together_is_tried_again_together(monkeypatch):
    reader = UserFactory()
    for _ in range(3):
        waiting(reader)
    monkeypatch.setattr("notices.channels.mail.email", lambda *_, **__: 1 / 0)
    assert deliver(AFTERNOON) == (0, 0)
    assert {row.attempts for row in Delivery.objects.all()} == {1}
    monkeypatch.undo()

    assert deliver(AFTERNOON + timedelta(minutes=2)) == (3, 1)


def test_the_day_s_mail_comes_once_at_its_hour():
    reader = PreferenceFactory(mail="daily", daily_hour=9).user
    for hour in (1, 2):
        waiting(reader, at=AFTERNOON + timedelta(hours=hour))

    morning = datetime(2026, 11, 25, 9, tzinfo=SHANGHAI)
    assert deliver(AFTERNOON + timedelta(hours=3)) == (0, 0)
    assert {row.next_try_at for row in Delivery.objects.all()} == {morning}
    assert {row.attempts for row in Delivery.objects.all()} == {0}
    assert [deliver(morning - timedelta(minutes=1)), deliver(morning), deliver(morning)] == [
        (0, 0),
        (2, 1),
        (0, 0),
    ]


def test_nobody_is_mailed_in_quiet_hours():
    reader = PreferenceFactory(quiet_from=22, quiet_until=7).user
    waiting(reader, at=NIGHT)

    assert deliver(NIGHT) == (0, 0)
    assert deliver(datetime(2026, 11, 25, 7, tzinfo=SHANGHAI)) == (1, 1)


def test_who_wants_no_mail_gets_none():
    waiting(PreferenceFactory(mail="never").user)

    assert deliver(AFTERNOON) == (0, 0)
    assert outcomes() == [("dropped", "本人选择不发邮件")]


@pytest.mark.parametrize(
    "choice", [{"mail": "never"}, {"mail": "daily"}, {"quiet_from": 22, "quiet_until": 7}]
)
def test_what_has_legal_effect_goes_at_once_and_alone_whatever_was_chosen(choice):
    reader = PreferenceFactory(**choice).user
    for _ in range(3):
        waiting(reader, at=NIGHT, event=LEGAL, deadline=DeadlineFactory(met_at=NIGHT))

    assert deliver(NIGHT) == (3, 3)


def test_nobody_is_asked_again_what_they_were_asked_by_name_and_answered():
    """An invitation has legal effect and goes at once; it stays where it is once its reader has answered it."""
    invited, other = UserFactory(), UserFactory()
    waiting(invited, at=NIGHT, event=LEGAL, deadline=DeadlineFactory(holder_user=invited, met_at=NIGHT))
    waiting(other, at=NIGHT, event=LEGAL, deadline=DeadlineFactory(holder_user=other))

    deliver(NIGHT)

    assert outcomes() == [("dropped", "所涉事项已办结"), ("sent", "")]


# --- the choice itself ----------------------------------------------------------------------------------------------


def test_a_choice_is_kept_and_changed(client):
    reader = UserFactory()
    client.force_login(reader)
    chosen = {"mail": "daily", "daily_hour": "9", "quiet_from": "21", "quiet_until": "7"}

    for mail_choice in ("daily", "never"):
        answer = client.post("/notices/settings/", chosen | {"mail": mail_choice}, follow=True)
        assert "消息设置已保存" in answer.text

    kept = reader.notice_preference
    assert (kept.mail, kept.daily_hour, kept.quiet_from, kept.quiet_until) == ("never", 9, 21, 7)
    page = client.get("/notices/settings/").text
    assert 'value="never"' in page
    assert "checked" in page


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"daily_hour": "22"}, 409, "每天汇总的发送时间须在 7:00 至 18:00 之间。"),
        ({"quiet_from": "6", "quiet_until": "23"}, 409, "免打扰时段须为 1 至 12 小时。"),
        ({"quiet_from": "6", "quiet_until": "6"}, 409, "免打扰时段须为 1 至 12 小时。"),
        ({"quiet_from": "21"}, 422, "免打扰时段的开始和结束须一并选择。"),
    ],
)
def test_the_office_bounds_the_choice(client, change, status, words):
    client.force_login(UserFactory())

    answer = client.post("/notices/settings/", {"mail": "at_once", "daily_hour": "8"} | change)

    assert (answer.status_code, words in answer.text) == (status, True)
