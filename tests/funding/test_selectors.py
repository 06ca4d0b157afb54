"""Who sees what, with rows that could leak; figures by leg; what counties keep."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Division
from accounts.roles import Role
from funding import selectors
from funding.enums import MoneyLeg
from funding.forms.filters import AwardFilter, DisbursementFilter
from funding.models import Award, Disbursement
from records import clock
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.funding import GRANT, a_budget, a_disbursement, an_approved_award, an_award, people_of
from tests.factories.institutes import InstituteFactory, RecognitionFactory

pytestmark = pytest.mark.django_db


def elsewhere():
    host = OrganisationFactory(division__code="130104")
    return RecognitionFactory(institute=InstituteFactory(host=host))


@pytest.fixture
def two():
    """One disbursement in each of two counties."""
    budget = a_budget()
    here = a_disbursement("county_received", an_approved_award(budget))
    there = a_disbursement("county_received", an_approved_award(budget, elsewhere()))
    return here, there


@pytest.mark.parametrize(
    ("who", "mine"),
    [
        ("ent_filler", 1),
        ("ent_admin", 1),
        ("county_staff", 1),
        ("county_lead", 1),
        ("county_fin", 1),
        ("finance", 2),
        ("bureau_clerk", 2),
        ("bureau_approver", 2),
        ("auditor", 2),
        ("tax", 0),
        ("agency", 0),
        ("expert", 0),
        ("sysadmin", 0),
        ("secadmin", 0),
        ("nobody", 0),
        ("other_ent_admin", 0),
        ("other_county_fin", 1),
    ],
)
def test_awards_and_disbursements_by_reach(two, who, mine):
    user = people_of(two[0].award)[who]

    assert selectors.awards_visible_to(user).count() == mine
    assert selectors.disbursements_visible_to(user).count() == mine
    if who == "other_county_fin":
        assert list(selectors.disbursements_visible_to(user)) == [two[1]]


def test_the_ledger_of_a_county_is_its_own(two):
    lead = person(Role.COUNTY_LEAD)
    kinds = {entry.kind for entry in selectors.ledger_visible_to(lead)}
    assert kinds == {"commit", "order", "receive"}
    assert {entry.award for entry in selectors.ledger_visible_to(lead)} == {two[0].award}


def test_money_by_leg(two):
    an_award()
    division = Division.objects.get(code="130102")
    everywhere = Division.objects.values_list("pk", flat=True)
    nothing = (Decimal(0), 0)

    def standing(divisions):
        return {one.leg: (one.amount, one.count) for one in selectors.money_by_leg(divisions)}

    assert standing([division.pk]) == {
        MoneyLeg.WAITING: (GRANT, 1),
        MoneyLeg.TO_ORDER: nothing,
        MoneyLeg.SUSPENDED: nothing,
        MoneyLeg.ON_THE_WAY: nothing,
        MoneyLeg.AT_COUNTY: (GRANT, 1),
        MoneyLeg.PAID: nothing,
    }
    assert standing(everywhere)[MoneyLeg.AT_COUNTY] == (2 * GRANT, 2)


def test_the_lists_are_filtered_by_the_legs_of_the_figures(two):
    an_award()
    seen = {"queryset": Disbursement.objects.all()}

    assert set(DisbursementFilter({"leg": "at_county"}, **seen).qs) == set(two)
    assert list(DisbursementFilter({"leg": "paid"}, **seen).qs) == []
    assert AwardFilter({"leg": "waiting"}, queryset=Award.objects.all()).qs.get().state == "entitled"
    assert list(AwardFilter({"leg": "to_order"}, queryset=Award.objects.all()).qs) == []


@pytest.mark.parametrize(("days", "colour", "retained"), [(30, "green", 0), (31, "amber", 1), (61, "red", 1)])
def test_retention(days, colour, retained):
    row = a_disbursement("county_received")
    on = clock.today() + timedelta(days=days)

    assert selectors.retention_of(row, on=on, limits=selectors.retention_limits(on)) == (days, colour)
    assert selectors.retained(Disbursement.objects.all(), on=on).count() == retained


def test_recognitions_awaiting_award(terms):
    waiting, taken = RecognitionFactory(), RecognitionFactory()
    RecognitionFactory(revoked=True)
    an_award(taken)

    assert list(selectors.recognitions_awaiting_award()) == [waiting]
