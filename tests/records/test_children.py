"""Work in a child process: every so many pieces another takes its place, and nothing given is left behind."""

import multiprocessing
import os
import warnings
from concurrent.futures import ThreadPoolExecutor

from records.children import Child

GIGABYTE = 2**30


def test_what_many_threads_give_at_once_is_done_though_processes_take_turns():
    """The pool's own limit of pieces would leave some of it without a process, for ever (CPython issue 115634)."""
    child = Child(memory_bytes=4 * GIGABYTE, processor_seconds=20, pieces=4)
    try:
        with ThreadPoolExecutor(3) as threads:
            given = [threads.submit(child.run, os.getpid, seconds=60) for _ in range(12)]
            processes = [piece.result() for piece in given]
    finally:
        child.close()

    assert len(processes) == 12
    assert len(set(processes)) == 3
    assert os.getpid() not in processes


def test_a_fork_begins_a_process_of_its_own():
    """It has none of the threads that hand work to its parent's, and would wait for ever."""
    child = Child(memory_bytes=4 * GIGABYTE, processor_seconds=20, pieces=4)
    heard = multiprocessing.SimpleQueue()
    try:
        ours = child.run(os.getpid, seconds=60)
        fork = multiprocessing.get_context("fork").Process(target=_ask, args=(child, heard))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            fork.start()
        fork.join(60)

        assert fork.exitcode == 0
        assert heard.get() not in {ours, os.getpid(), fork.pid}
        assert child.run(os.getpid, seconds=60) == ours
    finally:
        child.close()


def _ask(child, heard):
    heard.put(child.run(os.getpid, seconds=20))
    child.close()
