"""Every hand had its role at that time, every step its other hand, and nothing moved while it had to wait."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import Membership
from accounts.roles import Role
from funding import services
from funding.integrity import hands
from funding.models import AllocationPlan, Disbursement, PayeeAccount
from institutes.models import Recognition
from notices.models import PublicNoticeItem
from records import audit, clock
from tests.factories.accounts import UserFactory, person
from tests.factories.funding import (
    a_budget,
    a_disbursement,
    a_pending_award,
    an_approved_award,
    an_issued_plan,
)
from tests.factories.institutes import a_user
from tests.factories.notices import ObjectionFactory, PublicNoticeItemFactory

pytestmark = pytest.mark.django_db


def drop(constraint, table):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")


def approvals():
    """What is said of the approver alone: the other people of these tests hold no roles."""
    return [said for said in hands.hands_were_authorised() if "示例批准人" in said]


def approved(by):
    award = a_pending_award()
    services.approve_award(award=award, budget=a_budget(), key=uuid4(), by=by)
    return audit.history(award).get(verb="funding.award.approve")


def test_who_held_the_role_at_that_time_is_no_finding():
    by = person(Role.BUREAU_APPROVER, name="示例批准人")
    approved(by)
    assert approvals() == []
    Membership.objects.filter(user=by).update(
        state="ended", ended_at=clock.now() + timedelta(hours=1), ended_by=UserFactory()
    )
    assert approvals() == []


@pytest.mark.parametrize(
    "changes",
    [
        {"role": Role.FINANCE},
        {"since": clock.today() + timedelta(days=1)},
        {"until": clock.today() - timedelta(days=1), "since": clock.today() - timedelta(days=9)},
        {"state": "ended", "ended": True},
    ],
    ids=["another role", "not yet", "no longer", "taken away"],
)
def test_who_did_not_hold_it_is_found(changes):
    by = person(Role.BUREAU_APPROVER, name="示例批准人")
    approved(by)
    if changes.pop("ended", False):
        changes |= {"ended_at": clock.now() - timedelta(days=1), "ended_by": UserFactory()}
    Membership.objects.filter(user=by).update(**changes)
    (said,) = approvals()
    assert "没有相应岗位" in said


def test_a_plan_that_one_person_reviewed_and_issued_is_found():
    an_issued_plan(an_approved_award())
    assert hands.plans_and_endings_have_their_hands() == []
    drop("funding_allocationplan_reviewer_not_issuer", "funding_allocationplan")
    plan = AllocationPlan.objects.get()
    AllocationPlan.objects.update(issued_by=plan.reviewed_by)
    assert len(hands.plans_and_endings_have_their_hands()) == 1


def test_an_order_that_one_person_ended_is_found():
    order = a_disbursement("issued")
    services.propose_return(disbursement=order, reason="示例", by=a_user("the-county-fin"))
    services.return_disbursement(disbursement=order, key=uuid4(), by=a_user("the-reviewer"))
    assert hands.plans_and_endings_have_their_hands() == []
    drop("funding_disbursement_ended_by_two_people", "funding_disbursement")
    Disbursement.objects.update(ended_by=a_user("the-county-fin"))
    assert len(hands.plans_and_endings_have_their_hands()) == 1


def test_an_account_that_one_person_checked_twice_is_found():
    a_pending_award()
    drop("funding_payeeaccount_two_checkers", "funding_payeeaccount")
    PayeeAccount.objects.update(verified_by=a_user("the-first-checker"))
    assert len(hands.plans_and_endings_have_their_hands()) == 1


@pytest.mark.parametrize(
    ("stamps", "count"),
    [
        ({"revoked_at": -1, "revocation_reason": "示例"}, 1),
        ({"withdrawn_at": -1, "withdrawal_reason": "示例"}, 2),
        ({"suspended_at": -1, "suspended_until": clock.today()}, 1),
        ({"suspended_at": 1, "suspended_until": clock.today() + timedelta(days=9)}, 0),
        ({}, 0),
    ],
)
def test_what_moved_after_the_end_is_found(stamps, count):
    a_disbursement("paid")
    days = {name: clock.now() + timedelta(days=n) for name, n in stamps.items() if name.endswith("_at")}
    people = {name.replace("_at", "_by"): UserFactory() for name in days}
    Recognition.objects.update(**stamps | days | people)
    assert len(hands.nothing_moved_after_the_end()) == count


def test_what_was_ordered_while_it_was_shown_or_contested_is_found():
    order = a_disbursement("issued")
    assert hands.nothing_moved_while_it_was_contested() == []
    application = order.award.recognition.application
    item = PublicNoticeItemFactory(
        subject_type="institutes.application", subject_id=application.pk, subject=order.award.host
    )
    (said,) = hands.nothing_moved_while_it_was_contested()
    assert "公示期满之前" in said

    PublicNoticeItem.objects.filter(pk=item.pk).update(withdrawn_at=clock.now(), withdrawn_by=UserFactory())
    before = clock.now() - timedelta(days=1)
    ObjectionFactory(item=item, accepted=True, accepted_at=before)
    (said,) = hands.nothing_moved_while_it_was_contested()
    assert "异议处理期间" in said
