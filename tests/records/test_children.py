"""Work in a child process: every so many pieces another takes its place, and nothing given is left behind."""

import os
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
