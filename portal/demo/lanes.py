"""Steps of different cases, taken side by side: while one waits for the database, another goes on."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from queue import SimpleQueue

from django.db import connection

LANES = 3

Step = Callable[[], object]


def side_by_side(steps: Iterable[Step]) -> None:
    """Take all ``steps``, a few at a time, begun in their order; the clock of each is its own.

    Raises what the first of them raised, after the others came to their end.
    """
    waiting: SimpleQueue[Step | None] = SimpleQueue()
    for step in (*steps, *[None] * LANES):
        waiting.put(step)
    with ThreadPoolExecutor(LANES) as pool:
        lanes = [pool.submit(copy_context().run, _walk, waiting) for _ in range(LANES)]
    for lane in lanes:
        lane.result()


def _walk(waiting: SimpleQueue[Step | None]) -> None:
    try:
        for step in iter(waiting.get, None):
            step()
    finally:
        connection.close()  # this thread's own
