"""What the database refuses about money that is claimed back, each constraint by name; the invariants find the rest."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from funding.integrity import clawbacks as integrity
from funding.models import Award, Clawback, LedgerEntry, Repayment
from records import clock
from tests.factories.funding import ClawbackFactory, LedgerEntryFactory, RepaymentFactory
from tests.factories.institutes import IntegrityListingFactory, a_user
from tests.funding.services import clawbacks as steps

pytestmark = pytest.mark.django_db


def refused(name, model, pk, **values):
    """Storing ``values`` breaks the constraint ``name``."""
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        model.objects.filter(pk=pk).update(**values)


@pytest.mark.parametrize(
    ("state", "name", "values"),
    [
        ("repay_due", "funding_clawback_within_what_was_paid", {"amount": "200000.01"}),
        ("repay_due", "funding_clawback_within_what_was_paid", {"base": None}),
        ("repay_due", "funding_clawback_not_overpaid", {"repaid": "80000.01"}),
        ("repay_due", "funding_clawback_repaid_means_all", {"state": "repaid"}),
        ("repaid", "funding_clawback_signed_before_closed", {"state": "closing"}),
        ("closing", "funding_clawback_closed_by_finance_too", {"state": "closed"}),
        ("closed", "funding_clawback_closed_means_settled", {"repaid": "1.00"}),
        ("closed", "funding_clawback_written_off_by_a_ruling", {"repaid": "79999.00", "written_off": "1.00"}),
        ("suspected", "funding_clawback_has_facts", {"facts": ""}),
        ("suspected", "funding_clawback_proposed_by_somebody", {"state": "proposed"}),
        ("proposed", "funding_clawback_unit_was_heard", {"state": "notice_of_intent"}),
        ("deciding", "funding_clawback_(decided|four|unit)", {"state": "decided"}),
        ("decided", "funding_clawback_served_by_somebody", {"state": "repay_due"}),
        ("decided", "funding_clawback_decided_by_a_meeting", {"minute_number": ""}),
        ("overdue", "funding_clawback_listed_by_somebody", {"state": "credit_listed"}),
        ("overdue", "funding_clawback_enforced_by_somebody", {"state": "enforced"}),
        ("suspected", "funding_clawback_dropped", {"state": "not_founded"}),
        ("suspected", "funding_clawback_state_known", {"state": "gone"}),
        ("suspected", "funding_clawback_finality_known", {"finality": "perhaps"}),
        ("repay_due", "funding_clawback_interest_not_negative", {"interest": "-1.00"}),
    ],
)
def test_a_case(state, name, values):
    refused(name, Clawback, ClawbackFactory(state=state).pk, **values)


def test_two_hands():
    case = ClawbackFactory(state="closed")
    refused("funding_clawback_four_eyes", Clawback, case.pk, decided_by=case.proposed_by)
    refused("funding_clawback_notice_by_another", Clawback, case.pk, noticed_by=case.proposed_by)
    refused("funding_clawback_closed_by_two", Clawback, case.pk, closed_by=case.signed_by)
    now, who = clock.now(), a_user("the-approver")
    refused("funding_clawback_published_when_final", Clawback, case.pk, published_at=now, published_by=who)
    refused("funding_clawback_statement_after_notice", Clawback, case.pk, stated_at=now, stated_by=who)


def test_one_case_at_a_time_and_no_more_than_was_paid():
    case = ClawbackFactory(state="repay_due")
    with pytest.raises(IntegrityError, match="funding_clawback_one_at_a_time"), transaction.atomic():
        ClawbackFactory(award=case.award)
    refused("funding_award_claimed_within_paid", Award, case.award_id, claimed="200000.01")
    refused("funding_award_claimed_not_negative", Award, case.award_id, claimed="-1.00")


def test_a_part():
    part = RepaymentFactory()
    now = clock.now()
    refused(
        "funding_repayment_two_people",
        Repayment,
        part.pk,
        state="confirmed",
        confirmed_at=now,
        confirmed_by=part.reported_by,
    )
    refused("funding_repayment_confirmed_by_somebody", Repayment, part.pk, state="confirmed")
    refused("funding_repayment_rejected_by_somebody", Repayment, part.pk, state="rejected")
    refused("funding_repayment_amount_positive", Repayment, part.pk, amount=0)
    refused("funding_repayment_has_reference", Repayment, part.pk, bank_reference="")
    refused("funding_repayment_state_known", Repayment, part.pk, state="lost")
    other = RepaymentFactory(clawback=part.clawback)
    refused("funding_repayment_reference_once", Repayment, other.pk, bank_reference=part.bank_reference)


def test_an_entry_is_about_its_case_and_made_once():
    case = steps.decided()
    for kind, name in (("claim", "once_per_clawback"), ("repay", "about_its_case")):
        with pytest.raises(IntegrityError, match=f"funding_ledgerentry_{name}"), transaction.atomic():
            LedgerEntryFactory(kind=kind, award=case.award, clawback=case, postings=False)


def test_a_listing_has_its_paper_and_its_end():
    listing = IntegrityListingFactory()
    model = type(listing)
    refused("institutes_integritylisting_ends_later", model, listing.pk, until=listing.listed_on)
    refused("institutes_integritylisting_has_source", model, listing.pk, source="")
    assert str(listing) == f"{listing.organisation} 失信登记至 {listing.until}"


def test_the_invariants_are_silent_after_a_walk_and_find_what_was_planted():
    case = steps.served()
    steps.repay(case, "50000.00")
    checks = (
        integrity.claims_agree_with_the_ledger,
        integrity.claims_are_within_what_was_paid,
        integrity.clawbacks_have_two_hands,
        integrity.claims_add_up,
    )
    assert [check() for check in checks] == [[], [], [], []]

    Clawback.objects.filter(pk=case.pk).update(repaid="50000.01")
    Award.objects.filter(pk=case.award_id).update(claimed="199999.00")

    assert "台账已收退还" in "".join(checks[0]())
    assert "各件追回合计" in "".join(checks[1]())


def test_names():
    case = ClawbackFactory(number="SJZ-ZHA-2026-001", state="repay_due")
    assert str(case) == f"{case.institute}资金追回"
    assert str(RepaymentFactory(clawback=case)) == "SJZ-ZHA-2026-001 退还 30,000.00 元"
    assert (case.ground_label, case.left) == ("挪用、违规使用资金", Decimal("80000.00"))
    assert "预算法" in case.ground_basis
    assert LedgerEntry.objects.count() == 0
