"""A test with real transactions leaves the database as the migrations made it."""

import pytest
from django.db import connection, transaction

from accounts.models import Division, User
from records import audit
from tests import originals
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.institutes import CallFactory

pytestmark = pytest.mark.django_db(transaction=True)


def rows() -> dict[str, list]:
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.django_table_names(only_existing=True):
            cursor.execute(f'SELECT t::text FROM "{table}" t ORDER BY 1')
            found[table] = cursor.fetchall()
    return {table: lines for table, lines in found.items() if lines}


def test_whatever_was_committed_is_undone():
    before = rows()
    CallFactory(drafted=True)
    User.objects.filter(username="system").update(name="另一个名字")
    Division.objects.order_by("pk").last().delete()
    with transaction.atomic():
        audit.record("sample.done", OrganisationFactory(), by=UserFactory())
    assert rows() != before

    originals.put_back()

    assert {"accounts_user", "accounts_division", "auth_permission"} <= before.keys()
    assert rows() == before


def test_where_many_begin_is_reached_once_and_found_again():
    reached = []

    def reach() -> dict:
        reached.append(OrganisationFactory())
        return {"organisations": reached}

    first = originals.stage("sample", reach)
    then = rows()
    first["organisations"].clear()
    CallFactory(drafted=True)
    originals.put_back()
    assert rows() != then

    again = originals.stage("sample", reach)

    assert rows() == then
    assert (len(reached), again["organisations"]) == (1, reached)
