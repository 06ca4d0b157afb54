"""Keeping the tallies: putting their parts together, counting anew, and what the two disagree about (I17).

The database writes the parts itself (``portal.migrations``), so no service has to remember anything. Putting together
changes no sum and stops nobody: whoever reads sums up what there is, whoever writes only adds.
"""

from django.db import connection, transaction

KEYS = "what, division_id, year, kind, state, chain_id"
COLUMNS = f"{KEYS}, count, amount"
SUMMED = f"{KEYS}, sum(count) AS count, sum(amount) AS amount"

# What comes to nothing goes as well. One statement: a reader sees either the parts or their sum.
FOLD = f"""
WITH parts AS (
    SELECT id, count(*) OVER sort AS parts, sum(count) OVER sort AS total, sum(amount) OVER sort AS yuan
    FROM portal_tally WINDOW sort AS (PARTITION BY {KEYS})
), gone AS (
    DELETE FROM portal_tally
    WHERE id IN (SELECT id FROM parts WHERE parts > 1 OR total = 0 AND yuan = 0)
    RETURNING {COLUMNS}
), kept AS (
    INSERT INTO portal_tally ({COLUMNS})
    SELECT {SUMMED} FROM gone GROUP BY {KEYS} HAVING sum(count) <> 0 OR sum(amount) <> 0
)
SELECT count(*) FROM gone
"""
DIFFERENCES = f"""
SELECT {SUMMED} FROM (
    SELECT {COLUMNS} FROM portal_tally
    UNION ALL
    SELECT {KEYS}, -count, -amount FROM portal_tally_live()
) both_sides
GROUP BY {KEYS} HAVING sum(count) <> 0 OR sum(amount) <> 0
ORDER BY {KEYS}
"""


@transaction.atomic
def fold() -> int:
    """Put the parts of each sum together. Returns how many parts went; one at a time, another waits for no turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('portal.tallies'))")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(FOLD)
        return int(cursor.fetchone()[0])


def differences() -> list[tuple]:
    """Where the sums are not what a count of the rows says: keys, rows too many, yuan too many. One moment's view."""
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCES)
        return cursor.fetchall()


@transaction.atomic
def count_anew() -> None:
    """Throw the sums away and count every row, for a database that was loaded past its triggers.

    Whoever is about to write waits; what others have written and not committed adds itself when they go on.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE portal_tally IN EXCLUSIVE MODE")
        cursor.execute("DELETE FROM portal_tally")
        cursor.execute(f"INSERT INTO portal_tally ({COLUMNS}) SELECT {COLUMNS} FROM portal_tally_live()")
