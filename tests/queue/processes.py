"""Real processes for the tests: a worker as the portal starts it, and a Redis of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

PATIENCE = 90


def wait_until(condition: Callable[[], object], words: str = "it did not come") -> None:
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, words
        time.sleep(0.1)


def surroundings(**more: str) -> dict[str, str]:
    """What a process of the portal is told, upon the database of the test."""
    found = connection.settings_dict
    place = f"{found['USER']}:{found['PASSWORD'] or ''}@{found['HOST']}:{found['PORT']}"
    told = {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": f"postgres://{place}/{found['NAME']}",
    }
    return os.environ | told | more


@contextmanager
def running(words: list[str], env: dict[str, str]) -> Iterator[subprocess.Popen]:
    """A process of this Python, ended with the test."""
    process = subprocess.Popen([sys.executable, *words], env=env, cwd=settings.BASE_DIR)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def worker(*, mail: str, broker: str = "filesystem://localhost", cache: str = "locmemcache://"):
    """A worker as the portal starts it."""
    words = ["-m", "celery", "-A", "portal", "worker", "--concurrency=2", "--loglevel=WARNING"]
    return running(words, surroundings(CACHE_URL=cache, CELERY_BROKER_URL=broker, EMAIL_URL=mail))


def keeper(folder: Path, *, broker: str):
    """A timetable that rings all the time; what it notes about itself lies in ``folder``."""
    words = ["-m", "tests.queue.keeper", str(folder / "timetable")]
    return running(words, surroundings(CACHE_URL="locmemcache://", CELERY_BROKER_URL=broker))


class Redis:
    """A Redis that keeps nothing on disk, as in production, and may be away for a while."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    @property
    def client(self) -> redis.Redis:
        return redis.Redis(port=self.port)

    def start(self) -> None:
        words = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        words += ["--dir", str(self.folder), "--loglevel", "warning"]
        self.process = subprocess.Popen(["redis-server", *words], stdout=subprocess.DEVNULL)
        wait_until(self.answers, "Redis does not answer")

    def answers(self) -> bool:
        try:
            return self.client.ping()
        except redis.ConnectionError:
            return False

    def stop(self) -> None:
        """Gone from one moment to the next, with all that it held."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def is_idle(self) -> bool:
        """Whether nothing waits and nobody is at anything."""
        return not self.client.exists("interactive", "bulk", "unacked")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
