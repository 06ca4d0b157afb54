"""A program that reads something that exists writes nothing. (Of pages: ``tests.browser.test_every_page``.)"""

import pytest
from django.db import connection

from accounts.roles import Role
from tests.factories.accounts import person
from tests.house.addresses import addresses
from tests.house.test_reading import read, refuse_writing

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [Role.ENT_ADMIN, Role.COUNTY_LEAD, Role.BUREAU_CLERK, Role.AGENCY])
def test_reading_a_case_writes_nothing(role, client, house):
    """Every address of the API about something that exists, as somebody whose case it is."""
    rows = house
    award, panel = rows.by_noun["award"], rows.by_noun["panel"]
    office = {Role.ENT_ADMIN: award.host, Role.AGENCY: panel.agency}.get(role)
    client.force_login(person(role, organisation=office, division=award.division.code))
    with connection.execute_wrapper(refuse_writing):
        answers = {
            address.name: read(client, rows.url(address))
            for address in addresses()
            if address.name.startswith("api:") and address.blanks
        }

    assert {name: code for name, code in answers.items() if code >= 500} == {}
    assert len(answers) > 100
