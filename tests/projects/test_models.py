"""Rows of the joint research programme: what they say of themselves, and what cannot be stored."""

from decimal import Decimal

import pytest

from tests.factories.projects import ProjectEditionFactory

pytestmark = pytest.mark.django_db


def test_an_edition_says_its_amounts_and_limits():
    edition = ProjectEditionFactory()

    assert str(edition) == "joint_project 2022-01-19"
    assert [edition.money(key) for key in ("amount_min", "amount", "amount_max")] == [
        Decimal("800000.00"),
        Decimal("1000000.00"),
        Decimal("1200000.00"),
    ]
    assert (edition.working_days("decision"), edition.working_days("nothing")) == (15, None)
    assert edition.upload_limits.file_bytes == 20 * 1024 * 1024
