"""Budgets, the trial balance, the way of the money and what an award rests on: every figure opens its rows."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts.roles import Role
from funding import selectors, services
from funding.forms import AwardFilter, DisbursementFilter, LedgerFilter, PlanFilter
from funding.models import Budget, Disbursement
from records import audit, clock
from records.models import Document
from tests.factories.accounts import DivisionFactory, person
from tests.factories.funding import (
    GRANT,
    BankStatementFactory,
    CountyBudgetFactory,
    a_budget,
    a_disbursement,
    a_plan_ready,
    a_proposed_adjustment,
    a_scan,
    an_approved_award,
    people_of,
    withdrawn,
)
from tests.factories.institutes import a_user
from tests.funding.services import clawbacks as steps
from tests.funding.services.bank import line_of, taken_in

D = Decimal
pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"funding:{name}", args=args)


def as_(client, user):
    client.force_login(user)
    return client


def settled(order):
    statement = taken_in(line_of(order))
    services.propose_matches(statement=statement, by=a_user("the-finance"))
    services.confirm_matches(statement=statement, key=uuid4(), by=a_user("the-reviewer"))


def test_the_trial_balance_is_nought_on_every_day_and_grows_with_the_money():
    order = a_disbursement("county_received")
    settled(order)
    user, today = person(Role.FINANCE), clock.today()

    lines = selectors.trial_balance(user, on=today)
    assert {line.account: line.amount for line in lines} == {
        "appropriated": -D("2000000.00"),
        "available": D("1800000.00"),
        "committed": D(0),
        "ordered": D(0),
        "at_county": GRANT,
        "bank": -GRANT,
        "cleared": GRANT,
    }
    assert sum(line.amount for line in lines) == 0
    assert selectors.trial_balance(user, on=today - timedelta(days=1)) == []
    assert selectors.trial_balance(user, on=today, year=2022) == []
    assert selectors.trial_balance(person(Role.COUNTY_FIN), on=today) == []


def test_the_trial_balance_by_page_file_and_program(client):
    order = a_disbursement("issued")
    finance = as_(client, person(Role.FINANCE))
    page = finance.get(url("balance"), {"budget": order.award.budget_id})

    assert "平衡" in page.text
    account = f"{url('ledger')}?budget={order.award.budget_id}&amp;account=ordered"
    assert account in page.text
    rows = LedgerFilter(
        {"budget": order.award.budget_id, "account": "ordered"},
        selectors.ledger_visible_to(person(Role.FINANCE)),
    ).qs
    assert rows.count() == 1
    export = b"".join(finance.get(url("balance-export"))).decode()
    assert export.count("\r\n") == 5
    told = finance.get("/api/v1/ledger/balance/").json()
    assert sum(Decimal(line["amount"]) for line in told) == 0
    assert finance.get("/api/v1/ledger/balance/", {"on": "x"}).status_code == 422
    assert as_(client, person(Role.COUNTY_LEAD)).get(url("balance")).status_code == 403


def test_every_figure_of_a_budget_opens_its_rows(client):
    budget = a_budget()
    paid = a_disbursement("paid", an_approved_award(budget))
    planned = an_approved_award(budget)
    a_plan_ready(planned)
    found = selectors.with_planned(Budget.objects.filter(pk=budget.pk)).get()
    user = person(Role.FINANCE)

    assert (found.committed, found.planned, found.ordered, found.paid) == (2 * GRANT, GRANT, GRANT, GRANT)
    asked = {"budget": budget.pk}
    awards = AwardFilter(asked | {"approved": "true"}, selectors.awards_visible_to(user)).qs
    plans = PlanFilter(asked | {"open": "true"}, selectors.plans_visible_to(user)).qs
    orders = DisbursementFilter(asked | {"live": "true"}, selectors.disbursements_visible_to(user)).qs
    assert sum(award.amount for award in awards) == found.committed
    assert sum(plan.amount for plan in plans) == found.planned
    assert [order.pk for order in orders] == [paid.pk]
    page = as_(client, user).get(url("budget", budget.pk)).text
    assert f"{url('award-list')}?approved=true&amp;budget={budget.pk}" in page


def test_the_days_of_an_order_are_days_of_the_city(client):
    """Half an hour past midnight in Shijiazhuang is still yesterday in the database."""
    with clock.at(datetime(2026, 3, 3, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))):
        order = a_disbursement("ordered")
        before = BankStatementFactory(since=date(2026, 3, 2), until=date(2026, 3, 2))
        order.claimed_at = clock.now()
        assert before not in selectors.statements_about(order)
        withdrawn(Disbursement.objects.get())

    legs = selectors.legs_of(Disbursement.objects.get())
    assert [leg.on for leg in legs] == [date(2026, 3, 3), date(2026, 3, 3)]


def test_each_leg_has_its_day_its_holder_and_its_paper(client):
    order = a_disbursement("paid")
    people = people_of(order.award)

    legs = selectors.legs_of(order)
    assert [(leg.label, leg.state) for leg in legs] == [
        ("市级下达列支", "done"),
        ("国库付出", "done"),
        ("县级到账", "done"),
        ("拨付到企", "done"),
        ("企业确认收款", "now"),
    ]
    assert [file.kind for leg in legs for file in leg.files] == ["arrival_slip", "payment_voucher"]
    for who in ("ent_admin", "county_fin", "county_lead", "finance", "auditor"):
        page = as_(client, people[who]).get(url("disbursement", order.pk)).text
        assert "资金去向" in page
        assert "arrival.pdf" in page
    way = client.get(f"/api/v1/disbursements/{order.pk}/way/").json()
    assert [leg["holder"] for leg in way][-1] == str(order.host)


def test_the_first_leg_opens_the_notice_of_issue_for_whoever_sees_the_money(client):
    order = a_disbursement("issued")
    assert selectors.legs_of(order)[0].document is None
    services.issue_plan_papers(plan_id=order.plan_id)
    notice = Document.objects.get(kind="issue_notice")
    address = reverse("funding:paper", args=["disbursement", order.pk, notice.pk])
    form = reverse(
        "funding:paper", args=["disbursement", order.pk, Document.objects.get(kind="approval_form").pk]
    )
    people = people_of(order.award)

    for who in ("ent_admin", "ent_filler", "county_fin", "county_lead", "finance", "auditor"):
        page = as_(client, people[who]).get(url("disbursement", order.pk)).text
        assert (address in page, f"下达通知（{order.plan.document_number}）" in page) == (True, True), who
        answer = client.get(address)
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        assert client.get(form).status_code == 404
    assert as_(client, people["other_ent_admin"]).get(address).status_code == 404
    way = as_(client, people["ent_admin"]).get(f"/api/v1/disbursements/{order.pk}/way/").json()
    assert [leg["document_id"] for leg in way] == [notice.pk, None, None, None, None]
    assert client.get(f"/api/v1/documents/{notice.pk}/").status_code == 200


def test_the_basis_shows_the_papers_of_what_was_claimed_back(client):
    case = steps.served()
    for event in audit.history(case).filter(data__has_key="paper"):
        services.issue_clawback_paper(event_id=event.pk)
    papers = list(Document.objects.about(case).values_list("title", flat=True))
    page = as_(client, people_of(case.award)["finance"]).get(url("award-basis", case.award_id)).text

    assert len(papers) >= 2
    assert [title for title in papers if title not in page] == []
    assert "决定追回" in page


def test_what_an_award_rests_on_stands_in_one_place(client):
    order = a_disbursement("receipted")
    settled(order)
    people, page = people_of(order.award), url("award-basis", order.award_id)

    seen = as_(client, people["finance"]).get(page).text
    for word in ("四(三)", order.award.recognition.certificate_number, order.number, "银行付讫", "拨付到企"):
        assert word in seen
    assert "银行流水" not in as_(client, people["county_lead"]).get(page).text
    assert as_(client, people["ent_admin"]).get(page).status_code == 403
    assert as_(client, people["other_ent_admin"]).get(page).status_code == 404


def test_a_program_reads_what_an_award_rests_on(client, django_assert_max_num_queries):
    order = a_disbursement("receipted")
    settled(order)
    people, address = people_of(order.award), f"/api/v1/awards/{order.award_id}/basis/"

    as_(client, people["finance"])
    with django_assert_max_num_queries(12):
        read = client.get(address).json()
    kinds = ["commit", "order", "receive", "pay", "settle"]
    assert sorted(entry["kind"] for entry in read["entries"]) == sorted(kinds)
    assert (read["clause"], read["amount"]) == ("四(三)", "200000.00")
    assert read["certificate_number"] == order.award.recognition.certificate_number
    assert read["budget"]["name"] == str(order.award.budget)
    assert [one["disbursement"]["number"] for one in read["lines"]] == [order.number]
    assert as_(client, people["county_lead"]).get(address).json()["lines"] is None
    assert as_(client, people["ent_admin"]).get(address).status_code == 403
    assert as_(client, people["other_ent_admin"]).get(address).status_code == 404


@pytest.mark.parametrize("name", ["award-list", "plan-list", "disbursement-list", "clawback-list"])
def test_what_a_filter_does_not_ask_is_all_of_them_not_unknown(client, terms, name):
    page = as_(client, person(Role.FINANCE)).get(url(name)).text

    assert '<option value="" selected>全部</option>' in page
    assert "未知" not in page


def test_adjusting_a_budget_by_pages(client, terms):
    budget = a_budget()
    proposer, other = person(Role.FINANCE), person(Role.FINANCE)
    form = {"kind": "raise", "amount": "50", "document_number": "示调1", "document": a_scan()}

    assert as_(client, person(Role.BUREAU_CLERK)).get(url("budget-adjust", budget.pk)).status_code == 403
    assert as_(client, proposer).get(url("budget-adjust", budget.pk)).status_code == 200
    assert client.post(url("budget-adjust", budget.pk), {"kind": "raise"}).status_code == 422
    done = client.post(url("budget-adjust", budget.pk), form)
    enter = f"{done.url}moves/enter/"
    assert client.post(enter).status_code == 409
    assert as_(client, other).post(enter).status_code == 302
    budget.refresh_from_db()
    assert budget.total == D("2000050.00")
    assert "示调1" in client.get(url("budget", budget.pk)).text


def test_a_statement_by_pages(client):
    order = a_disbursement("issued")
    from tests.funding.services.bank import a_statement

    proposer, other = person(Role.FINANCE), person(Role.FINANCE)
    upload = a_statement(lines=[line_of(order), line_of(order, reference="别的")])
    assert as_(client, person(Role.AUDITOR)).get(url("statement-import")).status_code == 403
    assert as_(client, proposer).get(url("statement-template")).status_code == 200
    assert client.post(url("statement-import"), {"csrfmiddlewaretoken": "x"}).status_code == 422
    page = client.post(url("statement-import"), {"upload": upload}).url
    assert "提出全部相符的 1 行" in client.get(page).text
    assert client.post(f"{page}propose/").status_code == 302
    assert as_(client, other).post(f"{page}confirm/").status_code == 302
    shown = client.get(page).text
    assert "已对账" in shown
    assert "查无拨付" in shown
    line = order.lines.get()
    assert as_(client, person(Role.BUREAU_CLERK)).get(url("line", line.pk)).status_code == 404
    order.refresh_from_db()
    assert order.settled == GRANT


def test_a_county_keeps_its_own_budget_by_pages(client):
    division = DivisionFactory()
    county = person(Role.COUNTY_FIN, division=division.code)
    other = CountyBudgetFactory(division=DivisionFactory(code="130104", name="示例乙区"))
    form = {
        "division": division.pk,
        "year": clock.today().year,
        "amount": "300000",
        "document_number": "示县1",
    }

    assert as_(client, county).get(url("county-budget-new")).status_code == 200
    assert client.post(url("county-budget-new"), form).status_code == 422
    row = client.post(url("county-budget-new"), form | {"document": a_scan()}).url
    revise = f"{row}revise/"
    day = clock.today().isoformat()
    paid = {"paid": "100000", "paid_until": day, "amount": "300000", "document_number": "示县1"}
    assert client.post(revise, paid).status_code == 302
    assert "安排 300000.00 → 300000" in client.get(row).text
    assert client.get(url("county-budget", other.pk)).status_code == 404
    clerk = as_(client, person(Role.BUREAU_CLERK))
    assert "尚未登记本级预算" in clerk.get(url("county-budget-list")).text
    assert clerk.post(revise, paid).status_code == 403
    missing = {each["code"] for each in clerk.get("/api/v1/county-budgets/missing/").json()}
    assert division.code not in missing


def test_what_waits_for_the_second_person_is_shown_with_the_budget(client):
    budget = a_budget()
    waiting = a_proposed_adjustment(budget, "cut", D("1.00"))

    assert (
        waiting.document_number in as_(client, person(Role.BUREAU_CLERK)).get(url("budget", budget.pk)).text
    )
