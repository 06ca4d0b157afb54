"""The treasury has each batch once, whatever broke off in between."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.roles import Role
from funding import services
from funding.models import Disbursement
from notices.models import Notice
from records import audit, clock
from records.errors import Conflict, NotEligible
from tests.factories.accounts import OrganisationFactory, person
from tests.factories.funding import (
    NUMBER,
    a_disbursement,
    a_scan,
    a_user,
    an_account,
    an_approved_award,
    an_issued_plan,
    withdrawn,
)
from tests.funding.services.steps import pay

db = pytest.mark.django_db


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
def test_what_the_treasury_has_counts_as_sent_without_sending_again(treasury, monkeypatch):
    plan = an_issued_plan(an_approved_award())
    treasury.silent = True
    with pytest.raises(TimeoutError):
        services.export_plan(plan_id=plan.pk)
    assert Disbursement.objects.get().state == "sending"
    sent = []
    monkeypatch.setattr(treasury, "send", lambda self, reference, content: sent.append(reference))

    assert services.export_plan(plan_id=plan.pk) == []
    assert [row.state for row in services.ask_treasury(plan_id=plan.pk)] == ["issued"]
    assert sent == []


@db
def test_who_knows_of_nothing_for_good_is_sent_it_again_under_the_same_reference(treasury):
    plan = an_issued_plan(an_approved_award())
    treasury.broken = True
    with pytest.raises(ConnectionError):
        services.export_plan(plan_id=plan.pk)
    reference = Disbursement.objects.get().export_reference
    treasury.broken = False

    assert services.ask_treasury(plan_id=plan.pk) == []
    assert Disbursement.objects.get().state == "ordered"
    services.export_plan(plan_id=plan.pk)
    assert list(treasury.files) == [reference]


@db
def test_who_may_still_be_at_work_leaves_it_unknown(treasury):
    plan = an_issued_plan(an_approved_award())
    treasury.broken, treasury.absence_is_final = True, False
    with pytest.raises(ConnectionError):
        services.export_plan(plan_id=plan.pk)

    services.ask_treasury(plan_id=plan.pk, at=clock.now() + timedelta(minutes=59))
    assert Disbursement.objects.get().state == "sending"
    services.ask_treasury(plan_id=plan.pk, at=clock.now() + timedelta(minutes=61))
    assert Disbursement.objects.get().state == "unknown"


@db
def test_another_file_under_our_reference_is_unknown(treasury):
    plan = an_issued_plan(an_approved_award())
    treasury.broken = True
    with pytest.raises(ConnectionError):
        services.export_plan(plan_id=plan.pk)
    treasury.broken = False
    treasury.files[Disbursement.objects.get().export_reference] = b"another"

    services.ask_treasury(plan_id=plan.pk)
    assert Disbursement.objects.get().state == "unknown"


@db
def test_nothing_is_sent_to_an_account_that_was_replaced_and_those_who_can_void_it_are_told(treasury):
    stopped = an_approved_award()
    other = an_approved_award(stopped.budget)
    plan, second = an_issued_plan(stopped), an_issued_plan(other, document_number="示财教〔2026〕2号")
    county = person(Role.COUNTY_FIN, division=stopped.division.code)
    an_account(stopped, number="6222020000000001")

    assert services.export_plan(plan_id=plan.pk) == []
    assert [row.state for row in services.export_plan(plan_id=second.pk)] == ["issued"]
    order = Disbursement.objects.get(award=stopped)
    assert (order.state, order.claimed_at) == ("ordered", None)
    assert not any(NUMBER in text.decode() for name, text in treasury.files.items() if plan.number in name)
    told = Notice.objects.filter(event="funding.disbursement.stopped", recipient=county).get()
    assert "尾号 0123 的收款账户已停用" in told.body
    with pytest.raises(Conflict, match="没有可送国库的列支"):
        services.fetch_treasury_file(plan=plan, by=a_user("the-finance"))

    withdrawn(order, "账户已变更")
    stopped.refresh_from_db()
    assert (stopped.state, stopped.ordered) == ("approved", 0)


@db
def test_nothing_is_sent_while_the_award_is_stopped_and_it_goes_once_that_is_over(treasury):
    award = an_approved_award()
    plan = an_issued_plan(award)
    services.suspend_award(award=award, reason="核查中", by=a_user("the-approver"))
    assert services.export_plan(plan_id=plan.pk) == []

    services.resume_payment(award=award, reason="核查无误", by=a_user("the-approver"))
    assert [row.state for row in services.export_plan(plan_id=plan.pk)] == ["issued"]


@db
def test_an_order_that_stays_here_leaves_the_batch_that_never_arrived(treasury):
    stopped = an_approved_award()
    going = an_approved_award(stopped.budget)
    plan = an_issued_plan(stopped, going)
    treasury.broken = True
    with pytest.raises(ConnectionError):
        services.export_plan(plan_id=plan.pk)
    treasury.broken, treasury.absence_is_final = False, True
    services.ask_treasury(plan_id=plan.pk)
    assert set(Disbursement.objects.values_list("state", flat=True)) == {"ordered"}
    an_account(stopped, number="6222020000000001")

    assert [row.award_id for row in services.export_plan(plan_id=plan.pk)] == [going.pk]
    (sent,) = treasury.files.values()
    assert sent.decode().count("\r\n") == 2
    order = Disbursement.objects.get(award=stopped)
    assert (order.export_reference, order.claimed_at, order.state) == ("", None, "ordered")
    line = audit.history(order).get(verb="funding.disbursement.let_go")
    assert line.data["export"] in treasury.files
    assert (line.reason, line.actor.username) == (order.account_barrier, "system")
    withdrawn(order, "账户已变更")


@db
def test_the_county_does_not_pay_an_account_that_was_replaced(treasury):
    disbursement = a_disbursement("county_received")
    an_account(disbursement.award, number="6222020000000001")
    terms = {"paid_on": clock.today(), "amount": disbursement.amount, "key": uuid4()}
    with pytest.raises(NotEligible, match="收款账户已停用，不能拨付到企；请办理退汇"):
        services.pay_unit(
            disbursement=disbursement,
            bank_reference="示例回单",
            voucher=a_scan("voucher.pdf"),
            by=a_user("the-county-fin"),
            **terms,
        )
    disbursement.refresh_from_db()
    assert (disbursement.state, disbursement.paid_on) == ("county_received", None)


@db
@pytest.mark.parametrize(("state", "stops"), [("ordered", True), ("county_received", False)])
def test_another_host_stops_what_was_not_sent_and_what_was_sent_stays_with_the_former(state, stops):
    disbursement = a_disbursement(state)
    institute = disbursement.award.institute
    institute.host = OrganisationFactory()
    institute.save()

    assert ("依托单位已变更" in Disbursement.objects.get().barrier) is stops
    if stops:
        assert services.export_plan(plan_id=disbursement.plan_id) == []
    else:
        assert pay(disbursement).state == "paid"


@db
def test_the_county_does_not_pay_a_unit_under_its_former_name(treasury):
    disbursement = a_disbursement("county_received")
    disbursement.host.name = "示例更名后的公司"
    disbursement.host.save()
    assert disbursement.barrier == "收款账户名称与单位现名称不一致（单位已更名）"
    with pytest.raises(NotEligible, match="单位已更名"):
        services.pay_unit(
            disbursement=disbursement,
            paid_on=clock.today(),
            amount=disbursement.amount,
            bank_reference="示例回单",
            voucher=a_scan("voucher.pdf"),
            key=uuid4(),
            by=a_user("the-county-fin"),
        )
