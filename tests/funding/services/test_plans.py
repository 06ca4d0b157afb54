"""Plans: drafted, reviewed, signed, and issued as a whole or not at all."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.roles import Role
from funding import selectors, services
from funding.models import AllocationPlan, Disbursement
from notices.models import Notice
from records import audit, clock
from records.errors import Conflict, IllegalMove, Incomplete, SamePerson
from tests.factories.accounts import person
from tests.factories.funding import GRANT, a_budget, a_plan_ready, an_approved_award, an_issued_plan
from tests.factories.institutes import a_user
from tests.funding.services.steps import race, sums

D = Decimal
db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


@db
def test_draft_plan_takes_an_award_once():
    award = an_approved_award()
    plan = services.draft_plan(budget=award.budget, title="示例", awards=[award], by=a_user("the-clerk"))

    assert list(plan.items.values_list("award", "instalment", "amount")) == [(award.pk, 1, GRANT)]
    with pytest.raises(Conflict, match="已列入其他方案"):
        services.draft_plan(budget=award.budget, title="再来", awards=[award], by=a_user("the-clerk"))
    services.discard_plan(plan=plan, reason="重编", by=a_user("the-clerk"))
    services.draft_plan(budget=award.budget, title="再来", awards=[award], by=a_user("the-clerk"))
    assert AllocationPlan.objects.count() == 2


@db
def test_revise_plan_only_as_a_draft():
    budget = a_budget()
    one, two = an_approved_award(budget), an_approved_award(budget)
    clerk = a_user("the-clerk")
    plan = services.draft_plan(budget=budget, title="示例", awards=[one, two], by=clerk)
    services.revise_plan(plan=plan, title="改后", awards=[two], by=clerk)
    services.submit_plan(plan=plan, integrity_checked_on=clock.today(), by=clerk)

    assert [item.award for item in plan.items.all()] == [two]
    with pytest.raises(Conflict, match="不能修改"):
        services.revise_plan(plan=plan, title="再改", awards=[one], by=clerk)


@db
@pytest.mark.parametrize(("days", "words"), [(-31, "超过 30 日有效期"), (1, "不能晚于今天")])
def test_submit_plan_needs_a_fresh_check_of_integrity(days, words):
    award = an_approved_award()
    plan = services.draft_plan(budget=award.budget, title="示例", awards=[award], by=a_user("the-clerk"))

    with pytest.raises(Incomplete, match=words):
        services.submit_plan(
            plan=plan, integrity_checked_on=clock.today() + timedelta(days=days), by=a_user("the-clerk")
        )
    plan.refresh_from_db()
    assert plan.state == "draft"


@db
def test_issue_plan_orders_every_item_once(rung, django_capture_on_commit_callbacks):
    budget = a_budget()
    awards = [an_approved_award(budget), an_approved_award(budget)]
    plan, by = a_plan_ready(*awards), a_user("the-finance")

    with django_capture_on_commit_callbacks(execute=True):
        services.issue_plan(plan=plan, document_number="示财教〔2026〕1号", key=uuid4(), by=by)
        services.issue_plan(plan=plan, document_number="示财教〔2026〕1号", key=uuid4(), by=by)

    assert list(plan.disbursements.order_by("pk").values_list("award", "amount", "state")) == [
        (awards[0].pk, GRANT, "ordered"),
        (awards[1].pk, GRANT, "ordered"),
    ]
    assert sums(budget) == {"total": D(2000000), "committed": 2 * GRANT, "ordered": 2 * GRANT, "paid": D(0)}
    assert rung == [("export_plan", plan.pk), ("issue_papers", plan.pk)]
    with pytest.raises(Conflict, match="不能再用其他文号"):
        services.issue_plan(plan=plan, document_number="示财教〔2026〕2号", key=uuid4(), by=by)


@db
def test_issue_plan_is_all_or_nothing():
    budget = a_budget()
    good, bad = an_approved_award(budget), an_approved_award(budget)
    plan = a_plan_ready(good, bad)
    services.suspend_award(award=bad, reason="核查", by=a_user("the-approver"))

    with pytest.raises(Conflict, match="不能下达"):
        services.issue_plan(
            plan=plan, document_number="示财教〔2026〕1号", key=uuid4(), by=a_user("the-finance")
        )
    plan.refresh_from_db()
    assert (plan.state, Disbursement.objects.count(), sums(budget)["ordered"]) == ("issuing", 0, 0)


@db
def test_issue_plan_with_a_used_number_is_refused():
    budget = a_budget()
    an_issued_plan(an_approved_award(budget), document_number="示财教〔2026〕1号")
    plan = a_plan_ready(an_approved_award(budget))

    with pytest.raises(Conflict, match="已用于其他方案"):
        services.issue_plan(
            plan=plan, document_number="示财教〔2026〕1号", key=uuid4(), by=a_user("the-finance")
        )


@db
def test_a_plan_passes_through_four_hands():
    award, clerk = an_approved_award(), a_user("the-clerk")
    plan = services.draft_plan(budget=award.budget, title="示例", awards=[award], by=clerk)
    services.submit_plan(plan=plan, integrity_checked_on=clock.today(), by=clerk)
    with pytest.raises(SamePerson):
        services.review_plan(plan=plan, opinion="同意", by=clerk)
    services.review_plan(plan=plan, opinion="同意", by=a_user("the-finance"))
    with pytest.raises(SamePerson):
        services.cosign_plan(plan=plan, by=a_user("the-finance"))
    services.cosign_plan(plan=plan, by=a_user("the-approver"))
    for hand in ("the-clerk", "the-finance", "the-approver"):
        with pytest.raises(SamePerson):
            services.issue_plan(plan=plan, document_number="示", key=uuid4(), by=a_user(hand))
    assert (
        services.issue_plan(plan=plan, document_number="示", key=uuid4(), by=a_user("another-finance")).state
        == "issued"
    )


@db
def test_return_plan_clears_what_was_signed():
    plan = a_plan_ready(an_approved_award())
    services.return_plan(plan=plan, reason="金额有误", by=a_user("the-finance"))
    plan.refresh_from_db()

    assert (plan.state, plan.reviewed_by, plan.cosigned_by, plan.review_opinion) == ("draft", None, None, "")


@threads
def test_issue_plan_under_race_orders_once():
    plan = a_plan_ready(an_approved_award())
    finance = a_user("the-finance")

    def issue(number):
        def run(start):
            mine = AllocationPlan.objects.get(pk=plan.pk)
            start.wait()
            return services.issue_plan(plan=mine, document_number=number, key=uuid4(), by=finance).state

        return run

    assert sorted(race(issue("示财教〔2026〕1号"), issue("示财教〔2026〕2号"))) == ["Conflict", "issued"]
    assert Disbursement.objects.count() == 1


@db
def test_finance_strikes_one_line_and_the_plan_goes_on_without_it():
    struck = an_approved_award()
    kept = an_approved_award(struck.budget)
    plan = services.draft_plan(
        budget=kept.budget, title="示例第一批", awards=[struck, kept], by=a_user("the-clerk")
    )
    services.submit_plan(plan=plan, integrity_checked_on=clock.today(), by=a_user("the-clerk"))
    clerk = person(Role.BUREAU_CLERK)
    item = plan.items.get(award=struck)
    for _twice in range(2):
        services.strike_item(plan=plan, item=item, reason="账户证明与单位不符", by=a_user("the-reviewer"))
    with pytest.raises(Conflict, match="只有这一项"):
        services.strike_item(
            plan=plan, item=plan.items.get(award=kept), reason="示例", by=a_user("the-reviewer")
        )

    plan.refresh_from_db()
    line = audit.history(plan).get(verb="funding.allocationplan.strike")
    assert (plan.state, line.reason, line.data["amount"]) == (
        "finance_review",
        "账户证明与单位不符",
        "200000.00",
    )
    assert list(selectors.awards_to_plan(struck.budget)) == [struck]
    assert [each.award for each in selectors.items_of(plan)] == [kept]
    assert ["数量指标", "支持市级产业技术研究院", "1 家"] in plan.targets
    assert ["成本指标", "资金总额", "200,000.00 元"] in plan.targets
    told = Notice.objects.get(event="funding.allocationplan.strike", recipient=clerk)
    assert "其余各项继续办理" in told.body
    listed = selectors.plans_visible_to(clerk).get(pk=plan.pk)
    assert (listed.amount, listed.awards) == (kept.amount, 1)

    services.review_plan(plan=plan, opinion="同意。", by=a_user("the-reviewer"))
    services.cosign_plan(plan=plan, by=a_user("the-approver"))
    services.issue_plan(plan=plan, document_number="示财教〔2026〕9号", key=uuid4(), by=a_user("the-finance"))
    assert [order.award for order in plan.disbursements.all()] == [kept]
    struck.refresh_from_db()
    assert (struck.ordered, struck.state) == (0, "approved")
    second = services.draft_plan(
        budget=kept.budget, title="示例第二批", awards=[struck], by=a_user("the-clerk")
    )
    assert [each.award for each in selectors.items_of(second)] == [struck]


@db
@pytest.mark.parametrize("state", ["draft", "cosigning", "issued"])
def test_a_line_is_struck_while_finance_reviews_only(state):
    award = an_approved_award()
    other = an_approved_award(award.budget)
    plan = {
        "draft": lambda: services.draft_plan(
            budget=award.budget, title="示例", awards=[award, other], by=a_user("the-clerk")
        ),
        "cosigning": lambda: a_plan_ready(award, other),
        "issued": lambda: an_issued_plan(award, other),
    }[state]()
    item = plan.items.get(award=award)
    with pytest.raises(IllegalMove):
        services.strike_item(plan=plan, item=item, reason="示例", by=a_user("the-reviewer"))
    item.refresh_from_db()
    assert item.struck_at is None
