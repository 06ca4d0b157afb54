"""Who gets in, and what is said to those who do not."""

import re
from datetime import timedelta

import pytest
from django.urls import get_resolver, reverse
from rest_framework.authtoken.models import Token
from rest_framework.test import APIClient

from accounts.roles import Role
from accounts.services import change_password
from records import clock
from tests.factories.accounts import PASSWORD, UserFactory, person

PROBLEM = "application/problem+json"
TOKEN = "/api/v1/token/"


def ask(username, password, client=None):
    return (client or APIClient()).post(TOKEN, {"username": username, "password": password}, format="json")


def test_token_is_given_for_name_and_password_and_opens_the_api():
    user = person(Role.BUREAU_CLERK, username="clerk_of_test")

    answer = ask(" Clerk_Of_Test ", PASSWORD)

    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Token {answer.data['token']}")
    assert answer.status_code == 200
    assert Token.objects.get().user == user
    assert client.get("/api/v1/calls/").status_code == 200
    assert ask(user.username, PASSWORD).data == answer.data


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"username": "clerk_of_test", "password": "wrong-password"}, 401, "wrong-password"),
        ({"username": "no-such-person", "password": PASSWORD}, 401, "wrong-password"),
        ({"username": "clerk_of_test"}, 422, "malformed"),
        (["clerk_of_test"], 422, "malformed"),
    ],
)
def test_token_is_refused_in_words(body, status, code):
    person(Role.BUREAU_CLERK, username="clerk_of_test")

    answer = APIClient().post(TOKEN, body, format="json")

    assert (answer.status_code, answer["Content-Type"], answer.data["code"]) == (status, PROBLEM, code)
    assert not Token.objects.exists()


def test_token_is_refused_while_a_new_password_is_due(program):
    user = person(Role.BUREAU_CLERK, username="clerk_of_test")
    client = program(user)
    user.must_change_password = True
    user.save(update_fields=["must_change_password"])

    asked, used = ask("clerk_of_test", PASSWORD), client.get("/api/v1/calls/")

    assert (asked.status_code, used.status_code) == (403, 403)
    assert "密码" in used.data["detail"]


def test_guessing_passwords_is_shut_out_as_at_the_login_page(settings):
    settings.AXES_ENABLED = True
    person(Role.BUREAU_CLERK, username="clerk_of_test")

    answers = [ask("clerk_of_test", "wrong-password").status_code for _ in range(5)]
    shut = ask("clerk_of_test", PASSWORD)

    assert answers == [401, 401, 401, 401, 429]
    assert (shut.status_code, shut["Content-Type"], shut.data["code"]) == (429, PROBLEM, "locked-out")


def test_asking_for_tokens_is_throttled_by_address_whatever_is_forwarded():
    answers = [
        APIClient()
        .post(
            TOKEN,
            {"username": f"no-one-{n}", "password": "x"},
            format="json",
            headers={"X-Forwarded-For": f"10.0.0.{n}"},
        )
        .status_code
        for n in range(11)
    ]

    assert answers == [401] * 10 + [429]


def test_token_ends_with_a_new_password_with_its_time_with_the_account_and_when_given_back(program, settings):
    user = person(Role.BUREAU_CLERK)
    client = program(user)

    change_password(user=user, password="Another-pass-2026", by=user)
    after_change = client.get("/api/v1/calls/").status_code
    client = program(user, anew=True)
    Token.objects.update(created=clock.now() - settings.API_TOKEN_AGE - timedelta(seconds=1))
    user.password_changed_at = user.password_changed_by = None
    user.save(update_fields=["password_changed_at", "password_changed_by"])
    after_time = client.get("/api/v1/calls/").status_code
    client = program(user, anew=True)
    given_back = client.delete(TOKEN).status_code
    after_return = client.get("/api/v1/calls/").status_code
    client = program(user, anew=True)
    user.is_active = False
    user.save(update_fields=["is_active"])
    after_end = client.get("/api/v1/calls/").status_code

    assert (after_change, after_time, given_back, after_return, after_end) == (401, 401, 204, 401, 401)


def api_addresses():
    """Every address of the API, with a key where it asks for one."""
    routes = {
        "".join(part for part in (prefix, route))
        for prefix, route in ((p, r) for p, r in _routes(get_resolver().url_patterns, "/"))
    }
    return sorted(route for route in routes if route.startswith("/api/v1/") and route != TOKEN)


def _routes(patterns, prefix):
    for pattern in patterns:
        text = str(pattern.pattern).removeprefix("^").removesuffix("$")
        text = re.sub(r"\(\?P<\w+>\\d\+\)", "1", text)
        text = re.sub(r"\(\?P<\w+>\[a-z0-9_\]\+\)", "anything", text)
        if hasattr(pattern, "url_patterns"):
            yield from _routes(pattern.url_patterns, prefix + text)
        else:
            yield prefix, text.replace(".*", "anything")


@pytest.mark.parametrize("address", api_addresses())
def test_every_address_answers_a_stranger_with_a_problem_and_not_with_the_login_page(address):
    answers = [getattr(APIClient(), method)(address) for method in ("get", "post", "patch")]

    assert {(answer.status_code, answer["Content-Type"]) for answer in answers} == {(401, PROBLEM)}
    assert answers[0].data["code"] == "not-authenticated"
    assert answers[0]["WWW-Authenticate"] == "Token"


def test_a_wrong_token_is_401(program):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION="Token 0123456789")

    assert client.get("/api/v1/calls/").status_code == 401


def test_whoever_is_signed_in_in_the_browser_needs_the_csrf_token_to_write(client):
    user = person(Role.FINANCE)
    browser = APIClient(enforce_csrf_checks=True)
    browser.force_login(user)

    answer = browser.post("/api/v1/budgets/", {}, format="json")

    assert browser.get("/api/v1/budgets/").status_code == 200
    assert (answer.status_code, "CSRF" in answer.data["detail"]) == (403, True)


def test_what_the_api_does_not_have_is_a_problem(program):
    answer = program(UserFactory()).get("/api/v1/no-such-thing/")

    assert (answer.status_code, answer["Content-Type"], answer.data["code"]) == (404, PROBLEM, "not-found")


def test_our_mistakes_are_problems_too(rf):
    from portal.views.errors import server_error

    answer = server_error(rf.get("/api/v1/calls/"))

    assert (answer.status_code, answer["Content-Type"]) == (500, PROBLEM)


def test_everybody_reads_what_the_api_is(client, program):
    schema, docs = reverse("api:schema"), reverse("api:docs")
    user = person(Role.ENT_FILLER)

    stranger = (client.get(docs).status_code, client.get(schema).status_code)
    client.force_login(user)
    signed_in = (client.get(docs).status_code, client.get(schema).status_code)

    assert (stranger, signed_in) == ((200, 200), (200, 200))
    assert program(user).get(schema).status_code == 200
