"""A clawback through the pages: from the suspicion to the second signature, as the people take it."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from rest_framework.test import APIClient

from accounts.roles import Role
from funding.models import Clawback, Repayment
from records import audit, clock
from tests.factories.accounts import person
from tests.factories.funding import ClawbackFactory, a_scan
from tests.funding.services import clawbacks as steps

pytestmark = pytest.mark.django_db
PASSWORD = "Portal-demo-2026"


class Desk:
    """The pages as one person meets them."""

    def __init__(self, client):
        self.client = client

    def as_(self, who):
        who.set_password(PASSWORD)
        who.save()
        self.client.force_login(who)
        return self

    def take(self, case, action, **fields):
        url = f"/{'repayments' if isinstance(case, Repayment) else 'clawbacks'}/{case.pk}/moves/{action}/"
        sent = {"key": str(uuid4()), "proof": PASSWORD, **fields}
        answer = self.client.post(url, sent, follow=True)
        assert answer.status_code == 200, re.sub(r"<[^>]+>|\s+", " ", answer.content.decode())[-600:]
        case.refresh_from_db()
        return answer.content.decode()


@pytest.fixture
def desk(client):
    return Desk(client)


def test_the_way_of_a_clawback_through_the_pages(desk):
    award = steps.a_paid_award()
    clerk, approver = person(Role.BUREAU_CLERK), person(Role.BUREAU_APPROVER)
    unit, finance = person(Role.ENT_ADMIN, organisation=award.host), person(Role.FINANCE)
    facts = {"award": award.pk, "ground": "misuse", "facts": "示例线索：审计发现。", "files": a_scan("a.pdf")}
    desk.as_(clerk).client.post("/clawbacks/new/", facts)
    case = Clawback.objects.get()
    desk.take(case, "investigate")
    desk.take(case, "propose", ground="misuse", facts="示例事实。", amount="80000.00")
    assert desk.as_(unit).client.get(case.get_absolute_url()).status_code == 404
    desk.as_(approver).take(case, "notify")
    page = desk.as_(unit).client.get(case.get_absolute_url()).content.decode()
    assert "您有权陈述、申辩" in page
    desk.take(case, "state", statement="示例：无异议。", files=a_scan("b.pdf"))
    terms = {"amount": "80000.00", "minute_number": "示例纪要〔2026〕9号", "decision": "示例理由。"}
    desk.as_(approver).take(case, "decide", **terms)
    desk.as_(clerk).take(case, "serve", served_on=clock.today(), proof=a_scan("c.pdf"))
    for amount, reference in (("30000.00", "示例回单一"), ("50000.00", "示例回单二")):
        sent = {
            "amount": amount,
            "paid_on": clock.today(),
            "bank_reference": reference,
            "voucher": a_scan(f"{amount}.pdf"),
            "key": str(uuid4()),
        }
        answer = desk.as_(unit).client.post(f"/clawbacks/{case.pk}/repay/", sent, follow=True)
        assert reference in answer.content.decode()
        desk.as_(finance).take(Repayment.objects.first(), "confirm")
        case.refresh_from_db()
    assert case.state == "repaid"
    desk.as_(approver).take(case, "sign_closing", note="全额退还，同意结案。")
    desk.as_(finance).take(case, "close")

    assert case.state == "closed"
    assert [event.verb.rpartition(".")[2] for event in audit.history(case).exclude(to_state="")] == [
        "begin",
        "investigate",
        "propose",
        "notify",
        "state",
        "decide",
        "serve",
        "part",
        "settle",
        "sign_closing",
        "close",
    ]
    ledger = desk.client.get("/ledger/").content.decode()
    assert "退还到账" in ledger
    assert "决定追回" in ledger


def test_a_form_that_lacks_something_says_where(desk):
    case = ClawbackFactory(state="repay_due")
    desk.as_(person(Role.FINANCE))
    answer = desk.client.post(f"/clawbacks/{case.pk}/repay/", {"amount": "", "key": str(uuid4())})
    assert answer.status_code == 422
    assert desk.client.get(f"/clawbacks/{case.pk}/repay/").status_code == 200
    assert desk.client.get("/clawbacks/new/").status_code == 403
    desk.as_(person(Role.BUREAU_CLERK))
    assert desk.client.post("/clawbacks/new/", {"facts": ""}).status_code == 422
    assert desk.client.get(f"/clawbacks/{case.pk}/repay/").status_code == 403
    assert desk.client.get(f"/clawbacks/{case.pk}/publish/").status_code == 403


def test_it_is_published_by_its_page(desk):
    case = ClawbackFactory(state="repay_due", served_on=clock.today() - timedelta(days=200))
    desk.as_(person(Role.BUREAU_APPROVER))
    url = f"/clawbacks/{case.pk}/publish/"
    assert desk.client.get(url).status_code == 200
    assert desk.client.post(url, {"note": ""}).status_code == 422
    assert desk.client.post(url, {"finality": "uncontested"}).status_code == 302
    case.refresh_from_db()
    assert case.published_by is not None
    assert case.number in desk.client.get("/clawbacks/published/").content.decode()


def test_lists_search_filter_and_export(desk):
    mine, other = ClawbackFactory(state="repay_due"), ClawbackFactory(state="suspected")
    desk.as_(person(Role.FINANCE))
    page = desk.client.get("/clawbacks/?owed=true").content.decode()
    assert mine.number in page
    assert other.number not in page
    found = desk.client.get(f"/clawbacks/?q={other.number}&state=suspected").content.decode()
    assert other.number in found
    for kind in ("csv", "xlsx"):
        assert desk.client.get(f"/clawbacks/export/?format={kind}").status_code == 200
        assert desk.client.get(f"/repayments/export/?format={kind}").status_code == 200
    desk.as_(person(Role.ENT_ADMIN, organisation=mine.host))
    assert mine.number in desk.client.get("/clawbacks/").content.decode()
    assert other.number not in desk.client.get("/clawbacks/").content.decode()


def test_a_program_reports_once_per_key():
    case = steps.served()
    unit, finance = person(Role.ENT_ADMIN, organisation=case.host), person(Role.FINANCE)
    sent = {
        "clawback": case.pk,
        "amount": "200000.00",
        "paid_on": clock.today(),
        "bank_reference": "示例回单三",
        "voucher": a_scan("v.pdf"),
    }
    headers = {"Idempotency-Key": str(uuid4())}
    program = APIClient()
    program.force_authenticate(unit)
    answers = [
        program.post("/api/v1/repayments/", sent | {"voucher": a_scan("v.pdf")}, headers=headers)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert Repayment.objects.count() == 1
    program.force_authenticate(person(Role.BUREAU_CLERK))
    assert program.post("/api/v1/repayments/", sent, headers=headers).status_code == 403
    program.force_authenticate(finance)
    listed = program.get("/api/v1/clawbacks/?owed=true").data
    assert [row["left"] for row in listed["results"]] == ["200000.00"]
