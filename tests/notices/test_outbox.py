"""The outbox on its page: what waits, what failed, and trying it again."""

from datetime import timedelta

import pytest
from django.core import mail

from accounts.roles import Role
from notices import selectors, services
from notices.models import Delivery
from records import clock
from records.errors import Conflict
from records.models import AuditEvent
from tests.factories.accounts import person
from tests.factories.notices import DeliveryFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
PAGE = "/operations/outbox/"
FAILED = {"status": "failed", "attempts": 6, "last_error": "SMTPRecipientsRefused: 550"}


@pytest.fixture
def admin(client):
    user = person(Role.SYSADMIN)
    client.force_login(user)
    return user


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.SECADMIN, Role.ENT_ADMIN])
def test_only_the_system_administrator_opens_it(client, role):
    client.force_login(person(role))
    failed = DeliveryFactory(**FAILED)

    found = [client.get(PAGE), client.post(f"{PAGE}retry/"), client.post(f"{PAGE}{failed.pk}/retry/")]
    assert [answer.status_code for answer in found] == [403, 403, 403]


def test_what_failed_stands_first_with_its_reason(client, admin):
    waiting, failed, sent = (
        DeliveryFactory(),
        DeliveryFactory(**FAILED),
        DeliveryFactory(status="sent", sent_at=clock.now()),
    )

    page = client.get(PAGE)

    assert list(page.context["page"].object_list) == [failed, waiting, sent]
    assert "SMTPRecipientsRefused: 550" in page.text
    assert [d.pk for d in client.get(PAGE, {"status": "sent"}).context["page"].object_list] == [sent.pk]


def test_the_state_of_the_outbox_in_numbers():
    now = clock.now()
    oldest = DeliveryFactory(notice__created_at=now - timedelta(hours=3))
    DeliveryFactory(**FAILED)
    DeliveryFactory(status="sent", sent_at=now - timedelta(hours=2))
    DeliveryFactory(status="sent", sent_at=now - timedelta(hours=30))

    assert selectors.outbox_state(now=now) == {
        "waiting": 1,
        "oldest": oldest.notice.created_at,
        "held_up": oldest.next_try_at,
        "failed": 1,
        "sent": 1,
        "last_sent": now - timedelta(hours=2),
    }


def test_a_message_that_was_given_up_is_tried_again_and_who_did_so_is_recorded(client, admin):
    failed = DeliveryFactory(**FAILED)

    answer = client.post(f"{PAGE}{failed.pk}/retry/?status=failed")
    assert answer.url == f"{PAGE}?status=failed"

    failed.refresh_from_db()
    assert (failed.status, failed.attempts) == ("waiting", 0)
    line = AuditEvent.objects.get(verb="notices.delivery.retry")
    assert (line.actor, line.subject_id, line.data["error"]) == (
        admin,
        failed.pk,
        "SMTPRecipientsRefused: 550",
    )
    assert (services.deliver_pending(), len(mail.outbox)) == (1, 1)


def test_all_that_failed_are_tried_again(client, admin):
    DeliveryFactory.create_batch(2, **FAILED)
    DeliveryFactory(status="dropped", last_error="所涉事项已办结")

    assert "已将 2 条" in client.post(f"{PAGE}retry/", follow=True).text
    assert sorted(Delivery.objects.values_list("status", flat=True)) == ["dropped", "waiting", "waiting"]


@pytest.mark.parametrize("status", ["waiting", "dropped"])
def test_only_what_failed_is_tried_again(status):
    row = DeliveryFactory(status=status, last_error="x")

    with pytest.raises(Conflict):
        services.retry_delivery(delivery=row, by=person(Role.SYSADMIN))
    assert not AuditEvent.objects.exists()
