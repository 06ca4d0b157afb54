"""Pages of long lists: counted to a bound, by number up to there, and on from key to key."""

import pytest
from django.http import QueryDict

from accounts.models import Organisation
from accounts.roles import Role
from institutes.views import lists
from records import pages
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.institutes import ApplicationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(monkeypatch):
    """Nine rows, the newest first, of a list that is counted to six."""
    monkeypatch.setattr(pages, "MOST", 6)
    made = [OrganisationFactory() for _each in range(9)]
    found = Organisation.objects.filter(pk__in=[one.pk for one in made])
    return found, [one.pk for one in reversed(made)]


@pytest.fixture
def newest_first(monkeypatch):
    monkeypatch.setattr(Organisation._meta, "ordering", ["-pk"])


def page(rows, asked: str = ""):
    return pages.page_of(rows, QueryDict(asked), per_page=2)


def keys(found) -> list[int]:
    return [row.pk for row in found]


def test_pages_have_numbers_as_far_as_is_counted(rows, newest_first):
    found, order = rows

    assert (page(found).paginator.count, page(found).paginator.is_capped) == (6, True)
    assert [keys(page(found, f"page={n}")) for n in (1, 2, 3, 4)] == [
        order[:2],
        order[2:4],
        order[4:6],
        order[4:6],
    ]


def test_behind_the_last_number_a_list_goes_on_by_keys_and_back(rows, newest_first):
    found, order = rows
    last = page(found, "page=3")
    walked = keys(last)

    there = page(found, f"before={last.next_key}")
    walked += keys(there)
    end = page(found, f"before={there.next_key}")
    walked += keys(end)
    back = page(found, f"after={end.previous_key}")

    assert walked == order[4:]
    assert (end.has_next(), end.has_previous(), there.number) == (False, True, 0)
    assert keys(back) == keys(there)
    assert (back.next_key, back.previous_key) == (there.next_key, there.previous_key)


def test_what_nothing_is_newer_than_is_the_first_page(rows, newest_first):
    found, order = rows

    assert page(found, f"after={order[1]}").number == 1
    assert keys(page(found, f"after={order[0]}")) == order[:2]


@pytest.mark.parametrize(
    "asked", ["before=x", "before=", "before=-1", "before=99999999999999999999", "page=x"]
)
def test_an_address_that_makes_no_sense_is_the_first_page(rows, newest_first, asked):
    found, order = rows

    assert keys(page(found, asked)) == order[:2]


def test_before_the_first_row_there_is_nothing_but_the_last_page(rows, newest_first):
    found, order = rows

    assert keys(page(found, "before=0")) == order[4:6]


def test_a_list_that_was_sorted_stays_with_numbers(rows):
    found, order = rows
    by_name = found.order_by("-name")

    assert keys(page(by_name, f"before={order[2]}")) == keys(page(by_name))
    assert page(by_name, "page=3").next_key is None
    assert [keys(page(by_name, f"page={n}")) for n in (1, 2, 3)] == [
        keys(by_name)[at : at + 2] for at in (0, 2, 4)
    ]


def test_a_short_list_is_counted_to_the_last_row(rows):
    found, order = rows
    few = found.filter(pk__in=order[:3])

    assert (page(few).paginator.count, page(few).paginator.is_capped) == (3, False)
    assert (page(few, "page=2").has_next(), page(few, "page=2").has_previous()) == (False, True)


def test_a_list_says_where_counting_stopped_and_leads_on(monkeypatch, client):
    monkeypatch.setattr(pages, "MOST", 2)
    monkeypatch.setattr(lists, "PER_PAGE", 2)
    rows = [ApplicationFactory(state="county_review") for _each in range(3)]
    client.force_login(person(Role.AUDITOR))

    first = client.get("/applications/", {"state": "county_review"})
    rest = client.get("/applications/", {"state": "county_review", "before": rows[1].pk})

    assert "共 2 件以上" in first.text
    assert f"?state=county_review&amp;before={rows[1].pk}" in first.text
    assert [keys(answer.context["page"]) for answer in (first, rest)] == [
        [rows[2].pk, rows[1].pk],
        [rows[0].pk],
    ]
    assert f"?state=county_review&amp;after={rows[0].pk}" in rest.text
