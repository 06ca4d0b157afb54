"""Each constraint, provoked by name, as no form would."""

from contextlib import contextmanager

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AccountEdition, Division, Letter, Membership, Organisation, User
from records import clock
from tests.factories.accounts import (
    AccountEditionFactory,
    DivisionFactory,
    LetterFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    system_user,
)

pytestmark = pytest.mark.django_db


@contextmanager
def broken(name):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        yield


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"kind": "village"}, "accounts_division_kind_known"),
        ({"code_source": "map"}, "accounts_division_code_source_known"),
        ({"code": "13010X"}, "accounts_division_code_of_six_digits"),
        ({"code": "130104"}, "accounts_division_code"),
    ],
)
def test_division(changes, name):
    row = DivisionFactory()

    with broken(name):
        Division.objects.filter(pk=row.pk).update(**changes)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"kind": "club"}, "accounts_organisation_kind_known"),
        ({"state": "gone"}, "accounts_organisation_state_known"),
        ({"applied_at": clock.now()}, "accounts_organisation_applied_at_applied_by"),
        ({"confirmed_at": None, "state": "pending"}, "accounts_organisation_confirmed_at_confirmed_by"),
        ({"refused_at": clock.now()}, "accounts_organisation_refused_at_refused_by"),
        ({"confirmed_at": None, "confirmed_by": None}, "accounts_organisation_confirmed_by_somebody"),
        ({"state": "refused", "refusal_reason": "示例"}, "accounts_organisation_refused_by_somebody"),
        ({"uscc": "9113010200000011IX"}, "accounts_organisation_uscc_well_formed"),
        ({"uscc": ""}, "accounts_organisation_enterprise_has_uscc"),
        ({"division": None}, "accounts_organisation_local_has_division"),
    ],
)
def test_organisation(changes, name):
    row = OrganisationFactory()

    with broken(name):
        Organisation.objects.filter(pk=row.pk).update(**changes)


def test_organisation_refused_with_reason():
    row = OrganisationFactory(refused=True)

    with broken("accounts_organisation_refused_with_reason"):
        Organisation.objects.filter(pk=row.pk).update(refusal_reason="")


@pytest.mark.parametrize(
    ("field", "name"),
    [("uscc", "accounts_organisation_uscc_once"), ("name", "accounts_organisation_name_once")],
)
def test_organisation_once(field, name):
    one, other, refused = OrganisationFactory(), OrganisationFactory(), OrganisationFactory(refused=True)

    Organisation.objects.filter(pk=refused.pk).update(**{field: getattr(one, field)})
    with broken(name):
        Organisation.objects.filter(pk=other.pk).update(**{field: getattr(one, field)})


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"username": "Upper"}, "accounts_user_username_well_formed"),
        ({"username": "ab"}, "accounts_user_username_well_formed"),
        ({"username": "system"}, "accounts_user_username"),
        ({"is_superuser": True}, "accounts_user_never_superuser"),
        ({"password_changed_at": clock.now()}, "accounts_user_password_changed_at_password_changed_by"),
    ],
)
def test_user(changes, name):
    row = UserFactory()

    with broken(name):
        User.objects.filter(pk=row.pk).update(**changes)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"role": "king"}, "accounts_membership_role_known"),
        ({"role": "system"}, "accounts_membership_role_known"),
        ({"state": "gone"}, "accounts_membership_state_known"),
        ({"approved_at": None, "role": "ent_filler"}, "accounts_membership_approved_at_approved_by"),
        ({"ended_at": clock.now()}, "accounts_membership_ended_at_ended_by"),
        ({"until": "2021-01-01"}, "accounts_membership_since_not_after_until"),
        ({"state": "ended"}, "accounts_membership_ended_by_somebody"),
        ({"state": "refused"}, "accounts_membership_ended_by_somebody"),
        ({"approved_at": None, "approved_by": None}, "accounts_membership_office_role_approved"),
    ],
)
def test_membership(changes, name):
    row = MembershipFactory(role="bureau_clerk")

    with broken(name):
        Membership.objects.filter(pk=row.pk).update(**changes)


@pytest.mark.parametrize(
    ("person", "name"),
    [
        ("granted_by", "accounts_membership_granted_by_not_approved_by"),
        ("user", "accounts_membership_user_not_approved_by"),
    ],
)
def test_membership_four_eyes(person, name):
    row = MembershipFactory(role="bureau_clerk")

    with broken(name):
        Membership.objects.filter(pk=row.pk).update(approved_by=getattr(row, person))


def test_membership_one_live():
    row = MembershipFactory()
    ended = {"state": "ended", "ended_at": clock.now(), "ended_by": system_user()}

    MembershipFactory(user=row.user, organisation=row.organisation, role=row.role, **ended)
    with broken("accounts_membership_one_live"):
        MembershipFactory(user=row.user, organisation=row.organisation, role=row.role)


def test_letter_and_edition():
    letter, edition = LetterFactory(), AccountEditionFactory()

    with broken("accounts_letter_kind_known"):
        Letter.objects.filter(pk=letter.pk).update(kind="poem")
    with broken("accounts_accountedition_one_per_day"):
        AccountEdition.objects.create(kind=edition.kind, valid_from=edition.valid_from, terms={})


def test_names_of_rows():
    membership = MembershipFactory(user__name="示例甲", user__username="jia")

    assert str(membership) == "示例甲·申报人"
    assert str(membership.user) == "示例甲（jia）"
    assert str(membership.organisation) == membership.organisation.name
    assert str(LetterFactory(recipient=membership.user)) == "找回密码：jia"
    assert str(DivisionFactory()) == "长安区"


def test_mobile_numbers_are_stored_encrypted_and_shown_masked():
    from django.db import connection

    user = UserFactory(mobile="13812341234")
    with connection.cursor() as cursor:
        cursor.execute("SELECT mobile FROM accounts_user WHERE id = %s", [user.pk])
        stored = cursor.fetchone()[0]

    user.refresh_from_db()
    assert "13812341234" not in stored
    assert (user.mobile, user.mobile_masked) == ("13812341234", "138****1234")


def test_nobody_is_created_as_superuser():
    with pytest.raises(NotImplementedError):
        User.objects.create_superuser("root", password="x")


def test_people_are_found_by_name_in_any_case():
    user = UserFactory(username="somebody")

    assert User.objects.get_by_natural_key(" Somebody ") == user
