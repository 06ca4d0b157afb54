"""A small city for the journeys: its offices, one county's people, experts and two enterprises.

Where many journeys begin is reached once, by the same services and pages, and kept beside the tables
(``tests.originals``). A journey that does something else on the way has a walk of its own.
"""

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
from tests.originals import stage

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
    return stage("founded", founded)


def founded() -> Founding:
    call_command("load_policy", verbosity=0)
    call_command("load_day_overrides", stdout=StringIO())
    with clock.at(FOUNDED):
        founding = Founding()
        founding.found()
    return founding


@pytest.fixture
def settled(transactional_db, request) -> Founding:
    """The city with two firms; more may register."""
    return stage("settled", lambda: with_two_firms(request.getfixturevalue("founding")))


def with_two_firms(founding: Founding) -> Founding:
    with clock.at(FOUNDED):
        for n in (1, 2):
            founding.register_firm(n)
    return founding


@pytest.fixture
def city(settled) -> World:
    """Everybody of the city and of its two firms."""
    return settled.world


@pytest.fixture
def walk(transactional_db, no_worker, request) -> MoneyWalk:
    """An enterprise, and a call that is open to it."""
    return stage("called", lambda: called(request.getfixturevalue("city")))


def called(city: World) -> MoneyWalk:
    walk = MoneyWalk(city)
    walk.draft_call()
    walk.publish_call()
    return walk


@pytest.fixture
def applied(transactional_db, no_worker, request) -> MoneyWalk:
    """The walk at its county, to which the unit handed in its application."""
    return stage("applied", lambda: at_the_county(request.getfixturevalue("walk")))


def at_the_county(walk: MoneyWalk) -> MoneyWalk:
    walk.apply()
    return walk


@pytest.fixture
def published(transactional_db, no_worker, request) -> MoneyWalk:
    """The walk at its public notice."""
    return stage("published", lambda: at_its_notice(request.getfixturevalue("applied")))


def at_its_notice(walk: MoneyWalk) -> MoneyWalk:
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
