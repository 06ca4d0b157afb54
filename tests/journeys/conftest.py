"""A small city for the journeys: its offices, one county's people, experts and two enterprises."""

from datetime import datetime
from io import StringIO

import pytest
from django.core.management import call_command

from funding.gateway import MemoryTreasury
from portal.celery import app
from portal.demo.steps import ZONE
from portal.demo.world import Founding, World
from records import clock
from tests.journeys.money import MoneyWalk

FOUNDED = datetime(2026, 1, 12, 9, 30, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def treasury(settings):
    """The treasury in memory; empty at first."""
    settings.TREASURY_GATEWAY = "funding.gateway.MemoryTreasury"
    MemoryTreasury.files.clear()
    yield MemoryTreasury
    MemoryTreasury.broken, MemoryTreasury.absence_is_final = False, True


@pytest.fixture
def founding(transactional_db) -> Founding:
    """Offices and people, founded through the services; firms may register."""
    call_command("load_policy", verbosity=0)
    call_command("load_day_overrides", stdout=StringIO())
    with clock.at(FOUNDED):
        founding = Founding()
        founding.found()
    return founding


@pytest.fixture
def city(founding) -> World:
    """The city with two firms."""
    with clock.at(FOUNDED):
        for n in (1, 2):
            founding.register_firm(n)
    return founding.world


@pytest.fixture
def walk(city) -> MoneyWalk:
    """An enterprise, and a call that is open to it."""
    walk = MoneyWalk(city)
    walk.draft_call()
    walk.publish_call()
    return walk


@pytest.fixture
def published(walk) -> MoneyWalk:
    """The walk at its public notice."""
    walk.apply()
    walk.pass_days()
    walk.to_the_bureau()
    walk.to_the_experts()
    walk.visit()
    walk.shortlist()
    return walk


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
