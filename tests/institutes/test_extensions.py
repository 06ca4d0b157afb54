"""A later end for a call: two people, never shorter, announced, and offered by the portal after an outage."""

from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from accounts.roles import Role
from institutes import services
from institutes.integrity import calls_end_as_recorded
from institutes.models import Call, CallExtension
from institutes.tasks import sweep_outages
from notices.models import Notice
from records import audit, availability, calendar, clock, deadlines
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson, TooLate
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory, CallExtensionFactory, CallFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def on_a_working_day(hour: int = 17) -> datetime:
    """Some working day well ahead of today, at that hour."""
    day = calendar.add_working_days(clock.today(), 30)
    return datetime.combine(day, time(hour), timezone.get_current_timezone())


def said(call, **more):
    return {
        "closes_at": call.closes_at + 3 * DAY,
        "reason": "申报单位反映财务审计尚未完成。",
        "number": "示科延〔2026〕1 号",
        **more,
    }


def draft(call, by=None, **more):
    return services.draft_extension(call=call, by=by or person(Role.BUREAU_CLERK), **said(call, **more))


# --- drafting -------------------------------------------------------------------------------------------------------


def test_a_clerk_drafts_and_the_approver_is_called_but_nothing_moves_yet():
    call, approver, filler = CallFactory(), person(Role.BUREAU_APPROVER), person(Role.ENT_FILLER)
    before = call.closes_at

    extension = draft(call)

    call.refresh_from_db()
    assert (call.closes_at, extension.state) == (before, "draft")
    assert deadlines.current(extension).holder_role == Role.BUREAU_APPROVER
    assert Notice.objects.filter(recipient=approver).count() == 1
    assert not Notice.objects.filter(recipient=filler).exists()


@pytest.mark.parametrize("earlier", [timedelta(), DAY])
def test_an_extension_never_shortens(earlier):
    call = CallFactory()

    with pytest.raises(Incomplete) as refused:
        draft(call, closes_at=call.closes_at - earlier)

    assert [reason.field for reason in refused.value.reasons] == ["closes_at"]
    assert not CallExtension.objects.exists()


def test_an_extension_names_everything_that_is_missing():
    with pytest.raises(Incomplete) as refused:
        draft(CallFactory(), reason=" ", number="")

    assert {reason.field for reason in refused.value.reasons} == {"reason", "number"}


def test_a_document_number_is_used_once():
    taken = CallExtensionFactory()

    with pytest.raises(Conflict):
        draft(CallFactory(), number=taken.number)
    with pytest.raises(Conflict):
        draft(CallFactory(), number=taken.call.number)


def test_one_extension_waits_at_a_time():
    call = CallFactory()
    draft(call)

    with pytest.raises(Conflict) as refused:
        draft(call, number="示科延〔2026〕2 号")

    assert refused.value.reasons[0].url.startswith("/calls/extensions/")


def test_a_draft_call_is_not_extended():
    with pytest.raises(IllegalMove):
        draft(CallFactory(drafted=True))


def test_a_call_that_is_over_is_not_opened_again_without_an_outage():
    call = CallFactory(over=True)

    with pytest.raises(TooLate) as refused:
        draft(call, closes_at=clock.now() + DAY)

    assert "60 分钟" in refused.value.reasons[0].text


# --- publishing -----------------------------------------------------------------------------------------------------


def test_another_person_publishes_and_the_end_moves_with_the_deadlines():
    call = CallFactory()
    open_draft = ApplicationFactory(call=call)
    deadlines.open_for(open_draft, label="填报中", role=Role.ENT_FILLER, due_on=clock.today() + DAY)
    handed_in = ApplicationFactory(call=call, state="county_review")
    kept = deadlines.open_for(handed_in, label="待推荐", role=Role.COUNTY_STAFF, due_on=clock.today() + DAY)
    extension, first = draft(call), call.closes_at

    services.publish_extension(extension=extension, by=person(Role.BUREAU_APPROVER))

    call.refresh_from_db()
    kept.refresh_from_db()
    assert (call.closes_at, call.first_closes_at) == (first + 3 * DAY, first)
    assert call.is_extended
    assert deadlines.current(open_draft).due_on == timezone.localdate(call.closes_at)
    assert kept.due_on == clock.today() + DAY
    assert audit.history(call).last().verb == "institutes.call.extend"
    assert audit.history(call).last().reason == extension.reason
    assert deadlines.current(extension) is None


def test_units_with_drafts_counties_and_the_author_are_told_each_once():
    call, clerk = CallFactory(), person(Role.BUREAU_CLERK)
    filling, other = person(Role.ENT_FILLER), person(Role.ENT_FILLER, division="130104")
    done = person(Role.ENT_ADMIN)
    county = person(Role.COUNTY_STAFF)
    ApplicationFactory(call=call, host=filling.organisations[0])
    ApplicationFactory(call=call, host=done.organisations[0], state="county_review")
    extension = draft(call, by=clerk)

    services.publish_extension(extension=extension, by=person(Role.BUREAU_APPROVER))

    told = Notice.objects.filter(event="institutes.callextension.publish")
    assert sorted(told.values_list("recipient_id", flat=True)) == sorted([filling.pk, county.pk, clerk.pk])
    assert other.pk not in told.values_list("recipient_id", flat=True)
    body = told.get(recipient=filling).body
    assert extension.number in body
    assert extension.reason in body
    assert "已保留" in body


def test_who_drafted_it_does_not_publish_it():
    extension = CallExtensionFactory()

    with pytest.raises(SamePerson):
        services.publish_extension(extension=extension, by=extension.drafted_by)


def test_a_draft_that_waited_past_the_end_is_not_published():
    extension = CallExtensionFactory()

    with clock.at(extension.closes_from), pytest.raises(TooLate):
        services.publish_extension(extension=extension, by=person(Role.BUREAU_APPROVER))

    extension.call.refresh_from_db()
    assert extension.call.closes_at == extension.closes_from


def test_a_call_is_extended_twice_and_keeps_both():
    call, approver = CallFactory(), person(Role.BUREAU_APPROVER)
    for number in ("示科延〔2026〕1 号", "示科延〔2026〕2 号"):
        call.refresh_from_db()
        services.publish_extension(extension=draft(call, number=number), by=approver)

    rows = call.extensions.order_by("pk")
    assert [row.closes_from for row in rows] == [call.first_closes_at, call.first_closes_at + 3 * DAY]
    call.refresh_from_db()
    assert call.closes_at == rows.last().closes_to
    assert calls_end_as_recorded() == []


def test_a_clerk_revises_and_either_gives_up_with_a_reason():
    extension, clerk = CallExtensionFactory(), person(Role.BUREAU_CLERK)

    services.revise_extension(extension=extension, by=clerk, **said(extension.call, number="改〔2026〕1 号"))
    with pytest.raises(SamePerson):
        services.publish_extension(extension=extension, by=clerk)
    with pytest.raises(Incomplete):
        services.discard_extension(extension=extension, reason=" ", by=clerk)
    services.discard_extension(extension=extension, reason="不再需要", by=person(Role.BUREAU_APPROVER))

    extension.refresh_from_db()
    assert (extension.state, extension.number, extension.drafted_by) == ("discarded", "改〔2026〕1 号", clerk)
    assert Notice.objects.filter(recipient=clerk, event="institutes.callextension.discard").exists()


# --- what cannot be stored ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ({"closes_to": datetime(2020, 1, 1, tzinfo=timezone.get_fixed_timezone(0))}, "never_shortens"),
        ({"reason": ""}, "says_why"),
        ({"number": ""}, "names_document"),
        ({"published_by": None, "published_at": None}, "published_by_somebody"),
        ({"drafted_by": None, "drafted_at": None}, "drafted_by_somebody"),
        (
            {"offered_at": datetime(2026, 1, 1, tzinfo=timezone.get_fixed_timezone(0))},
            "offered_at_offered_by",
        ),
    ],
)
def test_what_an_extension_lacks_cannot_be_stored(change, constraint):
    extension = CallExtensionFactory(published=True)

    with pytest.raises(IntegrityError, match=f"institutes_callextension_{constraint}"):
        CallExtension.objects.filter(pk=extension.pk).update(**change)


def test_a_published_call_never_ends_earlier_than_announced():
    call = CallFactory()

    with pytest.raises(IntegrityError, match="institutes_call_first_closes_at_not_after_closes_at"):
        Call.objects.filter(pk=call.pk).update(closes_at=call.closes_at - DAY)


def test_two_extensions_do_not_begin_at_one_end():
    extension = CallExtensionFactory()

    with pytest.raises((IntegrityError, ValidationError), match="one_at_a_time"):
        CallExtensionFactory(call=extension.call)


def test_an_end_without_an_extension_is_found():
    call = CallFactory()
    Call.objects.filter(pk=call.pk).update(closes_at=call.closes_at + DAY)

    assert len(calls_end_as_recorded()) == 1


# --- outages --------------------------------------------------------------------------------------------------------


def down(begun: datetime, ended: datetime) -> None:
    """The portal was up for a day before and is up again after."""
    availability.note_up(at=begun - timedelta(hours=20))
    for step in range(0, 20 * 60, 2):
        availability.note_up(at=begun - timedelta(hours=20) + timedelta(minutes=step))
    availability.note_up(at=begun)
    availability.note_up(at=ended)


def closing(hour: int = 17) -> Call:
    ends = on_a_working_day(hour)
    return CallFactory(closes_at=ends, opens_at=ends - 20 * DAY)


def test_an_outage_on_the_last_day_is_offered_once_with_its_times_as_reason():
    call, clerk = closing(), person(Role.BUREAU_CLERK)
    down(call.closes_at - timedelta(hours=2), call.closes_at - timedelta(minutes=30))

    with clock.at(call.closes_at - timedelta(minutes=20)):
        assert (sweep_outages(), sweep_outages()) == (1, 0)

    extension = call.extensions.get()
    assert (extension.state, extension.outage_minutes, extension.number) == ("offered", 90, "")
    assert "15:00 至 16:30" in extension.reason
    day = calendar.add_working_days(timezone.localdate(call.closes_at), 1)
    assert timezone.localtime(extension.closes_to) == datetime.combine(
        day, time(17), timezone.get_current_timezone()
    )
    assert deadlines.current(extension).holder_role == Role.BUREAU_CLERK
    assert Notice.objects.filter(recipient=clerk, event="institutes.callextension.begin").count() == 1


def test_a_short_outage_or_one_on_another_day_is_none_of_it():
    call = closing()
    down(call.closes_at - timedelta(hours=2), call.closes_at - timedelta(minutes=60))
    before = closing(11)
    down(before.closes_at - 3 * DAY, before.closes_at - 2 * DAY)

    with clock.at(call.closes_at + timedelta(minutes=5)):
        assert sweep_outages() == 0


def test_what_was_down_after_the_end_does_not_count():
    call = closing()
    down(call.closes_at - timedelta(minutes=20), call.closes_at + timedelta(hours=5))

    with clock.at(call.closes_at + timedelta(hours=5)):
        assert sweep_outages() == 0


def test_a_call_that_ended_on_a_day_off_looks_back_to_its_last_working_day():
    friday = on_a_working_day()
    while calendar.is_working_day((friday + DAY).date()):
        friday += DAY
    call = CallFactory(closes_at=friday + DAY, opens_at=friday - 20 * DAY)
    down(friday - timedelta(hours=3), friday - timedelta(hours=1))

    with clock.at(call.closes_at - timedelta(hours=1)):
        assert sweep_outages() == 1


def test_a_call_that_closed_in_an_outage_opens_again_by_two_people():
    call = closing()
    application = ApplicationFactory(call=call)
    deadlines.open_for(
        application, label="填报中", role=Role.ENT_FILLER, due_on=timezone.localdate(call.closes_at)
    )
    down(call.closes_at - timedelta(hours=2), call.closes_at + timedelta(hours=1))
    clerk, approver = person(Role.BUREAU_CLERK), person(Role.BUREAU_APPROVER)

    with clock.at(call.closes_at + timedelta(hours=2)):
        sweep_outages()
        extension = call.extensions.get()
        services.take_up_extension(
            extension=extension,
            closes_at=extension.closes_to,
            reason=extension.reason,
            number="示科延〔2026〕9 号",
            by=clerk,
        )
        services.publish_extension(extension=extension, by=approver)

    call.refresh_from_db()
    assert call.is_open(extension.closes_from + timedelta(hours=3))
    assert deadlines.current(application).due_on == timezone.localdate(extension.closes_to)


def test_an_offer_that_was_declined_is_not_made_again():
    call = closing()
    down(call.closes_at - timedelta(hours=2), call.closes_at + timedelta(hours=1))
    with clock.at(call.closes_at + timedelta(hours=2)):
        sweep_outages()
        services.discard_extension(
            extension=call.extensions.get(), reason="无单位受影响", by=person(Role.BUREAU_CLERK)
        )

        assert sweep_outages() == 0


def test_after_some_days_an_outage_is_no_reason_any_more():
    call = closing()
    down(call.closes_at - timedelta(hours=2), call.closes_at + timedelta(hours=1))

    with clock.at(call.closes_at + 20 * DAY), pytest.raises(TooLate, match="5 个工作日内"):
        draft(call, closes_at=call.closes_at + 30 * DAY)


# --- pages ----------------------------------------------------------------------------------------------------------


def test_an_extension_goes_through_its_pages(client):
    call, filler = CallFactory(), person(Role.ENT_FILLER)
    client.force_login(person(Role.BUREAU_CLERK))
    until = timezone.localtime(call.closes_at + 3 * DAY)
    data = said(call) | {"closes_at": until.strftime("%Y-%m-%dT%H:%M")}
    shorter = data | {"closes_at": timezone.localtime(call.closes_at - DAY).strftime("%Y-%m-%dT%H:%M")}

    assert client.post(f"/calls/{call.pk}/moves/draft_extension/", shorter).status_code == 409
    assert client.post(f"/calls/{call.pk}/moves/draft_extension/", data).status_code == 302
    extension = call.extensions.get()
    assert extension.get_absolute_url() in client.get(call.get_absolute_url()).text
    client.force_login(filler)
    assert client.get(extension.get_absolute_url()).status_code == 404
    assert extension.get_absolute_url() not in client.get(call.get_absolute_url()).text
    client.force_login(person(Role.BUREAU_APPROVER))
    client.post(f"{extension.get_absolute_url()}moves/publish/")

    for reader in (filler, None):
        client.logout()
        if reader:
            client.force_login(reader)
        page = client.get(call.get_absolute_url()).text
        assert "申报已延期" in page
        assert extension.reason in page
        assert "原定" in page
        assert "已延期" in client.get("/").text or reader
    client.force_login(filler)
    assert client.get(extension.get_absolute_url()).status_code == 200
