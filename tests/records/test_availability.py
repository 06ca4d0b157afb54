"""The portal's own record of being up: one row per unbroken time, outages between them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from records import availability
from records.models import UpInterval
from tests.factories.records import UpIntervalFactory

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def up(*minutes: int) -> None:
    for minute in minutes:
        availability.note_up(at=NOON + minute * MINUTE)


def test_proofs_that_follow_one_another_are_one_row():
    up(0, 1, 2, 3, 6)

    row = UpInterval.objects.get()
    assert (row.begun_at, row.seen_at) == (NOON, NOON + 6 * MINUTE)


def test_a_silence_begins_another_row_and_is_the_outage():
    up(0, 1, 30, 31)

    assert UpInterval.objects.count() == 2
    (found,) = availability.outages(since=NOON - 10 * MINUTE, until=NOON + 60 * MINUTE)
    assert (found.begun, found.ended, found.minutes) == (NOON + MINUTE, NOON + 30 * MINUTE, 29)


def test_an_earlier_moment_changes_nothing():
    up(5, 3)

    assert UpInterval.objects.get().seen_at == NOON + 5 * MINUTE


@pytest.mark.parametrize(
    ("since", "until", "minutes"),
    [
        (0, 100, [29, 40]),
        (10, 100, [20, 40]),
        (10, 20, [10]),
        (45, 55, [10]),
        (31, 35, []),
        (90, 90, []),
        (100, 90, []),
    ],
)
def test_outages_are_cut_off_at_both_ends(since, until, minutes):
    up(0, 1, 30, 32, 35, 75)
    moments = {"since": NOON + since * MINUTE, "until": NOON + until * MINUTE}
    expected = {(0, 100): [29, 40], (10, 100): [20, 40], (45, 55): [10]}.get((since, until), minutes)

    assert [one.minutes for one in availability.outages(**moments)] == expected
    assert availability.minutes_of(availability.outages(**moments)) == sum(expected)


def test_nothing_is_known_before_the_first_proof_nor_of_a_silence_that_lasts():
    up(0)

    assert availability.outages(since=NOON - 60 * MINUTE, until=NOON + 60 * MINUTE) == []
    assert availability.share_up(since=NOON - 60 * MINUTE, until=NOON) is None


def test_the_share_of_time_up():
    up(0, 60, 61, 62, 65, 68, 71, 74, 77, 80, 83, 86, 89, 92, 95, 98, 101, 104, 107, 110, 113, 116, 119, 120)

    assert availability.share_up(since=NOON, until=NOON + 120 * MINUTE) == pytest.approx(0.5)


def test_an_interval_does_not_run_backwards():
    row = UpIntervalFactory()

    with pytest.raises(IntegrityError, match="records_upinterval_runs_forward"):
        UpInterval.objects.filter(pk=row.pk).update(seen_at=row.begun_at - MINUTE)
