"""A small city for the journeys: its offices, one county's people, experts and two enterprises."""

from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from funding.gateway import MemoryTreasury
from portal.celery import app
from portal.demo.world import Founding
from records import clock

ZONE = ZoneInfo("Asia/Shanghai")
FOUNDED = datetime(2026, 1, 12, 9, 30, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def treasury(settings):
    """The treasury in memory; empty at first."""
    settings.TREASURY_GATEWAY = "funding.gateway.MemoryTreasury"
    MemoryTreasury.files.clear()
    return MemoryTreasury


@pytest.fixture
def city(django_db_serialized_rollback, transactional_db):
    """Offices and people, founded through the services."""
    call_command("load_policy", verbosity=0)
    call_command("load_day_overrides", stdout=StringIO())
    with clock.at(FOUNDED):
        founding = Founding()
        world = founding.found()
        for n in (1, 2):
            founding.register_firm(n)
    return world


@pytest.fixture
def worker():
    """A worker that answers every doorbell at once."""
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


@pytest.fixture
def no_worker(monkeypatch):
    """Nobody answers: doorbells ring into the void."""
    monkeypatch.setattr("portal.celery.Doorbell.apply_async", lambda *args, **kwargs: None)
