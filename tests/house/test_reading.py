"""Reading a page writes nothing, and a menu leads only where its reader may go."""

import re

import pytest
from django.core.management import call_command
from django.db import connection

from accounts.roles import Role
from portal.navigation import menu_for
from tests.factories.accounts import person
from tests.house.addresses import addresses

pytestmark = pytest.mark.django_db
WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|TRUNCATE|CREATE|ALTER|DROP)\b", re.IGNORECASE)
OWN_AFFAIR = re.compile(r"accounts_visit")  # the session: a message that was shown is forgotten
ROLES = [role for role in Role if role is not Role.SYSTEM]


def refuse_writing(execute, sql, params, many, context):
    if WRITES.match(sql) and not OWN_AFFAIR.search(sql):
        raise AssertionError(f"reading a page wrote: {sql[:200]}")
    return execute(sql, params, many, context)


def read(client, url: str) -> int:
    """The status of a page that was read to its end."""
    response = client.get(url)
    b"".join(response)
    return response.status_code


@pytest.fixture
def policy():
    call_command("load_policy", verbosity=0)


@pytest.mark.parametrize("role", ROLES)
def test_reading_a_list_writes_nothing(role, client, policy):
    client.force_login(person(role))
    lists = [address.url() for address in addresses() if not address.blanks]
    with connection.execute_wrapper(refuse_writing):
        broken = {url: code for url in lists if (code := read(client, url)) >= 500}

    assert broken == {}
    assert len(lists) > 50


@pytest.mark.parametrize("role", ROLES)
def test_the_menu_leads_only_where_its_reader_may_go(role, client, policy):
    client.force_login(person(role))
    entries = [entry for _label, section in menu_for(frozenset({role}), path="/") for entry in section]

    answers = {entry.url: read(client, entry.url) for entry in entries}

    assert answers == dict.fromkeys(answers, 200)
    assert len(entries) >= 3


@pytest.mark.parametrize("role", [Role.ENT_ADMIN, Role.COUNTY_LEAD, Role.BUREAU_CLERK, Role.AGENCY])
def test_reading_a_case_writes_nothing(role, client, house):
    """Every address about something that exists, as somebody whose case it is. (The last test: no policy file.)"""
    rows = house
    award, panel = rows.by_noun["award"], rows.by_noun["panel"]
    office = {Role.ENT_ADMIN: award.host, Role.AGENCY: panel.agency}.get(role)
    client.force_login(person(role, organisation=office, division=award.division.code))
    with connection.execute_wrapper(refuse_writing):
        broken = {
            address.name: code
            for address in addresses()
            if address.blanks and (code := read(client, rows.url(address))) >= 500
        }

    assert broken == {}
