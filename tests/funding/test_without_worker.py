"""With the worker stopped the money goes on: what the clock proposes and draws, people get by a button."""

import pytest

from accounts.roles import Role
from accounts.services import issue_proof, issue_token
from funding import services
from funding.models import Award, Disbursement
from records import audit
from records.errors import Conflict
from tests.factories.accounts import AccountEditionFactory, person
from tests.factories.funding import (
    NUMBER,
    a_budget,
    a_disbursement,
    a_plan_ready,
    an_approved_award,
    an_issued_plan,
)
from tests.factories.institutes import RecognitionFactory, a_user

pytestmark = pytest.mark.django_db
PROPOSE = "/awards/propose/"


def as_(client, user):
    client.force_login(user)
    return client


def token(user):
    AccountEditionFactory(kind="time_limits")
    return {"Authorization": f"Token {issue_token(user=user).key}", "X-Proof": issue_proof(user=user)}


def test_the_clerk_has_a_button_while_a_recognition_waits(client, terms):
    clerk, recognition = person(Role.BUREAU_CLERK), RecognitionFactory()
    assert PROPOSE in as_(client, clerk).get("/awards/").text
    assert PROPOSE not in as_(client, person(Role.FINANCE)).get("/awards/").text

    for words in ("已生成 1 项应享资金", "已生成 0 项应享资金"):
        assert words in as_(client, clerk).post(PROPOSE, follow=True).text

    award = Award.objects.get()
    assert (award.recognition, award.proposed_by, award.state) == (recognition, clerk, "entitled")
    assert audit.history(award).first().actor == clerk
    assert PROPOSE not in client.get("/awards/").text


@pytest.mark.parametrize("role", [Role.BUREAU_APPROVER, Role.FINANCE, Role.ENT_ADMIN, Role.AUDITOR])
def test_nobody_else_proposes(client, terms, role):
    RecognitionFactory()
    user = person(role)

    assert as_(client, user).post(PROPOSE).status_code == 403
    assert client.post("/api/v1/awards/propose/", headers=token(user)).status_code == 403
    assert as_(client, person(Role.BUREAU_CLERK)).get(PROPOSE).status_code == 405
    assert not Award.objects.exists()


def test_a_program_proposes_once(client, terms):
    RecognitionFactory.create_batch(2)
    headers = token(person(Role.BUREAU_CLERK))

    first, again = (client.post("/api/v1/awards/propose/", headers=headers).json() for _ in range(2))

    assert [award["state"] for award in first] == ["entitled", "entitled"]
    assert again == []
    assert Award.objects.count() == 2


def test_finance_draws_the_treasury_file_once_and_downloads_it_often(client, treasury):
    plan, finance = an_issued_plan(an_approved_award()), person(Role.FINANCE)
    page = f"/plans/{plan.pk}/"
    assert "生成并下载" in as_(client, finance).get(page).text

    first, again = (client.post(f"{page}treasury/") for _ in range(2))
    by_program = client.post(f"/api/v1{page}treasury/", headers=token(finance))

    order = Disbursement.objects.get()
    contents = {b"".join(answer) for answer in (first, again, by_program)}
    assert contents == set(treasury.files.values()) == {treasury.files[order.export_reference]}
    assert NUMBER in contents.pop().decode()
    assert (order.state, first["Content-Disposition"]) == (
        "issued",
        f'attachment; filename="{order.export_reference}.csv"',
    )
    lines = audit.history(plan).filter(verb="funding.allocationplan.fetch_treasury_file")
    assert [(line.actor, line.data["sha256"]) for line in lines] == [(finance, order.export_digest)] * 3
    assert f"下载 {order.export_reference}" in client.get(page).text


@pytest.mark.parametrize("role", [Role.BUREAU_CLERK, Role.BUREAU_APPROVER, Role.AUDITOR])
def test_nobody_else_has_the_treasury_file(client, role):
    plan, user = an_issued_plan(an_approved_award()), person(role)

    assert "treasury/" not in as_(client, user).get(f"/plans/{plan.pk}/").text
    assert client.post(f"/plans/{plan.pk}/treasury/").status_code == 403
    assert client.post(f"/api/v1/plans/{plan.pk}/treasury/", headers=token(user)).status_code == 403
    assert as_(client, person(Role.COUNTY_FIN)).post(f"/plans/{plan.pk}/treasury/").status_code == 404
    assert Disbursement.objects.get().state == "ordered"


def test_there_is_no_file_before_the_issue_nor_under_another_reference():
    by, budget = a_user("the-finance"), a_budget()
    plan = a_plan_ready(an_approved_award(budget))
    with pytest.raises(Conflict, match="尚未联合下达"):
        services.fetch_treasury_file(plan=plan, by=by)
    issued = a_disbursement("issued", an_approved_award(budget)).plan
    with pytest.raises(Conflict, match="没有这一批次"):
        services.fetch_treasury_file(plan=issued, reference="another", by=by)


def test_another_file_at_the_treasury_is_a_matter_for_people(treasury):
    plan = an_issued_plan(an_approved_award())
    key = Disbursement.objects.get().key
    treasury.files[f"{plan.number}-01-{key.hex[:8]}"] = b"another"

    with pytest.raises(Conflict, match="与国库核对"):
        services.fetch_treasury_file(plan=plan, by=a_user("the-finance"))
    assert Disbursement.objects.get().state == "sending"
    with pytest.raises(Conflict, match="不再送出"):
        services.fetch_treasury_file(plan=plan, by=a_user("the-finance"))
    assert Disbursement.objects.get().state == "unknown"
