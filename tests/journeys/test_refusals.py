"""Who tries what is not theirs, or not now, gets a plain answer, by page and by program, and nothing half-written."""

from uuid import uuid4

import pytest

from accounts.models import User
from accounts.services import issue_proof
from funding.models import Award, Budget, BudgetAdjustment
from tests.factories.funding import a_scan
from tests.journeys.money import MoneyWalk
from tests.journeys.timetable import sweep
from tests.journeys.traces import nothing_changes
from tests.journeys.walk import OPINION, SUPPORT

pytestmark = pytest.mark.usefixtures("no_worker")
RECOMMENDATION = {"proposal": "recommend", "opinion": OPINION, "support": SUPPORT}


@pytest.fixture
def recommended(applied) -> MoneyWalk:
    applied.pass_days()
    applied.propose_recommendation()
    return applied


def program(walk, username: str, url: str, action: str, data: dict | None = None, **headers):
    """The same request by the API."""
    client, by = walk[username].client, User.objects.get(username=username)
    proved = {"X-Proof": issue_proof(user=by)} | headers
    return client.post(
        f"/api/v1{url}moves/{action}/", data or {}, content_type="application/json", headers=proved
    )


# Tried while the county's leader has to sign: who, what, and the answer.
ATTEMPTS = [
    ("county_staff", "sign_recommendation", 403),  # the wrong role
    ("bureau_clerk", "sign_recommendation", 403),
    ("ent_admin", "propose_formal", 403),
    ("ent_admin2", "withdraw", 404),  # the wrong unit
    ("county_lead2", "sign_recommendation", 404),  # the wrong county
    ("expert", "sign_recommendation", 404),
    ("tax", "sign_recommendation", 404),
    ("county_lead", "recognise", 403),
    ("bureau_clerk", "propose_formal", 409),  # the wrong state
    ("county_staff", "propose_recommendation", 409),
    ("bureau_approver", "recognise", 409),
]


def test_not_theirs_or_not_now(recommended):
    walk, answers = recommended, []
    for username, action, _status in ATTEMPTS:
        by_page, by_program = typed_for(walk, action)
        with nothing_changes(), walk.hour():
            page = walk[username].post(f"{walk.url}moves/{action}/", by_page)
            answer = program(walk, username, walk.url, action, by_program)
        assert answer.headers["Content-Type"].startswith("application/problem+json")
        answers.append((username, action, page.status, answer.status_code))

    assert answers == [(username, action, status, status) for username, action, status in ATTEMPTS]


def typed_for(walk, action: str) -> tuple[dict, dict]:
    """Something well-formed for the move, as a form and as JSON."""
    if action != "propose_formal":
        typed = RECOMMENDATION if action == "propose_recommendation" else {}
        return typed, typed
    items = [item["code"] for item in walk.application.call.edition.terms["checklist"]]
    form = {"checks_item": items, "checks_result": ["met"] * len(items), "checks_note": [""] * len(items)}
    rows = [{"item": item, "result": "met", "note": ""} for item in items]
    return form | {"finding": "pass"}, {"checks": rows, "finding": "pass"}


def test_a_double_click_submits_once(walk):
    walk.begin()
    walk.fill()
    walk.attach()
    walk.submit()
    with nothing_changes(), walk.hour(15):
        assert walk.filler.post(f"{walk.url}moves/submit/").status == 409


# --- money ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def entitled(published) -> MoneyWalk:
    """The walk at its award: recognised, and the account named."""
    walk = published
    walk.pass_days(5)
    with walk.hour(1):
        sweep(walk, "institutes.tasks.sweep_publicity", "funding.tasks.propose_awards")
    walk.name_account()
    walk.confirm_award()
    return walk


def test_the_money_is_refused_kindly(entitled):
    """One walk, because it is long: each attempt leaves everything as it was."""
    walk = entitled
    the_same_person_does_not_check_twice(walk)
    the_budget_must_hold_the_amount(walk)
    a_key_stands_for_one_request(walk)
    nobody_approves_twice(walk)
    the_plan_needs_four_hands(walk)


def the_same_person_does_not_check_twice(walk):
    with walk.hour(14):
        walk["bureau_clerk"].take(walk.payee_url, "first_check")
        with nothing_changes():
            assert walk["bureau_clerk"].post(f"{walk.payee_url}moves/verify/").status == 409
            assert program(walk, "bureau_clerk", walk.payee_url, "verify").status_code == 409
        walk["bureau_clerk2"].take(walk.payee_url, "verify")


def the_budget_must_hold_the_amount(walk):
    walk.create_budget("199999.99")
    with nothing_changes():
        page = walk.approve(status=409)
        budget = {"budget": Budget.objects.get().pk}
        with walk.hour():
            key = {"Idempotency-Key": str(uuid4())}
            answer = program(walk, "bureau_approver", walk.award_url, "approve", budget, **key)

    assert answer.status_code == 409
    assert answer.json()["code"] == "over-budget"
    assert "0.01" in page.text


def a_key_stands_for_one_request(walk):
    """Nor does one person alone add to a budget: another enters what was proposed."""
    finance, url = walk["finance"], f"/budgets/{Budget.objects.get().pk}/adjust/"
    terms = {"kind": "raise", "amount": "0.01", "document_number": "石财预〔2026〕9号", "key": str(uuid4())}
    with walk.hour():
        assert finance.post(url, terms | {"document": a_scan()}).status == 302
        proposed = BudgetAdjustment.objects.get(kind="raise").get_absolute_url()
        with nothing_changes():
            assert finance.post(url, terms | {"document": a_scan()}).status == 302
            assert finance.post(url, terms | {"document": a_scan(), "amount": "900000.00"}).status == 409
            assert finance.post(f"{proposed}moves/enter/").status == 409
        walk["finance2"].take(proposed, "enter")
    assert str(Budget.objects.get().total) == "200000.00"


def nobody_approves_twice(walk):
    walk.approve()
    budget = {"budget": Budget.objects.get().pk}
    with nothing_changes(), walk.hour():
        approver = walk["bureau_approver"]
        again = approver.post(f"{walk.award_url}moves/approve/", budget | {"proof": approver.password})
        assert again.status == 302, "the same press twice is one request"
        assert walk["bureau_approver2"].post(f"{walk.award_url}moves/approve/", budget).status == 409
        assert walk["finance"].post(f"{walk.award_url}moves/approve/", budget).status == 403
        assert walk["county_fin2"].post(f"{walk.award_url}moves/approve/", budget).status == 404
    assert Award.objects.get().state == "approved"


def the_plan_needs_four_hands(walk):
    walk.pass_days()
    walk.draft_plan()
    number = {"document_number": "石财教〔2026〕52号"}
    with nothing_changes(), walk.hour():
        assert walk["finance"].post(f"{walk.plan_url}moves/issue/", number).status == 409
        assert walk["bureau_clerk"].post(f"{walk.plan_url}moves/review/", {"opinion": "同意"}).status == 403
    walk.review_plan()
    walk.cosign()
    walk.issue()
    with nothing_changes(), walk.hour():
        number["proof"] = walk["finance2"].password
        assert walk["finance2"].post(f"{walk.plan_url}moves/issue/", number).status == 302
        other = {"document_number": "石财教〔2026〕53号"}
        assert walk["finance2"].post(f"{walk.plan_url}moves/issue/", other).status == 409
