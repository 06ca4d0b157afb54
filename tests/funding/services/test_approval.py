"""Approving commits the amount once, within the budget, by who did not handle the award."""

from decimal import Decimal
from uuid import uuid4

import pytest

from accounts.roles import Role
from funding import services
from funding.models import Award, Budget, LedgerEntry
from institutes.models import Recognition
from records import clock
from records.errors import IllegalMove, OverBudget, SamePerson
from tests.factories.accounts import MembershipFactory, UserFactory, person
from tests.factories.funding import GRANT, a_budget, a_pending_award, an_account, an_approved_award
from tests.factories.institutes import a_user
from tests.funding.services.steps import race, sums, verbs

D = Decimal
db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


@db
def test_approve_award_commits_once():
    budget, award, by = a_budget(), a_pending_award(), a_user("the-approver")

    first = services.approve_award(award=award, budget=budget, key=uuid4(), by=by)
    again = services.approve_award(award=award, budget=budget, key=uuid4(), by=by)

    assert first == again
    assert sums(budget) == {"total": D(2000000), "committed": GRANT, "ordered": D(0), "paid": D(0)}
    assert list(LedgerEntry.objects.filter(kind="commit").values_list("award", "amount")) == [
        (award.pk, GRANT)
    ]
    assert verbs(award)[-1] == "approve"


@db
def test_approve_award_beyond_the_budget_says_how_much_is_left():
    budget, award = a_budget(D("150000.00")), a_pending_award()

    with pytest.raises(
        OverBudget, match=r"可用额度 150,000\.00 元，本项需 200,000\.00 元，差 50,000\.00 元"
    ) as refusal:
        services.approve_award(award=award, budget=budget, key=uuid4(), by=a_user("the-approver"))
    award.refresh_from_db()
    assert (award.state, sums(budget)["committed"]) == ("pending_approval", 0)
    assert not LedgerEntry.objects.filter(kind="commit").exists()
    reason = refusal.value.reasons[0]
    assert (reason.url, reason.link) == (budget.get_absolute_url(), "查看预算使用情况")
    assert reason.text.endswith("请商市财政局追加预算，追加后再批准。")


@db
def test_who_may_add_to_a_budget_is_sent_there():
    budget, award = a_budget(D("150000.00")), a_pending_award()
    both = person(Role.FINANCE)
    MembershipFactory(user=both, role=Role.BUREAU_APPROVER)

    with pytest.raises(OverBudget) as refusal:
        services.approve_award(award=award, budget=budget, key=uuid4(), by=both)
    assert refusal.value.reasons[0].url == f"/budgets/{budget.pk}/adjust/"


@db
def test_approve_award_names_every_reason_at_once():
    last_year = a_budget(D("1.00"), year=clock.today().year - 1)
    award = a_pending_award()
    Recognition.objects.update(revoked_at=clock.now(), revoked_by=UserFactory(), revocation_reason="示例")
    an_account(award, number="6222020000000001")

    with pytest.raises(OverBudget) as refusal:
        services.approve_award(award=award, budget=last_year, key=uuid4(), by=a_user("the-approver"))
    assert [reason.field for reason in refusal.value.reasons] == ["budget", "", "account", "budget"]


@db
@pytest.mark.parametrize("who", ["the-ent-admin", "the-first-checker", "the-verifier"])
def test_whoever_handled_an_award_does_not_approve_it(who):
    award, budget = a_pending_award(), a_budget()

    with pytest.raises(SamePerson):
        services.approve_award(award=award, budget=budget, key=uuid4(), by=a_user(who))
    award.refresh_from_db()
    assert (award.state, sums(budget)["committed"]) == ("pending_approval", 0)


@db
def test_approve_award_a_second_time_by_another_is_refused():
    budget = a_budget()
    award = an_approved_award(budget)

    with pytest.raises(IllegalMove):
        services.approve_award(award=award, budget=budget, key=uuid4(), by=a_user("another-approver"))
    assert sums(budget)["committed"] == GRANT


@threads
def test_approve_award_under_race_commits_once():
    budget, award = a_budget(), a_pending_award()
    approvers = [a_user("the-approver"), a_user("another-approver")]

    def approve_as(by):
        def approve(start):
            mine, ours = Award.objects.get(pk=award.pk), Budget.objects.get(pk=budget.pk)
            start.wait()
            return services.approve_award(award=mine, budget=ours, key=uuid4(), by=by)

        return approve

    results = race(*[approve_as(by) for by in approvers])

    assert sorted(str(result) for result in results) == sorted([str(award), "IllegalMove"])
    assert sums(budget)["committed"] == GRANT
    assert LedgerEntry.objects.filter(kind="commit").count() == 1


@threads
def test_two_awards_under_race_do_not_overdraw_the_budget():
    budget = a_budget(D("300000.00"))
    awards = [a_pending_award(), a_pending_award()]

    def approve_of(award):
        def approve(start):
            mine, ours = Award.objects.get(pk=award.pk), Budget.objects.get(pk=budget.pk)
            start.wait()
            return services.approve_award(
                award=mine, budget=ours, key=uuid4(), by=a_user("the-approver")
            ).state

        return approve

    a_user("the-approver")
    assert sorted(race(*[approve_of(award) for award in awards])) == ["OverBudget", "approved"]
    assert sums(budget)["committed"] == GRANT
