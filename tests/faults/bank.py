"""A bank that remembers in a file of its own, outside our database, and does not always answer as one would like.

It pays every batch that it takes, as often as it takes it: whoever sends twice pays twice, and here that shows.
"""

import csv
import hashlib
import io
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal

ANSWERS = "answers"
MOODS = (*[ANSWERS] * 7, "refuses", "times_out", "is_late", "pays_silently")
TABLES = """
    CREATE TABLE IF NOT EXISTS batch (reference TEXT, digest TEXT, shown INTEGER);
    CREATE TABLE IF NOT EXISTS payment (number TEXT, amount TEXT);
    CREATE INDEX IF NOT EXISTS batches ON batch (reference);
    CREATE INDEX IF NOT EXISTS payments ON payment (number);
"""


class Bank:
    """Takes batches under our references. ``mood`` is what it does with the next call."""

    absence_is_final = False
    mood = ANSWERS

    @contextmanager
    def _store(self) -> Iterator[sqlite3.Connection]:
        """Its own file: what is booked there no transaction of ours takes back, nor the death of who called."""
        with closing(sqlite3.connect(os.environ["FAULTS_BANK"], timeout=30)) as store, store:
            store.execute("PRAGMA synchronous = OFF")
            yield store

    def open(self) -> None:
        """Its file, before the first batch comes."""
        with self._store() as store:
            store.executescript(TABLES)

    def send(self, reference: str, content: bytes) -> str:
        """Pay what stands in the file, then answer, or not."""
        if self.mood == "refuses":
            raise ConnectionError("the bank does not answer")
        digest = hashlib.sha256(content).hexdigest()
        shown = self.mood not in ("is_late", "pays_silently")
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1:]
        with self._store() as store:
            store.execute("INSERT INTO batch VALUES (?, ?, ?)", (reference, digest, shown))
            store.executemany("INSERT INTO payment VALUES (?, ?)", [(row[0], row[7]) for row in rows])
        if self.mood in ("times_out", "is_late"):
            raise TimeoutError("the bank took it and did not answer")
        if self.mood == "pays_silently":
            raise ConnectionError("the bank does not answer")
        return digest

    def ask(self, reference: str) -> str | None:
        """What it says of a reference; of what it has not booked yet, nothing."""
        query = "SELECT digest FROM batch WHERE reference = ? AND shown"
        with self._store() as store:
            found = store.execute(query, (reference,)).fetchone()
        return found[0] if found else None

    def payments(self, number: str) -> list[Decimal]:
        """What it paid for an order, each time that it did."""
        with self._store() as store:
            rows = store.execute("SELECT amount FROM payment WHERE number = ?", (number,)).fetchall()
        return [Decimal(amount) for (amount,) in rows]
