"""The daily head of the register is kept when the day is over, and reaches whoever keeps it outside of the portal."""

from datetime import datetime

import pytest
from django.utils import timezone

from accounts.roles import Role
from notices.models import Delivery, Notice
from notices.services import keep_register_head
from notices.tasks import keep_register_head as task
from records import audit
from records.models import RegisterHead
from tests.factories.accounts import OrganisationFactory, UserFactory, person

pytestmark = pytest.mark.django_db
NIGHT = timezone.make_aware(datetime(2026, 11, 24, 0, 10))


@pytest.fixture
def auditor():
    return person(Role.AUDITOR, email="auditor@portal.example")


@pytest.fixture(autouse=True)
def _a_line():
    audit.record("sample.done", OrganisationFactory(), by=UserFactory())
    audit.chain_now()


def test_the_head_of_yesterday_goes_into_the_auditors_mailbox(auditor):
    outsider = person(Role.BUREAU_APPROVER)

    head = keep_register_head(at=NIGHT)

    assert str(head.day) == "2026-11-23"
    notice = Notice.objects.get(event="records.register.head")
    assert (notice.recipient, notice.link) == (auditor, "/open-data/register/")
    assert all(said in notice.body for said in (head.seal, head.line_hash, f"累计 {head.position} 条"))
    assert head.secret not in notice.body
    assert Delivery.objects.filter(notice=notice).count() == 1
    assert not Notice.objects.filter(recipient=outsider).exists()


def test_asked_again_the_same_night_nothing_is_kept_and_nobody_told(auditor):
    keep_register_head(at=NIGHT)

    assert keep_register_head(at=NIGHT.replace(hour=9)) is None
    assert (RegisterHead.objects.count(), Notice.objects.count()) == (1, 1)


def test_after_days_without_a_worker_the_next_head_binds_them_all(auditor):
    keep_register_head(at=NIGHT)
    audit.record("sample.done", OrganisationFactory(), by=UserFactory())
    audit.chain_now()

    head = keep_register_head(at=NIGHT.replace(day=28))

    assert [str(one.day) for one in RegisterHead.objects.order_by("day")] == ["2026-11-23", "2026-11-27"]
    assert head.lines == head.position - RegisterHead.objects.earliest("day").position


def test_the_page_of_public_notices_shows_the_last_head_and_how_to_check_it(client, auditor):
    assert "日链头" not in client.get("/publicity/").content.decode()
    keep_register_head(at=NIGHT)
    head = keep_register_head(at=NIGHT.replace(day=25))

    page = client.get("/publicity/").content.decode()

    assert head.seal in page
    assert "2026年11月24日，共" in page
    assert 'href="/open-data/register/"' in page


def test_the_timetable_keeps_it(auditor):
    task()

    assert RegisterHead.objects.count() == 1
