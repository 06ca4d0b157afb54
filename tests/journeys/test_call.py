"""A call from its draft to the end that was put off twice: previewed, extended, missed by a second, opened again."""

from datetime import datetime, time, timedelta

import pytest
from django.utils.timezone import localtime

from institutes.integrity import calls_end_as_recorded, nothing_was_received_late
from institutes.models import Call, CallExtension
from institutes.tasks import sweep_outages
from portal.demo.books import sample_pdf
from portal.demo.steps import ZONE
from records import availability, calendar, clock
from tests.journeys.pages import Page
from tests.journeys.people import stranger
from tests.journeys.walk import Walk

pytestmark = pytest.mark.usefixtures("no_worker")
SECOND = timedelta(seconds=1)


def test_a_call_is_previewed_extended_missed_and_opened_again_after_an_outage(city):
    walk, late = Walk(city), Walk(city, 1)
    walk.draft_call(days=20)
    attach_guide(walk)
    publish_from_the_preview(walk)
    late.call_url = walk.call_url
    for one in (walk, late):
        one.begin()
    walk.fill()
    walk.attach()
    walk.submit()

    call = Call.objects.get()
    first, until = call.closes_at, last_moment_after(call.closes_at, 3)
    extend(walk, first - timedelta(days=2), until)
    announced(walk, late, call, first)
    with clock.at(until - SECOND):
        walk.admin.take(walk.url, "unit_approve")
    with clock.at(until + SECOND):
        missed = late.filler.post(f"{late.url}moves/submit/")
    assert missed.status == 409
    assert f"{localtime(until):%H:%M:%S} 截止" in missed.text
    assert "草稿保留" in missed.text

    open_again(walk, call, until)
    call.refresh_from_db()
    with clock.at(until + timedelta(hours=3)):
        assert "申报中" in late.filler.open(late.call_url).text
        again = late.filler.post(f"{late.url}moves/submit/")
    assert "截止，不再接收" not in again.text
    with clock.at(call.closes_at):
        assert nothing_was_received_late() + calls_end_as_recorded() == []
    assert list(call.extensions.order_by("pk").values_list("closes_from", flat=True)) == [first, until]


def attach_guide(walk: Walk) -> None:
    clerk = walk["bureau_clerk"]
    with walk.hour(8, 10):
        page = clerk.open(clerk.open(walk.call_url).link("/files/"))
        clerk.send(page, file=sample_pdf("示例申报书样表"))


def publish_from_the_preview(walk: Walk) -> None:
    approver = walk["bureau_approver"]
    with walk.hour(8, 30):
        assert Page(stranger().get(walk.call_url)).status == 404
        preview = approver.open(approver.open(walk.call_url).link("/preview/"))
        assert "2 家单位" in preview.text
        approver.send(preview, "/moves/publish/")
        public = Page(stranger().get(walk.call_url))
    assert "示例申报书样表.pdf" in public.text
    download = stranger().get(public.link(r"/files/\d+/"))
    assert (download.status_code, b"".join(download)[:5]) == (200, b"%PDF-")


def last_moment_after(closes: datetime, days: int) -> datetime:
    return datetime.combine(calendar.add_working_days(localtime(closes).date(), days), time(17), ZONE)


def extend(walk: Walk, at: datetime, until: datetime) -> None:
    with clock.at(at):
        walk["bureau_clerk"].take(
            walk.call_url,
            "draft_extension",
            closes_at=f"{until:%Y-%m-%dT%H:%M}",
            number="石科函〔2026〕2号",
            reason="多家单位反映专项审计需要更多时间。",
        )
        approver = walk["bureau_approver"]
        url = approver.workbasket().link("/calls/extensions/")
        approver.take(url, "publish")


def announced(walk: Walk, late: Walk, call: Call, first: datetime) -> None:
    """Both ends stand on every page, and the unit whose book is with it has a message."""
    with clock.at(first - timedelta(days=1)):
        for page in (Page(stranger().get("/")), Page(stranger().get(walk.call_url)), late.filler.open("/")):
            assert "已延期" in page.text
            assert f"{localtime(first).month}月{localtime(first).day}日" in page.text
        assert "申报延期" in late.filler.open("/notices/").text
        assert "申报延期" in late[late.county.staff.username].open("/notices/").text


def open_again(walk: Walk, call: Call, until: datetime) -> None:
    """The portal was down for the last two hours; its own record says so, and it offers a later end."""
    availability.note_up(at=until - timedelta(hours=2))
    availability.note_up(at=until + timedelta(hours=1))
    with clock.at(until + timedelta(hours=2)):
        assert (sweep_outages(), sweep_outages()) == (1, 0)
        clerk, approver = walk["bureau_clerk"], walk["bureau_approver"]
        url = clerk.workbasket().link("/calls/extensions/")
        offered = clerk.open(url)
        assert "120 分钟" in offered.text
        assert "15:00" in clerk.open("/availability/").text
        clerk.send(offered, "/moves/take_up/", number="石科函〔2026〕3号")
        approver.take(approver.workbasket().link("/calls/extensions/"), "publish")
    assert CallExtension.objects.published().count() == 2
