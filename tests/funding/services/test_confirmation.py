"""The unit confirms an award on an account, in time, or gives it up."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.roles import Role
from funding import services
from funding.models import Award
from notices.models import Notice
from records import clock, deadlines
from records.errors import BadFile, Conflict, IllegalMove, Incomplete, NotEligible, TooLate
from tests.factories.accounts import person
from tests.factories.funding import (
    AwardFactory,
    a_disbursement,
    a_pending_award,
    a_scan,
    an_account,
    an_award,
    sent_back,
)
from tests.factories.institutes import a_user
from tests.funding.services.steps import verbs

db = pytest.mark.django_db


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


def told(organisation):
    """Titles of what the unit was told, oldest first."""
    rows = Notice.objects.filter(recipient__memberships__organisation=organisation).order_by("pk")
    return list(rows.values_list("title", flat=True))


@db
def test_the_unit_is_told_once_that_its_account_was_verified():
    award = an_award()
    admin = person(Role.ENT_ADMIN, organisation=award.host)
    account = an_account(award, verified=False)
    services.confirm_award(award=award, account=account, by=admin)
    services.first_check_account(account=account, by=a_user("the-first-checker"))
    services.verify_account(account=account, by=a_user("the-verifier"))

    assert [title.partition("：")[0] for title in told(award.host)] == [
        "已确认领取和收款账户",
        "收款账户已核实",
    ]


@db
def test_an_account_that_was_verified_is_not_announced_for_checking():
    award, clerk, approver = an_award(), person(Role.BUREAU_CLERK), person(Role.BUREAU_APPROVER)
    admin = person(Role.ENT_ADMIN, organisation=award.host)
    account = an_account(award)
    services.confirm_award(award=award, account=account, by=admin)

    about = Notice.objects.filter(subject_type="funding.award", subject_id=award.pk)
    assert about.filter(recipient=admin).latest("pk").body.endswith("已确认，收款账户已核实，转入审批。")
    assert not about.filter(recipient=clerk).exists()
    assert about.get(recipient=approver).title.startswith("待审批")


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
def test_reject_account_sends_the_award_back_to_the_unit():
    award = an_award()
    account = an_account(award, verified=False)
    services.confirm_award(award=award, account=account, by=a_user("the-ent-admin"))

    services.reject_account(account=account, reason="户名不符。", by=a_user("the-first-checker"))

    award.refresh_from_db()
    assert (award.state, award.account, award.confirmed_by) == ("entitled", None, None)
    assert verbs(award) == ["begin", "confirm", "fail_account"]


@db
def test_waive_award_is_final():
    award = an_award()
    admin = person(Role.ENT_ADMIN, organisation=award.host)
    services.waive_award(award=award, statement="示例：不需要。", sealed=a_scan(), by=admin)

    assert (award.state, award.waiver_statement) == ("waived", "示例：不需要。")
    with pytest.raises(IllegalMove):
        services.waive_award(award=award, statement="再次", sealed=a_scan(), by=admin)
    assert services.propose_awards() == []


@db
def test_only_the_units_administrator_waives_by_a_sealed_paper():
    award = an_award()
    admin = person(Role.ENT_ADMIN, organisation=award.host)
    others = [person(Role.ENT_FILLER, organisation=award.host), person(Role.ENT_ADMIN), a_user("the-clerk")]
    for by in others:
        with pytest.raises(NotEligible, match="单位管理员"):
            services.waive_award(award=award, statement="示例。", sealed=a_scan(), by=by)
    with pytest.raises(Incomplete) as refusal:
        services.waive_award(award=award, statement=" ", sealed=None, by=admin)
    assert [reason.field for reason in refusal.value.reasons] == ["statement", "sealed"]
    with pytest.raises(BadFile):
        services.waive_award(
            award=award, statement="示例。", sealed=SimpleUploadedFile("a.exe", b"MZ"), by=admin
        )
    award.refresh_from_db()
    assert (award.state, award.waiver_file) == ("entitled", None)

    services.waive_award(award=award, statement="示例。", sealed=a_scan("sealed.pdf"), by=admin)
    assert (award.waiver_file.name, award.waiver_file.uploaded_by) == ("sealed.pdf", admin)
    with pytest.raises(IntegrityError, match="waiver_is_sealed"), transaction.atomic():
        Award.objects.update(waiver_file=None)


@db
def test_a_confirmed_award_is_not_stored_as_waived_without_its_paper():
    award = AwardFactory(state="pending_approval")
    with pytest.raises(IntegrityError, match="confirmed_is_waived_by_a_paper"), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(
            state="waived", ended_at=clock.now(), ended_by=a_user("the-clerk")
        )


@db
def test_change_account_after_a_return():
    disbursement = a_disbursement("issued")
    award = disbursement.award
    new = an_account(award, number="6222020000000001")
    with pytest.raises(Conflict, match="拨付途中"):
        services.change_account(award=award, account=new, by=a_user("the-ent-admin"))
    sent_back(disbursement)

    services.change_account(award=award, account=new, by=a_user("the-ent-admin"))
    assert (award.state, award.account) == ("approved", new)
