"""Passwords by the edition in force: what is refused, what is remembered, when a new one is due."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accounts import services, tasks
from accounts.models import AccountEdition, FormerPassword, User
from accounts.policy import PasswordRules, Profile, classes_in, undecorated
from accounts.roles import Role
from records import clock
from tests.factories.accounts import (
    PASSWORD,
    TERMS,
    AccountEditionFactory,
    FormerPasswordFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    person,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("limits", "rung")]
DJBH = TERMS["security"]["password"]
CHANGE = "/password/"


def edition(**password):
    """An edition that begins today and asks this of passwords."""
    terms = {**TERMS["security"], "password": {**DJBH, **password}}
    return AccountEditionFactory(kind="security", valid_from=clock.today(), terms=terms)


def change(client, old, new):
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": new})


@pytest.mark.parametrize(
    ("password", "n"), [("", 0), ("abc", 1), ("Abc", 2), ("Abc1", 3), ("Abc-1", 4), ("密码-Ab1", 4)]
)
def test_classes_are_counted(password, n):
    assert classes_in(password) == n


@pytest.mark.parametrize(
    ("password", "inside"),
    [("Password2026!", "password"), ("123", ""), ("!Qwerty", "qwerty"), ("a1b", "a1b")],
)
def test_what_is_left_without_decoration(password, inside):
    assert undecorated(password) == inside


@pytest.mark.parametrize(
    ("password", "words"),
    [
        ("Short-1", "至少需要 10 位"),
        ("only-small-letters", "至少 3 类"),
        ("93817465029", "只包含数字"),
        ("password123", "太常见"),
        ("Zhangsan-the-clerk1", "跟 用户名 太相似"),
    ],
)
def test_weak_passwords_are_refused_in_words(password, words):
    with pytest.raises(ValidationError, match=words):
        validate_password(password, User(username="zhangsan-clerk", name="示例"))


def test_every_fault_is_named_at_once():
    with pytest.raises(ValidationError) as refused:
        validate_password("Ab", UserFactory())

    assert refused.value.messages == [
        "密码太短，至少需要 10 位。",
        "密码须含大写字母、小写字母、数字、符号中的至少 3 类。",
    ]


def test_the_numbers_are_those_of_the_edition_in_force():
    edition(min_length=20, min_classes=4)

    with pytest.raises(ValidationError, match="至少需要 20 位"):
        validate_password("Just-18-characters", UserFactory())
    with pytest.raises(ValidationError, match="至少 4 类"):
        validate_password("Twenty2characters2long", UserFactory())
    assert "至少 20 位，含大写字母、小写字母、数字、符号中的至少 4 类" in password_validators_help_texts()[1]


def test_asvs_looks_at_length_and_breaches_and_never_expires(client):
    terms = {**TERMS["security"], "password": {**DJBH, "profile": "asvs", "min_length": 12}}
    AccountEditionFactory(kind="security", valid_from=clock.today(), terms=terms)
    user = UserFactory(created_at=clock.now() - timedelta(days=400))
    FormerPasswordFactory(user=user, encoded=make_password("long enough and plain"))

    validate_password("long enough and plain", user)
    with pytest.raises(ValidationError, match="主体是常见密码"):
        validate_password("Password-2026-", user)
    assert AccountEdition.password_rules() == PasswordRules(Profile.ASVS, 12)
    assert services.expire_passwords() == 0
    services.change_password(user=user, password="another one that is long", by=user)
    assert not FormerPassword.objects.exists()


def test_the_last_five_passwords_do_not_come_back():
    user = UserFactory()
    used = [PASSWORD, *(f"Chosen-myself-{n}" for n in range(6))]
    for password in used[1:]:
        services.change_password(user=user, password=password, by=user)

    refused = []
    for password in used:
        try:
            validate_password(password, user)
        except ValidationError as error:
            refused += [(password, error.messages)]

    words = ["不能与最近 5 次使用的密码相同。"]
    assert refused == [(password, words) for password in used[-5:]]
    assert FormerPassword.objects.count() == 4
    assert [check_password(used[-2], each.encoded) for each in user.former_passwords.all()[:1]] == [True]


def test_a_shorter_history_forgets_what_is_too_much():
    user = UserFactory()
    FormerPasswordFactory.create_batch(4, user=user)
    FormerPasswordFactory(user=UserFactory())
    edition(history=2)

    services.change_password(user=user, password="Chosen-myself-1", by=user)

    assert [user.former_passwords.count(), FormerPassword.objects.count()] == [1, 2]
    assert check_password(PASSWORD, user.former_passwords.get().encoded)


def test_an_old_password_is_changed_at_the_next_sign_in(client):
    user = person(Role.BUREAU_CLERK, created_at=clock.now() - timedelta(days=400))
    services.change_password(
        user=user, password=PASSWORD, by=user, at=clock.now() - timedelta(days=90, seconds=1)
    )

    sent = client.post("/login/", {"username": user.username, "password": PASSWORD, "next": "/account/"})

    assertRedirects(sent, "/account/", fetch_redirect_response=False)
    assertRedirects(client.get("/account/"), CHANGE)
    assertContains(client.get(CHANGE), "密码已过更换期")
    refused = client.get("/api/v1/calls/")
    assert (refused.status_code, refused["Content-Type"]) == (403, "application/problem+json")
    assert refused.json()["code"] == "password-due"
    assert change(client, PASSWORD, PASSWORD).status_code == 422
    assertRedirects(change(client, PASSWORD, "Chosen-myself-1"), "/account/")
    assert client.get("/api/v1/calls/").status_code == 200


def test_a_password_of_eighty_nine_days_is_still_good(client):
    user = person(Role.BUREAU_CLERK)
    services.change_password(user=user, password=PASSWORD, by=user, at=clock.now() - timedelta(days=89))

    client.post("/login/", {"username": user.username, "password": PASSWORD})

    assert client.get("/account/").status_code == 200


def test_programs_are_asked_for_a_new_password_by_the_timetable():
    old = UserFactory(created_at=clock.now() - timedelta(days=90))
    young, off = UserFactory(), UserFactory(created_at=old.created_at, is_active=False)
    invited = UserFactory(created_at=old.created_at)
    invited.set_unusable_password()
    invited.save(update_fields=["password"])

    tasks.expire_passwords()

    due = {person.pk: person.must_change_password for person in User.objects.filter(created_by=None)}
    assert [due[each.pk] for each in (old, young, off, invited)] == [True, False, False, False]


def test_a_password_set_by_an_administrator_is_changed_first_and_ones_own_is_not(client):
    by = person(Role.SYSADMIN)
    given = services.create_user(
        username="newcomer", name="新人", email="n@mail.example", password=PASSWORD, by=by
    )
    invited = UserFactory()
    invited.set_unusable_password()
    invited.save(update_fields=["password"])
    MembershipFactory(user=invited, organisation=OrganisationFactory())
    services.accept_invitation(user=invited, name="受邀人", password=PASSWORD)

    client.post("/login/", {"username": given.username, "password": PASSWORD})

    assertRedirects(client.get("/account/"), CHANGE)
    assertContains(client.get(CHANGE), "当前密码由他人设置")
    assert (given.must_change_password, invited.must_change_password) == (True, False)


def test_the_page_says_the_rules_in_force(client):
    client.force_login(UserFactory())
    edition(min_length=11, history=7)

    assertContains(client.get(reverse("accounts:password-change")), "至少 11 位")
    assertContains(client.get(reverse("accounts:register")), "不能与最近 7 次使用的密码相同")
