"""How the work behind the pages goes, on one page that answers while the queue is away."""

from datetime import timedelta

import pytest

from accounts.roles import Role
from portal import beat
from portal.celery import app
from portal.selectors import operations, upkeep
from records import clock
from records.models import UpInterval
from tests.factories.accounts import LetterFactory, person
from tests.factories.notices import DeliveryFactory, NoticeFactory
from tests.factories.records import DeadlineFactory, JobFactory, UpIntervalFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def beating(monkeypatch):
    UpIntervalFactory()
    app.control.purge()  # what other tests rang for without a worker
    monkeypatch.setattr(beat, "is_kept", lambda: True)


def alarms() -> list[str]:
    return operations.signs(at=clock.now()).alarms


def an_hour_ago():
    return clock.now() - timedelta(hours=1)


def test_nothing_is_wrong_and_the_page_says_so(client):
    client.force_login(person(Role.SYSADMIN))
    NoticeFactory(deadline=DeadlineFactory(), offset=2)
    DeliveryFactory(notice__created_at=clock.now())

    page = client.get("/operations/")

    assert (page.status_code, alarms()) == (200, [])
    assert "运行正常" in page.text
    found = page.context["signs"]
    assert (found.queue, found.outbox["waiting"], found.reminded is not None) == ("ok", 1, True)
    assert found.depths == {"interactive": 0, "bulk": 0}


def test_what_waits_for_the_hour_that_its_reader_chose_is_held_up_by_nothing():
    later = clock.now() + timedelta(hours=8)
    DeliveryFactory(notice__created_at=an_hour_ago(), next_try_at=later)

    assert alarms() == []
    assert [sign.wrong for sign in upkeep.signs_for(person(Role.SYSADMIN), at=clock.now())][:2] == [
        False,
        False,
    ]


def test_long_work_that_is_not_over_is_named_and_let_go_on(client):
    JobFactory(title="示例在做", state="running", done=1)
    broken = JobFactory(title="示例中断", state="failed", error="示例原因")
    JobFactory(title="示例已完", state="done", done=3, finished_at=clock.now())
    admin = person(Role.SYSADMIN)
    client.force_login(admin)

    page = client.get("/operations/")
    assert [job.title for job in page.context["signs"].working] == ["示例中断", "示例在做"]
    listed = client.get("/jobs/?state=failed").text
    assert "示例中断" in listed
    assert "示例在做" not in listed
    client.post(f"/jobs/{broken.pk}/moves/resume/")
    broken.refresh_from_db()
    assert broken.state == "queued"


def test_that_nobody_keeps_the_timetable_is_said(monkeypatch):
    monkeypatch.setattr(beat, "is_kept", lambda: False)

    (found,) = alarms()
    assert "定时器没有运行" in found


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: UpInterval.objects.update(begun_at=an_hour_ago(), seen_at=an_hour_ago()), "自检已停止"),
        (lambda: DeliveryFactory(next_try_at=an_hour_ago()), "有邮件等待超过 30 分钟"),
        (
            lambda: DeliveryFactory(
                notice__created_at=an_hour_ago(),
                next_try_at=clock.now() + timedelta(hours=1),
                last_error="SMTPServerDisconnected",
            ),
            "有邮件等待超过 30 分钟",
        ),
        (lambda: DeliveryFactory(status="failed", last_error="550"), "有 1 封邮件多次发送失败"),
        (lambda: LetterFactory(asked_at=an_hour_ago()), "有账户邮件等待"),
        (lambda: JobFactory(state="failed", error="示例"), "有 1 项批量任务中断"),
    ],
)
def test_each_thing_that_is_wrong_is_said(wrong, words):
    wrong()

    (found,) = alarms()
    assert words in found


def test_the_page_answers_while_the_queue_is_away(client, settings, monkeypatch):
    monkeypatch.setattr("portal.selectors.operations.queue_answers", lambda: "unreachable")
    client.force_login(person(Role.SYSADMIN))

    page = client.get("/operations/")

    assert (page.status_code, page.context["signs"].depths) == (200, {})
    assert "任务队列无法连接" in page.text


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.SECADMIN, Role.ENT_ADMIN])
def test_only_the_system_administrator_looks(client, role):
    client.force_login(person(role))

    assert client.get("/operations/").status_code == 403
