"""Eight who act at once on the three-year evaluation: a cycle opens once, a year has one round, a cycle pays once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection

from evaluation import services
from evaluation.models import Cycle, Evaluation, Round
from funding.models import Award
from funding.services import propose_performance_award
from institutes.models import Institute, Recognition
from records import audit, clock
from records.models import NumberSeries
from tests.factories.evaluation import AcceptanceFactory, built_institute
from tests.factories.funding import load_terms
from tests.factories.institutes import RecognitionFactory
from tests.factories.performance import CycleFactory, edition

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, PATIENCE = 8, 60


def at_once(action) -> list:
    """What each of eight threads got that started together; whatever is raised fails the test."""
    start = Barrier(THREADS)

    def run(_n):
        connection.ensure_connection()
        start.wait(PATIENCE)
        try:
            return action()
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as threads:
        return [each.result(PATIENCE) for each in [threads.submit(run, n) for n in range(THREADS)]]


def lines_of(subject, verb: str) -> int:
    return audit.history(subject).filter(verb=verb).count()


def test_of_eight_one_opens_the_cycle_of_an_institute():
    edition()
    institute = built_institute()
    AcceptanceFactory(institute=institute, state="passed", decided_at=clock.now())

    opened = at_once(lambda: services.open_cycle(institute=Institute.objects.get(pk=institute.pk)))

    cycle = Cycle.objects.get()
    assert [one for one in opened if one] == [cycle]
    assert lines_of(cycle, "evaluation.cycle.open") == 1


def test_of_eight_one_ends_a_cycle_and_the_next_opens_once():
    last = clock.today().year - 1
    cycle = CycleFactory(running=True, first_year=last - 2, last_year=last)

    ended = at_once(lambda: services.end_cycle(cycle=Cycle.objects.get(pk=cycle.pk)))

    assert sorted(ended) == [False] * (THREADS - 1) + [True]
    assert list(Cycle.objects.order_by("number").values_list("last_year", flat=True)) == [last, last + 3]
    assert lines_of(cycle, "evaluation.cycle.ended") == 1


def test_of_eight_one_opens_the_round_of_a_year_and_the_others_find_it():
    cycle, year = CycleFactory(), 2026

    opened = at_once(lambda: services.open_round(year=year).pk)

    found = Round.objects.get()
    assert set(opened) == {found.pk}
    assert Evaluation.objects.get().cycle == cycle
    assert lines_of(found, "evaluation.round.begin") == 1
    assert NumberSeries.objects.get(series="evaluation.round", year=year).last == 1


def test_of_eight_one_lets_whoever_is_due_join_the_round():
    CycleFactory()
    services.open_round(year=2026)
    cycle = CycleFactory()

    joined = at_once(lambda: len(services.collect_due(evaluation_round=Round.objects.get())))

    assert sorted(joined) == [0] * (THREADS - 1) + [1]
    assert Evaluation.objects.get(cycle=cycle).institute == cycle.institute


def test_of_eight_one_proposes_the_reward_of_a_cycle():
    load_terms()
    recognition = RecognitionFactory()

    def propose():
        return propose_performance_award(
            recognition=Recognition.objects.get(pk=recognition.pk),
            cycle=2025,
            grade="excellent",
            accepted_on=date(2022, 6, 1),
            graded_on=date(2026, 7, 1),
        )

    proposed = at_once(propose)

    award = Award.objects.get()
    assert [one for one in proposed if one] == [award]
    assert (award.cycle, int(award.amount)) == (2025, 500_000)
    assert lines_of(award, "funding.award.begin") == 1
