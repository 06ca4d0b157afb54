"""Steps of different cases, taken side by side by processes of their own: a processor that is free takes its part.

Each lane is a fork of the process that lives the year, made when the first steps are to be taken: it knows everybody
who was founded by then. What a step is given, and what it returns, goes from one to the other.
"""

import multiprocessing
import os
import warnings
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from multiprocessing.connection import wait
from threading import Thread
from typing import Any

from django.conf import settings
from django.db import connections

from portal.demo.steps import Steps
from portal.demo.world import Firm
from records import clock

LANES = 2
BEGINS = "apply"
OF_THE_FIRM = frozenset({"recommend"})
"""Steps of an application that ask for its firm."""


@dataclass(frozen=True, slots=True)
class Step:
    """A method of ``Steps`` that is to be taken at a moment: with the application of firm ``n``, and with ``more``.

    The one that begins an application has none yet, or that of an earlier call.
    """

    name: str
    moment: datetime
    n: int
    application: Any
    more: tuple = ()


class Lanes:
    """Processes that take steps, each beginning the next one as soon as it is free."""

    def __init__(self, steps: Steps, firms: Mapping[int, Firm]) -> None:
        import_module(settings.ROOT_URLCONF)  # read once, before there are several to read it
        fork = multiprocessing.get_context("fork")
        self._pool = ProcessPoolExecutor(LANES, mp_context=fork, initializer=_begin, initargs=(steps, firms))

    def take(self, steps: Iterable[Step]) -> list[Any]:
        """Take all ``steps``, begun in their order; what each returned, in that order.

        Raises what the first of them raised.
        """
        return [taken.result() for taken in [self._given(_walk, step) for step in steps]]

    def begin(self, *chapters: Callable[[], None]) -> Future[None]:
        """Let a lane live ``chapters``, one after the other, while the year goes on; its end is asked of the answer."""
        return self._given(_live, chapters)

    def _given(self, work: Callable[..., Any], *given: Any) -> Future[Any]:
        # No connection may be shared: each lane opens its own.
        connections.close_all()
        with warnings.catch_warnings():
            # Python warns of forks beside threads: those of papers and of a test's runner hold nothing of ours.
            warnings.simplefilter("ignore", DeprecationWarning)
            return self._pool.submit(work, *given)

    def close(self) -> None:
        """End the processes."""
        self._pool.shutdown(cancel_futures=True)


_steps: Steps
_firms: Mapping[int, Firm]


def _begin(steps: Steps, firms: Mapping[int, Firm]) -> None:
    global _steps, _firms
    _steps, _firms = steps, firms
    Thread(target=_end_with_our_parent, daemon=True).start()


def _end_with_our_parent() -> None:
    """A lane whose year was broken off would wait for its next step for ever."""
    parent = multiprocessing.parent_process()
    if parent:
        wait([parent.sentinel])
        os._exit(1)


def _live(chapters: tuple[Callable[[], None], ...]) -> None:
    for chapter in chapters:
        chapter()


def _walk(step: Step) -> Any:
    with clock.at(step.moment):
        firm = _firms[step.n]
        if step.name == BEGINS:
            return _steps.apply(*step.more, firm, step.n)
        application = step.application
        application.refresh_from_db()
        known = (application, firm) if step.name in OF_THE_FIRM else (application,)
        return getattr(_steps, step.name)(*known, *step.more)
