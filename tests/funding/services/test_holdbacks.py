"""A failed year holds unpaid money back, the next better one lets it go on (I-18); officers cannot hasten it."""

import pytest

from evaluation.models import Assessment
from funding import services, tasks
from notices.models import Notice
from records import audit
from records.errors import NotEligible
from tests.factories.accounts import system_user
from tests.factories.assessments import AssessmentFactory
from tests.factories.funding import AwardFactory, a_budget, a_pending_award, an_approved_award
from tests.factories.institutes import a_user

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


def test_where_the_edition_does_not_ask_for_it_nothing_waits():
    award = a_pending_award()
    row = failed(award)
    terms = row.edition.terms
    terms["consequences"]["suspends_unpaid"] = False
    row.edition.save(update_fields=["terms"])

    assert services.hold_back_awards() == 0
    assert state_of(award) == "pending_approval"
