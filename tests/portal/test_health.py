import pytest
from django.db import OperationalError

from portal import readiness
from portal.celery import Queue


@pytest.fixture(autouse=True)
def _forget():
    readiness.remember_that_all_are_applied.cache_clear()


@pytest.fixture
def queue_away(monkeypatch):
    """A queue where nobody listens: the discard port of this machine."""
    nobody_listens = Queue("tests", set_as_current=False)
    nobody_listens.conf.broker_write_url = "redis://127.0.0.1:9/0"
    monkeypatch.setattr(readiness, "app", nobody_listens)


def test_healthz_asks_nobody(client):
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")


@pytest.mark.django_db
def test_readyz_names_each_part(client):
    response = client.get("/readyz")

    assert response.status_code == 200
    assert response.json() == {"ready": True, "database": "ok", "migrations": "ok", "queue": "ok"}


@pytest.mark.django_db
@pytest.mark.usefixtures("queue_away")
def test_readyz_says_when_the_queue_is_away(client):
    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {"ready": False, "database": "ok", "migrations": "ok", "queue": "unreachable"}


@pytest.mark.django_db
def test_readyz_counts_the_migrations_that_wait(client, monkeypatch):
    monkeypatch.setattr(readiness.MigrationExecutor, "migration_plan", lambda self, targets: [1, 2])

    assert client.get("/readyz").json()["migrations"] == "2 not applied"


def test_readyz_says_when_the_database_is_away(client, monkeypatch):
    def away():
        raise OperationalError("no route")

    monkeypatch.setattr(readiness.connection, "cursor", away)

    response = client.get("/readyz")

    assert response.status_code == 503
    assert response.json() == {
        "ready": False,
        "database": "unreachable",
        "migrations": "unknown",
        "queue": "ok",
    }
