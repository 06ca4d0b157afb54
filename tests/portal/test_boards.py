"""Every figure of every board is what the list that it opens comes to: for every role, however it was narrowed."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random

import pytest
from django.db import transaction
from django.test import override_settings

from accounts.models import Division
from accounts.roles import Role
from funding.models import Budget
from institutes.enums import OPEN_STATES, CountyPolicyState
from institutes.models import CountyPolicy, IndustryChain
from portal.selectors import cells
from records import clock
from tests.factories.accounts import OrganisationFactory
from tests.factories.funding import (
    AwardFactory,
    CountyBudgetFactory,
    a_budget,
    a_disbursement,
    an_approved_award,
)
from tests.factories.institutes import (
    ApplicationFactory,
    CallFactory,
    CountyPolicyFactory,
    CultivationEntryFactory,
    RecognitionEditionFactory,
    RecognitionFactory,
)
from tests.factories.records import DeadlineFactory
from tests.house.many import Town
from tests.portal.following import differences, figures_of
from tests.portal.test_targets import GROUNDS

pytestmark = pytest.mark.django_db
CODES = ("130102", "130104", "130123")
SEED = 20261127
STATES = (
    *("county_review", "county_signing", "formal_review", "supplement_requested", "reviewing", "site_visit"),
    *(
        "pending_decision",
        "publicity",
        "recognised",
        "closed_not_recommended",
        "closed_formal",
        "closed_review",
    ),
    *("closed_decision", "withdrawn", "draft"),
)


@pytest.fixture(scope="module")
def people(django_db_setup, django_db_blocker) -> Iterator[dict]:
    """A town with a row of each kind for everybody, and random rows besides in three counties and three years."""
    whole = transaction.atomic()
    whole._from_testcase = True  # as Django's test cases: what wants to be outermost may begin inside
    gateway = override_settings(TREASURY_GATEWAY="funding.gateway.MemoryTreasury")
    with django_db_blocker.unblock(), whole, gateway:
        town = Town()
        town.grow()
        _at_random(Random(SEED))
        yield town.people
        transaction.set_rollback(True)


def _at_random(dice: Random) -> None:

    def a_host():
        return OrganisationFactory(division__code=dice.choice(CODES))

    calls = [CallFactory(year=clock.today().year - back) for back in (0, 0, 1, 2)]
    RecognitionEditionFactory(kind="targets", citations=GROUNDS)
    for state in (*STATES, *dice.choices(STATES, k=10)):
        promise = Decimal(dice.randrange(1, 9) * 100_000) if dice.random() < 0.5 else None
        case = ApplicationFactory(
            state=state, host=a_host(), call=dice.choice(calls), county_support_amount=promise
        )
        if case.received_at and state in OPEN_STATES:
            day = clock.today() + timedelta(days=dice.randrange(-20, 12))
            about = {"subject": case, "subject_state": state, "division": case.division}
            DeadlineFactory(holder_role=dice.choice(("county_staff", "bureau_clerk")), due_on=day, **about)
    for traits in ({}, {"revoked": True}, {"withdrawn": True}, {"suspended": True}, {}):
        RecognitionFactory(institute__host=a_host(), year=clock.today().year - dice.randrange(3), **traits)
    budget = Budget.objects.filter(year=clock.today().year, programme="institutes").first() or a_budget()
    for state in ("ordered", "issued", "county_received", "paid", "receipted"):
        a_disbursement(state, an_approved_award(budget))
    AwardFactory(recognition__institute__host=a_host())
    for state in ("surveyed", "cultivating", "cultivating"):
        CultivationEntryFactory(state=state, division=Division.objects.get(code=dice.choice(CODES)))
    CountyBudgetFactory(division__code=CODES[0], paid=Decimal("100000"), paid_until=clock.today())
    CountyPolicyFactory(state="published", division=Division.objects.get(code=CODES[1]))
    here, yesterday = Division.objects.get(code=CODES[0]), clock.today() - timedelta(days=1)
    for state, last in [*((state, None) for state in CountyPolicyState.values), ("published", yesterday)]:
        CountyPolicyFactory(state=state, division=here, valid_to=last)
    for _more in range(20):
        day = clock.today() + timedelta(days=dice.randrange(-20, 12))
        DeadlineFactory(
            holder_role=dice.choice(("county_staff", "county_lead", "county_fin", "bureau_clerk", "system")),
            division=Division.objects.get(code=dice.choice(CODES)),
            subject_type=dice.choice(("funding.disbursement", "evaluation.panel", "institutes.change")),
            due_on=day,
        )


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.COUNTY_STAFF, "/dashboard/"),
        (Role.COUNTY_FIN, "/dashboard/"),
        (Role.FINANCE, "/dashboard/"),
        (Role.BUREAU_CLERK, "/dashboard/counties/"),
        (Role.BUREAU_CLERK, "/dashboard/counties/?without=budget&sort=-institutes"),
        (Role.BUREAU_APPROVER, "/dashboard/?year={year}&programme=institutes"),
        (Role.BUREAU_APPROVER, "/dashboard/?division={division}&chain={chain}"),
    ],
)
def test_figures_are_what_their_rows_come_to(people, role, address):
    asked = {
        "year": clock.today().year - 1,
        "division": Division.objects.get(code=CODES[0]).pk,
        "chain": IndustryChain.objects.filter(institutes__recognition__isnull=False).first().pk,
    }

    assert differences(people[role], address.format(**asked)) == {}


def test_a_county_s_measures_are_told_apart_by_where_its_policies_stand(people, client):
    """五(三): in force, in the making, no longer; what was discarded is none of these."""
    client.force_login(people[Role.COUNTY_STAFF])
    rows = CountyPolicy.objects.filter(division__code=CODES[0], measures__item="construction")
    expected = {
        "current": rows.in_force(clock.today()).count(),
        "pending": rows.filter(state__in=("draft", "signing")).count(),
        "former": rows.issued().count() - rows.in_force(clock.today()).count(),
    }

    shown = {code: value for (_url, code), (value, _money) in figures_of(client.get("/dashboard/")).items()}

    assert min(expected.values()) > 0
    assert {standing: shown[f"measure-construction-{standing}"] for standing in expected} == expected


def test_an_auditor_comes_from_the_city_s_figures_to_every_list(people):
    """The board is the approver's, which is followed through above; what an auditor may open is not."""
    assert differences(people[Role.AUDITOR], "/dashboard/", each=2) == {}


def test_a_wrong_figure_would_be_found(people, monkeypatch):
    right = cells.Cells.total
    monkeypatch.setattr(cells.Cells, "total", lambda self, *what, **where: right(self, *what, **where) + 1)

    found = differences(people[Role.COUNTY_FIN], "/dashboard/")

    assert [key.split()[1] for key in found] == ["own-budget"]
