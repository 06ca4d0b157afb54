"""A real Chromium before a live server, and a clock that both can be moved forward with."""

import os
import shutil
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db import connections
from django.utils import timezone

from accounts.roles import Role
from funding.gateway import MemoryTreasury
from portal.celery import app
from portal.demo.accounts import PASSWORD
from portal.demo.world import Founding, World
from records import clock
from tests.evaluation.test_visits import Town
from tests.factories.accounts import AccountEditionFactory, person
from tests.factories.evaluation import ReviewEditionFactory
from tests.factories.institutes import ApplicationFactory, RecognitionEditionFactory
from tests.originals import stage

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def chromium(request):
    """The system's Chromium, without a window. The database stands before it starts and after it has ended.

    Playwright runs an event loop of its own in this thread. While it runs, Django sees another context with
    database connections of its own, and would refuse to use them.
    """
    if CHROMIUM is None:
        pytest.skip("There is no Chromium on this machine; .ci/run installs it.")
    for world in {"city", "unit", "county", "visit"} & {*request.fixturenames}:
        request.getfixturevalue(world)
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        connections.close_all()
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Hands:
    """Moves the clock of the whole process: the server answers from threads of its own."""

    def __init__(self):
        self.ahead = timedelta()

    def get(self):
        return timezone.now() + self.ahead if self.ahead else None

    def move_to(self, moment) -> None:
        self.ahead = moment - timezone.now()

    def set(self, moment) -> timedelta:
        """What ``clock.at`` asks for: another moment for a while."""
        before = self.ahead
        self.move_to(moment)
        return before

    def reset(self, before: timedelta) -> None:
        self.ahead = before


@pytest.fixture
def city(live_server, settings):
    """Offices and people, founded through the services, behind a live server; a worker answers at once."""
    settings.TREASURY_GATEWAY = "funding.gateway.MemoryTreasury"
    MemoryTreasury.files.clear()
    world = stage("founded_lately", founded_lately)
    app.conf.task_always_eager = app.conf.task_eager_propagates = True
    yield world
    app.conf.task_always_eager = app.conf.task_eager_propagates = False


def founded_lately() -> World:
    call_command("load_policy", verbosity=0)
    call_command("load_day_overrides", stdout=StringIO())
    founding = Founding()
    with clock.at(timezone.now() - timedelta(days=60)):
        founding.found()
        founding.register_firm(1)
    return founding.world


@pytest.fixture
def unit(live_server):
    """A unit with a draft that is empty, and two people who fill it in, behind a live server."""
    AccountEditionFactory(kind="security")
    first = person(Role.ENT_FILLER, username="filler", password=make_password(PASSWORD))
    host = first.organisations[0]
    person(Role.ENT_FILLER, username="colleague", organisation=host, password=make_password(PASSWORD))
    return ApplicationFactory(host=host, institute_name="")


@pytest.fixture
def county(live_server):
    """Somebody of a county's staff, behind a live server."""
    AccountEditionFactory(kind="security")
    RecognitionEditionFactory()
    return person(Role.COUNTY_STAFF, username="county", password=make_password(PASSWORD))


@pytest.fixture
def visit(live_server):
    """A visit to be written on by two people of the agency, behind a live server."""
    AccountEditionFactory(kind="security")
    ReviewEditionFactory()
    town = Town()
    for username in ("visitor", "colleague"):
        person(
            Role.AGENCY,
            username=username,
            organisation=town.application.agency,
            password=make_password(PASSWORD),
        )
    return town.accepted()


@pytest.fixture
def hands(monkeypatch, city):
    found = Hands()
    monkeypatch.setattr(clock, "_set_to", found)
    return found
