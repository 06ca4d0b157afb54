"""Two steps: taking them up, the code at the door, a lost phone, roles that must, programs."""

import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects
from rest_framework.test import APIClient

from accounts import codes, selectors, services
from accounts.models import Authenticator, Letter, RecoveryCode, Visit
from accounts.roles import Role
from accounts.sessions import SECRET, SessionStore
from records import audit, clock
from records.errors import Conflict
from tests.factories.accounts import (
    PASSWORD,
    TERMS,
    AccountEditionFactory,
    AuthenticatorFactory,
    RecoveryCodeFactory,
    UserFactory,
    person,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("limits", "rung")]
STEP, CODE = "/account/second-step/", "/login/code/"
KEY = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # of the appendix of RFC 6238


def now_code(secret: str, steps: int = 0) -> str:
    return codes.code_at(secret, int(time.time()) // codes.STEP + steps)


def password_step(client, user, **more):
    return client.post("/login/", {"username": user.username, "password": PASSWORD, **more})


def required(*roles):
    login = {**TERMS["security"]["login"], "second_factor_roles": list(roles)}
    terms = {**TERMS["security"], "login": login}
    return AccountEditionFactory(kind="security", valid_from=timezone.localdate(), terms=terms)


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(seconds, code):
    assert codes.code_at(KEY, seconds // codes.STEP) == code


def test_a_code_holds_for_its_neighbours_and_once():
    def found(steps, after=-1):
        code = codes.code_at(KEY, 1000 + steps)
        return codes.matching_step(KEY, code, seconds=30000, after=after)

    assert [found(steps) for steps in (-2, -1, 0, 1, 2)] == [None, 999, 1000, 1001, None]
    assert found(0, after=1000) is None


def test_guessing_becomes_slow():
    assert [codes.pause_after(n).seconds for n in (0, 4, 5, 6, 10, 15, 16, 10**6)] == [
        0,
        0,
        1,
        2,
        32,
        900,
        900,
        900,
    ]


def test_the_address_for_apps_names_platform_and_person():
    assert codes.address_for_apps("ABC", username="li.si", issuer="示例 平台") == (
        "otpauth://totp/%E7%A4%BA%E4%BE%8B%20%E5%B9%B3%E5%8F%B0:li.si"
        "?secret=ABC&issuer=%E7%A4%BA%E4%BE%8B%20%E5%B9%B3%E5%8F%B0&digits=6&period=30"
    )


def test_a_person_takes_up_two_steps_and_signs_in_with_them(client):
    user = person(Role.BUREAU_CLERK)
    password_step(client, user)
    page = client.get(STEP)
    secret = SessionStore(client.cookies["sessionid"].value)[SECRET]

    assertContains(page, secret)
    assertContains(page, "<svg")
    assert client.post(STEP, {"code": "000000"}).status_code == 422
    assert not Authenticator.objects.exists()
    shown = client.post(STEP, {"code": now_code(secret, -1)})
    assertContains(shown, "本页只显示这一次")
    assert RecoveryCode.objects.filter(user=user).count() == 10
    assertContains(client.get(STEP), "还剩 10 个未用的备用码")

    other = Client()
    assertRedirects(password_step(other, user, next="/notices/"), CODE)
    assert other.get("/account/").status_code == 302
    assert other.post(CODE, {"code": now_code(secret, -1)}).status_code == 422  # used above
    assertRedirects(other.post(CODE, {"code": now_code(secret)}), "/notices/")
    assert other.get("/account/").status_code == 200
    assert [event.verb for event in audit.history(user)] == ["accounts.user.enrol_second_factor"]


def test_the_secret_is_kept_encrypted():
    own = AuthenticatorFactory()
    raw = Authenticator.objects.raw("SELECT id, secret AS stored FROM accounts_authenticator")[0].stored

    assert own.secret not in raw
    assert Authenticator.objects.get().secret == own.secret


def test_a_recovery_code_replaces_the_phone_once(client):
    user = AuthenticatorFactory().user
    RecoveryCodeFactory(user=user, digest=codes.digest_of("abcde-fghjk"))

    for answer in (302, 422):
        browser = Client()
        password_step(browser, user)
        assert browser.post(CODE, {"code": " ABCDE fghjk "}).status_code == answer

    assert selectors.recovery_codes_left(user) == 0
    assert [event.verb for event in audit.history(user)] == ["accounts.user.use_recovery_code"]


def test_without_the_password_there_is_no_page_for_the_code(client):
    user = AuthenticatorFactory().user
    assertRedirects(client.get(CODE), "/login/")
    password_step(client, user)
    assert client.get(CODE).status_code == 200

    services.change_password(user=user, password="Chosen-myself-1", by=user)

    assertRedirects(client.get(CODE), "/login/")


def test_the_password_holds_five_minutes_for_the_code(client):
    user = AuthenticatorFactory().user
    password_step(client, user)
    visit = Visit.objects.get()
    data = SessionStore().decode(visit.session_data)
    data["second-step-pending"]["since"] -= 301
    Visit.objects.update(session_data=SessionStore().encode(data))

    assertRedirects(client.get(CODE), "/login/")


def test_wrong_codes_shut_out_as_wrong_passwords_do(client, settings):
    settings.AXES_ENABLED = True
    own = AuthenticatorFactory()
    password_step(client, own.user)

    answers = [client.post(CODE, {"code": "000000"}).status_code for _ in range(5)]
    Authenticator.objects.update(failures=0, failed_at=None)

    assert answers == [422, 422, 422, 422, 429]
    assert client.post(CODE, {"code": now_code(own.secret)}).status_code == 429
    assert AccessAttempt.objects.get().failures_since_start >= 5


def test_from_wherever_codes_are_guessed_it_becomes_slow():
    own = AuthenticatorFactory(failures=14, failed_at=clock.now())

    assert services.pass_second_factor(user=own.user, code=now_code(own.secret)) is False
    later = clock.now() + timedelta(minutes=10)
    code = codes.code_at(own.secret, int(later.timestamp()) // codes.STEP)
    assert services.pass_second_factor(user=own.user, code=code, at=later) is True


def test_two_steps_are_given_up_with_a_last_code(client):
    own = AuthenticatorFactory()
    RecoveryCodeFactory(user=own.user)
    client.force_login(own.user)

    assertContains(client.post(f"{STEP}drop/", {"code": "000000"}, follow=True), "验证码不正确")
    assertContains(client.post(f"{STEP}drop/", {"code": now_code(own.secret)}, follow=True), "两步登录已关闭")

    assert not Authenticator.objects.exists()
    assert not RecoveryCode.objects.exists()
    assert [event.verb for event in audit.history(own.user)] == ["accounts.user.drop_second_factor"]


def test_a_lost_phone_is_reset_by_the_security_administrator_and_the_person_is_told(client):
    own, guard = AuthenticatorFactory(), person(Role.SECADMIN)
    address = f"/users/{own.user_id}/second-step/reset/"
    client.force_login(person(Role.SYSADMIN))
    assert client.post(address).status_code == 403
    client.force_login(guard)

    assertContains(client.get(f"/users/{own.user_id}/"), "重置两步登录")
    assertRedirects(client.post(address), f"/users/{own.user_id}/")
    services.send_letter(letter=Letter.objects.get())

    event = audit.history(own.user).get()
    assert (event.verb, event.actor) == ("accounts.user.reset_second_factor", guard)
    assert [(message.to, message.subject) for message in mail.outbox] == [
        ([own.user.email], "您的两步登录已由安全管理员重置")
    ]
    assert client.post(address).status_code == 409
    with pytest.raises(Conflict, match="没有启用"):
        services.drop_second_factor(user=own.user, by=guard)


def test_a_role_that_must_have_two_steps_is_led_to_them_first(client):
    required(Role.FINANCE)
    clerk, user = person(Role.BUREAU_CLERK), person(Role.FINANCE)
    free = Client()
    password_step(free, clerk)
    password_step(client, user)

    assert free.get("/account/").status_code == 200
    assertRedirects(client.get("/account/"), STEP)
    refused = client.get("/api/v1/calls/")
    assert (refused.status_code, refused.json()["code"]) == (403, "second-step-due")
    secret = SessionStore(client.cookies["sessionid"].value)[SECRET]
    client.post(STEP, {"code": now_code(secret)})
    assert client.get("/account/").status_code == 200
    assert client.get("/api/v1/calls/").status_code == 200
    assertContains(client.get(STEP), "不能自行关闭")
    client.post(f"{STEP}drop/", {"code": now_code(secret, 1)})
    assert Authenticator.objects.filter(user=user).exists()


def test_programs_bring_the_code_along():
    own = AuthenticatorFactory(user=person(Role.BUREAU_CLERK))

    def ask(**more):
        body = {"username": own.user.username, "password": PASSWORD, **more}
        answer = APIClient().post("/api/v1/token/", body, format="json")
        return answer.status_code, answer.json().get("code")

    assert [ask(), ask(code="000000")] == [(401, "code-required"), (401, "wrong-code")]
    assert ask(code=now_code(own.secret)) == (200, None)


def test_a_program_of_a_role_that_must_have_two_steps_gets_no_token_before():
    required(Role.FINANCE)
    user = person(Role.FINANCE)

    body = {"username": user.username, "password": PASSWORD}
    answer = APIClient().post("/api/v1/token/", body, format="json")

    assert (answer.status_code, answer.json()["code"]) == (403, "second-step-due")


def test_the_administration_has_no_door_of_its_own(client):
    assertRedirects(client.get("/admin/login/?next=/admin/"), "/login/?next=/admin/")
    client.force_login(UserFactory())
    assert client.get("/admin/", follow=True).status_code == 403
