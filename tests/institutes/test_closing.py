"""The last second of a call, by the database's own clock: taken once, first, and told to whoever came too late."""

import time
from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.roles import Role
from institutes import services
from institutes.models import Application
from records import clock
from records.errors import TooLate
from records.lifecycle import lock
from tests.factories.accounts import person
from tests.factories.institutes import ApplicationFactory, CallFactory, fill

SHORTLY = timedelta(seconds=2)


def a_full_book(**call):
    filler = person(Role.ENT_FILLER)
    return fill(ApplicationFactory(host=filler.organisations[0], call=CallFactory(**call))), filler


def start_of_transaction():
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        return cursor.fetchone()[0]


def wait_until(moment) -> None:
    while clock.database_now() < moment:
        time.sleep(0.05)


@pytest.mark.django_db
def test_the_last_second_is_in_time_and_the_next_is_late_in_clear_words():
    application, filler = a_full_book()
    closes = application.call.closes_at

    with clock.at(closes + timedelta(seconds=1)), pytest.raises(TooLate) as refused:
        services.submit_application(application=application, by=filler)
    with clock.at(closes - timedelta(seconds=1)):
        services.submit_application(application=application, by=filler)

    words, local = refused.value.reasons[0].text, timezone.localtime(closes)
    assert f"已于 {local:%Y-%m-%d %H:%M:%S} 截止" in words
    assert f"{local + timedelta(seconds=1):%H:%M:%S}，以平台数据库服务器的时钟为准" in words
    assert "草稿保留" in words
    assert refused.value.reasons[0].url == application.call.get_absolute_url()
    assert application.state == "unit_review"


@pytest.mark.django_db
def test_the_administrator_s_last_second_counts_as_well():
    application, filler = a_full_book()
    closes, admin = application.call.closes_at, person(Role.ENT_ADMIN, organisation=application.host)
    services.submit_application(application=application, by=filler)

    with clock.at(closes), pytest.raises(TooLate):
        services.approve_application(application=application, by=admin)
    with clock.at(closes - timedelta(seconds=1)):
        services.approve_application(application=application, by=admin)

    assert application.received_at == closes - timedelta(seconds=1)


@pytest.mark.django_db
def test_whose_transaction_began_before_the_end_is_late_if_it_asks_after():
    """The start of a transaction, which is the database's ``now()``, decides nothing."""
    ends = clock.database_now() + SHORTLY
    application, filler = a_full_book(closes_at=ends)
    wait_until(ends)

    with pytest.raises(TooLate):
        services.submit_application(application=application, by=filler)

    assert start_of_transaction() < ends


@pytest.mark.django_db
def test_nothing_is_begun_in_a_call_that_closed_within_the_same_transaction():
    ends = clock.database_now() + timedelta(seconds=0.5)
    call, filler = CallFactory(closes_at=ends), person(Role.ENT_FILLER)
    wait_until(ends)

    with pytest.raises(TooLate) as refused:
        services.begin_application(call=call, host=filler.organisations[0], by=filler)

    assert "草稿" not in refused.value.reasons[0].text


@pytest.mark.django_db(transaction=True)
def test_whoever_asked_in_time_and_had_to_wait_is_in_time():
    """The moment is taken first: a lock that somebody else holds past the end costs nobody the call."""
    application, filler = a_full_book()
    held, asked = Event(), Event()
    ends = clock.database_now() + SHORTLY
    type(application.call).objects.filter(pk=application.call_id).update(first_closes_at=ends, closes_at=ends)

    def hold_past_the_end():
        with transaction.atomic():
            lock(Application.objects.get(pk=application.pk))
            held.set()
            asked.wait(10)
            wait_until(ends + timedelta(seconds=0.3))
        connection.close()

    holder = Thread(target=hold_past_the_end)
    holder.start()
    held.wait(10)
    asked.set()
    assert clock.database_now() < ends
    services.submit_application(application=application, by=filler)
    holder.join()

    application.refresh_from_db()
    assert application.state == "unit_review"
    assert application.submitted_at < ends < clock.database_now()


@pytest.mark.django_db(transaction=True)
def test_after_an_extension_a_row_that_was_read_before_does_not_bind():
    """Late by the end that the caller knew, in time by the one published since: what counts is read after the lock."""
    application, filler = a_full_book()
    clerk, approver = person(Role.BUREAU_CLERK), person(Role.BUREAU_APPROVER)
    call = application.call
    extension = services.draft_extension(
        call=call,
        closes_at=call.closes_at + timedelta(days=2),
        reason="示例理由",
        number="示科延〔2026〕7 号",
        by=clerk,
    )
    late = call.closes_at + timedelta(minutes=1)

    services.publish_extension(extension=extension, by=approver)
    with clock.at(late):
        services.submit_application(application=application, by=filler)

    assert application.state == "unit_review"
