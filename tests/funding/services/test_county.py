"""What counties report of their own money is kept beside the city's, and money that they keep too long is told."""

from datetime import timedelta
from decimal import Decimal

import pytest

from accounts.models import Division
from accounts.roles import Role
from funding import selectors, services
from funding.models import Budget, CountyBudget
from notices.models import Notice
from records import audit, clock
from records.errors import BadFile, Conflict, Incomplete
from tests.factories.accounts import DivisionFactory, person
from tests.factories.funding import CountyBudgetFactory, a_disbursement, a_scan, load_terms
from tests.factories.institutes import a_user

D = Decimal
pytestmark = pytest.mark.django_db


def record(division, **changes):
    terms = {"year": 2026, "amount": D("500000.00"), "document_number": "示县财1号", "document": a_scan()}
    terms |= {"by": a_user("the-county-fin")}
    return services.record_county_budget(division=division, **terms | changes)


def test_a_county_records_its_budget_once_a_year_with_the_document():
    division = DivisionFactory()
    row = record(division)

    assert audit.history(row).filter(verb="funding.countybudget.record").count() == 1
    with pytest.raises(Conflict, match="已登记"):
        record(division)
    with pytest.raises(Incomplete):
        record(DivisionFactory(), amount=D(0), document_number=" ")
    with pytest.raises(BadFile):
        record(division, year=2027, document=a_scan("x.exe"))
    assert CountyBudget.objects.count() == 1
    assert not Budget.objects.exists()


def test_what_was_paid_is_brought_up_to_date_and_the_register_keeps_both():
    row = CountyBudgetFactory()
    terms = {"county_budget": row, "amount": row.amount, "document_number": row.document_number}
    terms |= {"by": a_user("the-county-fin")}
    services.revise_county_budget(**terms, paid=D("100000.00"), paid_until=clock.today())

    line = audit.history(row).last()
    assert (line.data["before"]["paid"], line.data["after"]["paid"]) == ("0.00", "100000.00")
    for wrong in (
        {"paid": row.amount + 1, "paid_until": clock.today()},
        {"paid": D(1)},
        {"paid": D(1), "paid_until": clock.today() + timedelta(days=1)},
        {"paid": D(0), "amount": D("1.00")},
    ):
        with pytest.raises(Incomplete):
            services.revise_county_budget(**terms | wrong)


def test_counties_with_none_are_named():
    division = DivisionFactory()
    assert division in selectors.counties_without_budget(2026)
    record(division)

    assert division not in selectors.counties_without_budget(2026)
    assert selectors.counties_without_budget(2027).count() == Division.objects.active().count()


def test_money_kept_too_long_is_told_once_for_each_limit():
    load_terms()
    order = a_disbursement("county_received")
    people = {
        role: person(role, division=order.division.code)
        for role in (Role.COUNTY_LEAD, Role.COUNTY_FIN, Role.BUREAU_CLERK, Role.FINANCE)
    }
    elsewhere = person(Role.COUNTY_LEAD, division="130104")

    def told():
        events = Notice.objects.filter(event__contains="retained")
        return {(n.recipient_id, n.event.rpartition("_")[2]) for n in events}

    assert services.warn_retention(at=clock.now() + timedelta(days=30)) == 0
    for days in (31, 32, 61, 62):
        services.warn_retention(at=clock.now() + timedelta(days=days))

    assert told() == {(p.pk, colour) for p in people.values() for colour in ("amber", "red")}
    assert Notice.objects.filter(event__contains="retained").count() == 8
    assert not Notice.objects.filter(recipient=elsewhere, event__contains="retained").exists()
