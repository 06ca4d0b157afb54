"""Pages: strangers, wrong roles, wrong states, bad forms; masked numbers; the same queries at any length."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from funding import services
from funding.models import AllocationPlan, Award, Budget, Disbursement, PayeeAccount
from records import audit, clock
from records.models import Attachment
from tests.factories.accounts import UserFactory, person
from tests.factories.funding import (
    GRANT,
    NUMBER,
    AwardFactory,
    a_budget,
    a_disbursement,
    a_pending_award,
    a_plan_ready,
    a_scan,
    an_account,
    an_approved_award,
    an_award,
    people_of,
)
from tests.factories.institutes import a_user

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LISTS = ["award-list", "payee-list", "budget-list", "plan-list", "disbursement-list", "ledger"]
LISTS += ["adjustment-list", "statement-list", "line-list", "county-budget-list", "balance"]
EXPORTS = [
    "award-export",
    "payee-export",
    "budget-export",
    "plan-export",
    "disbursement-export",
    "ledger-export",
    "adjustment-export",
    "statement-export",
    "line-export",
    "county-budget-export",
    "balance-export",
]


def url(name, *args):
    return reverse(f"funding:{name}", args=args)


def as_(client, user):
    client.force_login(user)
    return client


@pytest.fixture
def disbursement():
    return a_disbursement("county_received")


# --- who sees what --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS + EXPORTS)
def test_lists_turn_away_strangers_and_people_without_a_role(client, name, terms):
    assert client.get(url(name)).url.startswith("/login/")
    assert as_(client, UserFactory()).get(url(name)).status_code == 403
    assert as_(client, person(Role.AUDITOR)).get(url(name)).status_code == 200


def test_a_case_is_hidden_from_other_units_and_counties(client, disbursement):
    award, people = disbursement.award, people_of(disbursement.award)
    for name, pk in (
        ("award", award.pk),
        ("disbursement", disbursement.pk),
        ("payee", disbursement.account_id),
    ):
        seen = {
            who
            for who, p in people.items()
            if who != "system" and as_(client, p).get(url(name, pk)).status_code == 200
        }
        city = {"bureau_clerk", "bureau_approver", "finance", "auditor", "ent_admin", "county_fin"}
        assert seen == (city if name == "payee" else city | {"ent_filler", "county_staff", "county_lead"})


@pytest.mark.parametrize("name", ["plan", "budget"])
def test_plans_and_budgets_are_the_citys(client, disbursement, name):
    pk = disbursement.plan_id if name == "plan" else disbursement.plan.budget_id
    people = people_of(disbursement.award)
    seen = {
        who
        for who, p in people.items()
        if who != "system" and as_(client, p).get(url(name, pk)).status_code == 200
    }
    assert seen == {"bureau_clerk", "bureau_approver", "finance", "auditor"}


def test_account_number_is_in_no_page_and_no_export(client, disbursement):
    people = people_of(disbursement.award)
    pages = [url("award", disbursement.award_id), url("disbursement", disbursement.pk)]
    pages += [url("payee", disbursement.account_id), url("plan", disbursement.plan_id)]
    pages += [url(name) for name in LISTS + EXPORTS]
    for who in ("ent_admin", "county_fin", "finance", "bureau_clerk", "auditor"):
        for page in pages:
            response = as_(client, people[who]).get(page)
            text = b"".join(response) if response.streaming else response.content
            assert NUMBER.encode() not in text


def test_account_number_is_shown_on_purpose_and_recorded(client, disbursement):
    people, page = people_of(disbursement.award), url("payee-reveal", disbursement.account_id)

    assert as_(client, people["finance"]).post(page, {"reason": "看看"}).status_code == 403
    assert as_(client, people["other_county_fin"]).post(page, {"reason": "看看"}).status_code == 404
    assert as_(client, people["county_fin"]).post(page, {"reason": ""}).status_code == 422
    shown = as_(client, people["county_fin"]).post(page, {"reason": "拨付需要"})
    line = audit.history(disbursement.account).last()
    assert NUMBER in shown.text
    assert "no-store" in shown["Cache-Control"]
    assert (line.verb, line.actor, line.reason) == (
        "funding.payeeaccount.reveal",
        people["county_fin"],
        "拨付需要",
    )


def test_files_go_with_their_case(client, disbursement):
    people = people_of(disbursement.award)
    proof = disbursement.account
    file = url("file", "account", proof.pk, Attachment.objects.about(proof).get().pk)

    opened = as_(client, people["ent_admin"]).get(file)
    assert b"".join(opened)[:5] == b"%PDF-"
    assert as_(client, people["finance"]).get(file).status_code == 403
    assert as_(client, people["other_ent_admin"]).get(file).status_code == 404
    assert client.get(url("file", "nothing", proof.pk, 1)).status_code == 404


# --- moves ----------------------------------------------------------------------------------------------------------


def test_confirm_award(client):
    award = an_award()
    account = an_account(award, verified=False)
    admin, page = person(Role.ENT_ADMIN, organisation=award.host), url("award-move", award.pk, "confirm")

    assert as_(client, admin).post(page, {"account": account.pk}).status_code == 422
    assert as_(client, admin).get(page).status_code == 200
    response = client.post(page, {"account": account.pk, "wish": "on"})
    assert (response.status_code, response.url) == (302, url("award", award.pk))
    award.refresh_from_db()
    assert (award.state, award.confirmed_by) == ("account_check", admin)


def test_confirm_award_by_htmx_answers_with_the_card_of_the_page(client):
    award = an_award()
    account = an_account(award, verified=False)
    client.force_login(person(Role.ENT_ADMIN, organisation=award.host))

    card = client.post(
        url("award-move", award.pk, "confirm"), {"account": account.pk, "wish": "on"}, headers=HTMX
    )
    assert card.status_code == 200
    assert card.text.lstrip().startswith('<div id="case"')
    assert "账户核对中" in card.text


def test_approve_award_over_budget_is_409_with_what_is_left(client):
    award, budget = a_pending_award(), a_budget(GRANT / 2)
    page = url("award-move", award.pk, "approve")

    response = as_(client, person(Role.BUREAU_APPROVER)).post(page, {"budget": budget.pk}, headers=HTMX)
    assert (response.status_code, response["HX-Retarget"]) == (409, "#refusal")
    assert "可用额度 100,000.00 元" in response.text
    assert as_(client, person(Role.BUREAU_CLERK)).post(page, {"budget": budget.pk}).status_code == 403
    assert as_(client, person(Role.ENT_ADMIN)).post(page, {"budget": budget.pk}).status_code == 404
    assert client.get(url("award-move", award.pk, "forfeit")).status_code == 404
    award.refresh_from_db()
    assert award.state == "pending_approval"


def test_a_double_click_approves_once(client):
    award, budget = a_pending_award(), a_budget()
    client.force_login(person(Role.BUREAU_APPROVER))

    for _ in range(2):
        assert client.post(url("award-move", award.pk, "approve"), {"budget": budget.pk}).status_code == 302
    budget.refresh_from_db()
    assert budget.committed == GRANT


def test_the_way_of_the_money_by_pages(client):
    award = an_approved_award()
    people = people_of(award) | {"issuer": person(Role.FINANCE)}
    create = url("plan-create", award.budget_id)
    clerk = as_(client, people["bureau_clerk"])
    assert clerk.get(url("plan-new")).status_code == 200
    assert clerk.post(create, {"title": "示例"}).status_code == 422
    assert clerk.post(create, {"title": "示例", "awards": [award.pk]}).status_code == 302
    plan = AllocationPlan.objects.get()
    today = clock.today().isoformat()
    steps = [
        ("bureau_clerk", "submit", {"integrity_checked_on": today}),
        ("finance", "review", {"opinion": "同意。"}),
        ("bureau_approver", "cosign", {}),
        ("issuer", "issue", {"document_number": "示财教〔2026〕1号"}),
    ]
    for who, action, data in steps:
        assert as_(client, people[who]).post(url("plan-move", plan.pk, action), data).status_code == 302
    services.export_plan(plan_id=plan.pk)
    row = Disbursement.objects.get()
    steps = [
        ("county_fin", "receive", {"received_on": today, "amount": "200000", "slip": a_scan("a.pdf")}),
        (
            "county_fin",
            "pay",
            {"paid_on": today, "amount": "200000", "bank_reference": "示例1", "voucher": a_scan()},
        ),
        ("ent_admin", "confirm_receipt", {"receipted_on": today, "amount": "200000", "receipt": a_scan()}),
    ]
    for who, action, data in steps:
        assert (
            as_(client, people[who]).post(url("disbursement-move", row.pk, action), data).status_code == 302
        )
    assert Award.objects.get().state == "closed"
    assert as_(client, people["auditor"]).get(url("award", award.pk)).status_code == 200


def test_a_wrong_amount_is_409_in_words(client):
    row = a_disbursement("issued")
    client.force_login(people_of(row.award)["county_fin"])

    data = {"received_on": clock.today().isoformat(), "amount": "199999.99", "slip": a_scan()}
    response = client.post(url("disbursement-move", row.pk, "receive"), data)
    assert response.status_code == 409
    assert "应为 200,000.00 元，填写 199,999.99 元" in response.text


def test_payee_form(client, terms):
    award = an_award()
    admin = person(Role.ENT_ADMIN, organisation=award.host)
    good = {
        "organisation": award.host_id,
        "account_name": award.host.name,
        "bank": "示例银行",
        "branch": "示例支行",
        "number": "6222 0212 3456 7890",
        "cnaps": "102121000012",
    }

    assert as_(client, person(Role.BUREAU_CLERK)).get(url("payee-create")).status_code == 403
    assert as_(client, admin).get(url("payee-create")).status_code == 200
    assert client.post(url("payee-create"), good | {"cnaps": "1"}).status_code == 422
    assert (
        client.post(url("payee-create"), good | {"account_name": "别人", "proof": a_scan()}).status_code
        == 409
    )
    response = client.post(url("payee-create"), good | {"proof": a_scan()})
    assert response.url == url("payee", PayeeAccount.objects.get().pk)


def test_budget_pages(client, terms):
    finance = person(Role.FINANCE)
    form = {
        "year": 2026,
        "programme": "institutes",
        "item": "示例",
        "amount": "100",
        "document_number": "示1",
    }
    form["key"] = "8a4b1a5c-1111-4a6b-9a8a-000000000001"

    assert as_(client, person(Role.BUREAU_CLERK)).get(url("budget-create")).status_code == 403
    assert as_(client, finance).get(url("budget-create")).status_code == 200
    assert client.post(url("budget-create"), form | {"amount": "-1"}).status_code == 422
    assert client.post(url("budget-create"), form).status_code == 422  # without the document
    for _ in range(2):
        assert client.post(url("budget-create"), form | {"document": a_scan()}).status_code == 302
    other = form | {"amount": "101", "document": a_scan()}
    assert client.post(url("budget-create"), other).status_code == 409
    budget = Budget.objects.get()
    assert "安排待复核" in client.get(url("budget", budget.pk)).text
    enter = f"{budget.adjustments.get().get_absolute_url()}moves/enter/"
    assert client.post(enter).status_code == 409
    assert as_(client, person(Role.FINANCE)).post(enter).status_code == 302
    page = client.get(url("budget", budget.pk)).text
    assert "安排待复核" not in page
    assert "示1" in page
    assert Budget.objects.get().total == 100


def test_plan_revise(client):
    budget = a_budget()
    one, two = an_approved_award(budget), an_approved_award(budget)
    client.force_login(person(Role.BUREAU_CLERK))
    client.post(url("plan-create", budget.pk), {"title": "示例", "awards": [one.pk, two.pk]})
    plan = AllocationPlan.objects.get()

    assert client.get(url("plan-revise", plan.pk)).status_code == 200
    client.post(url("plan-revise", plan.pk), {"title": "示例二", "awards": [two.pk]})
    assert [item.award for item in plan.items.all()] == [two]


# --- lists ----------------------------------------------------------------------------------------------------------


def queries(client, page):
    with CaptureQueriesContext(connection) as found:
        assert client.get(page).status_code == 200
    return len(found)


@pytest.mark.parametrize("name", LISTS)
def test_lists_ask_the_same_number_of_queries(client, name):
    budget = a_budget()
    first = an_approved_award(budget)
    a_disbursement("county_received", first)
    client.force_login(person(Role.AUDITOR))
    client.get(url(name))
    one = queries(client, url(name))
    for _ in range(3):
        a_disbursement("county_received", an_approved_award(budget))
    a_plan_ready(an_approved_award(budget))
    AwardFactory.create_batch(4)
    assert queries(client, url(name)) == one


def test_search_filter_sort_and_export(client):
    budget = a_budget()
    mine, other = an_approved_award(budget), an_award()
    client.force_login(person(Role.AUDITOR))
    page = client.get(url("award-list"), {"q": mine.institute.name, "state": "approved", "sort": "-amount"})

    assert [row.pk for row in page.context["page"]] == [mine.pk]
    text = b"".join(client.get(url("award-export"), {"state": "entitled"})).decode()
    assert other.institute.name in text
    assert mine.institute.name not in text
    book = client.get(url("award-export"), {"state": "entitled", "format": "xlsx"})
    assert (book.content[:2], book["Content-Disposition"]) == (b"PK", 'attachment; filename="awards.xlsx"')


@pytest.mark.parametrize(
    ("name", "words"), [("award-list", "免申即享"), ("plan-list", "没有符合条件"), ("ledger", "没有符合条件")]
)
def test_empty_lists_say_what_to_do(client, name, words, terms):
    assert words in as_(client, person(Role.BUREAU_CLERK)).get(url(name)).text


def test_reading_writes_nothing(client, disbursement):
    client.force_login(person(Role.AUDITOR))
    before = audit.AuditEvent.objects.count()
    for name in LISTS + EXPORTS:
        client.get(url(name))
    assert audit.AuditEvent.objects.count() == before


def test_finance_sends_one_line_back_from_the_page_of_the_plan(client):
    struck = an_approved_award()
    kept = an_approved_award(struck.budget)
    plan = services.draft_plan(
        budget=kept.budget, title="示例", awards=[struck, kept], by=a_user("the-clerk")
    )
    services.submit_plan(plan=plan, integrity_checked_on=clock.today(), by=a_user("the-clerk"))
    finance = as_(client, person(Role.FINANCE))
    address, item = url("plan-move", plan.pk, "strike"), plan.items.get(award=struck)

    assert "退回哪一项" in finance.get(url("plan", plan.pk)).content.decode()
    assert finance.post(address, {"item": "", "reason": "示例"}).status_code == 422
    assert finance.post(address, {"item": item.pk, "reason": ""}).status_code == 422
    assert (
        as_(client, person(Role.BUREAU_CLERK)).post(address, {"item": item.pk, "reason": "示例"}).status_code
        == 403
    )
    finance = as_(client, person(Role.FINANCE))
    assert finance.post(address, {"item": item.pk, "reason": "账户证明与单位不符"}).status_code == 302
    page = finance.get(url("plan", plan.pk)).content.decode()
    assert ("财政退回的资金" in page, "账户证明与单位不符" in page) == (True, True)
    assert finance.post(address, {"item": item.pk, "reason": "再来"}).status_code == 422
