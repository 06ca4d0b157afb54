from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from records import numbering

PATTERN = "SJZ-CYY-{year}-{n:03d}"


@pytest.mark.django_db
def test_numbers_start_with_one_each_year_and_run_on():
    taken = [numbering.take_number("证书", pattern=PATTERN, year=year) for year in (2026, 2026, 2027)]

    assert taken == ["SJZ-CYY-2026-001", "SJZ-CYY-2026-002", "SJZ-CYY-2027-001"]


@pytest.mark.django_db
def test_several_are_taken_at_once_and_the_next_goes_on_behind_them():
    one = numbering.take_number("证书", pattern=PATTERN, year=2026)
    three = numbering.take_numbers("证书", pattern=PATTERN, year=2026, many=3)

    assert [one, *three] == [f"SJZ-CYY-2026-{n:03d}" for n in (1, 2, 3, 4)]
    assert numbering.next_number("证书", 2026) == 5


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_number_is_given_again():
    with transaction.atomic():
        numbering.next_number("证书", 2026)
        transaction.set_rollback(True)
    with transaction.atomic():
        assert numbering.next_number("证书", 2026) == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_are_gapless_under_race():
    start = Barrier(6)

    def take(_):
        try:
            start.wait()
            with transaction.atomic():
                return numbering.next_number("证书", 2026)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(take, range(6))) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_a_number_outside_a_transaction_is_refused():
    with pytest.raises(transaction.TransactionManagementError):
        numbering.next_number("证书", 2026)
