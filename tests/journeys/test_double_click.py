"""Two requests at the same moment, by page and by program: one thing happens, and the other answer says so."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test import Client
from rest_framework.test import APIClient

from accounts.roles import Role
from accounts.services import issue_proof, issue_token
from funding.models import LedgerEntry
from records.models import AuditEvent
from tests.factories.accounts import TERMS as ACCOUNT_TERMS
from tests.factories.accounts import AccountEditionFactory, person
from tests.factories.funding import a_budget, a_pending_award, a_plan_ready, an_approved_award, load_terms
from tests.factories.institutes import ApplicationFactory, fill
from tests.factories.notices import publish_rules

pytestmark = pytest.mark.django_db(transaction=True)
DONE_BY = {"page": 302, "program": 200}
WAYS = list(DONE_BY)


@pytest.fixture(autouse=True)
def rules(db):
    publish_rules()
    load_terms()
    for kind in ACCOUNT_TERMS:
        AccountEditionFactory(kind=kind)


def request_of(way: str, user, case: str, action: str, data: dict | None = None, *, key: UUID | None = None):
    """A request that is ready to be sent, with the key of its form; sending it returns its status."""
    url, key = f"/{case}/moves/{action}/", str(key or uuid4())
    if way == "page":
        browser = Client(raise_request_exception=False)
        browser.force_login(user)
        return lambda: browser.post(url, {**(data or {}), "key": key}).status_code
    program = APIClient(raise_request_exception=False)
    token, proof = issue_token(user=user).key, issue_proof(user=user)
    program.credentials(HTTP_AUTHORIZATION=f"Token {token}", HTTP_X_PROOF=proof)
    headers = {"Idempotency-Key": key}
    return lambda: program.post(f"/api/v1{url}", data or {}, format="json", headers=headers).status_code


def at_once(*requests) -> list[int]:
    """Send them in threads that start together."""
    start = Barrier(len(requests))

    def run(request):
        start.wait()
        try:
            return request()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(requests)) as threads:
        return sorted(threads.map(run, requests))


def lines(verb: str) -> int:
    return AuditEvent.objects.filter(verb=verb).count()


@pytest.mark.parametrize("way", WAYS)
def test_an_application_is_submitted_once(way):
    application = fill(ApplicationFactory())
    user = person(Role.ENT_FILLER, organisation=application.host)

    clicks = [request_of(way, user, f"applications/{application.pk}", "submit") for _click in range(2)]

    assert sorted(at_once(*clicks)) == [DONE_BY[way], 409]
    assert lines("institutes.application.submit") == 1
    assert application.versions.count() == 1


@pytest.mark.parametrize("way", WAYS)
def test_an_award_is_approved_once(way):
    """The same press twice is one request; another approver comes too late, and so does another press."""
    budget = a_budget()
    awards = [a_pending_award() for _award in range(3)]
    one, other = (person(Role.BUREAU_APPROVER) for _approver in range(2))
    key = uuid4()

    def approves(user, award, key=None):
        return request_of(way, user, f"awards/{award.pk}", "approve", {"budget": budget.pk}, key=key)

    same_press = at_once(approves(one, awards[0], key), approves(one, awards[0], key))
    two_people = at_once(approves(one, awards[1]), approves(other, awards[1]))
    two_awards = at_once(approves(one, awards[2], key), approves(one, awards[2]))

    assert same_press == [DONE_BY[way]] * 2
    assert two_people == [DONE_BY[way], 409]
    assert two_awards == [DONE_BY[way], 409], "a key stands for one request"
    assert lines("funding.award.approve") == 3
    assert LedgerEntry.objects.filter(kind="commit").count() == 3
    budget.refresh_from_db()
    assert budget.committed == sum(award.amount for award in awards)


@pytest.mark.parametrize("way", WAYS)
def test_a_budget_that_holds_one_award_is_not_spent_twice(way):
    awards = [a_pending_award() for _award in range(2)]
    budget, user = a_budget(awards[0].amount), person(Role.BUREAU_APPROVER)
    chosen = {"budget": budget.pk}

    answers = at_once(*(request_of(way, user, f"awards/{award.pk}", "approve", chosen) for award in awards))

    assert answers == [DONE_BY[way], 409]
    budget.refresh_from_db()
    assert (budget.committed, budget.left) == (awards[0].amount, 0)


@pytest.mark.parametrize("way", WAYS)
def test_a_plan_is_issued_once(way):
    """The same press twice is one request; under another number it is refused."""
    budget = a_budget()
    same, other = (a_plan_ready(an_approved_award(budget)) for _plan in range(2))
    user, key = person(Role.FINANCE), uuid4()

    def issues(plan, n: int, key=None):
        terms = {"document_number": f"示财教〔2026〕{n}号"}
        return request_of(way, user, f"plans/{plan.pk}", "issue", terms, key=key)

    same_press = at_once(issues(same, 1, key), issues(same, 1, key))
    two_numbers = at_once(issues(other, 2), issues(other, 3))

    assert (same_press, two_numbers) == ([DONE_BY[way]] * 2, [DONE_BY[way], 409])
    assert lines("funding.allocationplan.issue") == 2
    assert [plan.disbursements.count() for plan in (same, other)] == [1, 1]
    assert LedgerEntry.objects.filter(kind="order").count() == 2
