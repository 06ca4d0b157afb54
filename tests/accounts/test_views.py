"""Pages: who meets which answer, what a bad form says, and that lists cost the same however long they are."""

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accounts import selectors
from accounts.enums import MembershipState, OrganisationState
from accounts.models import Membership, Organisation, User
from accounts.roles import Role
from records import audit, clock
from tests.factories.accounts import (
    PASSWORD,
    TERMS,
    AccountEditionFactory,
    DivisionFactory,
    MembershipFactory,
    OrganisationFactory,
    UserFactory,
    make_uscc,
    person,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("limits")]
HTMX = {"HX-Request": "true"}

PUBLIC = ["login", "password-reset", "password-reset-sent", "password-reset-done", "register", "uscc-check"]
LISTS = {
    "registration-list": {Role.COUNTY_STAFF},
    "member-list": {Role.ENT_ADMIN},
    "member-invite": {Role.ENT_ADMIN},
    "organisation-list": {
        Role.COUNTY_STAFF,
        Role.COUNTY_LEAD,
        Role.COUNTY_FIN,
        Role.BUREAU_CLERK,
        Role.BUREAU_APPROVER,
        Role.FINANCE,
        Role.AUDITOR,
        Role.SYSADMIN,
    },
    "organisation-create": {Role.SYSADMIN},
    "user-list": {Role.SYSADMIN, Role.SECADMIN},
    "user-create": {Role.SYSADMIN},
    "grant-list": {Role.SYSADMIN, Role.SECADMIN},
    "lockout-list": {Role.SECADMIN},
    "account": set(Role),
    "password-change": set(Role),
    "visit-list": set(Role),
}
LISTS["organisation-export"] = LISTS["organisation-list"]
ROLES = [role for role in Role if role != Role.SYSTEM]


def page(name, *args):
    return reverse(f"accounts:{name}", args=args)


def sign_in(client, role, **fields):
    user = person(role, **fields)
    client.force_login(user)
    return user


def registration_data(**changes):
    return {
        "kind": "enterprise",
        "name": "示例精密制造有限公司",
        "uscc": make_uscc(),
        "division": DivisionFactory().pk,
        "address": "示例大街 8 号",
        "legal_rep": "示例法人",
        "registered_on": "2015-03-01",
        "person": "示例管理员",
        "mobile": "13900000001",
        "email": "admin@mail.example",
        "username": "precision_admin",
        "password": PASSWORD,
        "password_again": PASSWORD,
    } | changes


@pytest.mark.parametrize("name", PUBLIC)
def test_public_pages_are_open_to_strangers(client, name):
    assert client.get(page(name)).status_code == 200


@pytest.mark.parametrize("name", LISTS)
def test_strangers_are_sent_to_the_login(client, name):
    assertRedirects(client.get(page(name)), f"{page('login')}?next={page(name)}")


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("role", ROLES)
def test_pages_by_role(client, role, name):
    sign_in(client, role)

    assert client.get(page(name)).status_code == (200 if role in LISTS[name] else 403)


def test_login_leads_home_and_takes_the_name_in_any_case(client):
    user = person(Role.BUREAU_CLERK, username="clerk_of_test")

    response = client.post(page("login"), {"username": " Clerk_Of_Test ", "password": PASSWORD})

    assert response.status_code == 302
    assert client.session["_auth_user_id"] == str(user.pk)


def test_login_with_a_wrong_password_is_422_and_says_so(client):
    person(Role.BUREAU_CLERK, username="clerk_of_test")

    response = client.post(page("login"), {"username": "clerk_of_test", "password": "wrong-password"})

    assertContains(response, "用户名或密码不正确", status_code=422)


def test_login_shuts_out_after_five_wrong_passwords_and_secadmin_opens_again(client, settings):
    settings.AXES_ENABLED = True
    user = person(Role.BUREAU_CLERK, username="clerk_of_test")
    wrong = {"username": user.username, "password": "wrong-password"}

    answers = [client.post(page("login"), wrong).status_code for _ in range(5)]
    shut = client.post(page("login"), {"username": user.username, "password": PASSWORD})

    assert answers == [422, 422, 422, 422, 429]
    assertContains(shut, "登录已暂停", status_code=429)

    sign_in(client, Role.SECADMIN)
    assertContains(client.get(page("lockout-list")), user.username)
    assertRedirects(client.post(page("lockout-end", AccessAttempt.objects.get().pk)), page("lockout-list"))
    client.logout()
    assert client.post(page("login"), {"username": user.username, "password": PASSWORD}).status_code == 302


def test_a_stranger_who_guesses_shuts_out_the_own_address_alone(client, settings):
    settings.AXES_ENABLED = True
    user = person(Role.BUREAU_CLERK, username="clerk_of_test")
    right = {"username": user.username, "password": PASSWORD}
    for _ in range(6):
        client.post(page("login"), {**right, "password": "wrong"}, REMOTE_ADDR="203.0.113.9")

    assert client.post(page("login"), right, REMOTE_ADDR="203.0.113.9").status_code == 429
    assert client.post(page("login"), right, REMOTE_ADDR="198.51.100.7").status_code == 302


def test_how_often_one_may_fail_and_for_how_long_one_waits_is_said_by_the_edition(client, settings):
    settings.AXES_ENABLED = True
    terms = {
        **TERMS["security"],
        "login": {**TERMS["security"]["login"], "max_failures": 2, "lock_minutes": 40},
    }
    AccountEditionFactory(kind="security", valid_from=clock.today(), terms=terms)
    user = person(Role.BUREAU_CLERK, username="clerk_of_test")
    wrong = {"username": user.username, "password": "wrong-password"}

    answers = [client.post(page("login"), wrong) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [422, 429]
    assertContains(answers[1], "40 分钟后可以再次登录", status_code=429)
    assert [attempt.is_shut for attempt in selectors.lockouts()] == [True]
    AccessAttempt.objects.update(attempt_time=clock.now() - timedelta(minutes=41))
    assert not selectors.lockouts()
    assert client.post(page("login"), {**wrong, "password": PASSWORD}).status_code == 302


def test_logout_by_post_only(client):
    sign_in(client, Role.BUREAU_CLERK)

    assert client.get(page("logout")).status_code == 405
    assert client.post(page("logout")).status_code == 302
    assert "_auth_user_id" not in client.session


def test_register_signs_the_administrator_in_to_the_state_of_the_registration(client):
    response = client.post(page("register"), registration_data())

    organisation = Organisation.objects.get(name="示例精密制造有限公司")
    assertRedirects(response, page("registration", organisation.pk))
    assert organisation.state == OrganisationState.PENDING
    assertContains(client.get(page("registration", organisation.pk)), "等待归口科技管理部门确认")
    assert client.get(page("member-list")).status_code == 403


def test_register_with_every_field_wrong_is_422_with_each_error_and_nothing_stored(client):
    OrganisationFactory(name="示例精密制造有限公司")
    before = User.objects.count()
    data = registration_data(
        uscc="91130102X",
        registered_on="2099-01-01",
        mobile="123",
        username="1",
        password="short",
        division="",
    )

    response = client.post(page("register"), data)

    assert response.status_code == 422
    assert set(response.context["form"].errors) == {
        "name",
        "uscc",
        "division",
        "registered_on",
        "mobile",
        "username",
        "password",
        "password_again",
    }
    assert User.objects.count() == before


def test_register_says_at_the_field_that_the_code_is_taken(client):
    taken = OrganisationFactory()

    response = client.post(page("register"), registration_data(uscc=taken.uscc))

    assertContains(response, f"该代码已由“{taken.name}”注册", status_code=422)


@pytest.mark.parametrize(
    ("uscc", "words"),
    [
        ("91130104000000011X", "校验位不符"),
        ("9113", "当前为 4 位"),
        (make_uscc(900, division="130104"), "登记机关（130104）不是长安区"),
        (make_uscc(901, division="130103"), "代码格式正确"),
        (make_uscc(902, division="130102"), "代码格式正确"),
        ("", ""),
    ],
)
def test_uscc_check(client, uscc, words):
    response = client.get(page("uscc-check"), {"uscc": uscc, "division": DivisionFactory().pk})

    assertContains(response, words)


def test_county_confirms_and_the_unit_may_act(client):
    organisation = MembershipFactory(role=Role.ENT_ADMIN, organisation__pending=True).organisation
    sign_in(client, Role.COUNTY_STAFF)

    response = client.post(page("registration-move", organisation.pk, "confirm"))

    assertRedirects(response, page("registration", organisation.pk))
    organisation.refresh_from_db()
    assert organisation.state == OrganisationState.CONFIRMED


def test_confirm_answers_htmx_with_the_card_of_the_fresh_page(client):
    organisation = OrganisationFactory(pending=True)
    sign_in(client, Role.COUNTY_STAFF)

    response = client.post(page("registration-move", organisation.pk, "confirm"), headers=HTMX)

    assert response.status_code == 200
    assert response.text.lstrip().startswith('<div id="case"')
    assertContains(client.get(page("registration", organisation.pk)), "已确认")


def test_double_confirm_is_409_in_words(client):
    organisation = OrganisationFactory(pending=True)
    sign_in(client, Role.COUNTY_STAFF)
    address = page("registration-move", organisation.pk, "confirm")
    client.post(address)

    response = client.post(address)

    assertContains(response, "不能“通过注册”", status_code=409)
    assert audit.history(organisation).count() == 1


def test_refuse_without_a_reason_is_422(client):
    organisation = OrganisationFactory(pending=True)
    sign_in(client, Role.COUNTY_STAFF)

    response = client.post(page("registration-move", organisation.pk, "refuse"), {"reason": ""})

    assert response.status_code == 422
    organisation.refresh_from_db()
    assert organisation.state == OrganisationState.PENDING


def test_registration_of_another_county_does_not_exist(client):
    organisation = OrganisationFactory(pending=True)
    sign_in(client, Role.COUNTY_STAFF, division="130104")

    assert client.get(page("registration", organisation.pk)).status_code == 404
    assert client.post(page("registration-move", organisation.pk, "confirm")).status_code == 404


def test_registrant_may_not_confirm_themselves(client):
    organisation = OrganisationFactory(pending=True)
    client.force_login(organisation.applied_by)

    assert client.post(page("registration-move", organisation.pk, "confirm")).status_code == 403
    assert client.post(page("registration-move", organisation.pk, "unknown")).status_code == 404


def test_refused_unit_resubmits_mended(client):
    organisation = OrganisationFactory(refused=True)
    client.force_login(organisation.applied_by)
    data = {name: registration_data()[name] for name in ("name", "address", "legal_rep", "registered_on")}

    response = client.post(
        page("registration-move", organisation.pk, "resubmit"),
        data | {"uscc": organisation.uscc, "division": DivisionFactory(code="130104").pk},
    )

    assertRedirects(response, page("registration", organisation.pk))
    organisation.refresh_from_db()
    assert (organisation.state, organisation.division.code) == (OrganisationState.PENDING, "130104")


def test_invite_member(client, rung):
    admin = sign_in(client, Role.ENT_ADMIN)
    data = {"name": "示例同事", "username": "colleague1", "email": "c@mail.example", "mobile": ""}

    assertRedirects(client.post(page("member-invite"), data), page("member-list"))

    membership = Membership.objects.get(user__username="colleague1")
    assert membership.organisation == admin.organisations[0]
    assertContains(client.get(page("member-list")), "已邀请，未开通")


def test_invite_with_a_taken_name_is_422(client):
    sign_in(client, Role.ENT_ADMIN)
    UserFactory(username="colleague1")
    data = {"name": "示例同事", "username": "colleague1", "email": "c@mail.example"}

    assertContains(client.post(page("member-invite"), data), "该用户名已被使用", status_code=422)


@pytest.mark.parametrize("name", ["member", "member-role", "member-resend", "member-end"])
def test_members_of_other_units_do_not_exist_and_oneself_is_out_of_reach(client, name):
    admin = sign_in(client, Role.ENT_ADMIN)
    other = MembershipFactory(role=Role.ENT_FILLER)
    method = client.get if name == "member" else client.post

    assert method(page(name, other.pk)).status_code == 404
    assert method(page(name, admin.memberships.get().pk)).status_code == 403


def test_member_page_role_and_end(client):
    admin = sign_in(client, Role.ENT_ADMIN)
    member = MembershipFactory(role=Role.ENT_FILLER, organisation=admin.organisations[0])
    assertContains(client.get(page("member", member.pk)), member.user.name)

    client.post(page("member-role", member.pk), {"role": Role.ENT_ADMIN})
    changed = member.user.memberships.live().get()
    response = client.post(page("member-end", changed.pk), {"reason": "离职"})

    assert changed.role == Role.ENT_ADMIN
    assertRedirects(response, page("member-list"))
    assert not member.user.memberships.live().exists()


def test_member_end_without_reason_is_422(client):
    admin = sign_in(client, Role.ENT_ADMIN)
    member = MembershipFactory(role=Role.ENT_FILLER, organisation=admin.organisations[0])

    assert client.post(page("member-end", member.pk), {}).status_code == 422


def test_account_saves_the_profile_and_422(client):
    user = sign_in(client, Role.BUREAU_CLERK)

    assert client.post(page("account"), {"name": "", "email": "x"}).status_code == 422
    response = client.post(page("account"), {"name": "新名字", "email": "n@mail.example", "mobile": ""})

    assertRedirects(response, page("account"))
    user.refresh_from_db()
    assert (user.name, user.email, user.mobile) == ("新名字", "n@mail.example", "")


def test_password_change_keeps_this_session(client):
    user = sign_in(client, Role.BUREAU_CLERK)
    new = "Another-pass-2027"

    wrong = client.post(
        page("password-change"), {"old_password": "x", "new_password1": new, "new_password2": new}
    )
    right = client.post(
        page("password-change"), {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    )

    assert wrong.status_code == 422
    assertRedirects(right, page("account"))
    user.refresh_from_db()
    assert user.check_password(new)
    assert user.password_changed_by == user


def test_a_password_chosen_by_others_must_be_changed_first(client):
    sign_in(client, Role.BUREAU_CLERK, must_change_password=True)

    assertRedirects(client.get(page("account")), page("password-change"))
    assert client.post(page("logout")).status_code == 302


def test_users_page_creates_grants_and_shuts(client, rung):
    sign_in(client, Role.SYSADMIN)
    office = OrganisationFactory(kind="bureau")

    client.post(page("user-create"), {"name": "示例经办", "username": "newclerk", "email": "k@mail.example"})
    user = User.objects.get(username="newclerk")
    grant = {"organisation": office.pk, "role": Role.BUREAU_CLERK, "since": "2026-11-23"}
    assertRedirects(client.post(page("user-grant", user.pk), grant), page("user", user.pk))
    assert client.post(page("user-grant", user.pk), {}).status_code == 422
    assert client.post(page("user-deactivate", user.pk), {}).status_code == 422
    client.post(page("user-deactivate", user.pk), {"reason": "调离"})

    user.refresh_from_db()
    assert user.memberships.get().state == MembershipState.PROPOSED
    assert not user.is_active
    client.post(page("user-reactivate", user.pk), {"reason": "返回"})
    user.refresh_from_db()
    assert user.is_active


def test_grant_is_approved_by_the_security_administrator_alone(client):
    grant = MembershipFactory(role=Role.BUREAU_CLERK, state=MembershipState.PROPOSED)
    sign_in(client, Role.SYSADMIN)
    assertContains(client.get(page("grant", grant.pk)), grant.user.name)
    assert client.post(page("grant-move", grant.pk, "approve")).status_code == 403

    sign_in(client, Role.SECADMIN)
    assert client.post(page("grant-move", grant.pk, "refuse"), {}).status_code == 422
    assertRedirects(client.post(page("grant-move", grant.pk, "approve")), page("grant", grant.pk))
    assert client.post(page("grant-move", grant.pk, "approve")).status_code == 409
    assert client.post(page("grant-move", grant.pk, "refuse"), {}).status_code == 409


def test_organisation_page_is_hidden_from_other_counties(client):
    organisation = OrganisationFactory()
    sign_in(client, Role.COUNTY_STAFF)
    assertContains(client.get(page("organisation", organisation.pk)), organisation.uscc)

    sign_in(client, Role.COUNTY_STAFF, division="130104")
    assert client.get(page("organisation", organisation.pk)).status_code == 404


def test_organisation_create(client):
    sign_in(client, Role.SYSADMIN)

    assert (
        client.post(page("organisation-create"), {"kind": "county_finance", "name": "示例"}).status_code
        == 422
    )
    response = client.post(page("organisation-create"), {"kind": "agency", "name": "示例评审中心"})

    assertRedirects(response, Organisation.objects.get(name="示例评审中心").get_absolute_url())


def test_export_holds_the_filtered_rows_and_no_formula(client):
    sign_in(client, Role.COUNTY_STAFF)
    OrganisationFactory(name="=示例公式有限公司")
    OrganisationFactory(name="示例其他有限公司")
    OrganisationFactory(name="=示例外县有限公司", division__code="130104")

    response = client.get(page("organisation-export"), {"q": "="})

    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["名称", "'=示例公式有限公司"]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("registration-list", Role.COUNTY_STAFF),
        ("organisation-list", Role.BUREAU_CLERK),
        ("member-list", Role.ENT_ADMIN),
        ("user-list", Role.SYSADMIN),
        ("grant-list", Role.SECADMIN),
    ],
)
def test_lists_cost_the_same_at_1_and_at_20_rows(client, django_assert_num_queries, name, role):
    user = sign_in(client, role)
    unit = user.organisations[0]

    def add(count):
        for _ in range(count):
            OrganisationFactory(pending=True)
            OrganisationFactory()
            MembershipFactory(
                role=Role.ENT_FILLER, **({"organisation": unit} if role == Role.ENT_ADMIN else {})
            )

    add(1)
    client.get(page(name))
    few = count_queries(client, page(name))
    add(19)

    with django_assert_num_queries(few):
        client.get(page(name))
    assert few <= 12


def count_queries(client, address):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def test_lists_search_and_filter(client):
    sign_in(client, Role.BUREAU_CLERK)
    wanted = OrganisationFactory(name="示例光电有限公司")
    OrganisationFactory(name="示例机械有限公司")

    response = client.get(page("organisation-list"), {"q": "光电", "kind": "enterprise", "sort": "name"})

    assert list(response.context["page"]) == [wanted]
