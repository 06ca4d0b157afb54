"""The filters by which a figure opens just its rows, and what those rows come to."""

from decimal import Decimal
from itertools import pairwise

import pytest

from accounts.roles import Role
from institutes.enums import OPEN_STATES
from institutes.lifecycle.gates import BY_CODE, GATES, before
from tests.factories.accounts import person
from tests.factories.funding import AwardFactory, BudgetFactory, a_disbursement, load_terms
from tests.factories.institutes import (
    ApplicationFactory,
    CallFactory,
    IndustryChainFactory,
    RecognitionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client):
    """A client whose person reads everything."""
    load_terms()
    client.force_login(person(Role.AUDITOR))
    return client


@pytest.mark.parametrize(
    ("gate", "count"),
    [
        ("received", 6),  # a withdrawn one that the county never got is not among them
        ("recommended", 5),
        ("admitted", 4),
        ("reviewed", 3),
        ("shortlisted", 2),
        ("recognised", 1),
    ],
)
def test_applications_are_found_by_the_gate_they_have_passed(reader, gate, count):
    states = ("county_review", "withdrawn", "formal_review", "closed_review", "closed_decision", "publicity")
    for state in (*states, "recognised"):
        ApplicationFactory(state=state)
    ApplicationFactory(state="draft")

    page = reader.get("/applications/", {"passed": gate})

    assert page.context["page"].paginator.count == count


def test_applications_are_found_by_the_year_of_their_call_and_by_a_promise(reader):
    ApplicationFactory(
        state="reviewing", call=CallFactory(year=2024), county_support_amount=Decimal("300000")
    )
    ApplicationFactory(
        state="reviewing", call=CallFactory(year=2025), county_support_amount=Decimal("500000")
    )
    ApplicationFactory(state="reviewing", call=CallFactory(year=2024))

    page = reader.get("/applications/", {"year": "2024", "promised": "yes"})

    assert (page.context["page"].paginator.count, page.context["promised"]) == (1, Decimal("300000"))
    assert "县级承诺支持" in page.text


def test_awards_say_what_they_come_to_and_what_of_it_stands_on_a_leg(reader):
    half = a_disbursement("county_received").award
    approved = AwardFactory(state="approved", budget=BudgetFactory(year=2024, committed="200000.00"))

    every = reader.get("/awards/").context
    left = reader.get("/awards/", {"leg": "to_order", "year": "2024", "programme": "institutes"}).context

    assert (every["total"], every["sum"]) == (2, half.amount + approved.amount)
    assert (left["total"], left["sum"]) == (1, approved.amount - approved.ordered)
    assert reader.get("/awards/", {"programme": "joint_research"}).context["total"] == 0


def test_orders_say_what_they_come_to_by_chain(reader):
    order = a_disbursement("county_received")
    own, other = order.award.institute.chain, IndustryChainFactory()

    found = {chain: reader.get("/disbursements/", {"chain": chain.pk}).context for chain in (own, other)}

    assert [(found[chain]["total"], found[chain]["sum"]) for chain in (own, other)] == [
        (1, order.amount),
        (0, 0),
    ]


def test_chains_are_found_by_having_an_institute(reader):
    led = RecognitionFactory().institute.chain
    bare = IndustryChainFactory()

    none, some = (
        [one.chain for one in reader.get("/chains/", {"institutes": word}).context["rows"]]
        for word in ("none", "some")
    )

    assert bare in none
    assert led not in none
    assert some == [led]


def test_a_stopped_institute_stays_on_the_register(reader):
    stopped = RecognitionFactory(suspended=True)
    RecognitionFactory(revoked=True)

    page = reader.get("/institutes/", {"standing": "recognised"})

    assert [row.pk for row in page.context["page"]] == [stopped.institute.pk]


@pytest.mark.parametrize(
    ("gate", "states"),
    [
        ("recommended", {"county_review", "county_signing"}),
        ("admitted", {"formal_review", "formal_confirmation", "supplement_requested"}),
        ("reviewed", {"reviewing", "site_visit"}),
        ("shortlisted", {"pending_decision"}),
        ("recognised", {"publicity", "objection_handling"}),
    ],
)
def test_applications_wait_at_a_gate_in_these_states(gate, states):
    # With the unit again, after the county has returned it, it waits for the county's recommendation as well.
    returned = {"draft", "unit_review"} if gate == "recommended" else set()

    assert before(BY_CODE[gate]) == states | returned


def test_nobody_is_lost_between_two_gates():
    for former, gate in pairwise(GATES):
        assert gate.states < former.states
    assert set(OPEN_STATES) == set().union(*(before(gate) for gate in GATES[1:]))
