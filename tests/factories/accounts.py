"""People, organisations and roles for tests; every name is plainly invented."""

import itertools
from copy import deepcopy
from datetime import timedelta

import factory
from django.contrib.auth.hashers import make_password
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts import codes, policy
from accounts.enums import COUNTY_KINDS, LetterKind, MembershipState, OrganisationKind, OrganisationState
from accounts.models import (
    AccountEdition,
    Authenticator,
    CalendarFeed,
    Deputy,
    Division,
    FormerPassword,
    Letter,
    Membership,
    Organisation,
    RecoveryCode,
    User,
    Visit,
)
from accounts.roles import OFFICE_ROLES, ROLES, SYSTEM_USERNAME, Role
from records import clock

PASSWORD = "Sample-pass-2026"
_numbers = itertools.count(1)


def make_uscc(n: int | None = None, *, division: str = "130102") -> str:
    """A well-formed credit code that no firm bears."""
    body = f"91{division}{next(_numbers) if n is None else n:08d}X"
    return body + policy.check_character(body)


TERMS = {
    "time_limits": {"organisation_confirmation": 5, "grant_approval": 2},
    "letters": {"invitation_days": 14, "password_reset_hours": 24},
    "deputies": {"longest_days": 60},
    "security": {
        "password": {
            "profile": "djbh",
            "min_length": 10,
            "min_classes": 3,
            "history": 5,
            "max_age_days": 90,
        },
        "proof": {"minutes": 10},
        "login": {
            "max_failures": 5,
            "lock_minutes": 15,
            "idle_minutes": 30,
            "session_hours": 8,
            "one_at_a_time": False,
            "second_factor_roles": [],
        },
    },
}


class DivisionFactory(DjangoModelFactory):
    """One of the divisions that the migration entered, by code."""

    class Meta:
        model = Division
        django_get_or_create = ("code",)

    code = "130102"
    name = factory.LazyAttribute(lambda row: f"示例区{row.code}")
    kind = "district"


class AccountEditionFactory(DjangoModelFactory):
    class Meta:
        model = AccountEdition
        django_get_or_create = ("kind", "valid_from")

    kind = "time_limits"
    valid_from = "2022-01-19"
    terms = factory.LazyAttribute(lambda row: deepcopy(TERMS[row.kind]))
    source = "示例政策文件"
    digest = "0" * 64


class UserFactory(DjangoModelFactory):
    """Signs in with ``PASSWORD``; holds no role until a membership gives one."""

    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"person{n}")
    name = factory.Sequence(lambda n: f"示例人员{n}")
    email = factory.LazyAttribute(lambda user: f"{user.username}@mail.example")
    mobile = "13800001234"
    password = factory.LazyFunction(lambda: make_password(PASSWORD))


class FormerPasswordFactory(DjangoModelFactory):
    class Meta:
        model = FormerPassword

    user = factory.SubFactory(UserFactory)
    encoded = factory.LazyFunction(lambda: make_password("Given-up-2025"))
    replaced_at = factory.LazyFunction(clock.now)


class VisitFactory(DjangoModelFactory):
    class Meta:
        model = Visit

    user = factory.SubFactory(UserFactory)
    session_key = factory.Sequence(lambda n: f"visit{n:027d}")
    expire_date = factory.LazyFunction(lambda: timezone.now() + timedelta(minutes=30))
    address = "127.0.0.1"


class AuthenticatorFactory(DjangoModelFactory):
    class Meta:
        model = Authenticator

    user = factory.SubFactory(UserFactory)
    secret = factory.LazyFunction(codes.new_secret)


class RecoveryCodeFactory(DjangoModelFactory):
    class Meta:
        model = RecoveryCode

    user = factory.SubFactory(UserFactory)
    digest = factory.Sequence(lambda n: codes.digest_of(f"recov-{n:05d}"))


class GranterFactory(UserFactory):
    """The one person who grants all roles in a test."""

    class Meta:
        model = User
        django_get_or_create = ("username",)

    username = "granter"


def system_user() -> User:
    return User.objects.get(username=SYSTEM_USERNAME)


class OrganisationFactory(DjangoModelFactory):
    """A confirmed enterprise of 长安区 unless told otherwise."""

    class Meta:
        model = Organisation

    class Params:
        pending = factory.Trait(
            state=OrganisationState.PENDING,
            applied_by=factory.SubFactory(UserFactory),
            applied_at=factory.LazyFunction(clock.now),
            confirmed_by=None,
            confirmed_at=None,
        )
        refused = factory.Trait(
            state=OrganisationState.REFUSED,
            applied_by=factory.SubFactory(UserFactory),
            applied_at=factory.LazyFunction(clock.now),
            confirmed_by=None,
            confirmed_at=None,
            refused_by=factory.LazyFunction(system_user),
            refused_at=factory.LazyFunction(clock.now),
            refusal_reason="示例：名称与营业执照不一致。",
        )

    kind = OrganisationKind.ENTERPRISE
    name = factory.Sequence(lambda n: f"示例科技有限公司{n}")
    uscc = factory.LazyAttribute(lambda row: make_uscc() if row.kind == OrganisationKind.ENTERPRISE else "")
    division = factory.Maybe(
        factory.LazyAttribute(lambda row: row.kind in (OrganisationKind.ENTERPRISE, *COUNTY_KINDS)),
        yes_declaration=factory.SubFactory(DivisionFactory),
        no_declaration=None,
    )
    address = "示例路 1 号"
    legal_rep = "示例法人"
    contact_name = "示例联系人"
    state = OrganisationState.CONFIRMED
    state_since = factory.LazyFunction(clock.now)
    confirmed_by = factory.LazyFunction(system_user)
    confirmed_at = factory.LazyFunction(clock.now)


class MembershipFactory(DjangoModelFactory):
    """A role in effect, in an organisation of the kind that the role needs."""

    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    role = Role.ENT_FILLER
    organisation = factory.SubFactory(
        OrganisationFactory, kind=factory.LazyAttribute(lambda row: home_kind(row.factory_parent.role))
    )
    since = "2022-01-19"
    state = MembershipState.ACTIVE
    granted_by = factory.SubFactory(GranterFactory)
    granted_at = factory.LazyFunction(clock.now)
    approved_by = factory.LazyAttribute(
        lambda row: (
            system_user() if row.role in OFFICE_ROLES and row.state == MembershipState.ACTIVE else None
        )
    )
    approved_at = factory.LazyAttribute(lambda row: row.granted_at if row.approved_by else None)


class CalendarFeedFactory(DjangoModelFactory):
    class Meta:
        model = CalendarFeed

    user = factory.SubFactory(UserFactory)
    digest = factory.Sequence(lambda n: f"{n:064d}")
    made_at = factory.LazyFunction(clock.now)


class DeputyFactory(DjangoModelFactory):
    """From today on, for a week; both belong to the organisation unless told otherwise."""

    class Meta:
        model = Deputy

    class Params:
        role = Role.BUREAU_CLERK

    organisation = factory.SubFactory(
        OrganisationFactory, kind=factory.LazyAttribute(lambda row: home_kind(row.factory_parent.role))
    )
    user = factory.LazyAttribute(lambda row: person(row.role, organisation=row.organisation))
    deputy = factory.LazyAttribute(lambda row: person(row.role, organisation=row.organisation))
    since = factory.LazyFunction(clock.today)
    until = factory.LazyFunction(lambda: clock.today() + timedelta(days=7))
    named_at = factory.LazyFunction(clock.now)
    named_by = factory.LazyAttribute(lambda row: row.user)


class LetterFactory(DjangoModelFactory):
    class Meta:
        model = Letter

    recipient = factory.SubFactory(UserFactory)
    kind = LetterKind.PASSWORD_RESET
    asked_at = factory.LazyFunction(clock.now)


def home_kind(role: str) -> str:
    """The kind of organisation where people of ``role`` work."""
    return next(kind for kind in OrganisationKind if kind in ROLES[Role(role)].kinds)


def person(
    role: str, *, organisation: Organisation | None = None, division: str = "130102", **fields
) -> User:
    """A user who holds ``role``, in ``organisation`` or in a new one (of ``division``, where it has one).

    The short way for the tests of every room: ``person(Role.COUNTY_STAFF, division="130104")``.
    """
    user = UserFactory(**fields)
    if role == Role.SYSTEM:
        return system_user()
    if organisation is None:
        kind = home_kind(role)
        local = {"division__code": division} if kind in (OrganisationKind.ENTERPRISE, *COUNTY_KINDS) else {}
        organisation = OrganisationFactory(kind=kind, **local)
    MembershipFactory(user=user, role=role, organisation=organisation)
    return user
