"""Being signed in: how long it lasts, what ends it, and that what was typed outlives it."""

from datetime import timedelta

import pytest
from django.contrib.sessions.exceptions import SessionInterrupted
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from accounts import services, tasks
from accounts.enums import VisitEnd
from accounts.models import Visit
from accounts.policy import browser_of
from accounts.roles import Role
from accounts.sessions import SessionStore
from records import audit
from tests.factories.accounts import PASSWORD, TERMS, AccountEditionFactory, UserFactory, VisitFactory, person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("limits")]
WINDOWS = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0"


def sign_in(user, client=None, **headers) -> Client:
    client = client or Client()
    answer = client.post("/login/", {"username": user.username, "password": PASSWORD}, **headers)
    assert answer.status_code == 302
    return client


def visit_of(client) -> Visit:
    return Visit.objects.get(session_key=client.cookies["sessionid"].value)


def let_pass(**time) -> None:
    """Move everything that was written down so far into the past."""
    by = timedelta(**time)
    for visit in Visit.objects.all():
        visit.begun_at -= by
        visit.seen_at -= by
        visit.over_at -= by
        visit.expire_date -= by
        data = SessionStore().decode(visit.session_data)
        data["visit"]["begun"] -= by.total_seconds()
        visit.session_data = SessionStore().encode(data)
        visit.save()


def test_a_visit_says_whose_it_is_and_from_where():
    user = UserFactory()

    visit = visit_of(sign_in(user, HTTP_USER_AGENT=WINDOWS, REMOTE_ADDR="10.1.2.3"))

    assert (visit.user, visit.address, visit.browser) == (user, "10.1.2.3", "Edge · Windows")
    assert visit.over_at - visit.begun_at == timedelta(hours=8)
    assert timedelta(minutes=29) < visit.expire_date - timezone.now() <= timedelta(minutes=30)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("", ""),
        ("curl/8", ""),
        ("Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "Firefox · Linux"),
        ("Mozilla/5.0 (iPhone; like Mac OS X) MicroMessenger/8.0 Safari/604.1", "微信 · iPhone"),
    ],
)
def test_browsers_are_called_as_people_call_them(agent, words):
    assert browser_of(agent) == words


def test_whoever_does_nothing_for_half_an_hour_is_signed_out_and_told_why():
    client = sign_in(UserFactory())
    let_pass(minutes=29)
    assert client.get("/account/").status_code == 200
    let_pass(minutes=29)
    assert client.get("/account/").status_code == 200
    let_pass(minutes=31)

    assertRedirects(client.get("/account/"), "/login/?next=/account/", fetch_redirect_response=False)
    assertContains(client.get("/login/?next=/account/"), "较长时间没有操作")
    assert client.get("/account/").status_code == 302


def test_nobody_stays_longer_than_eight_hours_however_busy():
    client = sign_in(UserFactory())
    for _ in range(19):
        let_pass(minutes=25)
        assert client.get("/account/").status_code == 200
    let_pass(minutes=6)

    assert client.get("/account/").status_code == 302
    assertContains(client.get("/login/"), "单次登录已达最长时间")


def test_the_limits_are_those_of_the_edition_in_force():
    terms = {
        **TERMS["security"],
        "login": {**TERMS["security"]["login"], "idle_minutes": 5, "session_hours": 1},
    }
    AccountEditionFactory(kind="security", valid_from=timezone.localdate(), terms=terms)

    visit = visit_of(sign_in(UserFactory()))

    assert visit.over_at - visit.begun_at == timedelta(hours=1)
    assert timedelta(minutes=4) < visit.expire_date - timezone.now() <= timedelta(minutes=5)


def test_signing_in_again_goes_on_where_one_was():
    user = UserFactory()
    client = sign_in(user)
    let_pass(minutes=31)

    again = client.post("/login/", {"username": user.username, "password": PASSWORD, "next": "/notices/"})

    assertRedirects(again, "/notices/", fetch_redirect_response=False)
    assert client.get("/account/").status_code == 200
    assert Visit.objects.of_people().count() == 1


def test_a_page_that_saves_itself_is_told_and_not_led_away():
    client = sign_in(UserFactory())
    let_pass(minutes=31)

    answer = client.post("/applications/1/sections/host/", headers={"X-Autosave": "1"})

    assert (answer.status_code, answer.json()["code"]) == (401, "signed-out")


def test_being_seen_costs_one_write_a_minute_and_no_reading(django_assert_num_queries):
    client = sign_in(UserFactory())
    client.get("/account/")
    with django_assert_num_queries(2) as fresh:  # the visit and the person
        client.get("/password/reset/sent/")
    let_pass(seconds=61)
    with django_assert_num_queries(3) as seen:
        client.get("/password/reset/sent/")
    with django_assert_num_queries(2):
        client.get("/password/reset/sent/")

    written = [query["sql"] for query in seen if not query["sql"].startswith("SELECT")]
    assert [sql.split(" SET")[0] for sql in written] == ['UPDATE "accounts_visit"']
    assert len(fresh) == 2


def test_an_unknown_or_forged_key_is_nobody():
    client = Client()
    client.cookies["sessionid"] = "x" * 32

    assert client.get("/account/").status_code == 302
    assert "此前的登录已退出" not in client.get("/login/").text


def test_what_was_ended_stays_ended_whatever_was_on_its_way():
    client = sign_in(UserFactory())
    visit = visit_of(client)
    store = SessionStore(visit.session_key)
    store["late"] = "answer"

    assert services.end_visit(visit=visit, by=visit.user) is True
    assert services.end_visit(visit=visit, by=visit.user) is False
    with pytest.raises(Exception) as late:
        store.save()

    visit.refresh_from_db()
    assert late.type.__name__ == "UpdateError"
    assert (visit.session_data, visit.end) == ("", VisitEnd.SELF)
    assert issubclass(SessionInterrupted, Exception)


def test_a_new_login_ends_the_older_one_where_the_edition_says_so():
    user, other = UserFactory(), sign_in(UserFactory())
    terms = {**TERMS["security"], "login": {**TERMS["security"]["login"], "one_at_a_time": True}}
    old = sign_in(user)
    AccountEditionFactory(kind="security", valid_from=timezone.localdate(), terms=terms)

    new = sign_in(user)

    assert [browser.get("/account/").status_code for browser in (old, new, other)] == [302, 200, 200]
    assertContains(old.get("/login/"), "您的账户已在另一处登录")
    assert audit.history(user).get().data == {"ended": 1, "why": "elsewhere"}


def test_several_logins_stand_beside_each_other_where_the_edition_allows_it():
    user = UserFactory()

    browsers = [sign_in(user), sign_in(user)]

    assert [browser.get("/account/").status_code for browser in browsers] == [200, 200]


def test_a_new_password_ends_all_other_visits_and_keeps_this_one():
    user = UserFactory()
    other, mine = sign_in(user), sign_in(user)
    begun = visit_of(mine).begun_at
    new = "Another-pass-2027"

    mine.post("/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})

    assert [browser.get("/account/").status_code for browser in (other, mine)] == [302, 200]
    assert visit_of(mine).begun_at == begun


def test_visits_that_ended_long_ago_are_forgotten():
    old = VisitFactory(expire_date=timezone.now() - timedelta(days=8))
    kept = VisitFactory(expire_date=timezone.now() - timedelta(days=6))

    tasks.forget_old_visits()

    assert list(Visit.objects.all()) == [kept]
    assert old.session_key != kept.session_key


def test_a_person_sees_where_they_are_signed_in_and_ends_the_others():
    user = UserFactory()
    here = sign_in(user, HTTP_USER_AGENT=WINDOWS, REMOTE_ADDR="10.1.2.3")
    phone, desk = (sign_in(user, REMOTE_ADDR=address) for address in ("10.9.9.8", "10.9.9.9"))
    strange = visit_of(sign_in(UserFactory()))

    shown = here.get("/account/visits/")
    ended = here.post(f"/account/visits/{visit_of(phone).pk}/end/")

    assertContains(shown, "Edge · Windows", count=1)
    assert [address in shown.text for address in ("10.1.2.3", "10.9.9.8", "10.9.9.9")] == [True] * 3
    assert visit_of(here).session_key not in shown.text
    assertRedirects(ended, "/account/visits/")
    assert [each.get("/account/").status_code for each in (here, phone, desk)] == [200, 302, 200]
    assertContains(phone.get("/login/"), "您在另一处结束了此处的登录")
    assert here.post(f"/account/visits/{strange.pk}/end/").status_code == 404
    assert here.post(f"/account/visits/{visit_of(here).pk}/end/").status_code == 404
    here.post("/account/visits/others/end/")
    assert [each.get("/account/").status_code for each in (here, desk)] == [200, 302]
    assert [event.verb for event in audit.history(user)] == [
        "accounts.user.end_visit",
        "accounts.user.end_other_visits",
    ]


def test_the_security_administrator_signs_anybody_out():
    user, guard = UserFactory(), person(Role.SECADMIN)
    client, officer, clerk = sign_in(user), sign_in(guard), sign_in(person(Role.SYSADMIN))

    assertContains(officer.get(f"/users/{user.pk}/"), "结束全部登录")
    assert "结束全部登录" not in clerk.get(f"/users/{user.pk}/").text
    assert clerk.post(f"/users/{user.pk}/visits/end/").status_code == 403
    assertRedirects(officer.post(f"/users/{user.pk}/visits/end/"), f"/users/{user.pk}/")

    assert client.get("/account/").status_code == 302
    assertContains(client.get("/login/"), "安全管理员结束了此处的登录")
    event = audit.history(user).get()
    assert (event.verb, event.actor) == ("accounts.user.end_other_visits", guard)
