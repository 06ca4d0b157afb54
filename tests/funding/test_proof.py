"""Money moves, and numbers are shown in full, only for whoever has lately given password or code."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import codes
from accounts.models import Membership
from accounts.roles import Role
from accounts.services import enrol_second_factor, issue_proof, issue_token
from accounts.sessions import PROVED
from funding import services
from records import clock
from tests.factories.accounts import PASSWORD, AccountEditionFactory, UserFactory, person
from tests.factories.funding import NUMBER, a_budget, a_disbursement, a_pending_award, an_approved_award
from tests.factories.institutes import a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return a_pending_award(), a_budget()


def signed_in(user, *, proved: bool = False) -> Client:
    client = Client()
    client.force_login(user)
    if not proved:
        session = client.session
        session.pop(PROVED, None)
        session.save()
    return client


def approve(client, case, **more):
    award, budget = case
    return client.post(
        reverse("funding:award-move", args=[award.pk, "approve"]), {"budget": budget.pk} | more
    )


def test_the_form_asks_and_the_password_counts_for_a_while(case):
    user = person(Role.BUREAU_APPROVER)
    client = signed_in(user)

    page = client.get(reverse("funding:award", args=[case[0].pk])).text
    assert 'name="proof"' in page
    missing, wrong = approve(client, case), approve(client, case, proof="wrong")
    assert (missing.status_code, wrong.status_code) == (422, 422)
    assert "请输入登录密码" in missing.text
    assert "密码不正确" in wrong.text
    assert approve(client, case, proof=PASSWORD).status_code == 302
    assert 'name="proof"' not in client.get(reverse("funding:payee", args=[case[0].account_id])).text
    with clock.at(clock.now() + timedelta(minutes=11)):
        assert approve(client, (a_pending_award(), case[1])).status_code == 422


def test_signing_in_counts(case):
    client = signed_in(person(Role.BUREAU_APPROVER), proved=True)

    assert approve(client, case).status_code == 302


def test_whoever_has_two_steps_gives_a_code(case):
    user, secret = person(Role.BUREAU_APPROVER), codes.new_secret()
    step = int(clock.now().timestamp()) // 30
    enrol_second_factor(user=user, secret=secret, code=codes.code_at(secret, step))
    client = signed_in(user)

    refused = approve(client, case, proof=PASSWORD)
    assert (refused.status_code, "验证码不正确" in refused.text) == (422, True)
    with clock.at(clock.now() + timedelta(minutes=5)):
        code = codes.code_at(secret, int(clock.now().timestamp()) // 30)
        assert approve(client, case, proof=code).status_code == 302


@pytest.mark.parametrize("what", ["role", "person"])
def test_whoever_lost_the_role_between_page_and_button_is_refused(case, what):
    user = person(Role.BUREAU_APPROVER)
    client = signed_in(user, proved=True)
    assert client.get(reverse("funding:award-move", args=[case[0].pk, "approve"])).status_code == 200
    if what == "role":
        ended = {"state": "ended", "ended_at": clock.now(), "ended_by": UserFactory()}
        Membership.objects.filter(user=user).update(**ended)
    else:
        type(user).objects.filter(pk=user.pk).update(is_active=False)

    answer = approve(client, case, proof=PASSWORD)
    assert answer.status_code in ({404, 403} if what == "role" else {302})
    assert what == "role" or answer.url.startswith("/login/")
    case[1].refresh_from_db()
    assert case[1].committed == 0


def test_a_number_in_full_and_the_treasury_file_want_it_too():
    order = a_disbursement("county_received")
    county = person(Role.COUNTY_FIN, division=order.division.code)
    page = reverse("funding:payee-reveal", args=[order.account_id])
    client = signed_in(county)

    assert client.post(page, {"reason": "拨付需要"}).status_code == 422
    assert NUMBER in client.post(page, {"reason": "拨付需要", "proof": PASSWORD}).text
    finance, file = signed_in(person(Role.FINANCE)), reverse("funding:plan-treasury", args=[order.plan_id])
    assert finance.post(file).status_code == 409
    assert finance.post(file, {"proof": PASSWORD}).status_code == 200


def test_finance_proves_itself_before_it_agrees_to_a_plan():
    award = an_approved_award()
    plan = services.draft_plan(budget=award.budget, title="示例", awards=[award], by=a_user("the-clerk"))
    services.submit_plan(plan=plan, integrity_checked_on=clock.today(), by=a_user("the-clerk"))
    client, page = signed_in(person(Role.FINANCE)), reverse("funding:plan-move", args=[plan.pk, "review"])

    assert 'name="proof"' in client.get(page).text
    assert client.post(page, {"opinion": "同意。"}).status_code == 422
    plan.refresh_from_db()
    assert plan.state == "finance_review"
    assert client.post(page, {"opinion": "同意。", "proof": PASSWORD}).status_code == 302


def test_a_program_brings_a_proof(case):
    AccountEditionFactory(kind="time_limits")
    user, other = person(Role.BUREAU_APPROVER), person(Role.BUREAU_APPROVER)
    headers = {"Authorization": f"Token {issue_token(user=user).key}"}
    headers |= {"Idempotency-Key": "8a4b1a5c-1111-4a6b-9a8a-000000000001"}
    client, url = Client(), f"/api/v1/awards/{case[0].pk}/moves/approve/"

    def send(**more):
        body = {"budget": case[1].pk}
        return client.post(url, body, content_type="application/json", headers=headers | more)

    assert (send().status_code, send().json()["code"]) == (403, "proof-required")
    old = issue_proof(user=user, at=clock.now() - timedelta(minutes=11))
    for proof in ("nonsense", old, issue_proof(user=other)):
        assert send(**{"X-Proof": proof}).status_code == 403
    wrong = client.post("/api/v1/proof/", {"password": "wrong"}, headers=headers)
    assert wrong.status_code == 401
    given = client.post("/api/v1/proof/", {"password": PASSWORD}, headers=headers).json()["proof"]
    assert send(**{"X-Proof": given}).status_code == 200
