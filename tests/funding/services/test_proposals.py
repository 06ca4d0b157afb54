"""Entitlements come from the system: by the terms of the day, and once."""

from datetime import timedelta

import pytest

from funding import services
from funding.models import Award, GrantEdition
from institutes.models import Recognition
from records import clock, deadlines
from tests.factories.funding import GRANT, an_award, load_terms
from tests.factories.institutes import RecognitionFactory
from tests.funding.services.steps import race, verbs

db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


@db
def test_propose_award_copies_the_terms_of_the_day():
    recognition = RecognitionFactory()
    award = an_award(recognition)

    assert (award.amount, award.citation, award.state) == (GRANT, "四(三)", "entitled")
    assert award.terms == award.edition.terms
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
