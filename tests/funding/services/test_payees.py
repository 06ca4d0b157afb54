"""Accounts of units: named, checked by two, replaced, and read in full only on purpose."""

import pytest

from accounts.roles import Role
from funding import services
from funding.models import PayeeAccount
from notices.models import Notice
from records import audit
from records.errors import Conflict, Incomplete, SamePerson
from tests.factories.accounts import OrganisationFactory, UserFactory, person
from tests.factories.funding import NUMBER, a_disbursement, a_scan, an_account, an_award
from tests.factories.institutes import a_user

db = pytest.mark.django_db


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
def test_another_is_called_to_check_an_account_again_and_nobody_to_the_award_that_waits_for_it():
    checker, second = person(Role.BUREAU_CLERK), person(Role.BUREAU_CLERK)
    award = an_award()
    account = an_account(award, verified=False)
    services.confirm_award(award=award, account=account, by=a_user("the-ent-admin"))
    services.first_check_account(account=account, by=checker)

    told = set(Notice.objects.filter(event__endswith=".holder").values_list("recipient", "event"))
    asked = "funding.payeeaccount.begin.holder"
    assert told == {
        (checker.pk, asked),
        (second.pk, asked),
        (second.pk, "funding.payeeaccount.first_check.holder"),
    }


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
