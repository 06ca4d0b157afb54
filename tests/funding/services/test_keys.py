"""A key stands for one command: on one case, by one person, in one set of terms."""

from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from funding import services
from funding.desk import ADJUSTMENT_DESK, AWARD_DESK, DISBURSEMENT_DESK, LINE_DESK, PAYEE_DESK, PLAN_DESK
from funding.models import Award, Budget, Command, LedgerEntry
from records import clock
from records.errors import Conflict, OverBudget
from tests.factories.funding import (
    GRANT,
    CommandFactory,
    a_budget,
    a_disbursement,
    a_pending_award,
    a_plan_ready,
    a_scan,
    an_approved_award,
    an_entered_adjustment,
)
from tests.factories.institutes import a_user
from tests.funding.services.steps import race, sums, verbs

db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


def test_whatever_moves_money_at_a_persons_word_brings_a_key():
    keyed = {
        desk.name: {action for action, step in desk.steps.items() if step.keyed}
        for desk in (PAYEE_DESK, AWARD_DESK, PLAN_DESK, DISBURSEMENT_DESK, ADJUSTMENT_DESK, LINE_DESK)
    }

    assert keyed == {
        "account": set(),
        "award": {"approve"},
        "plan": {"issue"},
        "disbursement": {"receive", "pay", "return", "void", "confirm_unpaid"},
        "adjustment": {"enter"},
        "line": {"confirm"},
    }


def cases():
    """A case before each keyed command, the service, its terms, other terms, and the verb in the register."""
    today, fin = clock.today(), "the-county-fin"
    yield (
        "approve",
        lambda: a_pending_award(),
        "award",
        "the-approver",
        lambda: (
            {"budget": a_budget()},
            {"budget": a_budget(year=today.year - 1)},
        ),
    )
    yield (
        "issue",
        lambda: a_plan_ready(an_approved_award()),
        "plan",
        "the-finance",
        lambda: (
            {"document_number": "示财教〔2026〕1号"},
            {"document_number": "示财教〔2026〕2号"},
        ),
    )
    yield (
        "receive",
        lambda: a_disbursement("issued"),
        "disbursement",
        fin,
        lambda: (
            {"received_on": today, "amount": GRANT, "slip": a_scan("slip.pdf")},
            {"received_on": today, "amount": GRANT, "slip": a_scan("another-slip.pdf")},
        ),
    )
    paid = {"paid_on": today, "amount": GRANT, "bank_reference": "示例回单7"}
    yield (
        "pay",
        lambda: a_disbursement("county_received"),
        "disbursement",
        fin,
        lambda: (
            {**paid, "voucher": a_scan("voucher.pdf")},
            {**paid, "voucher": a_scan("another.pdf")},
        ),
    )
    yield (
        "return",
        lambda: services.propose_return(
            disbursement=a_disbursement("issued"), reason="账号有误", by=a_user(fin)
        ),
        "disbursement",
        "the-reviewer",
        lambda: ({}, None),
    )
    yield (
        "void",
        lambda: services.propose_void(
            disbursement=a_disbursement("ordered"), reason="误", by=a_user("the-finance")
        ),
        "disbursement",
        "the-reviewer",
        lambda: ({}, None),
    )


SERVICES = {
    "approve": services.approve_award,
    "issue": services.issue_plan,
    "receive": services.county_receive,
    "pay": services.pay_unit,
    "return": services.return_disbursement,
    "void": services.void_disbursement,
}


@db
@pytest.mark.parametrize(("verb", "make", "name", "who", "terms"), list(cases()), ids=list(SERVICES))
def test_the_same_key_does_once_and_with_other_terms_is_a_conflict(verb, make, name, who, terms):
    subject, key, by = make(), uuid4(), a_user(who)
    same, other = terms()
    SERVICES[verb](**{name: subject}, **same, key=key, by=by)
    before = LedgerEntry.objects.count(), verbs(subject)

    again = SERVICES[verb](**{name: subject}, **same, key=key, by=by)

    assert again == subject
    if other is not None:
        with pytest.raises(Conflict, match="已经提交过"):
            SERVICES[verb](**{name: subject}, **other, key=key, by=by)
    with pytest.raises(Conflict, match="已经提交过"):
        SERVICES[verb](**{name: subject}, **same, key=key, by=a_user("somebody-else"))
    assert (LedgerEntry.objects.count(), verbs(subject)) == before
    assert list(Command.objects.filter(key=key).values_list("subject_id", flat=True)) == [subject.pk]


@db
def test_what_was_refused_leaves_its_key_free():
    award, small, key, by = a_pending_award(), a_budget(Decimal(1)), uuid4(), a_user("the-approver")
    with pytest.raises(OverBudget):
        services.approve_award(award=award, budget=small, key=key, by=by)
    an_entered_adjustment(small, "raise", GRANT)

    assert services.approve_award(award=award, budget=small, key=key, by=by).state == "approved"


@db
def test_a_key_says_how_the_case_stands_now():
    award, budget, key, by = a_pending_award(), a_budget(), uuid4(), a_user("the-approver")
    services.approve_award(award=award, budget=budget, key=key, by=by)
    services.suspend_award(award=Award.objects.get(), reason="核查", by=by)

    assert services.approve_award(award=award, budget=budget, key=key, by=by).state == "suspended"


@db
def test_commands_are_kept_as_they_were():
    command = CommandFactory()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        Command.objects.filter(pk=command.pk).update(name="another")
    with pytest.raises(IntegrityError), transaction.atomic():
        CommandFactory(key=command.key)


@threads
def test_one_key_for_two_cases_under_race_is_one_command():
    budget, key = a_budget(), uuid4()
    by, awards = a_user("the-approver"), [a_pending_award(), a_pending_award()]

    def approve_of(award):
        def approve(start):
            mine, ours = Award.objects.get(pk=award.pk), Budget.objects.get(pk=budget.pk)
            start.wait()
            return services.approve_award(award=mine, budget=ours, key=key, by=by).state

        return approve

    assert sorted(race(*[approve_of(award) for award in awards])) == ["Conflict", "approved"]
    assert sums(budget)["committed"] == GRANT
