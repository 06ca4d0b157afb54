"""From the county to the receipt: each step once, with terms that fit; back again by return and void."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.models import Division
from funding import services
from funding.models import Award, Budget, Disbursement, LedgerEntry, PlanItem
from institutes.models import Recognition
from records import clock
from records.errors import Conflict, IllegalMove, Incomplete, NotEligible, SamePerson
from tests.factories.accounts import UserFactory
from tests.factories.funding import GRANT, a_budget, a_disbursement, an_approved_award, sent_back
from tests.factories.institutes import a_user
from tests.funding.services.steps import pay, race, receipt, receive, sums, verbs

D = Decimal
db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


@db
def test_every_step_twice_is_done_once():
    disbursement = a_disbursement("issued")
    for step in (receive, pay, receipt):
        step(disbursement)
        step(disbursement)

    kinds = list(
        LedgerEntry.objects.filter(disbursement=disbursement).order_by("pk").values_list("kind", flat=True)
    )
    assert kinds == ["order", "receive", "pay"]
    assert verbs(disbursement) == [
        "begin",
        "send",
        "issue",
        "receive",
        "attach",
        "pay",
        "attach",
        "confirm_receipt",
        "attach",
    ]
    assert sums(disbursement.award) == {"amount": GRANT, "ordered": GRANT, "paid": GRANT}


@db
@pytest.mark.parametrize(
    ("state", "step", "changes"),
    [
        ("county_received", receive, {"received_on": date(2020, 1, 1)}),
        ("paid", pay, {"bank_reference": "另一回单"}),
    ],
)
def test_the_same_step_with_other_terms_is_a_conflict(state, step, changes):
    disbursement = a_disbursement(state)
    with pytest.raises(Conflict, match="登记内容不同"):
        step(disbursement, **changes)


@db
@pytest.mark.parametrize(
    ("state", "step", "changes", "fields"),
    [
        ("issued", receive, {"amount": D("199999.99")}, ["amount"]),
        ("issued", receive, {"received_on": date(2020, 1, 1), "amount": D(1)}, ["received_on", "amount"]),
        (
            "county_received",
            pay,
            {"paid_on": date(2020, 1, 1), "bank_reference": ""},
            ["paid_on", "bank_reference"],
        ),
        ("county_received", pay, {"paid_on": date(2100, 1, 1)}, ["paid_on"]),
        ("paid", receipt, {"receipt": None, "amount": D(1)}, ["amount", "receipt"]),
    ],
)
def test_what_is_reported_must_fit(state, step, changes, fields):
    disbursement = a_disbursement(state)
    before = sums(disbursement.award), LedgerEntry.objects.count()

    with pytest.raises(Incomplete) as refusal:
        step(disbursement, **changes)
    assert [reason.field for reason in refusal.value.reasons] == fields
    disbursement.refresh_from_db()
    assert (disbursement.state, (sums(disbursement.award), LedgerEntry.objects.count())) == (state, before)


@db
def test_a_bank_slip_pays_once():
    pay(a_disbursement("county_received", an_approved_award(budget := a_budget())))
    other = a_disbursement("county_received", an_approved_award(budget))

    with pytest.raises(Incomplete, match="另一笔拨付"):
        pay(other)


@db
def test_nothing_is_paid_after_a_revocation():
    disbursement = a_disbursement("county_received")
    Recognition.objects.update(revoked_at=clock.now(), revoked_by=UserFactory(), revocation_reason="示例")

    with pytest.raises(NotEligible, match="认定已撤销"):
        pay(disbursement)


@db
def test_who_ordered_does_not_pay():
    with pytest.raises(SamePerson):
        pay(a_disbursement("county_received"), by=a_user("the-finance"))


@threads
def test_pay_unit_under_race_pays_once():
    disbursement = a_disbursement("county_received")
    people = [a_user("the-county-fin"), a_user("another-county-fin")]

    def pay_as(by, slip):
        def run(start):
            mine = Disbursement.objects.get(pk=disbursement.pk)
            start.wait()
            return pay(mine, by=by, bank_reference=slip).state

        return run

    results = race(pay_as(people[0], "示例回单1"), pay_as(people[1], "示例回单2"))

    assert sorted(results) == ["IllegalMove", "paid"]
    assert sums(disbursement.award)["paid"] == GRANT
    assert LedgerEntry.objects.filter(kind="pay").count() == 1


@db
@pytest.mark.parametrize("state", ["issued", "county_received", "paid"])
def test_return_disbursement_frees_the_order_wherever_it_was(state):
    disbursement = a_disbursement(state)
    award, budget = disbursement.award, Budget.objects.get()

    sent_back(disbursement)

    assert sums(award) == {"amount": GRANT, "ordered": D(0), "paid": D(0)}
    assert sums(budget) == {"total": D(2000000), "committed": GRANT, "ordered": D(0), "paid": D(0)}
    assert a_disbursement("receipted", Award.objects.get(pk=award.pk)).instalment == 1
    award.refresh_from_db()
    assert award.state == "closed"


@db
def test_void_disbursement_only_before_it_left():
    disbursement = a_disbursement("ordered")
    claimed = {"claimed_at": clock.now(), "claimed_by": a_user("the-finance")}
    Disbursement.objects.filter(pk=disbursement.pk).update(**claimed)
    with pytest.raises(Conflict, match="国库文件正在生成"):
        services.propose_void(disbursement=disbursement, reason="误", by=a_user("the-finance"))
    Disbursement.objects.filter(pk=disbursement.pk).update(claimed_at=None, claimed_by=None)
    services.propose_void(disbursement=disbursement, reason="误", by=a_user("the-finance"))
    Disbursement.objects.filter(pk=disbursement.pk).update(**claimed)
    with pytest.raises(Conflict, match="国库文件正在生成"):
        services.void_disbursement(disbursement=disbursement, key=uuid4(), by=a_user("the-reviewer"))
    Disbursement.objects.filter(pk=disbursement.pk).update(claimed_at=None, claimed_by=None)

    services.void_disbursement(disbursement=disbursement, key=uuid4(), by=a_user("the-reviewer"))
    assert sums(disbursement.award)["ordered"] == 0
    assert not PlanItem.objects.filter(released_at__isnull=True).exists()


@db
def test_a_zone_is_paid_directly():
    award = an_approved_award()
    Division.objects.filter(pk=award.division_id).update(direct_pay=True)
    disbursement = a_disbursement("issued", Award.objects.get(pk=award.pk))

    assert (disbursement.state, disbursement.direct_pay) == ("issued_direct", True)
    with pytest.raises(IllegalMove):
        receive(disbursement)
    pay(disbursement, by=a_user("another-finance"))
    receipt(disbursement)
    assert Award.objects.get().state == "closed"
