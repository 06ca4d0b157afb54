"""Numbers that the city counts by: application numbers, certificates, document numbers. Gapless per year.

The counter is a row that is locked last in its transaction; a rolled back transaction gives its number back.
"""

from django.db import transaction

from records.models import NumberSeries


def next_number(series: str, year: int) -> int:
    """Take the next number of ``series`` in ``year``, starting with 1; holds the counter until commit.

    Raises ``TransactionManagementError`` outside a transaction: a number taken alone could be lost.
    """
    transaction.get_connection().validate_no_broken_transaction()
    NumberSeries.objects.bulk_create([NumberSeries(series=series, year=year)], ignore_conflicts=True)
    row = NumberSeries.objects.select_for_update(of=("self",), no_key=True).get(series=series, year=year)
    row.last += 1
    row.save(update_fields=["last"])
    return row.last


def format_number(pattern: str, *, year: int, n: int) -> str:
    """The number as it is printed, for instance ``SJZ-CYY-2026-007`` from ``SJZ-CYY-{year}-{n:03d}``."""
    return pattern.format(year=year, n=n)


def take_number(series: str, *, pattern: str, year: int) -> str:
    """The next number of ``series``, as it is printed."""
    return format_number(pattern, year=year, n=next_number(series, year))
