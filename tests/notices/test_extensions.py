"""A later last day of a publicity: offered after an outage, written by one, published by another, told to everybody."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts.roles import Role
from notices import selectors, services
from notices.integrity import publicities_end_as_recorded
from notices.models import Notice, PublicityExtension, PublicNotice
from notices.models.publicity import PERIOD
from notices.tasks import sweep_outages
from records import audit, availability, calendar, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson, TooLate
from records.models import Document
from tests.factories.accounts import person
from tests.factories.notices import PublicityExtensionFactory, PublicNoticeFactory, PublicNoticeItemFactory

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), timezone.get_current_timezone())


def cut(notice: PublicNotice, *, begins: int = 15, minutes: int = 90) -> datetime:
    """The portal was up all along, and down on the notice's last day; returns when it answered again."""
    begun = moment(notice.last_day, begins)
    for step in range(0, 20 * 60, 2):
        availability.note_up(at=begun - 20 * HOUR + timedelta(minutes=step))
    availability.note_up(at=begun)
    back = begun + timedelta(minutes=minutes)
    availability.note_up(at=back)
    return back


@pytest.fixture
def item():
    """A case in a notice, with the period of the item and the deadline of the case itself open."""
    item = PublicNoticeItemFactory()
    for kind in (PERIOD, "state"):
        subject = item if kind == PERIOD else item.host
        deadlines.open_for(
            subject, kind=kind, label="公示期满", role=Role.SYSTEM, due_on=item.notice.last_day
        )
    return item


def offered(item) -> PublicityExtension:
    with clock.at(cut(item.notice)):
        assert sweep_outages() == 1
    return item.notice.extensions.get()


def taken_up(extension, by=None, **more) -> PublicityExtension:
    said = {"ends_to": extension.ends_to, "reason": extension.reason, **more}
    return services.take_up_publicity_extension(
        later_day=extension, by=by or person(Role.BUREAU_CLERK), **said
    )


# --- offering -------------------------------------------------------------------------------------------------------


def test_an_outage_on_the_last_day_is_offered_once_with_its_times_as_reason(item):
    clerk, filler = person(Role.BUREAU_CLERK), person(Role.ENT_FILLER)

    extension = offered(item)

    with clock.at(moment(item.notice.last_day, 17)):
        assert sweep_outages() == 0
    assert (extension.state, extension.outage_minutes) == ("offered", 90)
    assert (extension.ends_from, extension.ends_to) == (
        item.notice.last_day,
        calendar.add_working_days(item.notice.last_day, 1),
    )
    assert "（公示最后一个工作日）15:00 至 16:30" in extension.reason
    assert deadlines.current(extension).holder_role == Role.BUREAU_CLERK
    assert Notice.objects.filter(recipient=clerk).count() == 1
    assert not Notice.objects.filter(recipient=filler).exists()


@pytest.mark.parametrize(("begins", "minutes", "count"), [(9, 60, 0), (9, 61, 1), (23, 180, 0)])
def test_only_what_was_down_for_too_long_before_midnight_counts(item, begins, minutes, count):
    back = cut(item.notice, begins=begins, minutes=minutes)

    with clock.at(back):
        assert sweep_outages() == count


def test_an_outage_on_another_day_is_none_of_it(item):
    back = cut(PublicNoticeFactory.build(last_day=item.notice.last_day - DAY, edition=None))

    with clock.at(back):
        assert sweep_outages() == 0


def test_a_notice_with_nothing_left_to_decide_is_not_offered_a_later_day(item):
    services.withdraw_from_notice(subject=item.host, by=person(Role.BUREAU_CLERK))

    with clock.at(cut(item.notice)):
        assert sweep_outages() == 0


def test_an_offer_that_was_declined_is_not_made_again(item):
    extension = offered(item)
    services.discard_publicity_extension(
        later_day=extension, reason="夜间无人提出异议", by=person(Role.BUREAU_CLERK)
    )

    with clock.at(moment(item.notice.last_day, 18)):
        assert sweep_outages() == 0


def test_a_day_far_behind_is_no_reason_any_more(item):
    cut(item.notice)

    with clock.at(moment(selectors.last_day_to_extend(item.notice), 9) + DAY):
        assert sweep_outages() == 0


# --- what waits meanwhile -------------------------------------------------------------------------------------------


def test_nothing_follows_from_a_publicity_before_its_later_day_is_decided(item):
    back = cut(item.notice)
    after = moment(item.notice.last_day, 0) + DAY
    assert back < after

    with clock.at(after):
        not_offered = selectors.way_blockers(item.host, on=clock.today())
        sweep_outages()
        waiting = selectors.way_blockers(item.host, on=clock.today())
        run_out = list(type(item).objects.period_over(clock.today()))
        extension = item.notice.extensions.get()
        services.discard_publicity_extension(
            later_day=extension, reason="无人受影响", by=person(Role.BUREAU_CLERK)
        )
        clear = selectors.way_blockers(item.host, on=clock.today())

    assert [reason.text for reason in not_offered] == [
        "公示最后一个工作日系统中断超过规定时间，须先决定是否延期。"
    ]
    assert [reason.url for reason in waiting] == [extension.get_absolute_url()]
    assert run_out == []
    assert clear == []


# --- writing and publishing -----------------------------------------------------------------------------------------


def test_another_person_publishes_and_item_case_and_deadlines_follow(
    item, django_capture_on_commit_callbacks
):
    services.issue_public_notice(notice=item.notice)
    first, unit = item.notice.document, person(Role.ENT_ADMIN, organisation=item.host)
    clerk = person(Role.BUREAU_CLERK)
    with clock.at(moment(item.notice.last_day, 17)):
        extension = taken_up(offered(item), by=clerk)
        services.publish_publicity_extension(later_day=extension, by=person(Role.BUREAU_APPROVER))
    services.issue_public_notice(notice=PublicNotice.objects.get(pk=item.notice.pk))

    item.refresh_from_db()
    notice = PublicNotice.objects.get(pk=item.notice_id)
    assert (notice.first_last_day, notice.last_day) == (extension.ends_from, extension.ends_to)
    assert item.ends_on == notice.last_day
    assert deadlines.current(item, kind=PERIOD).due_on == notice.last_day
    assert deadlines.current(item.host).due_on == notice.last_day
    assert audit.history(notice).filter(verb="notices.publicnotice.extend").get().reason == extension.reason
    assert set(Notice.objects.filter(title__startswith="公示延期：").values_list("recipient", flat=True)) == {
        unit.pk,
        clerk.pk,
    }
    assert notice.document.replaces == first
    assert notice.document.number == f"{notice.number} 延期1"
    assert notice.document.context["extension"]["reason"] == extension.reason
    assert notice.document.context["working_days"] == 6
    assert publicities_end_as_recorded() == []


def test_who_wrote_it_does_not_publish_it(item):
    extension = taken_up(offered(item))

    with pytest.raises(SamePerson):
        services.publish_publicity_extension(later_day=extension, by=extension.drafted_by)


def test_what_was_offered_is_not_published_unread(item):
    with pytest.raises(IllegalMove):
        services.publish_publicity_extension(later_day=offered(item), by=person(Role.BUREAU_APPROVER))


@pytest.mark.parametrize("days", [0, -3])
def test_it_never_shortens(item, days):
    extension = offered(item)

    with pytest.raises(Incomplete) as refused:
        taken_up(extension, ends_to=extension.ends_from + days * DAY, reason=" ")

    assert [reason.field for reason in refused.value.reasons] == ["reason", "ends_to"]


def test_the_last_day_is_one_on_which_people_work(item):
    day = calendar.add_working_days(item.notice.last_day, 1)
    while calendar.is_working_day(day):
        day += DAY

    with pytest.raises(Incomplete, match="不是工作日"):
        taken_up(offered(item), ends_to=day)


def test_it_is_published_only_for_some_days_after_the_end(item):
    extension = taken_up(offered(item), ends_to=calendar.add_working_days(item.notice.last_day, 10))

    late = moment(selectors.last_day_to_extend(item.notice), 9) + DAY
    with clock.at(late), pytest.raises(TooLate):
        services.publish_publicity_extension(later_day=extension, by=person(Role.BUREAU_APPROVER), at=late)


def test_a_notice_whose_items_are_gone_is_not_extended(item):
    extension = taken_up(offered(item))
    services.withdraw_from_notice(subject=item.host, by=person(Role.BUREAU_CLERK))

    with pytest.raises(Conflict, match="均已办结"):
        services.publish_publicity_extension(later_day=extension, by=person(Role.BUREAU_APPROVER))


def test_an_item_whose_clock_stands_still_keeps_the_days_left_to_it(item):
    extension = taken_up(offered(item))
    services.publicity.pause_item(item=item, by=person(Role.BUREAU_CLERK), at=clock.now())

    services.publish_publicity_extension(later_day=extension, by=person(Role.BUREAU_APPROVER))

    left = item.days_left
    item.refresh_from_db()
    assert (item.ends_on, item.days_left) == (extension.ends_from, left)


def test_a_clerk_revises_and_either_gives_up_with_a_reason(item):
    extension, clerk = taken_up(offered(item)), person(Role.BUREAU_CLERK)
    later = calendar.add_working_days(extension.ends_to, 1)

    services.revise_publicity_extension(later_day=extension, ends_to=later, reason="改为两日。", by=clerk)
    with pytest.raises(SamePerson):
        services.publish_publicity_extension(later_day=extension, by=clerk)
    with pytest.raises(Incomplete):
        services.discard_publicity_extension(later_day=extension, reason=" ", by=clerk)
    services.discard_publicity_extension(
        later_day=extension, reason="不再需要", by=person(Role.BUREAU_APPROVER)
    )

    extension.refresh_from_db()
    assert (extension.state, extension.ends_to, extension.drafted_by) == ("discarded", later, clerk)
    assert Notice.objects.filter(recipient=clerk, title__startswith="不予延期").exists()


def test_a_paper_that_no_task_made_is_made_by_the_sweep(item):
    services.issue_missing_papers()
    with clock.at(moment(item.notice.last_day, 17)):
        extension = taken_up(offered(item))
        services.publish_publicity_extension(later_day=extension, by=person(Role.BUREAU_APPROVER))

    assert (services.issue_missing_papers(), services.issue_missing_papers()) == (1, 0)

    papers = Document.objects.about(item.notice).order_by("pk")
    assert [paper.number for paper in papers] == [item.notice.number, f"{item.notice.number} 延期1"]
    assert papers[0].context["last_day"] != papers[1].context["last_day"]


# --- what cannot be stored ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"ends_to": date(2020, 1, 1)}, "never_shortens"),
        ({"reason": ""}, "says_why"),
        ({"published_by": None, "published_at": None}, "published_by_somebody"),
        ({"drafted_by": None, "drafted_at": None}, "drafted_by_somebody"),
        ({"state": "offered"}, "offered_by_the_portal"),
    ],
)
def test_what_an_extension_lacks_cannot_be_stored(change, constraint):
    extension = PublicityExtensionFactory(published=True)

    with pytest.raises(IntegrityError, match=f"notices_publicityextension_{constraint}"):
        PublicityExtension.objects.filter(pk=extension.pk).update(**change)


def test_a_paper_belongs_to_what_was_published():
    extension = PublicityExtensionFactory()
    paper = services.issue_public_notice(notice=extension.notice)

    with pytest.raises(IntegrityError, match="paper_of_what_was_published"):
        PublicityExtension.objects.filter(pk=extension.pk).update(document=paper)


def test_a_publicity_never_ends_earlier_than_announced():
    notice = PublicNoticeFactory()

    with pytest.raises(IntegrityError, match="notices_publicnotice_first_last_day_not_after_last_day"):
        PublicNotice.objects.filter(pk=notice.pk).update(last_day=notice.last_day - DAY)


def test_two_extensions_do_not_begin_at_one_day():
    extension = PublicityExtensionFactory()

    with pytest.raises((IntegrityError, ValidationError), match="one_at_a_time"):
        PublicityExtensionFactory(notice=extension.notice)


def test_a_last_day_without_an_extension_is_found():
    notice = PublicNoticeFactory()
    PublicNotice.objects.filter(pk=notice.pk).update(last_day=notice.last_day + DAY)

    assert publicities_end_as_recorded() == [f"公示 {notice.number} 的最后一日与延期记录不符"]


# --- pages ----------------------------------------------------------------------------------------------------------


def test_it_goes_through_its_pages_and_everybody_reads_both_days(client, item):
    extension, filler = offered(item), person(Role.ENT_FILLER)
    page, public = extension.get_absolute_url(), item.notice.get_absolute_url()
    client.force_login(person(Role.BUREAU_CLERK))
    data = {"ends_to": str(extension.ends_to), "reason": extension.reason}

    assert "15:00" in client.get(page).text
    assert page in client.get(public).text
    assert (
        client.post(f"{page}moves/take_up/", data | {"ends_to": str(extension.ends_from)}).status_code == 409
    )
    assert client.post(f"{page}moves/take_up/", data).status_code == 302
    client.force_login(filler)
    assert client.get(page).status_code == 404
    assert page not in client.get(public).text
    client.force_login(person(Role.BUREAU_APPROVER))
    with clock.at(moment(item.notice.last_day, 17)):
        assert client.post(f"{page}moves/publish/").status_code == 302

    client.logout()
    shown = client.get(public).text
    assert "公示已延期" in shown
    assert extension.reason in shown
    assert "原定至" in shown
    assert "6 个工作日" in shown
    assert "原定至" in client.get("/publicity/").text
    client.force_login(filler)
    assert client.get(page).status_code == 200
    assert "系统中断</h2>" not in client.get(page).text
