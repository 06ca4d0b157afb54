"""Steps of different cases, taken side by side by forked processes: a machine with two cores seeds on both."""

import multiprocessing
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from django.db import connections

LANES = 3
Step = Callable[[], Any]


def side_by_side(steps: Sequence[Step]) -> list[Any]:
    """What each of ``steps`` returns, in their order. Each sets the clock for itself, and none needs another's work.

    What a step changes in memory stays in its process: only what it returns comes back. Raises what a step here
    raised, and ``RuntimeError`` where one failed in another process, which has said why.
    """
    connections.close_all()  # a fork may not speak on its parent's line
    others = [_begin(steps[lane::LANES]) for lane in range(1, min(LANES, len(steps)))]
    found: list[Any] = [None] * len(steps)
    try:
        found[::LANES] = [step() for step in steps[::LANES]]
        for lane, (_process, line) in enumerate(others, start=1):
            found[lane::LANES] = line.recv()
    except EOFError as error:
        raise RuntimeError("A step failed in another process; its reason stands above.") from error
    finally:
        for process, line in others:
            line.close()  # whoever is not done yet has nobody to tell
            process.join()
    return found


def _begin(steps: Sequence[Step]) -> tuple[Any, Connection]:
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_walk, args=(steps, theirs))
    process.start()
    theirs.close()
    return process, ours


def _walk(steps: Sequence[Step], line: Connection) -> None:
    try:
        line.send([step() for step in steps])
    finally:
        connections.close_all()
