"""Entitlements come from the system: by the terms of the day, and once."""

from datetime import timedelta

import pytest

from funding import integrity, selectors, services
from funding.models import Award, GrantEdition
from institutes.models import Recognition
from records import clock, deadlines
from records.errors import NotEligible
from tests.factories.funding import GRANT, an_award, load_terms
from tests.factories.institutes import RecognitionFactory
from tests.factories.provincial import FilingFactory
from tests.funding.services.steps import race, verbs

db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


@db
def test_propose_award_copies_the_terms_of_the_day():
    recognition = RecognitionFactory()
    award = an_award(recognition)

    assert (award.amount, award.citation, award.state) == (GRANT, "四(三)", "entitled")
    assert award.terms == award.rule.terms
    assert (award.host, award.division) == (recognition.institute.host, recognition.institute.division)
    assert award.number == f"SJZ-ZJ-{clock.today().year}-0001"
    assert deadlines.current(award).holder_role == "ent_admin"
    assert verbs(award) == ["begin"]


@db
def test_propose_awards_again_adds_nothing(terms):
    RecognitionFactory.create_batch(2)
    RecognitionFactory(revoked=True)

    assert len(services.propose_awards()) == 2
    assert services.propose_awards() == []
    assert Award.objects.count() == 2


@db
def test_propose_award_for_a_revoked_recognition_is_nothing(terms):
    assert services.propose_award(recognition=RecognitionFactory(revoked=True)) is None
    assert not Award.objects.exists()


@threads
def test_propose_awards_under_race_proposes_once():
    load_terms()
    recognition = RecognitionFactory()

    def propose(start):
        mine = Recognition.objects.get(pk=recognition.pk)
        start.wait()
        return services.propose_award(recognition=mine)

    results = race(propose)

    only = Award.objects.get()
    assert sorted(results, key=str) == sorted([None, only], key=str)
    assert only.number.endswith("-0001")
    assert verbs(only) == ["begin"]


@db
def test_an_edition_from_a_later_day_does_not_reach_back(terms):
    recognition = RecognitionFactory()
    later = recognition.recognised_on + timedelta(days=1)
    old = GrantEdition.objects.get(kind="construction")
    more = {**old.terms, "grant": {**old.terms["grant"], "amount": "300000.00"}}
    GrantEdition.objects.create(
        kind="construction", valid_from=later, terms=more, source="示例", digest="1" * 64
    )

    assert services.propose_award(recognition=recognition).amount == GRANT


# --- the reward for an excellent grade, and for a provincial recognition ---------------------------------------------


def performance(recognition, **changes):
    today = recognition.recognised_on
    terms = {"cycle": 2028, "grade": "excellent", "accepted_on": today, "graded_on": today}
    return services.propose_performance_award(recognition=recognition, **terms | changes)


def provincial(recognition, **changes):
    day = recognition.recognised_on
    days = {"filed_on": 10, "inspected_on": 20, "provincial_on": 90}
    terms = {name: day + timedelta(days=count) for name, count in days.items()}
    return services.propose_provincial_award(recognition=recognition, **terms | changes)


@db
@pytest.mark.parametrize(
    ("propose", "amount", "clause"), [(performance, 500000, "四(四)"), (provincial, 1000000, "四(五)")]
)
def test_each_reward_comes_once_by_its_own_edition(terms, propose, amount, clause):
    recognition = RecognitionFactory()
    award = propose(recognition)

    assert (award.amount, award.citation, award.state) == (amount, clause, "entitled")
    assert award.terms == award.rule.terms
    assert deadlines.current(award).holder_role == "ent_admin"
    assert propose(recognition) is None
    assert services.propose_award(recognition=recognition).kind == "construction"
    assert Award.objects.count() == 2
    assert integrity.orders_are_within_awards() == []


@db
def test_an_excellent_grade_is_rewarded_once_in_each_cycle(terms):
    recognition = RecognitionFactory()
    assert [performance(recognition, cycle=year) is None for year in (2028, 2028, 2031)] == [
        False,
        True,
        False,
    ]
    assert list(Award.objects.order_by("pk").values_list("cycle", flat=True)) == [2028, 2031]


@db
@pytest.mark.parametrize(
    ("propose", "changes", "words"),
    [
        (performance, {"grade": "pass"}, "等次不是优秀"),
        (performance, {"accepted_on": None}, "未通过验收"),
        (provincial, {"filed_on": None}, "未经报备"),
        (provincial, {"inspected_on": None}, "考察论证"),
        (provincial, {"provincial_on": clock.today()}, "须晚于报备和市级认定"),
        (provincial, {"inspected_on": clock.today()}, "在报备之后"),
    ],
)
def test_what_the_policy_asks_for_first_is_refused_in_words(terms, propose, changes, words):
    with pytest.raises(NotEligible, match=words):
        propose(RecognitionFactory(), **changes)
    assert not Award.objects.exists()


@db
@pytest.mark.parametrize("propose", [performance, provincial])
def test_no_reward_after_a_revocation(terms, propose):
    assert propose(RecognitionFactory(revoked=True)) is None


@threads
@pytest.mark.parametrize("propose", [performance, provincial])
def test_a_reward_under_race_comes_once(propose):
    load_terms()
    recognition = RecognitionFactory()

    def call(start):
        mine = Recognition.objects.get(pk=recognition.pk)
        start.wait()
        return propose(mine)

    results = race(call)
    assert sorted(results, key=str) == sorted([None, Award.objects.get()], key=str)


# --- what the province recognised -------------------------------------------------------------------------------------


@db
def test_what_the_province_recognised_is_proposed_by_the_sweep_and_once(terms):
    filing = FilingFactory(state="province_recognised")
    FilingFactory(state="result_check")
    found = [award for award in services.propose_awards() if award.kind == "provincial"]

    assert [(award.institute, award.amount, award.citation) for award in found] == [
        (filing.institute, 1000000, "四(五)")
    ]
    assert services.propose_awards() == []
    assert selectors.awards_awaited() == 0


@db
def test_an_institute_that_is_stopped_or_gone_waits_for_no_reward(terms):
    for trait in ("suspended", "revoked"):
        day = clock.today() - timedelta(days=120)
        recognition = RecognitionFactory(recognised_on=day, **{trait: True})
        FilingFactory(recognition=recognition, state="province_recognised")

    assert not selectors.filings_awaiting_award().exists()
    assert services.propose_awards() == []
