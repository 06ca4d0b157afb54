"""An instalment is ordered once, however often and by however many it is asked for."""

from decimal import Decimal
from uuid import uuid4

import pytest

from funding import policy, services
from funding.models import Award, Disbursement
from records import deadlines
from records.errors import Conflict
from tests.factories.funding import GRANT, withdrawn
from tests.factories.institutes import a_user
from tests.factories.projects import edition_of
from tests.funding.services.steps import an_open_order, race, sums, verbs

D = Decimal
db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


HALF = GRANT / 2
KEY = uuid4()


@db
def test_order_disbursement_orders_once_per_key():
    case, key, by = an_open_order(), uuid4(), a_user("the-finance")
    order = {**case, "instalment": 1, "amount": HALF, "key": key, "by": by}

    first = services.order_disbursement(**order)
    again = services.order_disbursement(**order)

    assert again == first
    assert sums(case["award"])["ordered"] == HALF
    assert verbs(first) == ["begin"]


@db
@pytest.mark.parametrize(
    ("second", "words"),
    [
        ({"instalment": 1, "amount": HALF, "key": uuid4()}, "第 1 期已列支"),
        ({"instalment": 2, "amount": HALF + 1, "key": uuid4()}, "尚可列支 100,000.00 元"),
        ({"instalment": 2, "amount": HALF, "key": KEY}, "另一笔拨付"),
        ({"instalment": 2, "amount": D(0), "key": uuid4()}, "须大于 0"),
    ],
    ids=["same-instalment", "over-the-award", "reused-key", "nothing"],
)
def test_order_disbursement_refusals(second, words):
    case, by = an_open_order(), a_user("the-finance")
    first = services.order_disbursement(**case, instalment=1, amount=HALF, key=KEY, by=by)

    with pytest.raises(Conflict, match=words):
        services.order_disbursement(**case, **second, by=by)
    assert list(Disbursement.objects.live()) == [first]
    assert sums(case["award"])["ordered"] == HALF


@threads
@pytest.mark.parametrize("one_key", [True, False], ids=["one-request-sent-twice", "two-officers-at-once"])
def test_order_disbursement_under_race_orders_once(one_key):
    case, by, shared = an_open_order(), a_user("the-finance"), uuid4()

    def order(start):
        mine, key = Award.objects.get(pk=case["award"].pk), shared if one_key else uuid4()
        start.wait()  # both have read the award, on open connections, before either orders
        terms = {"award": mine, "plan": case["plan"], "instalment": 1, "amount": HALF, "key": key}
        return services.order_disbursement(**terms, by=by).pk

    results = race(order)

    only = Disbursement.objects.live().get()
    assert set(results) == ({only.pk} if one_key else {only.pk, "Conflict"})
    assert sums(case["award"])["ordered"] == HALF


@db
def test_the_bureau_holds_an_award_while_money_of_it_is_left_to_order():
    case, by = an_open_order(), a_user("the-finance")
    award = case["award"]
    deadlines.open_for(award, label="已批准，办理拨付", role="bureau_clerk")

    services.order_disbursement(**case, instalment=1, amount=HALF, key=uuid4(), by=by)
    assert deadlines.current(award) is not None
    last = services.order_disbursement(**case, instalment=2, amount=HALF, key=uuid4(), by=by)
    assert deadlines.current(award) is None

    withdrawn(last, "金额有误")
    assert (deadlines.current(award).holder_role, deadlines.current(award).label) == (
        "bureau_clerk",
        "已批准，办理拨付",
    )


@db
def test_a_later_instalment_waits_for_its_condition_and_is_planned_then():
    two = edition_of("joint_project").terms["instalments"]
    case, by = an_open_order(), a_user("the-finance")
    award, budget = case["award"], case["award"].budget
    first, second = policy.split(award.amount, policy.shares_of({"instalments": two}))
    award.terms = award.terms | {"instalments": two}
    award.payable = first
    award.save(update_fields=["terms", "payable"])
    deadlines.open_for(award, label="已批准，办理拨付", role="bureau_clerk")

    with pytest.raises(Conflict, match=r"尚可列支 140,000.00 元，另有 60,000.00 元未到拨付条件"):
        services.order_disbursement(**case, instalment=1, amount=award.amount, key=uuid4(), by=by)
    services.order_disbursement(**case, instalment=1, amount=first, key=uuid4(), by=by)
    assert deadlines.current(award) is None
    with pytest.raises(Conflict, match=r"第 2 期（结题验收后），尚未到拨付条件"):
        services.draft_plan(budget=budget, title="示例方案", awards=[award], by=a_user("the-clerk"))

    assert services.make_instalment_due(award=award, event="acceptance", by=by) == award
    assert services.make_instalment_due(award=award, event="acceptance", by=by) is None

    assert (award.payable, award.held_back, award.left_to_order) == (award.amount, 0, second)
    assert deadlines.current(award).holder_role == "bureau_clerk"
    assert verbs(award).count("instalment_due") == 1
    plan = services.draft_plan(budget=budget, title="示例方案", awards=[award], by=a_user("the-clerk"))
    assert [(item.instalment, item.amount) for item in plan.items.all()] == [(2, second)]


@db
@pytest.mark.parametrize(
    ("event", "words"), [("grade", "没有以此为条件的分期"), ("acceptance", "前一期尚未到拨付条件")]
)
def test_no_instalment_becomes_due_out_of_turn(event, words):
    award = an_open_order()["award"]
    award.terms = award.terms | {"instalments": edition_of("joint_project").terms["instalments"]}
    award.payable = 0
    award.save(update_fields=["terms", "payable"])

    with pytest.raises(Conflict, match=words):
        services.make_instalment_due(award=award, event=event, by=a_user("the-clerk"))

    award.refresh_from_db()
    assert award.payable == 0
    assert "instalment_due" not in verbs(award)
