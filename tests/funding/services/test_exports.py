"""The treasury has each batch once, whatever broke off in between."""

from datetime import timedelta

import pytest

from funding import services
from funding.models import Disbursement
from records import clock
from tests.factories.funding import NUMBER, an_approved_award, an_issued_plan

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
