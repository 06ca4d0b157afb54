"""The form of an account: made once two people have checked it, replaced with another account, readable by few."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from accounts.roles import Role
from funding import services, tasks
from funding.documents.accounts import TITLE
from records import audit, clock
from records.models import Document
from tests.factories.accounts import person
from tests.factories.funding import (
    NUMBER,
    AwardFactory,
    a_disbursement,
    a_pending_award,
    an_account,
    an_approved_award,
    an_award,
    people_of,
)
from tests.factories.institutes import a_user

pytestmark = pytest.mark.django_db
SECOND = "6222020000000001"


def forms_of(award):
    return list(Document.objects.about(award).filter(kind="account_confirmation").order_by("pk"))


def words_of(paper: Document) -> str:
    with paper.file.open() as file:
        return "".join(page.extract_text() for page in PdfReader(BytesIO(file.read())).pages)


def test_the_form_is_made_with_the_second_check_and_names_every_hand(
    rung, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        award = a_pending_award()
    ((_name, event),) = [call for call in rung if call[0] == "issue_account_paper"]
    tasks.issue_account_paper(event)
    tasks.issue_account_paper(event)

    (paper,) = forms_of(award)
    words = "".join(words_of(paper).split())
    account = award.account
    hands = (account.first_checked_by, account.verified_by, award.confirmed_by)
    assert (paper.number, paper.issued_at) == ("SJZ-ZH-2026-0001", audit.history(award).get(pk=event).at)
    assert [part for part in (TITLE, award.number, "****", "0123", "贰拾万元整") if part not in words] == []
    assert [person.name for person in hands if person.name not in words] == []
    assert NUMBER not in words
    assert NUMBER not in str(paper.context)


def test_nothing_is_promised_before_the_account_is_verified(rung, django_capture_on_commit_callbacks):
    award = an_award()
    with django_capture_on_commit_callbacks(execute=True):
        account = an_account(award, verified=False)
        services.confirm_award(award=award, account=account, by=a_user("the-ent-admin"))
        services.first_check_account(account=account, by=a_user("the-first-checker"))
    assert [call for call in rung if call[0] == "issue_account_paper"] == []
    with django_capture_on_commit_callbacks(execute=True):
        services.verify_account(account=account, by=a_user("the-verifier"))
    assert len([call for call in rung if call[0] == "issue_account_paper"]) == 1


def test_the_form_names_who_confirmed_when_it_was_promised_not_whoever_did_later():
    award = a_pending_award()
    first = award.confirmed_by
    services.send_back_award(award=award, reason="请更正账户", by=a_user("the-approver"))
    services.confirm_award(award=award, account=award.host.payee_accounts.get(), by=a_user("another-admin"))

    services.sweep_papers(at=clock.now() + timedelta(minutes=10))
    made, then = forms_of(award)
    assert next(row[2] for row in made.context["hands"]) == first.name
    assert next(row[2] for row in then.context["hands"]) == a_user("another-admin").name
    assert first.name != a_user("another-admin").name


def test_forms_of_awards_that_waited_for_one_account_are_numbered_in_their_order():
    award = an_award()
    account = an_account(award, verified=False)
    services.confirm_award(award=award, account=account, by=a_user("the-ent-admin"))
    second = AwardFactory(
        recognition=award.recognition, kind="performance", cycle=2025, state="account_check", account=account
    )
    services.first_check_account(account=account, by=a_user("the-first-checker"))
    services.verify_account(account=account, by=a_user("the-verifier"))

    services.sweep_papers(at=clock.now() + timedelta(minutes=10))
    assert [forms_of(each)[0].number for each in (award, second)] == [
        "SJZ-ZH-2026-0001",
        "SJZ-ZH-2026-0002",
    ]


def test_another_account_replaces_the_form_and_the_sweep_makes_both_in_their_order():
    award = an_approved_award()
    second = an_account(award, number=SECOND)
    services.change_account(award=award, account=second, by=a_user("the-clerk"))
    later = clock.now() + timedelta(minutes=10)

    made = services.sweep_papers(at=later)
    first, then = forms_of(award)
    assert [paper.pk for paper in made] == [first.pk, then.pk]
    assert (then.replaces, first.number, then.number) == (first, "SJZ-ZH-2026-0001", "SJZ-ZH-2026-0002")
    assert "变更登记" in words_of(then)
    assert services.sweep_papers(at=later) == []
    assert Document.objects.about(award).in_force().filter(kind="account_confirmation").get() == then


def test_who_reads_the_award_reads_its_form_and_nobody_else(client):
    order = a_disbursement("ordered")
    services.sweep_papers(at=clock.now() + timedelta(minutes=10))
    (paper,) = forms_of(order.award)
    address = reverse("funding:paper", args=["award", order.award_id, paper.pk])
    people = people_of(order.award)

    def status(user) -> int:
        client.force_login(user)
        answer = client.get(address)
        assert not answer.streaming or b"".join(answer.streaming_content).startswith(b"%PDF")
        return answer.status_code

    may = ("ent_admin", "county_fin", "bureau_clerk", "finance", "auditor")
    assert [who for who in may if status(people[who]) != 200] == []
    others = [people["other_ent_admin"], people["other_county_fin"], people["expert"], person(Role.AGENCY)]
    assert {status(user) for user in others} <= {403, 404}
    client.logout()
    assert client.get(address).status_code in {302, 404}
