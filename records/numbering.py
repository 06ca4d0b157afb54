"""Numbers that the city counts by: application numbers, certificates, document numbers. Gapless per year.

The counter is a row that is locked last in its transaction; a rolled back transaction gives its number back.
"""

from django.db import transaction

# Makes the counter with its first number, locks it, and counts on: one question, also where many ask at once.
_TAKE = """
INSERT INTO records_numberseries (series, year, last) VALUES (%s, %s, %s)
ON CONFLICT (series, year) DO UPDATE SET last = records_numberseries.last + EXCLUDED.last
RETURNING last
"""


def next_number(series: str, year: int) -> int:
    """Take the next number of ``series`` in ``year``, starting with 1; holds the counter until commit."""
    return next_numbers(series, year, many=1)[0]


def next_numbers(series: str, year: int, *, many: int) -> range:
    """Take the next ``many`` numbers at once, as :func:`next_number` takes one.

    Raises ``TransactionManagementError`` outside a transaction: a number taken alone could be lost.
    """
    connection = transaction.get_connection()
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("A number taken outside a transaction could be lost.")
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [series, year, many])
        (last,) = cursor.fetchone()
    return range(last - many + 1, last + 1)


def format_number(pattern: str, *, year: int, n: int) -> str:
    """The number as it is printed, for instance ``SJZ-CYY-2026-007`` from ``SJZ-CYY-{year}-{n:03d}``."""
    return pattern.format(year=year, n=n)


def take_number(series: str, *, pattern: str, year: int) -> str:
    """The next number of ``series``, as it is printed."""
    return take_numbers(series, pattern=pattern, year=year, many=1)[0]


def take_numbers(series: str, *, pattern: str, year: int, many: int) -> list[str]:
    """The next ``many`` numbers of ``series``, as they are printed."""
    return [format_number(pattern, year=year, n=n) for n in next_numbers(series, year, many=many)]
