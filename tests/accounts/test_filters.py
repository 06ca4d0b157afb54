"""Sorting of lists: the order in which pages fit together."""

from datetime import timedelta

import pytest

from accounts.forms.filters import SortFilter
from accounts.models import Membership, User
from records import clock
from tests.factories.accounts import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("chosen", "shown"),
    [("name", ["乙", "甲", "甲"]), ("-name", ["甲", "甲", "乙"]), ("", ["甲", "乙", "甲"])],
)
def test_equal_rows_stand_in_one_order_whichever_way_a_list_is_sorted(chosen, shown):
    first, second, third = (UserFactory(name=name) for name in ("甲", "乙", "甲"))
    keys = {first.pk: "甲", second.pk: "乙", third.pk: "甲"}
    sort = SortFilter(fields={"name": "name"})

    found = [
        one.pk for one in sort.filter(User.objects.filter(pk__in=keys).order_by("pk"), chosen and [chosen])
    ]

    assert [keys[pk] for pk in found] == shown
    if chosen:
        assert [pk for pk in found if pk != second.pk] == [third.pk, first.pk]


@pytest.mark.parametrize("chosen", ["until", "-until"])
def test_rows_without_a_value_come_last(chosen):
    without = MembershipFactory(until=None)
    dated = [MembershipFactory(until=clock.today() + timedelta(days=n)) for n in (3, 9)]
    sort = SortFilter(fields={"until": "until"})

    found = list(
        sort.filter(Membership.objects.filter(pk__in=[without.pk, *(one.pk for one in dated)]), [chosen])
    )

    assert found == [*(dated if chosen == "until" else reversed(dated)), without]
