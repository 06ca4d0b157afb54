"""The key of a form: a second press is the same request, on the page and for a program alike."""

import re
from uuid import UUID, uuid4

import pytest
from django.test import Client

from accounts.roles import Role
from accounts.services import issue_proof, issue_token
from funding.models import Award, Budget, Command, Disbursement, LedgerEntry
from tests.factories.accounts import AccountEditionFactory, person
from tests.factories.funding import (
    GRANT,
    a_budget,
    a_disbursement,
    a_pending_award,
    a_plan_ready,
    an_approved_award,
    people_of,
)
from tests.funding.services.steps import race

db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


def keys_in(page) -> list[UUID]:
    return [UUID(key) for key in re.findall(r'name="key" value="([^"]+)"', page.text)]


def by_page(user):
    client = Client()
    client.force_login(user)

    def send(path, terms, key):
        return client.post(path, {**terms, "key": str(key)}).status_code

    return send


def by_program(user):
    AccountEditionFactory(kind="time_limits")
    client, token, proof = Client(), issue_token(user=user).key, issue_proof(user=user)

    def send(path, terms, key):
        headers = {"Authorization": f"Token {token}", "X-Proof": proof} | (
            {"Idempotency-Key": str(key)} if key else {}
        )
        answer = client.post(f"/api/v1{path}", terms, content_type="application/json", headers=headers)
        return answer.status_code

    return send


WAYS = pytest.mark.parametrize(("way", "done"), [(by_page, 302), (by_program, 200)], ids=["page", "program"])


@db
def test_every_form_is_drawn_with_a_key_of_its_own(client):
    award = a_pending_award()
    client.force_login(person(Role.BUREAU_APPROVER))
    first, second = (keys_in(client.get(f"/awards/{award.pk}/")) for _ in range(2))

    assert len(first) == len(set(first)) == client.get(f"/awards/{award.pk}/").text.count("/moves/") // 2
    assert set(first) & set(second) == set()


@db
@WAYS
def test_approving(way, done):
    award, budget = a_pending_award(), a_budget()
    send, path, key = way(person(Role.BUREAU_APPROVER)), f"/awards/{award.pk}/moves/approve/", uuid4()

    assert [send(path, {"budget": budget.pk}, key) for _ in range(2)] == [done, done]
    assert send(f"/awards/{a_pending_award().pk}/moves/approve/", {"budget": budget.pk}, key) == 409
    assert Budget.objects.get(pk=budget.pk).committed == GRANT
    assert Command.objects.filter(name__endswith=".approve").count() == 1


@db
@WAYS
def test_issuing(way, done):
    plan = a_plan_ready(an_approved_award())
    send, path, key = way(person(Role.FINANCE)), f"/plans/{plan.pk}/moves/issue/", uuid4()
    number = {"document_number": "示财教〔2026〕1号"}

    assert [send(path, number, key) for _ in range(2)] == [done, done]
    assert send(path, {"document_number": "示财教〔2026〕2号"}, key) == 409
    assert list(Disbursement.objects.values_list("plan", "amount")) == [(plan.pk, GRANT)]


@db
@WAYS
def test_returning(way, done):
    order = a_disbursement("issued")
    county, people = people_of(order.award)["county_fin"], [person(Role.FINANCE) for _ in range(2)]
    path, key = f"/disbursements/{order.pk}/moves/", uuid4()

    assert way(people[0])(f"{path}return/", {}, uuid4()) == 409
    told = way(county)
    assert [told(f"{path}propose_return/", {"reason": "账号有误"}, uuid4()) for _ in range(2)] == [done, done]
    assert told(f"{path}propose_return/", {"reason": "户名有误"}, uuid4()) == 409
    assert told(f"{path}return/", {}, key) == 403
    assert [way(people[0])(f"{path}return/", {}, key) for _ in range(2)] == [done, done]
    assert way(people[1])(f"{path}return/", {}, key) == 409
    assert LedgerEntry.objects.filter(kind="return").count() == 1


@db
def test_a_program_without_a_key_is_malformed():
    award, budget = a_pending_award(), a_budget()
    send = by_program(person(Role.BUREAU_APPROVER))

    assert send(f"/awards/{award.pk}/moves/approve/", {"budget": budget.pk}, None) == 422
    assert not Command.objects.filter(name__endswith=".approve").exists()


@threads
@WAYS
def test_a_double_click_in_two_threads_approves_once(way, done):
    award, budget, key = a_pending_award(), a_budget(), uuid4()
    approver = person(Role.BUREAU_APPROVER)
    senders = [way(approver) for _ in range(2)]

    def press(send):
        def run(start):
            Award.objects.get(pk=award.pk)
            start.wait()
            return send(f"/awards/{award.pk}/moves/approve/", {"budget": budget.pk}, key)

        return run

    assert race(*[press(send) for send in senders]) == [done, done]
    assert Budget.objects.get(pk=budget.pk).committed == GRANT
    assert LedgerEntry.objects.filter(kind="commit").count() == Command.objects.filter(key=key).count() == 1


@threads
@WAYS
def test_a_double_click_in_two_threads_issues_once(way, done):
    plan, key = a_plan_ready(an_approved_award()), uuid4()
    finance = person(Role.FINANCE)
    senders = [way(finance) for _ in range(2)]

    def press(send):
        def run(start):
            start.wait()
            return send(f"/plans/{plan.pk}/moves/issue/", {"document_number": "示财教〔2026〕1号"}, key)

        return run

    assert race(*[press(send) for send in senders]) == [done, done]
    assert Disbursement.objects.count() == Command.objects.filter(key=key).count() == 1
