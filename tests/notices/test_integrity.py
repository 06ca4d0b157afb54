from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.roles import Role
from notices import integrity, services
from records import clock
from tests.factories.accounts import UserFactory, person
from tests.factories.notices import (
    MONDAY,
    DeliveryFactory,
    ObjectionFactory,
    PublicNoticeFactory,
    PublicNoticeItemFactory,
)
from tests.factories.records import DeadlineFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture
def due():
    person(Role.BUREAU_CLERK)
    opened = datetime(2026, 11, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    return DeadlineFactory(opened_at=opened, due_on="2026-11-23")


def test_a_reminder_that_was_forgotten_is_found(due):
    with clock.at(TUESDAY):
        assert integrity.reminders_sent_are_reminders_due() == []
    with clock.at(TUESDAY + timedelta(days=1)):
        assert integrity.reminders_sent_are_reminders_due() == ["提醒规则 case 少 1 条"]


def test_a_reminder_that_was_sent_is_not_missed(due):
    services.remind_due(on=TUESDAY.date())

    with clock.at(TUESDAY + timedelta(days=1)):
        assert integrity.reminders_sent_are_reminders_due() == []


def test_a_row_stuck_in_the_outbox_is_found():
    DeliveryFactory()
    stuck = DeliveryFactory(next_try_at=timezone.now() - timedelta(hours=1))

    (found,) = integrity.outbox_moves_on()
    assert found.startswith(f"电子邮件：{stuck.notice.title}")


def test_a_gap_in_the_numbers_is_found():
    PublicNoticeFactory(number="SJZ-GS-2026-001", posted_at=MONDAY)
    assert integrity.public_notices_are_numbered_without_gaps() == []
    PublicNoticeFactory(number="SJZ-GS-2026-003", posted_at=MONDAY)

    assert integrity.public_notices_are_numbered_without_gaps() == ["2026 年公示编号不连续：[1, 3]"]


def test_an_item_concluded_over_an_objection_is_found():
    by = UserFactory()
    item = PublicNoticeItemFactory(concluded_at=MONDAY, concluded_by=by)
    assert integrity.concluded_items_have_a_clear_way() == []
    ObjectionFactory(item=item)

    assert len(integrity.concluded_items_have_a_clear_way()) == 1
