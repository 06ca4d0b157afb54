"""A Redis and a worker on it, shared by all tests of the queue."""

import shutil
import threading

import pytest
from django.core.cache import caches

from portal.celery import app
from portal.settings import QUEUE_TRANSPORT
from tests.journeys.mailbox import Mailbox
from tests.queue.processes import Redis, wait_until, worker


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    if shutil.which("redis-server") is None:
        pytest.skip("there is no redis-server on this machine (Debian: apt-get install redis-server)")
    found = Redis(tmp_path_factory.mktemp("redis"))
    found.start()
    yield found
    found.stop()


@pytest.fixture(scope="module")
def post_office():
    """The mail server that the workers send by; it outlives them."""
    with Mailbox() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def mailbox(post_office):
    """The same, emptied."""
    post_office.received, post_office.carried, post_office.at_message = [], [], None
    return post_office


@pytest.fixture(scope="module")
def at_work(redis, post_office, django_db_setup, django_db_blocker):
    """The worker of all tests that do not kill theirs."""
    with django_db_blocker.unblock(), worker(mail=post_office.url, broker=f"{redis.url}/0") as process:
        yield process


@pytest.fixture
def queue(redis, monkeypatch, settings):
    """The web server's side of it: this process rings on Redis and keeps its cache there."""
    if not redis.answers():
        redis.start()
    redis.client.flushall()
    monkeypatch.setenv("CELERY_BROKER_URL", f"{redis.url}/0")
    monkeypatch.setattr(app, "silent_until", 0.0)
    monkeypatch.setattr("portal.celery.SILENCE", 0.5)
    cache = {"BACKEND": "portal.cache.PatientRedisCache", "LOCATION": f"{redis.url}/1"}
    settings.CACHES = {"default": cache | {"OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 1}}}
    with using(f"{redis.url}/0"):
        yield redis
    caches["default"].close()


class using:
    """Let the portal's own Celery speak to another broker, and then to the one of before."""

    def __init__(self, url: str) -> None:
        self.url = url

    def __enter__(self) -> None:
        self.before = app.conf.broker_url, app.conf.broker_transport_options
        self._speak_to(self.url, QUEUE_TRANSPORT)

    def __exit__(self, *_error: object) -> None:
        self._speak_to(*self.before)

    @staticmethod
    def _speak_to(url: str, options: dict) -> None:
        app.conf.update(broker_url=url, broker_transport_options=options)
        app._after_fork()  # forgets the connections to the broker of before


@pytest.fixture
def settled(queue):
    """Wait until the worker has done all that it was rung for."""
    return lambda: wait_until(queue.is_idle, "the worker does not come to rest")
