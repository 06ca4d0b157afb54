"""Taking money back: never more than was paid, the unit heard first, two hands at each step, an entry for each yuan."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.roles import Role
from funding import services, tasks
from funding.models import Clawback, LedgerEntry
from funding.selectors import clawbacks as reads
from institutes.models import Recognition
from notices.models import Notice
from records import clock, deadlines
from records.errors import Conflict, Incomplete, SamePerson, TooLate
from tests.factories.accounts import UserFactory, person
from tests.factories.funding import GRANT, an_award
from tests.factories.institutes import RecognitionFactory, a_user
from tests.funding.services import clawbacks as steps
from tests.funding.services.clawbacks import account, another_paid_award, no_findings

pytestmark = pytest.mark.django_db


# --- the suspicion --------------------------------------------------------------------------------------------------


def test_a_suspicion_needs_a_ground_and_facts_and_money_that_was_paid():
    award = steps.a_paid_award()
    with pytest.raises(Incomplete) as error:
        services.suspect_clawback(award=award, ground="dislike", facts=" ", by=a_user("claw-clerk"))
    assert [reason.field for reason in error.value.reasons] == ["ground", "facts"]
    with pytest.raises(Conflict, match="没有已拨付"):
        services.suspect_clawback(
            award=an_award(RecognitionFactory()), ground="misuse", facts="示例", by=a_user("claw-clerk")
        )
    case = steps.suspected(award)
    assert (case.state, case.number[:8], deadlines.current(case).holder_role) == (
        "suspected",
        "SJZ-ZHA-",
        "bureau_clerk",
    )
    with pytest.raises(Conflict, match="在办"):
        steps.suspected(award)


def test_a_revocation_soon_after_the_money_is_found_by_the_clock_once():
    award = steps.a_paid_award()
    with pytest.raises(Incomplete, match="没有在拨付后规定年限内"):
        steps.suspected(award, ground="revoked")
    stamps = {"revoked_at": clock.now(), "revoked_by": UserFactory(), "revocation_reason": "示例"}
    Recognition.objects.filter(pk=award.recognition_id).update(**stamps)

    tasks.sweep_clawbacks()
    tasks.sweep_clawbacks()

    case = Clawback.objects.get()
    assert (case.award, case.ground, case.suspected_by.is_system) == (award, "revoked", True)


def test_the_unit_sees_nothing_before_the_notice():
    case = steps.proposed()
    unit = person(Role.ENT_ADMIN, organisation=case.host)
    assert case not in reads.clawbacks_visible_to(unit)
    assert not Notice.objects.filter(recipient=unit, subject_type="funding.clawback").exists()

    services.notify_of_clawback(clawback=case, by=a_user("claw-approver"))

    assert case in reads.clawbacks_visible_to(unit)
    assert Notice.objects.filter(recipient=unit, title__startswith="拟追回资金").exists()
    assert deadlines.current(case).due_on == case.statement_until


def test_never_more_than_was_paid():
    case = steps.suspected()
    services.investigate_clawback(clawback=case, by=a_user("claw-clerk"))
    with pytest.raises(Incomplete, match=r"不能超过已拨付且未追回的 200,000\.00 元，现多出 0\.01 元"):
        services.propose_clawback(
            clawback=case,
            ground="misuse",
            facts="示例",
            amount=GRANT + Decimal("0.01"),
            by=a_user("claw-clerk"),
        )
    case.refresh_from_db()
    assert (case.state, case.amount) == ("investigating", None)


def test_what_was_claimed_once_is_not_claimed_twice():
    award = steps.a_paid_award()
    case = steps.served(award, Decimal("150000.00"))
    steps.repay(case, "150000.00")
    steps.closed(case)
    award.refresh_from_db()

    second = steps.suspected(award)
    services.investigate_clawback(clawback=second, by=a_user("claw-clerk"))
    with pytest.raises(Incomplete, match=r"50,000\.00 元"):
        services.propose_clawback(
            clawback=second, ground="misuse", facts="示例", amount=GRANT, by=a_user("claw-clerk")
        )


# --- hearing and deciding -------------------------------------------------------------------------------------------


def test_the_unit_is_heard_once_and_in_time():
    case = steps.notified()
    with pytest.raises(TooLate, match="视为放弃"):
        services.state_on_clawback(
            clawback=case,
            statement="示例",
            by=a_user("the-ent-admin"),
            at=clock.now() + timedelta(days=20),
        )
    assert services.lapse_clawback_statements() == 0
    with clock.at(clock.now() + timedelta(days=20)):
        assert (services.lapse_clawback_statements(), services.lapse_clawback_statements()) == (1, 0)
    case.refresh_from_db()
    assert (case.state, case.stated_at) == ("deciding", None)


def test_who_proposes_neither_notifies_nor_decides():
    case = steps.proposed()
    with pytest.raises(SamePerson):
        services.notify_of_clawback(clawback=case, by=a_user("claw-clerk"))
    services.notify_of_clawback(clawback=case, by=a_user("claw-approver"))
    services.state_on_clawback(clawback=case, statement="无异议", by=a_user("the-ent-admin"))
    with pytest.raises(SamePerson):
        steps.decide(case, by=a_user("claw-clerk"))


def test_a_decision_is_entered_in_the_ledger_once_per_key():
    case, key = steps.heard(), uuid4()
    for _ in range(2):
        steps.decide(case, Decimal("80000.00"), key=key)

    case.refresh_from_db()
    assert (case.state, case.amount, case.base, case.interest, case.award.claimed) == (
        "decided",
        Decimal("80000.00"),
        GRANT,
        Decimal(0),
        Decimal("80000.00"),
    )
    assert LedgerEntry.objects.filter(kind="claim").count() == 1
    assert (account("receivable"), account("claims")) == (Decimal("80000.00"), Decimal("-80000.00"))
    with pytest.raises(Conflict, match="内容不同"):
        steps.decide(case, Decimal("70000.00"), key=key)
    no_findings()


def test_a_decision_says_by_which_meeting_why_and_no_more_than_notified():
    case = steps.heard(amount=Decimal("80000.00"))
    with pytest.raises(Incomplete) as error:
        steps.decide(case, Decimal("90000.00"), minute_number=" ", decision="")
    assert [reason.field for reason in error.value.reasons] == ["amount", "minute_number", "decision"]
    assert LedgerEntry.objects.filter(kind="claim").count() == 0


def test_interest_only_where_the_edition_says_so():
    case = steps.heard(amount=Decimal("100000.00"))
    case.edition.terms["repayment"]["interest_percent"] = "3.65"
    case.edition.save(update_fields=["terms"])
    with clock.at(clock.now() + timedelta(days=100)):
        steps.decide(case, Decimal("100000.00"))

    assert (case.interest, case.total) == (Decimal("1000.00"), Decimal("101000.00"))
    assert account("receivable") == Decimal("101000.00")
    no_findings()


def test_what_is_not_founded_is_closed_with_a_letter_only_to_whom_knew_of_it(rung):
    quiet, known = steps.suspected(), steps.heard(another_paid_award())
    services.drop_clawback(clawback=quiet, reason="查无实据。", by=a_user("claw-approver"))
    services.drop_clawback(clawback=known, reason="陈述成立。", by=a_user("claw-approver"))

    assert (quiet.state, known.state) == ("not_founded", "not_founded")
    papers = services.sweep_papers(at=clock.now() + timedelta(minutes=10))
    assert {(paper.subject_id, paper.kind) for paper in papers if paper.kind == "clawback_closing"} == {
        (known.pk, "clawback_closing")
    }
