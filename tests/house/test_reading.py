"""Reading a list writes nothing, and a menu leads only where its reader may go. (Of cases: ``test_reading_cases``.)"""

import re
from collections.abc import Iterator

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


@pytest.fixture(scope="module")
def policy(made_once) -> Iterator[None]:
    """The policy in force, and nothing else: every page is read while it is empty."""
    with made_once():
        call_command("load_policy", verbosity=0)
        yield


@pytest.mark.parametrize("role", ROLES)
def test_reading_a_list_writes_nothing_and_the_menu_leads_only_where_its_reader_may_go(role, client, policy):
    client.force_login(person(role))
    lists = [address.url() for address in addresses() if not address.blanks]
    with connection.execute_wrapper(refuse_writing):
        answers = {url: read(client, url) for url in lists}

    assert {url: code for url, code in answers.items() if code >= 500} == {}
    assert len(lists) > 50
    entries = [entry.url for _label, section in menu_for(frozenset({role}), path="/") for entry in section]
    led = {url: answers.get(url) or read(client, url) for url in entries}
    assert led == dict.fromkeys(led, 200)
    assert len(entries) >= 3
