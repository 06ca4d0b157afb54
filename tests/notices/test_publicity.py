from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction

from accounts.roles import Role
from notices import selectors, services
from notices.models import PublicNotice, PublicNoticeItem
from records import audit, calendar, clock, deadlines
from records.errors import Conflict, Incomplete
from records.models import Deadline
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.notices import (
    MONDAY,
    ObjectionFactory,
    PublicNoticeFactory,
    PublicNoticeItemFactory,
)
from tests.factories.records import DayOverrideFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("rules")]


@pytest.fixture
def approver():
    return person(Role.BUREAU_APPROVER)


def entry(subject=None):
    subject = subject or OrganisationFactory()
    return services.Entry(
        subject=subject,
        name="示例产业技术研究院",
        host_name=subject.name,
        county="长安区",
        co_builders=["示例大学"],
    )


def post(by, *, at=MONDAY, items=None, **terms):
    words = {"kind": "recognition", "title": "示例公示", "basis": "依据示例办法。", "working_days": 5} | terms
    return services.post_public_notice(items=[entry()] if items is None else items, by=by, at=at, **words)


def test_posting_takes_a_number_counts_the_first_day_and_opens_the_period(
    approver, rung, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        notice = post(approver)

    item = notice.items.get()
    assert (notice.number, notice.first_day, notice.last_day) == (
        "SJZ-GS-2026-001",
        date(2026, 11, 23),
        date(2026, 11, 27),
    )
    assert (item.name, item.co_builder_names, item.ends_on) == (
        "示例产业技术研究院",
        ["示例大学"],
        notice.last_day,
    )
    assert deadlines.current(item, kind="publicity-end").due_on == notice.last_day
    assert [event.verb for event in audit.history(notice)] == ["notices.publicnotice.post"]
    assert rung == [("issue_public_notice", notice.pk)]


def test_the_period_counts_working_days_over_the_national_day(approver):
    for day in range(1, 8):
        DayOverrideFactory(day=date(2026, 10, day), name="国庆节")
    DayOverrideFactory(day=date(2026, 10, 10), is_working=True, name="国庆节调休")
    calendar.forget()

    notice = post(approver, at=datetime(2026, 9, 30, 16, tzinfo=ZoneInfo("Asia/Shanghai")))

    # 30 September, 8, 9, 10 (made up, a Saturday) and 12 October
    assert (notice.first_day, notice.last_day) == (date(2026, 9, 30), date(2026, 10, 12))


def test_a_period_that_reaches_into_an_unpublished_year_is_provisional(approver):
    DayOverrideFactory(day=date(2026, 1, 1))
    calendar.forget()

    assert post(approver, at=datetime(2026, 12, 30, 9, tzinfo=ZoneInfo("Asia/Shanghai"))).provisional


def test_posting_without_what_it_needs_is_refused_with_every_reason(approver):
    with pytest.raises(Incomplete) as refusal:
        post(approver, title=" ", basis="", items=[])

    assert [reason.field for reason in refusal.value.reasons] == ["title", "basis", "items"]
    assert (PublicNotice.objects.count(), Deadline.objects.count()) == (0, 0)


def test_a_case_stands_in_one_notice_at_a_time(approver):
    subject = OrganisationFactory()
    post(approver, items=[entry(subject)])

    with pytest.raises(Conflict, match="不能重复公示"):
        post(approver, items=[entry(subject)])
    assert PublicNotice.objects.count() == 1


def test_a_withdrawn_case_may_be_published_again(approver):
    subject = OrganisationFactory()
    post(approver, items=[entry(subject)])
    services.withdraw_from_notice(subject=subject, by=approver, at=MONDAY)

    post(approver, items=[entry(subject)])

    assert PublicNoticeItem.objects.about(subject).count() == 2
    assert PublicNoticeItem.objects.about(subject).standing().count() == 1


@pytest.mark.parametrize(
    ("on", "clear", "status"),
    [
        (date(2026, 11, 23), False, "running"),
        (date(2026, 11, 27), False, "running"),
        (date(2026, 11, 28), True, "ended"),
    ],
)
def test_the_way_is_clear_after_the_last_day(approver, on, clear, status):
    item = post(approver).items.get()
    subject = OrganisationFactory._meta.model.objects.get(pk=item.subject_id)

    assert (selectors.is_way_clear(subject, on=on), item.status(on)) == (clear, status)


@pytest.mark.parametrize(
    ("trait", "words"),
    [
        ({}, ["尚有 1 件异议未办结。"]),
        ({"accepted": True}, ["尚有 1 件异议未办结。"]),
        ({"refused": True}, []),
    ],
)
def test_an_open_objection_stands_in_the_way(trait, words):
    subject = OrganisationFactory()
    item = PublicNoticeItemFactory(subject=subject, notice__posted_at=MONDAY)
    ObjectionFactory(item=item, filed_at=MONDAY, **trait)

    found = selectors.way_blockers(subject, on=date(2026, 12, 1))

    assert [str(reason) for reason in found] == words


def test_what_was_never_published_has_no_clear_way():
    subject = OrganisationFactory()

    assert [str(r) for r in selectors.way_blockers(subject, on=date(2026, 12, 1))] == [
        f"“{subject}”尚未公示。"
    ]


def test_conclude_closes_the_period_once_the_way_is_clear(approver):
    item = post(approver).items.get()
    subject = OrganisationFactory._meta.model.objects.get(pk=item.subject_id)
    with pytest.raises(Conflict, match="尚未届满"):
        services.conclude_publicity(subject=subject, by=approver, at=MONDAY)

    later = MONDAY + timedelta(days=5)
    services.conclude_publicity(subject=subject, by=approver, at=later)
    services.conclude_publicity(subject=subject, by=approver, at=later)

    item.refresh_from_db()
    assert (item.status(date(2026, 12, 1)), item.concluded_by) == ("concluded", approver)
    assert deadlines.current(item, kind="publicity-end") is None
    assert [event.verb for event in audit.history(item)] == ["notices.publicnoticeitem.conclude"]


@pytest.mark.parametrize(
    ("on", "left"),
    [(date(2026, 11, 23), 5), (date(2026, 11, 26), 2), (date(2026, 11, 27), 1), (date(2026, 11, 28), 0)],
)
def test_days_left_count_the_day_itself(on, left):
    item = PublicNoticeItemFactory(notice__posted_at=MONDAY)

    assert (item.notice.days_left(on), item.working_days_left(on)) == (left, left)


def test_search_finds_by_title_number_and_item():
    wanted = PublicNoticeFactory(title="关于示例生物医药研究院的公示", number="SJZ-GS-2026-900")
    PublicNoticeItemFactory(notice=wanted, name="示例生物所", host_name="示例制药")
    PublicNoticeFactory(title="另一份")
    for text in ("生物医药", "GS-2026-900", "示例制药"):
        assert list(selectors.search_public_notices(selectors.public_notices(), text)) == [wanted]


@pytest.mark.parametrize("year", ["99999999999999999999", "0", "-1", "2026.5", "abc"])
def test_a_year_that_is_none_narrows_nothing_and_the_page_says_so(client, year):
    notice = PublicNoticeFactory()

    page = client.get("/publicity/", {"year": year})

    assert page.status_code == 200
    assert notice.title in page.text
    assert f"年度：{year}（无法识别，未按此筛选）" in page.text


def test_running_leaves_out_what_is_over():
    with clock.at(MONDAY):
        running = PublicNoticeFactory(posted_at=MONDAY)
    over = PublicNoticeFactory(posted_at=MONDAY - timedelta(days=60))

    assert list(selectors.public_notices().running(MONDAY.date())) == [running]
    assert list(selectors.public_notices().over(MONDAY.date())) == [over]


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"paused_on": "2026-11-24"}, "notices_publicnoticeitem_paused_on_days_left"),
        ({"concluded_at": MONDAY}, "notices_publicnoticeitem_concluded_at_concluded_by"),
        ({"withdrawn_at": MONDAY}, "notices_publicnoticeitem_withdrawn_at_withdrawn_by"),
    ],
)
def test_half_an_item_cannot_be_stored(change, name):
    item = PublicNoticeItemFactory()
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        PublicNoticeItem.objects.filter(pk=item.pk).update(**change)


def test_a_paused_item_cannot_be_concluded_even_by_hand(approver):
    item = PublicNoticeItemFactory(paused_on="2026-11-24", days_left=3)
    with (
        pytest.raises(IntegrityError, match="notices_publicnoticeitem_concluded_with_a_clear_way"),
        transaction.atomic(),
    ):
        PublicNoticeItem.objects.filter(pk=item.pk).update(concluded_at=MONDAY, concluded_by=approver)


def test_a_notice_cannot_end_before_it_begins():
    notice = PublicNoticeFactory()
    with (
        pytest.raises(IntegrityError, match="notices_publicnotice_first_last_day_not_after_last_day"),
        transaction.atomic(),
    ):
        PublicNotice.objects.filter(pk=notice.pk).update(last_day="2020-01-01")
