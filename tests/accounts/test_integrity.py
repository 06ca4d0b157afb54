"""Each check finds what it is for, and nothing in a sound house."""

import pytest

from accounts import integrity
from accounts.models import Membership
from accounts.roles import Role
from tests.factories.accounts import MembershipFactory, OrganisationFactory, UserFactory, person

pytestmark = pytest.mark.django_db


def test_a_sound_house():
    for role in (Role.ENT_ADMIN, Role.BUREAU_CLERK, Role.AUDITOR):
        person(role)

    assert integrity.roles_fit_their_organisations() == []
    assert integrity.administrators_stand_apart() == []
    assert integrity.confirmed_units_have_an_administrator() == []


def test_findings():
    user = person(Role.SYSADMIN)
    MembershipFactory(user=user, role=Role.BUREAU_CLERK)
    Membership.objects.filter(pk=MembershipFactory().pk).update(organisation=OrganisationFactory(kind="tax"))
    lonely = OrganisationFactory(applied_by=UserFactory(), applied_at="2026-01-01T00:00Z")

    assert integrity.administrators_stand_apart() == [f"{user.username}：兼任 2 个角色"]
    assert len(integrity.roles_fit_their_organisations()) == 1
    assert integrity.confirmed_units_have_an_administrator() == [f"{lonely}：没有单位管理员"]
