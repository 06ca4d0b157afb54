"""Work over what strangers bring is done in a child process, with limits on memory, processor time and wall time.

A hostile file can neither take the portal down nor hold a worker for longer than the wall time: its process is
ended, the caller hears ``OutOfLimits``, and the next piece of work gets a new process.
"""

import multiprocessing
import os
import resource
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, CancelledError, Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as TookTooLong
from typing import TypeVar

T = TypeVar("T")


class OutOfLimits(Exception):
    """The work took more time or memory than it may, or its process died over it."""


class Child:
    """One process beside this one that does work, one piece after the other; it is begun when it is first needed."""

    def __init__(self, *, memory_bytes: int, processor_seconds: int, pieces: int) -> None:
        self.limits = memory_bytes, processor_seconds
        self.pieces = pieces
        self._executor: ProcessPoolExecutor | None = None
        self._given = 0
        self._lock = threading.Lock()
        os.register_at_fork(after_in_child=self._forget)

    def _forget(self) -> None:
        """In a fork of ours: what hands work to the process was not forked with it, so it begins one of its own."""
        self._executor, self._lock = None, threading.Lock()

    def run(self, work: Callable[..., T], *given, seconds: float) -> T:
        """What ``work`` (of a module, on plain values) returns or raises; ``OutOfLimits`` after ``seconds``.

        Where the process died over the work of another thread, this work is tried once more.
        """
        try:
            return self._once(work, *given, seconds=seconds)
        except (BrokenExecutor, CancelledError):
            self.close()
        try:
            return self._once(work, *given, seconds=seconds)
        except (BrokenExecutor, CancelledError) as error:
            self.close()
            raise OutOfLimits("The process died over this work.") from error

    def _once(self, work: Callable[..., T], *given, seconds: float) -> T:
        try:
            return self._submit(work, *given).result(timeout=seconds)
        except TookTooLong as error:
            self.close()
            raise OutOfLimits(f"Not done after {seconds} seconds.") from error
        except MemoryError as error:
            self.close()
            raise OutOfLimits("More memory than it may have.") from error

    def _submit(self, work: Callable[..., T], *given) -> Future[T]:
        """Give ``work`` to the process; every so many pieces another takes its place, whatever they left behind.

        Counted here: the pool's own ``max_tasks_per_child`` can leave what was just given without a process
        (CPython issue 115634), and the pool then never ends.
        """
        with self._lock:
            if self._executor and self._given == self.pieces:
                self._executor.shutdown(wait=False)  # it does what it was given, and ends
                self._executor = None
            if self._executor is None:
                self._executor, self._given = self._begun(), 0
            self._given += 1
            return self._executor.submit(work, *given)

    def _begun(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(
            max_workers=1,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_limit_this_process,
            initargs=self.limits,
        )

    def close(self) -> None:
        """End the process, whatever it is doing; the next piece of work begins another."""
        with self._lock:
            executor, self._executor = self._executor, None
        if executor:
            for process in list((executor._processes or {}).values()):
                process.kill()
            executor.shutdown(wait=False, cancel_futures=True)


def _limit_this_process(memory_bytes: int, processor_seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (processor_seconds, processor_seconds))
