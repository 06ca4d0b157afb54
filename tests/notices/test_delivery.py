from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from notices import channels, policy, services, tasks
from notices.models import Delivery
from tests.factories.notices import DeliveryFactory, NoticeFactory
from tests.factories.records import DeadlineFactory

pytestmark = pytest.mark.usefixtures("rules")


def state_of(delivery):
    delivery.refresh_from_db()
    return (delivery.status, delivery.attempts, delivery.last_error)


class Faulty:
    """An outlet that breaks at some messages."""

    def __init__(self, *, refuses=(), closed=False):
        self.refuses, self.closed, self.sent, self.lines = set(refuses), closed, [], 0

    def line(self):
        return self

    def __enter__(self):
        if self.closed:
            raise channels.OutOfService("connection refused")
        self.lines += 1
        return self

    def __exit__(self, *_):
        return False

    def send(self, message):
        if message.to in self.refuses:
            raise ValueError("550 no such mailbox")
        self.sent.append(message.reference)


@pytest.fixture
def outlet(monkeypatch):
    def put(**faults):
        found = Faulty(**faults)
        monkeypatch.setitem(channels.OUTLETS, "email", found)
        return found

    return put


@pytest.mark.django_db
def test_a_waiting_message_goes_out_once():
    delivery = DeliveryFactory(notice__title="申报已提交", notice__url="/applications/1/")

    assert [services.deliver_pending(), tasks.deliver_pending()] == [1, 0]

    (message,) = mail.outbox
    assert (message.to, message.subject) == ([delivery.notice.recipient.email], "【产研院平台】申报已提交")
    assert "http://127.0.0.1:8000/applications/1/" in message.body
    assert message.extra_headers["Message-ID"] == f"<delivery-{delivery.pk}@127.0.0.1>"
    (html,) = message.alternatives
    assert 'href="http://127.0.0.1:8000/applications/1/"' in html.content
    assert state_of(delivery) == ("sent", 1, "")


@pytest.mark.parametrize(
    ("event", "asked", "way"),
    [
        ("records.deadline.reminder", True, "前往办理"),
        ("records.deadline.overdue", True, "查看详情"),
        ("institutes.application.recognise", False, "查看详情"),
    ],
)
@pytest.mark.django_db
def test_the_link_sends_nobody_to_work_that_is_not_theirs(client, event, asked, way):
    """A superior reads of what is late, whoever is told reads what became of a case; who has it goes and does it."""
    notice = NoticeFactory(event=event, deadline=DeadlineFactory() if asked else None, url="/calendar/")
    DeliveryFactory(notice=notice)
    services.deliver_pending()
    client.force_login(notice.recipient)

    (message,) = mail.outbox
    page = client.get(f"/notices/{notice.pk}/").text
    for text in (message.body, message.alternatives[0].content, page):
        assert [word for word in ("前往办理", "查看详情") if word in text] == [way]


@pytest.mark.django_db
def test_text_of_a_message_is_not_escaped_and_its_html_is():
    DeliveryFactory(notice__title="“A & B” <公司>")
    services.deliver_pending()

    (message,) = mail.outbox
    assert "“A & B” <公司>" in message.body
    assert "“A &amp; B” &lt;公司&gt;" in message.alternatives[0].content


@pytest.mark.django_db
def test_a_batch_uses_one_connection(outlet):
    found = outlet()
    DeliveryFactory.create_batch(12)

    assert (services.deliver_pending(), found.lines) == (12, 1)


@pytest.mark.django_db
def test_a_poisonous_message_does_not_stop_the_others_and_is_given_up(outlet):
    bad = DeliveryFactory(notice__recipient__email="gone@mail.example")
    good = DeliveryFactory()
    found = outlet(refuses={"gone@mail.example"})

    for _ in range(policy.ATTEMPTS + 2):
        services.deliver_pending()
        Delivery.objects.update(next_try_at=timezone.now())

    assert found.sent == [f"delivery-{good.pk}"]
    assert state_of(bad) == ("failed", policy.ATTEMPTS, "ValueError: 550 no such mailbox")


@pytest.mark.django_db
def test_a_failed_attempt_waits_before_the_next(outlet):
    delivery = DeliveryFactory(notice__recipient__email="gone@mail.example")
    outlet(refuses={"gone@mail.example"})

    assert [services.deliver_pending(), services.deliver_pending()] == [0, 0]

    assert state_of(delivery) == ("waiting", 1, "ValueError: 550 no such mailbox")
    assert timedelta(seconds=30) < delivery.next_try_at - timezone.now() <= timedelta(minutes=1)


@pytest.mark.django_db
def test_a_closed_server_costs_no_attempt(outlet):
    delivery = DeliveryFactory()
    outlet(closed=True)
    services.deliver_pending()

    assert state_of(delivery) == ("waiting", 0, "connection refused")

    Delivery.objects.update(next_try_at=timezone.now())
    outlet()
    assert services.deliver_pending() == 1


@pytest.mark.django_db
def test_what_a_dead_worker_claimed_is_claimed_anew():
    now = timezone.now()
    fresh = DeliveryFactory(status="sending", attempts=1, claimed_at=now - timedelta(minutes=4))
    stuck = DeliveryFactory(status="sending", attempts=1, claimed_at=now - timedelta(minutes=6))

    assert services.deliver_pending() == 1
    assert (state_of(fresh)[0], state_of(stuck)) == ("sending", ("sent", 2, ""))


@pytest.mark.django_db
def test_a_message_that_kills_its_worker_is_given_up():
    long_ago = timezone.now() - timedelta(hours=1)
    delivery = DeliveryFactory(status="sending", attempts=policy.ATTEMPTS, claimed_at=long_ago)

    assert services.deliver_pending() == 0
    assert state_of(delivery) == ("failed", policy.ATTEMPTS + 1, "多次在发送途中中断")


@pytest.mark.django_db
@pytest.mark.parametrize("gone", [{"email": ""}, {"is_active": False}])
def test_who_has_left_is_not_written_to(gone):
    delivery = DeliveryFactory(**{f"notice__recipient__{key}": value for key, value in gone.items()})

    assert (services.deliver_pending(), mail.outbox) == (0, [])
    assert state_of(delivery)[0] == "dropped"


def reminder(**deadline):
    due = date(2026, 11, 20)
    held = DeadlineFactory(due_on=due, **deadline)
    return {"notice__deadline": held, "notice__offset": 2, "notice__occasion": f"{held.pk}/2/{due}"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (lambda: {"notice__deadline": DeadlineFactory(met_at=timezone.now())}, "所涉事项已办结"),
        (lambda: {**reminder(), "notice__replaced_at": timezone.now()}, "已有新的提醒"),
        (lambda: reminder(paused_on="2026-11-18", days_left_when_paused=2), "期限已中止或改期"),
        (lambda: {**reminder(), "notice__occasion": "1/2/2026-11-19"}, "期限已中止或改期"),
    ],
)
def test_a_message_whose_reason_has_gone_is_not_sent(told, reason):
    delivery = DeliveryFactory(**told())

    assert (services.deliver_pending(), mail.outbox) == (0, [])
    assert state_of(delivery)[::2] == ("dropped", reason)


@pytest.mark.django_db
def test_what_is_still_to_be_done_is_sent():
    DeliveryFactory(**reminder())
    DeliveryFactory(notice__deadline=DeadlineFactory(paused_on="2026-11-18", days_left_when_paused=2))

    assert services.deliver_pending() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_each_message_once(outlet):
    found, start = outlet(), Barrier(2)
    DeliveryFactory.create_batch(
        30, notice__subject=None, notice__subject_type="x", notice__subject_id=1, notice__subject_label="x"
    )

    def work(_):
        with connection.cursor():
            start.wait()
        try:
            return services.deliver_pending()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        counts = list(pool.map(work, range(2)))

    assert (sum(counts), len(found.sent), len(set(found.sent))) == (30, 30, 30)


@pytest.mark.django_db(transaction=True)
def test_nothing_leaves_the_building_inside_a_transaction(monkeypatch):
    seen = []

    class Watching(Faulty):
        def send(self, message):
            seen.append(connection.in_atomic_block)

    monkeypatch.setitem(channels.OUTLETS, "email", Watching())
    DeliveryFactory()

    services.deliver_pending()

    assert seen == [False]


@pytest.mark.django_db(transaction=True)
def test_rows_that_another_worker_holds_are_skipped():
    held, free = DeliveryFactory(), DeliveryFactory()

    def work():
        try:
            return services.deliver_pending()
        finally:
            connection.close()

    with transaction.atomic():
        Delivery.objects.select_for_update().get(pk=held.pk)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(work).result() == 1

    assert (state_of(held)[0], state_of(free)[0]) == ("waiting", "sent")


@pytest.mark.django_db
def test_the_link_of_a_message_without_one_leads_to_the_message():
    notice = NoticeFactory(url="", subject_type="sample.subject")
    DeliveryFactory(notice=notice)
    services.deliver_pending()

    assert f"/notices/{notice.pk}/" in mail.outbox[0].body
