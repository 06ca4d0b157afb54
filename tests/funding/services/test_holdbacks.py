"""A failed year holds unpaid money back, the next better one lets it go on (I-18); officers cannot hasten it."""

from uuid import uuid4

import pytest

from evaluation.models import Assessment
from funding import services, tasks
from funding.models import LedgerEntry
from notices.models import Notice
from records import audit
from records.errors import Conflict, NotEligible
from tests.factories.accounts import system_user
from tests.factories.assessments import AssessmentFactory
from tests.factories.funding import (
    AwardFactory,
    a_budget,
    a_pending_award,
    a_plan_ready,
    an_approved_award,
)
from tests.factories.institutes import a_user
from tests.funding.services.steps import an_open_order

pytestmark = pytest.mark.django_db


def failed(award, year: int = 2024, grade: str = "fail") -> Assessment:
    return AssessmentFactory(institute=award.institute, year=year, state="published", grade=grade)


def state_of(award) -> str:
    award.refresh_from_db()
    return award.state


def test_what_is_unpaid_waits_and_says_for_which_year():
    approved, pending, closed = an_approved_award(a_budget()), a_pending_award(), AwardFactory(state="closed")
    other = AwardFactory()
    for award in (approved, pending, closed):
        failed(award)

    tasks.hold_back_awards()

    assert [state_of(one) for one in (approved, pending, closed, other)] == [
        "suspended",
        "suspended",
        "closed",
        "entitled",
    ]
    event = audit.history(approved).get(verb="funding.award.suspend")
    assert event.actor == system_user()
    assert "2024年度考核不合格（SJZ-NKG-2025-001）" in event.reason
    assert Notice.objects.about(approved).exists() or not Notice.objects.filter(event=event.verb).exists()
    assert services.hold_back_awards() == 0


@pytest.mark.parametrize("grade", ["pass", "basic"])
def test_a_better_year_lets_it_go_on_from_where_it_stood(grade):
    approved, pending = an_approved_award(a_budget()), a_pending_award()
    for award in (approved, pending):
        failed(award)
    services.hold_back_awards()
    for award in (approved, pending):
        failed(award, 2025, grade)

    assert services.hold_back_awards() == 2
    assert (state_of(approved), state_of(pending), pending.account) == ("approved", "entitled", None)
    assert (approved.suspended_at, approved.suspended_by) == (None, None)


@pytest.mark.parametrize("state", ["confirmed", "missing"])
def test_a_year_that_is_not_published_or_not_reported_changes_nothing(state):
    award = a_pending_award()
    failed(award)
    services.hold_back_awards()
    more = {"grade": "pass"} if state == "confirmed" else {}
    AssessmentFactory(institute=award.institute, year=2025, state=state, **more)

    assert services.hold_back_awards() == 0
    assert state_of(award) == "suspended"


def test_officers_neither_hasten_it_nor_lose_what_they_stopped():
    held, stopped, by = an_approved_award(a_budget()), a_pending_award(), a_user("the-approver")
    failed(held)
    services.hold_back_awards()
    services.suspend_award(award=stopped, reason="核查", by=by)

    with pytest.raises(NotEligible, match="2024年度考核不合格"):
        services.resume_payment(award=held, reason="已核清", by=by)

    assert services.hold_back_awards() == 0
    assert state_of(stopped) == "suspended"


# --- between the publication and the sweep --------------------------------------------------------------------------


def entries_of(award) -> int:
    return LedgerEntry.objects.filter(award=award).count()


def approved_now(by):
    award, budget = a_pending_award(), a_budget()
    return award, lambda: services.approve_award(award=award, budget=budget, key=uuid4(), by=by)


def issued_now(by):
    award = an_approved_award(a_budget())
    plan = a_plan_ready(award)
    return award, lambda: services.issue_plan(plan=plan, document_number="示财教1号", key=uuid4(), by=by)


def ordered_now(by):
    case = an_open_order()
    order = {**case, "instalment": 1, "amount": case["award"].amount, "by": by}
    return case["award"], lambda: services.order_disbursement(**order, key=uuid4())


@pytest.mark.parametrize("command", [approved_now, issued_now, ordered_now])
def test_after_a_failed_year_was_published_money_does_not_wait_for_the_sweep_to_stop(command):
    award, press = command(a_user("the-finance-or-approver"))
    failure, before = failed(award), entries_of(award)

    with pytest.raises((NotEligible, Conflict), match="2024年度考核不合格"):
        press()
    assert entries_of(award) == before
    failure.delete()
    press()
    assert entries_of(award) == before + 1


def test_an_order_that_was_made_before_is_answered_again():
    case, key = an_open_order(), uuid4()
    order = {**case, "instalment": 1, "amount": case["award"].amount, "key": key, "by": a_user("the-finance")}
    first = services.order_disbursement(**order)
    failed(case["award"])

    assert services.order_disbursement(**order) == first


def test_where_the_edition_does_not_ask_for_it_nothing_waits():
    award = a_pending_award()
    row = failed(award)
    terms = row.edition.terms
    terms["consequences"]["suspends_unpaid"] = False
    row.edition.save(update_fields=["terms"])

    assert services.hold_back_awards() == 0
    assert state_of(award) == "pending_approval"
