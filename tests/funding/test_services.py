"""What each command does, what it refuses without a trace, and that it does it once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts.models import Division
from funding import services
from funding.models import (
    AllocationPlan,
    Award,
    Budget,
    Disbursement,
    GrantEdition,
    LedgerEntry,
    PayeeAccount,
    PlanItem,
)
from funding.services.ledger import shift
from institutes.models import Recognition
from notices.models import Notice
from records import audit, clock, deadlines
from records.errors import (
    Conflict,
    IllegalMove,
    Incomplete,
    NotEligible,
    OverBudget,
    Refusal,
    SamePerson,
    TooLate,
)
from tests.factories.accounts import OrganisationFactory, UserFactory
from tests.factories.funding import (
    GRANT,
    NUMBER,
    a_budget,
    a_disbursement,
    a_pending_award,
    a_plan_ready,
    a_scan,
    an_account,
    an_approved_award,
    an_award,
    an_issued_plan,
    load_terms,
)
from tests.factories.institutes import RecognitionFactory, a_user

D = Decimal
db = pytest.mark.django_db
threads = pytest.mark.django_db(transaction=True)


def verbs(subject):
    return [event.verb.rpartition(".")[2] for event in audit.history(subject)]


def sums(row):
    row.refresh_from_db()
    names = [name for name in ("total", "amount", "committed", "ordered", "paid") if hasattr(row, name)]
    return {name: getattr(row, name) for name in names}


def race(first, second=None):
    """Both calls, each on a connection of its own that is open before either begins; results or refusals."""
    start, calls = Barrier(2), [first, second or first]

    def run(call):
        try:
            return call(start)
        except Refusal as refusal:
            return type(refusal).__name__
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, calls))


# --- proposals ------------------------------------------------------------------------------------------------------


@db
def test_propose_award_copies_the_terms_of_the_day():
    recognition = RecognitionFactory()
    award = an_award(recognition)

    assert (award.amount, award.citation, award.state) == (GRANT, "四(三)", "entitled")
    assert award.terms == award.edition.terms
    assert (award.host, award.division) == (recognition.institute.host, recognition.institute.division)
    assert award.number == f"SJZ-ZJ-{clock.today().year}-0001"
    assert deadlines.current(award).holder_role == "ent_admin"
    assert verbs(award) == ["begin"]


@db
def test_propose_awards_again_adds_nothing(terms):
    RecognitionFactory.create_batch(2)
    RecognitionFactory(revoked=True)

    assert len(services.propose_awards()) == 2
    assert services.propose_awards() == []
    assert Award.objects.count() == 2


@db
def test_propose_award_for_a_revoked_recognition_is_nothing(terms):
    assert services.propose_award(recognition=RecognitionFactory(revoked=True)) is None
    assert not Award.objects.exists()


@threads
def test_propose_awards_under_race_proposes_once():
    load_terms()
    recognition = RecognitionFactory()

    def propose(start):
        mine = Recognition.objects.get(pk=recognition.pk)
        start.wait()
        return services.propose_award(recognition=mine)

    results = race(propose)

    only = Award.objects.get()
    assert sorted(results, key=str) == sorted([None, only], key=str)
    assert only.number.endswith("-0001")
    assert verbs(only) == ["begin"]


@db
def test_an_edition_from_a_later_day_does_not_reach_back(terms):
    recognition = RecognitionFactory()
    later = recognition.recognised_on + timedelta(days=1)
    old = GrantEdition.objects.get(kind="construction")
    more = {**old.terms, "grant": {**old.terms["grant"], "amount": "300000.00"}}
    GrantEdition.objects.create(
        kind="construction", valid_from=later, terms=more, source="示例", digest="1" * 64
    )

    assert services.propose_award(recognition=recognition).amount == GRANT


# --- confirmation and accounts --------------------------------------------------------------------------------------


@db
def test_confirm_award_waits_for_the_check_and_goes_on_with_it():
    award = an_award()
    account = an_account(award, verified=False)
    admin = a_user("the-ent-admin")

    services.confirm_award(award=award, account=account, by=admin)
    again = services.confirm_award(award=award, account=account, by=admin)
    assert (again.state, verbs(award)) == ("account_check", ["begin", "confirm"])

    services.first_check_account(account=account, by=a_user("the-first-checker"))
    services.verify_account(account=account, by=a_user("the-verifier"))
    award.refresh_from_db()
    assert award.state == "pending_approval"
    assert (award.account_first_checked_by, award.account_verified_by) == (
        a_user("the-first-checker"),
        a_user("the-verifier"),
    )


@db
def test_confirm_award_with_a_verified_account_goes_on_at_once():
    assert a_pending_award().state == "pending_approval"


@db
def test_confirm_award_after_its_day_is_too_late():
    award = an_award()
    account = an_account(award, verified=False)
    due = deadlines.current(award).due_on
    with (
        clock.at(
            timezone.make_aware(timezone.datetime(due.year, due.month, due.day, 12)) + timedelta(days=1)
        ),
        pytest.raises(TooLate, match="视为放弃"),
    ):
        services.confirm_award(award=award, account=account, by=a_user("the-ent-admin"))
    award.refresh_from_db()
    assert (award.state, verbs(award)) == ("entitled", ["begin"])


@db
def test_confirm_award_with_the_account_of_another_unit_is_refused():
    award, other = an_award(), an_account(an_award(), verified=False)

    with pytest.raises(Conflict, match="本单位账户"):
        services.confirm_award(award=award, account=other, by=a_user("the-ent-admin"))
    award.refresh_from_db()
    assert award.state == "entitled"


@db
def test_submit_payee_account_names_everything_that_is_wrong(terms):
    organisation = OrganisationFactory(name="示例科技有限公司甲")

    with pytest.raises(Incomplete) as refusal:
        services.submit_payee_account(
            organisation=organisation,
            account_name="别的公司",
            bank="",
            branch="",
            number="12",
            cnaps="1",
            proof=None,
            by=UserFactory(),
        )
    fields = [reason.field for reason in refusal.value.reasons]
    assert fields == ["cnaps", "number", "account_name", "bank", "branch", "proof"]
    assert not PayeeAccount.objects.exists()


@db
def test_submit_payee_account_twice_is_one_and_with_other_details_a_conflict():
    award = an_award()
    account = an_account(award, verified=False)

    assert an_account(award, verified=False) == account
    with pytest.raises(Conflict, match="已提交过"):
        services.submit_payee_account(
            organisation=award.host,
            account_name=award.host.name,
            bank="另一示例银行",
            branch="石家庄示例支行",
            number=NUMBER,
            cnaps="102121000012",
            proof=a_scan(),
            by=a_user("the-ent-admin"),
        )
    assert PayeeAccount.objects.get() == account


@db
def test_account_number_stays_out_of_register_and_notices():
    a_disbursement("receipted")
    register = " ".join(f"{e.subject_label}{e.reason}{e.data}" for e in audit.AuditEvent.objects.all())

    assert NUMBER not in register
    assert not [n for n in Notice.objects.all() if NUMBER in f"{n.title}{n.body}{n.subject_label}"]


@db
def test_one_person_does_not_check_an_account_twice():
    account = an_account(an_award(), verified=False)
    checker = a_user("the-first-checker")
    services.first_check_account(account=account, by=checker)

    assert services.first_check_account(account=account, by=checker).state == "first_checked"
    with pytest.raises(SamePerson):
        services.verify_account(account=account, by=checker)
    account.refresh_from_db()
    assert (account.state, account.verified_by) == ("first_checked", None)


@db
def test_reject_account_sends_the_award_back_to_the_unit():
    award = an_award()
    account = an_account(award, verified=False)
    services.confirm_award(award=award, account=account, by=a_user("the-ent-admin"))

    services.reject_account(account=account, reason="户名不符。", by=a_user("the-first-checker"))

    award.refresh_from_db()
    assert (award.state, award.account, award.confirmed_by) == ("entitled", None, None)
    assert verbs(award) == ["begin", "confirm", "fail_account"]


@db
def test_verifying_another_account_replaces_the_first():
    award = an_award()
    first, second = an_account(award), an_account(award, number="6222020000000001")
    first.refresh_from_db()

    assert (first.state, second.state) == ("superseded", "verified")


@db
def test_reveal_account_needs_a_reason_and_leaves_a_line():
    account = an_account(an_award())
    with pytest.raises(Incomplete):
        services.reveal_account(account=account, reason=" ", by=UserFactory())

    assert services.reveal_account(account=account, reason="核对凭证", by=UserFactory()) == NUMBER
    line = audit.history(account).last()
    assert (line.verb, line.reason, line.data) == (
        "funding.payeeaccount.reveal",
        "核对凭证",
        {"last4": "0123"},
    )


@db
def test_waive_award_is_final():
    award = an_award()
    services.waive_award(award=award, statement="示例：不需要。", sealed=a_scan(), by=a_user("the-ent-admin"))

    assert (award.state, award.waiver_statement) == ("waived", "示例：不需要。")
    with pytest.raises(IllegalMove):
        services.waive_award(award=award, statement="再次", by=a_user("the-ent-admin"))
    assert services.propose_awards() == []


# --- approval -------------------------------------------------------------------------------------------------------


@db
def test_approve_award_commits_once():
    budget, award, by = a_budget(), a_pending_award(), a_user("the-approver")

    first = services.approve_award(award=award, budget=budget, by=by)
    again = services.approve_award(award=award, budget=budget, by=by)

    assert first == again
    assert sums(budget) == {"total": D(2000000), "committed": GRANT, "ordered": D(0), "paid": D(0)}
    assert list(LedgerEntry.objects.filter(kind="commit").values_list("award", "amount")) == [
        (award.pk, GRANT)
    ]
    assert verbs(award)[-1] == "approve"


@db
def test_approve_award_beyond_the_budget_says_how_much_is_left():
    budget, award = a_budget(D("150000.00")), a_pending_award()

    with pytest.raises(OverBudget, match=r"可用额度 150,000\.00 元，本项需 200,000\.00 元，差 50,000\.00 元"):
        services.approve_award(award=award, budget=budget, by=a_user("the-approver"))
    award.refresh_from_db()
    assert (award.state, sums(budget)["committed"]) == ("pending_approval", 0)
    assert not LedgerEntry.objects.filter(kind="commit").exists()


@db
def test_approve_award_names_every_reason_at_once():
    last_year = a_budget(D("1.00"), year=clock.today().year - 1)
    award = a_pending_award()
    Recognition.objects.update(revoked_at=clock.now(), revoked_by=UserFactory(), revocation_reason="示例")
    an_account(award, number="6222020000000001")

    with pytest.raises(OverBudget) as refusal:
        services.approve_award(award=award, budget=last_year, by=a_user("the-approver"))
    assert [reason.field for reason in refusal.value.reasons] == ["budget", "", "account", "budget"]


@db
@pytest.mark.parametrize("who", ["the-ent-admin", "the-first-checker", "the-verifier"])
def test_whoever_handled_an_award_does_not_approve_it(who):
    award, budget = a_pending_award(), a_budget()

    with pytest.raises(SamePerson):
        services.approve_award(award=award, budget=budget, by=a_user(who))
    award.refresh_from_db()
    assert (award.state, sums(budget)["committed"]) == ("pending_approval", 0)


@db
def test_approve_award_a_second_time_by_another_is_refused():
    budget = a_budget()
    award = an_approved_award(budget)

    with pytest.raises(IllegalMove):
        services.approve_award(award=award, budget=budget, by=a_user("another-approver"))
    assert sums(budget)["committed"] == GRANT


@threads
def test_approve_award_under_race_commits_once():
    budget, award = a_budget(), a_pending_award()
    approvers = [a_user("the-approver"), a_user("another-approver")]

    def approve_as(by):
        def approve(start):
            mine, ours = Award.objects.get(pk=award.pk), Budget.objects.get(pk=budget.pk)
            start.wait()
            return services.approve_award(award=mine, budget=ours, by=by)

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
            return services.approve_award(award=mine, budget=ours, by=a_user("the-approver")).state

        return approve

    a_user("the-approver")
    assert sorted(race(*[approve_of(award) for award in awards])) == ["OverBudget", "approved"]
    assert sums(budget)["committed"] == GRANT


@db
def test_a_sum_read_before_another_commit_does_not_hide_it():
    budget = a_budget(D("300000.00"))
    stale = Budget.objects.get(pk=budget.pk)
    shift(budget, committed=GRANT)

    with pytest.raises(IntegrityError, match="funding_budget_not_overcommitted"), transaction.atomic():
        shift(stale, committed=GRANT)
    assert sums(budget)["committed"] == GRANT


# --- budgets --------------------------------------------------------------------------------------------------------

BUDGET = {
    "year": 2026,
    "programme": "institutes",
    "item": "示例科目",
    "amount": D("100.00"),
    "document_number": "示财〔2026〕1号",
}


@db
def test_create_budget_once_per_key():
    key, by = uuid4(), UserFactory()
    first = services.create_budget(**BUDGET, key=key, by=by)

    assert services.create_budget(**BUDGET, key=key, by=by) == first
    assert (first.total, LedgerEntry.objects.count()) == (D("100.00"), 1)
    with pytest.raises(Conflict, match="另一笔"):
        services.create_budget(**BUDGET | {"amount": D("101.00")}, key=key, by=by)
    with pytest.raises(Conflict) as refusal:
        services.create_budget(**BUDGET, key=uuid4(), by=by)
    assert [reason.field for reason in refusal.value.reasons] == ["document_number", "programme"]
    assert Budget.objects.get() == first


@db
def test_raise_budget_once_per_key():
    budget, key, by = a_budget(D("100.00")), uuid4(), UserFactory()
    more = {"budget": budget, "amount": D("50.00"), "document_number": "示财〔2026〕追1号", "by": by}

    services.raise_budget(**more, key=key)
    services.raise_budget(**more, key=key)
    with pytest.raises(Conflict):
        services.raise_budget(**more | {"amount": D("51.00")}, key=key)
    with pytest.raises(Conflict, match="已登记过"):
        services.raise_budget(**more, key=uuid4())
    with pytest.raises(Incomplete):
        services.raise_budget(**more | {"amount": D(0)}, key=uuid4())
    assert sums(budget)["total"] == D("150.00")


# --- stopping and ending --------------------------------------------------------------------------------------------


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


# --- plans ----------------------------------------------------------------------------------------------------------


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
        services.issue_plan(plan=plan, document_number="示财教〔2026〕1号", by=by)
        services.issue_plan(plan=plan, document_number="示财教〔2026〕1号", by=by)

    assert list(plan.disbursements.order_by("pk").values_list("award", "amount", "state")) == [
        (awards[0].pk, GRANT, "ordered"),
        (awards[1].pk, GRANT, "ordered"),
    ]
    assert sums(budget) == {"total": D(2000000), "committed": 2 * GRANT, "ordered": 2 * GRANT, "paid": D(0)}
    assert rung == [("export_plan", plan.pk), ("issue_papers", plan.pk)]
    with pytest.raises(Conflict, match="不能再用其他文号"):
        services.issue_plan(plan=plan, document_number="示财教〔2026〕2号", by=by)


@db
def test_issue_plan_is_all_or_nothing():
    budget = a_budget()
    good, bad = an_approved_award(budget), an_approved_award(budget)
    plan = a_plan_ready(good, bad)
    services.suspend_award(award=bad, reason="核查", by=a_user("the-approver"))

    with pytest.raises(Conflict, match="不能下达"):
        services.issue_plan(plan=plan, document_number="示财教〔2026〕1号", by=a_user("the-finance"))
    plan.refresh_from_db()
    assert (plan.state, Disbursement.objects.count(), sums(budget)["ordered"]) == ("issuing", 0, 0)


@db
def test_issue_plan_with_a_used_number_is_refused():
    budget = a_budget()
    an_issued_plan(an_approved_award(budget), document_number="示财教〔2026〕1号")
    plan = a_plan_ready(an_approved_award(budget))

    with pytest.raises(Conflict, match="已用于其他方案"):
        services.issue_plan(plan=plan, document_number="示财教〔2026〕1号", by=a_user("the-finance"))


@db
def test_the_same_person_does_not_propose_and_review_and_sign():
    award, clerk = an_approved_award(), a_user("the-clerk")
    plan = services.draft_plan(budget=award.budget, title="示例", awards=[award], by=clerk)
    services.submit_plan(plan=plan, integrity_checked_on=clock.today(), by=clerk)
    with pytest.raises(SamePerson):
        services.review_plan(plan=plan, opinion="同意", by=clerk)
    services.review_plan(plan=plan, opinion="同意", by=a_user("the-finance"))
    with pytest.raises(SamePerson):
        services.cosign_plan(plan=plan, by=a_user("the-finance"))
    services.cosign_plan(plan=plan, by=a_user("the-approver"))
    with pytest.raises(SamePerson):
        services.issue_plan(plan=plan, document_number="示", by=a_user("the-approver"))


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
            return services.issue_plan(plan=mine, document_number=number, by=finance).state

        return run

    assert sorted(race(issue("示财教〔2026〕1号"), issue("示财教〔2026〕2号"))) == ["Conflict", "issued"]
    assert Disbursement.objects.count() == 1


# --- orders ---------------------------------------------------------------------------------------------------------


def an_open_order():
    """An award whose order was voided, with its issued plan: ready to be ordered by hand."""
    disbursement = a_disbursement("ordered")
    services.void_disbursement(disbursement=disbursement, reason="重新列支", by=a_user("the-finance"))
    return {"award": disbursement.award, "plan": AllocationPlan.objects.get(pk=disbursement.plan_id)}


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


# --- on the way -----------------------------------------------------------------------------------------------------


def receive(disbursement, **changes):
    terms = {"received_on": clock.today(), "amount": GRANT, "by": a_user("the-county-fin")} | changes
    return services.county_receive(disbursement=disbursement, **terms)


def pay(disbursement, **changes):
    terms = {
        "paid_on": clock.today(),
        "amount": GRANT,
        "bank_reference": "示例回单9",
        "by": a_user("the-county-fin"),
    } | changes
    return services.pay_unit(disbursement=disbursement, **terms)


def receipt(disbursement, **changes):
    terms = {
        "receipted_on": clock.today(),
        "amount": GRANT,
        "receipt": a_scan(),
        "by": a_user("the-ent-admin"),
    }
    return services.confirm_receipt(disbursement=disbursement, **terms | changes)


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
    assert verbs(disbursement) == ["begin", "issue", "receive", "pay", "confirm_receipt", "attach"]
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

    services.return_disbursement(disbursement=disbursement, reason="账号有误", by=a_user("the-county-fin"))

    assert sums(award) == {"amount": GRANT, "ordered": D(0), "paid": D(0)}
    assert sums(budget) == {"total": D(2000000), "committed": GRANT, "ordered": D(0), "paid": D(0)}
    assert a_disbursement("receipted", Award.objects.get(pk=award.pk)).instalment == 1
    award.refresh_from_db()
    assert award.state == "closed"


@db
def test_change_account_after_a_return():
    disbursement = a_disbursement("issued")
    award = disbursement.award
    new = an_account(award, number="6222020000000001")
    with pytest.raises(Conflict, match="拨付途中"):
        services.change_account(award=award, account=new, by=a_user("the-ent-admin"))
    services.return_disbursement(disbursement=disbursement, reason="账号有误", by=a_user("the-county-fin"))

    services.change_account(award=award, account=new, by=a_user("the-ent-admin"))
    assert (award.state, award.account) == ("approved", new)


@db
def test_void_disbursement_only_before_it_left():
    disbursement = a_disbursement("ordered")
    Disbursement.objects.filter(pk=disbursement.pk).update(
        claimed_at=clock.now(), claimed_by=a_user("the-finance")
    )
    with pytest.raises(Conflict, match="国库文件正在生成"):
        services.void_disbursement(disbursement=disbursement, reason="误", by=a_user("the-finance"))
    Disbursement.objects.filter(pk=disbursement.pk).update(claimed_at=None, claimed_by=None)

    services.void_disbursement(disbursement=disbursement, reason="误", by=a_user("the-finance"))
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


# --- the treasury ---------------------------------------------------------------------------------------------------


@db
def test_export_plan_sends_once_and_tells_the_county(treasury):
    plan = an_issued_plan(an_approved_award())
    first = services.export_plan(plan_id=plan.pk)

    assert [row.state for row in first] == ["issued"]
    assert services.export_plan(plan_id=plan.pk) == []
    reference = f"{plan.number}-01-{first[0].key.hex[:8]}"
    assert list(treasury.files) == [reference]
    text = treasury.files[reference].decode()
    assert text.count("\r\n") == 2
    assert NUMBER in text


@db
def test_a_crash_between_commit_and_export_is_found_by_the_sweep(treasury):
    plan = an_issued_plan(an_approved_award())
    treasury.broken = True
    with pytest.raises(ConnectionError):
        services.export_plan(plan_id=plan.pk)
    later = clock.now() + timedelta(minutes=6)
    assert services.sweep_exports(at=later) == []
    treasury.broken = False

    assert services.sweep_exports(at=clock.now()) == []
    assert [row.plan_id for row in services.sweep_exports(at=later)] == [plan.pk]
    assert services.sweep_exports(at=later) == []
    assert Disbursement.objects.get().state == "issued"
    assert len(treasury.files) == 1


@db
def test_a_crash_after_sending_sends_the_same_file(treasury, monkeypatch):
    from funding.services import exports

    plan = an_issued_plan(an_approved_award())
    record = exports._record
    monkeypatch.setattr(exports, "_record", lambda *args: (_ for _ in ()).throw(ConnectionError("killed")))
    with pytest.raises(ConnectionError):
        services.export_plan(plan_id=plan.pk)
    monkeypatch.setattr(exports, "_record", record)
    kept = dict(treasury.files)

    assert len(services.sweep_exports(at=clock.now() + timedelta(minutes=6))) == 1
    assert treasury.files == kept


@db
def test_the_bureau_holds_an_award_while_money_of_it_is_left_to_order():
    case, by = an_open_order(), a_user("the-finance")
    award = case["award"]
    deadlines.open_for(award, label="已批准，待拨付", role="bureau_clerk")

    services.order_disbursement(**case, instalment=1, amount=HALF, key=uuid4(), by=by)
    assert deadlines.current(award) is not None
    last = services.order_disbursement(**case, instalment=2, amount=HALF, key=uuid4(), by=by)
    assert deadlines.current(award) is None

    services.void_disbursement(disbursement=last, reason="金额有误", by=a_user("another-finance"))
    assert (deadlines.current(award).holder_role, deadlines.current(award).label) == (
        "bureau_clerk",
        "已批准，待拨付",
    )
