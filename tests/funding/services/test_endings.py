"""Awards that are suspended, resumed, and end by the year or by nobody confirming."""

from datetime import timedelta

import pytest
from django.utils import timezone

from funding import services
from funding.models import LedgerEntry
from records import clock, deadlines
from records.errors import IllegalMove, NotEligible
from tests.factories.funding import (
    GRANT,
    a_budget,
    a_disbursement,
    a_pending_award,
    an_approved_award,
    an_award,
)
from tests.factories.institutes import a_user
from tests.funding.services.steps import pay, receipt, sums

db = pytest.mark.django_db


@db
def test_suspend_and_resume_before_approval_begins_anew():
    award, by = a_pending_award(), a_user("the-approver")
    services.suspend_award(award=award, reason="核查", by=by)
    with pytest.raises(IllegalMove, match="尚未批准"):
        services.resume_payment(award=award, reason="已核清", by=by)

    services.resume_award(award=award, reason="已核清", by=by)
    assert (award.state, award.account, award.suspended_by) == ("entitled", None, None)


@db
def test_suspend_and_resume_after_approval_keeps_the_money():
    budget = a_budget()
    award, by = an_approved_award(budget), a_user("the-approver")
    services.suspend_award(award=award, reason="核查", by=by)
    with pytest.raises(IllegalMove, match="已经批准"):
        services.resume_award(award=award, reason="已核清", by=by)

    assert services.resume_payment(award=award, reason="已核清", by=by).state == "approved"
    assert sums(budget)["committed"] == GRANT


@db
def test_nothing_is_paid_while_suspended_and_it_closes_on_resuming():
    disbursement = a_disbursement("county_received")
    award, approver = disbursement.award, a_user("the-approver")
    services.suspend_award(award=award, reason="核查", by=approver)

    with pytest.raises(NotEligible, match="暂缓"):
        pay(disbursement)
    services.resume_payment(award=award, reason="已核清", by=approver)
    pay(disbursement)
    services.suspend_award(award=award, reason="再核查", by=approver)
    receipt(disbursement)
    services.resume_payment(award=award, reason="已核清", by=approver)
    award.refresh_from_db()
    assert award.state == "closed"


@db
def test_lapse_awards_ends_what_was_not_confirmed():
    award = an_award()
    due = deadlines.current(award).due_on
    after = timezone.make_aware(timezone.datetime(due.year, due.month, due.day, 9)) + timedelta(days=1)

    assert services.lapse_awards(at=after - timedelta(days=1)) == []
    assert services.lapse_awards(at=after) == [award]
    assert services.lapse_awards(at=after) == []
    award.refresh_from_db()
    assert award.state == "waived"


@db
def test_lapse_awards_gives_the_amount_back_after_the_year():
    budget = a_budget()
    award = an_approved_award(budget)
    next_year = clock.now().replace(year=clock.today().year + 1, month=1, day=5)

    assert services.lapse_awards(at=next_year) == [award]
    assert services.lapse_awards(at=next_year) == []
    award.refresh_from_db()
    assert (award.state, sums(budget)["committed"]) == ("lapsed", 0)
    assert LedgerEntry.objects.order_by("pk").last().kind == "release"


@db
def test_what_was_ordered_does_not_lapse():
    a_disbursement("issued")
    assert services.lapse_awards(at=clock.now().replace(year=clock.today().year + 1, month=1, day=5)) == []
