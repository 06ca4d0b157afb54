"""What one worker does at a time: the second leaves it to the first, and the next one finds the way free again."""

import pytest
from django.db import connection, connections

from records.alone import SPACE, alone, number_of


@alone
def work() -> int:
    return 1


@alone
def fail() -> int:
    raise ValueError("示例")


@pytest.fixture
def other(db):
    """Another worker's line to the database."""
    line = connections.create_connection(connection.alias)
    yield line
    line.close()


def asked(line, sql: str) -> bool:
    with line.cursor() as cursor:
        cursor.execute(sql, [SPACE, number_of(work)])
        return cursor.fetchone()[0]


def test_the_second_leaves_it_to_the_first(other):
    assert asked(other, "SELECT pg_try_advisory_lock(%s, %s)")
    assert work() == 0

    assert asked(other, "SELECT pg_advisory_unlock(%s, %s)")
    assert (work(), work()) == (1, 1)


def test_work_that_fails_leaves_the_way_free(other):
    with pytest.raises(ValueError, match="示例"):
        fail()

    with other.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [SPACE, number_of(fail)])
        assert cursor.fetchone()[0]
