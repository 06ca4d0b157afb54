"""Two at once: what may happen once happens once, the other is refused."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.roles import Role
from evaluation import services
from evaluation.enums import AssignmentState as A
from evaluation.enums import PanelState as P
from evaluation.models import Acceptance, Assignment, Draw, Panel
from institutes.enums import ApplicationState
from records import audit, clock
from records.errors import IllegalMove
from tests.factories.accounts import person
from tests.factories.evaluation import (
    OPINION,
    AcceptanceFactory,
    AssignmentFactory,
    PanelFactory,
    ReviewEditionFactory,
    built_institute,
    fill,
    make_pool,
    pledged,
    reviewed_application,
)

pytestmark = pytest.mark.django_db(transaction=True)


def both(action):
    """Run ``action`` in two threads that start together; returns what each got."""
    start = Barrier(2)

    def run(_n):
        start.wait()
        try:
            return action()
        except IllegalMove as refusal:
            return refusal.code
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        return list(threads.map(run, range(2)))


@pytest.fixture
def at_work():
    ReviewEditionFactory()
    panel = PanelFactory(state=P.SCORING)
    for _n in range(5):
        fill(AssignmentFactory(panel=panel, state=A.LOCKED))
    return panel, person(Role.AGENCY, organisation=panel.agency)


def test_a_panel_concludes_once(at_work):
    panel, by = at_work

    results = both(
        lambda: services.conclude_panel(panel=Panel.objects.get(pk=panel.pk), opinion=OPINION, by=by).pk
    )

    assert sorted(map(str, results)) == sorted([str(panel.pk), "illegal-move"])
    assert audit.history(panel).filter(verb__endswith=".conclude").count() == 1
    assert Panel.objects.get().application.state == ApplicationState.SITE_VISIT
    assert audit.history(panel.application).filter(verb__endswith=".pass_review").count() == 1


def test_a_panel_is_opened_once():
    ReviewEditionFactory()
    application = reviewed_application()
    by = person(Role.AGENCY, organisation=application.agency)

    first, second = both(lambda: services.open_panel(case=type(application).objects.get(), by=by).pk)

    assert first == second
    assert Panel.objects.count() == 1


def test_a_panel_is_drawn_once():
    ReviewEditionFactory()
    make_pool()
    panel = PanelFactory()
    by = person(Role.AGENCY, organisation=panel.agency)
    moment = pledged(panel, by)

    def draw():
        with clock.at(moment):
            return services.draw_panel(panel=Panel.objects.get(), by=by).pk

    results = both(draw)

    assert sorted(map(str, results)) == sorted([str(panel.pk), "illegal-move"])
    assert (Draw.objects.count(), Assignment.objects.count()) == (1, 5)


def test_a_sheet_is_locked_once():
    ReviewEditionFactory()
    seat = fill(AssignmentFactory(state=A.COMMITTED))
    by = seat.expert.user

    results = both(lambda: services.lock_scores(assignment=Assignment.objects.get(), by=by).pk)

    assert sorted(map(str, results)) == sorted([str(seat.pk), "illegal-move"])
    assert audit.history(seat).filter(verb__endswith=".lock").count() == 1


def test_an_acceptance_is_opened_once():
    ReviewEditionFactory(kind="acceptance")
    built_institute()

    results = both(lambda: len(services.open_acceptances()))

    assert sorted(results) == [0, 1]
    assert audit.history(Acceptance.objects.get()).filter(verb__endswith=".begin").count() == 1


def test_a_time_to_mend_begins_one_acceptance_more():
    acceptance = AcceptanceFactory(state="confirmation", outcome="conditional", requirements="示例整改要求。")
    by = person(Role.BUREAU_APPROVER)

    results = both(
        lambda: (
            services.condition_acceptance(acceptance=Acceptance.objects.get(pk=acceptance.pk), by=by).attempt
        )
    )

    assert sorted(map(str, results)) == ["1", "illegal-move"]
    assert Acceptance.objects.filter(former=acceptance).count() == 1
    assert audit.history(acceptance).filter(verb__endswith=".condition").count() == 1
