"""Six years of forty institutes, lived by the services with a moving clock: cycles, rounds, grades, rewards.

Panels are not drawn here, which takes long: what they gave is handed down by the service that a concluded panel
calls. Figures are given too; everything else happens as on the portal, quarter by quarter.
"""

from collections import Counter
from datetime import date, datetime

import pytest
from django.utils import timezone

from evaluation import services
from evaluation.enums.performance import EvaluationState as S
from evaluation.enums.performance import RoundState
from evaluation.models import Cycle, Evaluation, Round
from evaluation.selectors import cycles as cycle_selectors
from evaluation.selectors import performance as selectors
from evaluation.selectors.acceptances import accepted, accepted_on
from evaluation.services import sweeps
from funding.models import Award
from funding.services import propose_awards
from records import calendar, clock
from tests.evaluation import performing
from tests.factories.evaluation import AcceptanceFactory, built_institute
from tests.factories.funding import load_terms
from tests.factories.institutes import a_user
from tests.factories.notices import publish_rules
from tests.factories.performance import edition, engaged_for_performance, example_figures

pytestmark = pytest.mark.django_db

FIRST, LAST, INSTITUTES = 2027, 2032, 40
# Out of twenty: how many of an institute's full marks it reaches, first and after a time to mend.
SHARES = ["1.00"] * 9 + ["0.92"] + ["0.75"] * 6 + ["0.62"] * 2 + ["0.40"] * 2


def moment(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 9))


class City:
    """Forty institutes, accepted year after year; one is never accepted, one is lost on the way."""

    def __init__(self) -> None:
        self.institutes = [built_institute() for _ in range(INSTITUTES)]
        self.share = {one.pk: SHARES[n % len(SHARES)] for n, one in enumerate(self.institutes)}
        self.mends: set[int] = set()
        self.agency = engaged_for_performance().agency
        self.accepted = 0

    def accept(self, year: int) -> None:
        """A third of those that are left pass their acceptance in spring; the last one never does."""
        for one in self.institutes[self.accepted : min(self.accepted + 13, INSTITUTES - 1)]:
            at = moment(date(year, 5, 20))
            AcceptanceFactory(institute=one, state="passed", opened_at=at, decided_at=at)
        self.accepted = min(self.accepted + 13, INSTITUTES - 1)

    def figures(self, institute, years, edition) -> list[dict]:
        share = "0.80" if institute.pk in self.mends else self.share[institute.pk]
        return [*example_figures(share), {"code": "strategy", "value": None, "unit": "", "sources": []}]

    def lose(self, institute) -> None:
        recognition = institute.recognition
        recognition.revoked_at, recognition.revoked_by = clock.now(), a_user("revoker")
        recognition.revocation_reason = "示例理由"
        recognition.save()

    def score(self) -> None:
        """Everybody in the round is brought to the grading but one that is put off in its first round."""
        for one in Evaluation.objects.filter(state=S.SELF_REPORT).select_related("round", "cycle"):
            if self._puts_off(one):
                continue
            if one.attempt == 2 and one.institute_id % 2:
                self.mends.add(one.institute_id)
            share = "0.80" if one.institute_id in self.mends else self.share[one.institute_id]
            performing.scored(one, share, agency=self.agency)

    def _puts_off(self, evaluation: Evaluation) -> bool:
        if evaluation.institute_id != self.institutes[3].pk or evaluation.round.year != FIRST + 4:
            return False
        by, approver = a_user(performing.CLERK), a_user(performing.APPROVER)
        services.propose_exemption(evaluation=evaluation, exemption="deferral", reason="搬迁", by=by)
        services.defer_evaluation(evaluation=evaluation, by=approver)
        return True

    def conclude(self, day: date) -> None:
        """Grade, publish and, the notice over, release every round with somebody to grade."""
        for found in Round.objects.filter(evaluations__state=S.GRADING).distinct():
            performing.published(found)
            with clock.at(moment(calendar.add_working_days(found.notice.last_day, 1))):
                services.release_round(evaluation_round=found, by=a_user(performing.APPROVER))


@pytest.fixture
def city(monkeypatch):
    edition()
    publish_rules()
    load_terms()
    found = City()
    monkeypatch.setattr(selectors, "frozen_figures", found.figures)
    return found


def is_right(day: date) -> None:
    """What has to hold at every moment."""
    assert cycle_selectors.faults_of_cycles() == []
    open_ones = Counter(Cycle.objects.open().values_list("institute", flat=True))
    assert open_ones == Counter(accepted().values_list("pk", flat=True))
    if day >= cycle_selectors.opening_day(day.year):
        assert not cycle_selectors.due_cycles(day.year).exists()
        due = Cycle.objects.filter(last_year=day.year - 1, closed_at__isnull=True)
        assert set(due.values_list("pk", flat=True)) <= set(
            Evaluation.objects.filter(round__year=day.year).values_list("cycle", flat=True)
        )
    rewarded = Counter(Award.objects.filter(kind="performance").values_list("institute", "cycle"))
    excellent = Evaluation.objects.filter(state=S.FINAL, grade="excellent")
    assert rewarded == Counter(excellent.values_list("institute", "cycle__last_year"))
    assert set(rewarded.values()) <= {1}
    assert all(award.amount == 500_000 for award in Award.objects.filter(kind="performance"))


def test_six_years_of_forty_institutes(city):
    for year in range(FIRST, LAST + 1):
        for month in (1, 4, 7, 10):
            day = date(year, month, 2)
            with clock.at(moment(day)):
                if month == 7:
                    city.accept(year)
                if (year, month) == (2029, 7):
                    city.lose(city.institutes[5])
                sweeps.sweep_performance()
                if month in (4, 10):
                    city.score()
                    city.conclude(day)
                propose_awards()
                propose_awards()
                is_right(day)

    grades = Counter(Evaluation.objects.filter(attempt=1).exclude(grade="").values_list("grade", flat=True))
    rounds = {found.year: found.state for found in Round.objects.all()}
    assert rounds == {2031: RoundState.FINAL, 2032: RoundState.FINAL}
    assert Cycle.objects.filter(institute=city.institutes[-1]).count() == 0
    assert accepted_on(city.institutes[-1]) is None
    assert Award.objects.filter(kind="performance").count() == grades["excellent"] > 0
    assert Evaluation.objects.filter(state=S.DEFERRED).count() == 1
    again = Evaluation.objects.filter(institute=city.institutes[3], round__year=2032)
    assert [one.state for one in again] == [S.FINAL]
    assert {one.state for one in Evaluation.objects.filter(attempt=2)} <= {S.FINAL, S.FAILED}
    assert grades["fail"] == Evaluation.objects.filter(attempt=2).count() > 0
    assert set(Cycle.objects.filter(institute=city.institutes[5]).values_list("evaluated_at", flat=True)) == {
        None
    }
